"""The lobby code: four digits on the notice board that only somebody who was there this month knows."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.resident.signing import Signer

GRACE = timedelta(days=3)  # the sheet of last month may hang a little longer
DIGITS = 4


def code_of_month(signer: Signer, at: datetime, zone: ZoneInfo) -> str:
    """Return the code that the box makes for the month of a wall time."""
    month = at.astimezone(zone).strftime("%Y-%m")
    return f"{signer.number(month) % 10**DIGITS:0{DIGITS}d}"


def valid_codes(signer: Signer, fixed: str | None, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the codes that are taken now: the site's own, or this month's and, for three days, last month's."""
    if fixed is not None:
        return (fixed,)
    return tuple(dict.fromkeys(code_of_month(signer, moment, zone) for moment in (at, at - GRACE)))


def is_valid(given: str, codes: tuple[str, ...]) -> bool:
    """Tell whether a given code is one of them, in a time that does not tell how much of it is right."""
    return sum(hmac.compare_digest(given.encode(), code.encode()) for code in codes) > 0
