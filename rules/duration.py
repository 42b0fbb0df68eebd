"""Durations as people write them (`300ms 30s 5m 2h 3d`) and as the engine counts them: whole microseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
LONGEST_US = 3650 * 24 * 60 * MINUTE_US
"""No rule looks further, no process is away longer: ten years."""
_UNITS = {"ms": 1000, "s": SECOND_US, "m": MINUTE_US, "h": 60 * MINUTE_US, "d": 24 * 60 * MINUTE_US}
_WRITTEN = re.compile(r"(\d{1,9})(ms|s|m|h|d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE = timedelta(microseconds=1)


def parse_duration(text: object) -> int | None:
    """Return the microseconds of a written duration, or None when it is not one."""
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    return int(found[1]) * _UNITS[found[2]] if found else None


def duration_text(microseconds: int) -> str:
    """Write a duration the way a person would: the largest unit that needs no fraction."""
    for unit in ("d", "h", "m", "s", "ms"):
        if microseconds and microseconds % _UNITS[unit] == 0:
            return f"{microseconds // _UNITS[unit]}{unit}"
    return f"{microseconds / 1000:g}ms" if microseconds else "0s"


def to_us(at: datetime) -> int:
    """Return microseconds since 1970 UTC of an aware time."""
    return (at - _EPOCH) // _ONE


def from_us(microseconds: int) -> datetime:
    """Return the aware UTC time of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)
