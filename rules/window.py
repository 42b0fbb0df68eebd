"""Windows: the last T of what matched, sorted by time, bounded in memory.

An entry is `(at, event id, value)`; the value is empty unless distinct ones are counted. Windows are half
open, (end − T, end]. Entries of one time stand in the order in which they came.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, TypeAlias

from rules.operators import LATENESS_US, SAMPLES

SPARE = 8  # entries beyond what the threshold needs before it is worth looking for those that are past
SLACK = 64  # entries kept beyond what the threshold needs, for events that come out of order

Entry: TypeAlias = tuple[int, str, str]


def after(window: list[Entry], at: int) -> int:
    """Return the index of the first entry later than `at`."""
    return bisect_left(window, (at + 1,))  # a shorter tuple sorts before its longer ones


def put(window: list[Entry], entry: Entry) -> None:
    """Insert by time, after what stands there with the same."""
    window.insert(after(window, entry[0]), entry)


def trim(window: list[Entry], *, within: int, need: int, distinct: bool) -> None:
    """Forget what can no longer matter to a window of `within` that needs `need`."""
    horizon = window[-1][0] - within - LATENESS_US
    if window[0][0] <= horizon:
        del window[: after(window, horizon)]
    if len(window) > need + SLACK:
        if distinct:
            _keep_newest_of_each(window)
        if len(window) > need + SLACK:
            del window[: len(window) - need - SLACK]


def _keep_newest_of_each(window: list[Entry]) -> None:
    newest: dict[str, Entry] = {}
    for entry in window:
        newest.pop(entry[2], None)
        newest[entry[2]] = entry
    window[:] = newest.values()


def inside(window: list[Entry], end: int, within: int) -> list[Entry]:
    """Return what lies in (end − within, end]."""
    return window[after(window, end - within) : after(window, end)]


def number(entries: list[Entry], *, distinct: bool) -> int:
    """Count the entries, or their distinct values."""
    return len({entry[2] for entry in entries}) if distinct else len(entries)


def falls_below(entries: list[Entry], *, within: int, need: int, distinct: bool) -> int:
    """Return when these entries, that hold at least `need`, fall below it by the clock."""
    if not distinct:
        return entries[-need][0] + within
    newest = {value: at for at, _, value in entries}  # the last of each value stays
    return sorted(newest.values())[-need] + within


def samples(entries: list[Entry]) -> tuple[str, ...]:
    """Return the ids of first, last and up to eight in between."""
    ids = [entry[1] for entry in entries if entry[1]]
    return tuple(ids) if len(ids) <= SAMPLES + 2 else (ids[0], *ids[-SAMPLES - 1 :])


def text_of(value: Any) -> str:
    """Write a value so that 1 and 1.0 are the same and text and number are not."""
    if type(value) is str:
        return "s" + value
    if isinstance(value, bool) or value is None:
        return f"b{value}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"n{value}" if isinstance(value, int | float) else f"s{value}"
