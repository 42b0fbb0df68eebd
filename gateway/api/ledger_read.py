"""Reading ledgers for a request: which period is meant, who was on duty, and the same for the periods it is compared with."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from starlette.requests import Request

from gateway.api.answers import read, services
from gateway.api.digest_page import ledgers_at
from gateway.api.ledger_page import ledger_for, seats_of
from gateway.api.permissions import Viewer
from gateway.api.views.lens import Lens
from gateway.report.ledger import Ledger
from gateway.report.period import Kind, Period, period_of


def asked_period(kind: Kind, day: date | None, lens: Lens) -> Period:
    """Return the period in which a day of the site lies; today when none is named."""
    zone = ZoneInfo(lens.community.timezone)
    return period_of(kind, day or lens.shown(lens.now).astimezone(zone).date(), zone)


async def seats_in(request: Request, period: Period, lens: Lens) -> float | None:
    """Return how many guards were on duty on average; None where no roster says so."""
    sitebook = services(request).sitebook
    if sitebook is None:
        return None
    zone, now = ZoneInfo(lens.community.timezone), lens.shown(lens.now)
    return await asyncio.to_thread(seats_of, sitebook.view.roster, period, zone, now=now)


async def ledger_read(request: Request, period: Period, lens: Lens, viewer: Viewer) -> Ledger:
    """Return one ledger within the viewer's scope."""
    seats = await seats_in(request, period, lens)
    return await read(request, lambda connection: ledger_for(connection, period, lens, viewer, seats=seats))


async def ledgers_read(
    request: Request, period: Period, earlier: Sequence[Period], lens: Lens, viewer: Viewer
) -> tuple[Ledger, list[Ledger | None]]:
    """Return a ledger and those of earlier periods within the viewer's scope; None for one that began too early."""
    seats = [await seats_in(request, each, lens) for each in (period, *earlier)]
    return await read(
        request, lambda connection: ledgers_at(connection, period, earlier, lens, viewer, seats=seats)
    )
