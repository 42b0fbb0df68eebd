"""Repeats: which frame of a panel is a repetition of one that came before.

A sequence number alone does not tell: it wraps at 9999 and starts anew with the panel's power. What says the same
under the same number within ten minutes is the same; it gets the key of the first one, and the journal's window of
keys does the rest. The keys of the last ten minutes come back from the journal at a start.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)


class Repeats:
    """Hands out keys `{second}|{what was said}`; takes the time, reads no clock."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._first: dict[str, int] = {}
        for key in keys:
            second, _, said = key.partition("|")
            if second.isdecimal():
                self._first[said] = int(second)

    def key(self, said: str, now: datetime) -> str:
        """Return the key of what was said at this moment."""
        at = int(now.timestamp())
        first = self._first.pop(said, None)
        if first is None or not 0 <= at - first <= WITHIN.total_seconds():
            first = at
        self._first[said] = first
        self._forget(at)
        return f"{first}|{said}"

    def _forget(self, at: int) -> None:
        while self._first:
            oldest = next(iter(self._first))
            if at - self._first[oldest] <= WITHIN.total_seconds() and len(self._first) < 10_000:
                return
            del self._first[oldest]
