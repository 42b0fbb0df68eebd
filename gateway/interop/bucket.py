"""Bucket: so many in a minute, a burst of a quarter of that at once unless told otherwise. Takes the time, reads no clock."""

from __future__ import annotations


class Bucket:
    """One sender's allowance. Times are seconds of any steady clock."""

    def __init__(self, per_minute: float, *, most: float | None = None) -> None:
        self._rate = per_minute / 60
        self._most = max(1.0, per_minute / 4 if most is None else most)
        self._left = self._most
        self._at: float | None = None

    def take(self, now: float) -> float:
        """Take one; return 0, or how many seconds to wait before there is one."""
        if self._at is not None:
            self._left = min(self._most, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._rate
