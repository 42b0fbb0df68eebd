"""Pace: how many reports one address, one place, one phone and the whole site may send within an hour."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
REMEMBERED = 20_000  # keys; the ones unused for longest are forgotten first


class Pace:
    """Sliding windows in memory: a restart forgives, which costs at most one hour's allowance."""

    def __init__(self, allowed: Mapping[str, int], *, within: timedelta = HOUR) -> None:
        """`allowed` is the number within the window by kind of key (`address`, `place` …)."""
        self._allowed = dict(allowed)
        self._within = within
        self._seen: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def wait(self, keys: Mapping[str, str], now: datetime) -> timedelta | None:
        """Return how long somebody has to wait before the next one, None: not at all."""
        longest: timedelta | None = None
        for kind, key in keys.items():
            times = self._times(kind, key, now)
            if times is not None and len(times) >= self._allowed[kind]:
                left = times[-self._allowed[kind]] + self._within - now
                longest = left if longest is None else max(longest, left)
        return longest

    def count(self, keys: Mapping[str, str], now: datetime) -> None:
        """Count one for each key."""
        for kind, key in keys.items():
            times = self._seen.setdefault((kind, key), deque(maxlen=self._allowed[kind]))
            times.append(now)
            self._seen.move_to_end((kind, key))
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def give_back(self, keys: Mapping[str, str], counted: datetime) -> None:
        """Take back the count of one that was refused later on."""
        for kind, key in keys.items():
            times = self._seen.get((kind, key))
            if times is not None and counted in times:
                times.remove(counted)

    def _times(self, kind: str, key: str, now: datetime) -> deque[datetime] | None:
        times = self._seen.get((kind, key))
        while times and times[0] <= now - self._within:
            times.popleft()
        return times
