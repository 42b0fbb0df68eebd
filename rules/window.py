"""Windows: the last T of what matched, sorted by time, bounded in memory."""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Any

import msgspec

from rules.operators import LATENESS_US, SAMPLES

SLACK = 64  # entries kept beyond what the threshold needs, for events that come out of order


class Entry(msgspec.Struct, order=True, frozen=True, array_like=True):
    """One match: its time, its event's id and, for distinct counting, its value."""

    at: int
    id: str
    value: str = ""


def put(window: list[Entry], entry: Entry, *, within: int, need: int, distinct: bool) -> None:
    """Insert by time; forget what can no longer matter to a half-open window of `within` that needs `need`."""
    insort(window, entry, key=lambda e: e.at)
    horizon = window[-1].at - within - LATENESS_US
    drop = bisect_right(window, horizon, key=lambda e: e.at)
    if not distinct:
        drop = max(drop, len(window) - need - SLACK)
    elif len(window) > need + SLACK:
        _keep_newest_of_each(window)
        drop = min(max(drop, len(window) - need - SLACK), len(window))
    if drop > 0:
        del window[:drop]


def _keep_newest_of_each(window: list[Entry]) -> None:
    newest: dict[str, Entry] = {}
    for entry in window:
        newest[entry.value] = entry
    window[:] = sorted(newest.values())


def inside(window: list[Entry], end: int, within: int) -> list[Entry]:
    """Return what lies in (end − within, end]."""
    first = bisect_right(window, end - within, key=lambda e: e.at)
    last = bisect_right(window, end, key=lambda e: e.at)
    return window[first:last]


def number(entries: list[Entry], *, distinct: bool) -> int:
    """Count the entries, or their distinct values."""
    return len({entry.value for entry in entries}) if distinct else len(entries)


def falls_below(window: list[Entry], now: int, *, within: int, need: int, distinct: bool) -> int | None:
    """Return when the number in (t − within, t] falls below `need` by the clock; None if it is below now."""
    current = (
        inside(window, now, within)
        if window and window[-1].at > now
        else window[bisect_right(window, now - within, key=lambda e: e.at) :]
    )
    if not distinct:
        return current[-need].at + within if len(current) >= need else None
    newest: dict[str, int] = {}
    for entry in current:
        newest[entry.value] = entry.at
    times = sorted(newest.values())
    return times[-need] + within if len(times) >= need else None


def samples(entries: list[Entry]) -> tuple[str, ...]:
    """Return the ids of first, last and up to eight in between."""
    ids = [entry.id for entry in entries if entry.id]
    return tuple(ids) if len(ids) <= SAMPLES + 2 else (ids[0], *ids[-SAMPLES - 1 :])


def text_of(value: Any) -> str:
    """Write a value so that 1 and 1.0 are the same and text and number are not."""
    if isinstance(value, bool) or value is None:
        return f"b{value}"
    if isinstance(value, int | float):
        return f"n{value:g}" if value != int(value) else f"n{int(value)}"
    return f"s{value}"
