"""Sampling: which samples of a measurement that rules read become events of the journal, and when.

One in `Wanted.every_us` (10 s) is told: the first at once, then the newest as its turn comes, also when nothing more
is said. A sample that some rule may judge differently from the one told last (`Wanted.differ`) need not wait: it goes
ahead, and the next turn comes that much later. Of those that come when that is used up the farthest is kept, and told
as soon as it may be. So a spike between two turns is always seen, within 10 s, and however a value bounces, no more
than one event in 10 s is written, and two at a time.

Plain state of the writer's thread; a restart begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from devices.event import Event, RawMessage
from rules.measured import Wanted

SERIES = 20_000  # measurements that are followed; beyond it the one that began first begins anew
_TOGETHER = timedelta(seconds=1)  # turns that lie so near come at once


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One sample as the event it is to be, with its message."""

    value: float
    event: Event
    message: RawMessage


class _Series:
    """One measurement: what was told last, when its turn is, and what waits for it."""

    __slots__ = ("every", "farthest", "last", "newest", "turn", "wanted")

    def __init__(self, turn: datetime, value: float) -> None:
        self.turn = turn
        self.last = value
        self.farthest: Told | None = None  # of those judged differently and kept back
        self.newest: Told | None = None  # of those kept back

    def want(self, wanted: Wanted) -> None:
        """What the rules want to see of it now."""
        self.wanted = wanted
        self.every = timedelta(microseconds=wanted.every_us)

    def keep(self, told: Told) -> None:
        """Keep a sample back until it may be told."""
        self.newest = told
        if self.wanted.differ(self.last, told.value):
            kept = self.farthest
            if kept is None or abs(told.value - self.last) > abs(kept.value - self.last):
                self.farthest = told

    def tell(self, told: Told, at: datetime) -> None:
        """Tell a sample, at its turn or ahead of it; what came after it waits on."""
        self.last, self.farthest = told.value, None
        self.turn = max(self.turn, at) + self.every
        newest, self.newest = self.newest, None
        if newest is not None and newest is not told:
            self.keep(newest)

    def due(self) -> datetime:
        """Return when what waits may be told."""
        return self.turn - self.every if self.farthest is not None else self.turn


class Sampling:
    """Thins out measurements, by device and metric. Times are engine time."""

    def __init__(self) -> None:
        self.due: datetime | None = None  # when to look for what waits
        self._series: dict[tuple[str, str], _Series] = {}
        self._waiting: dict[tuple[str, str], _Series] = {}

    def take(self, metric: str, told: Told, wanted: Wanted, at: datetime) -> Told | None:
        """Take one sample that came at `at`; return it if it is to be told now."""
        key = (told.event.device, metric)
        series = self._series.get(key) or self._follow(key, told.value, at)
        series.want(wanted)
        ahead = at >= series.turn - series.every and wanted.differ(series.last, told.value)
        if ahead or (at >= series.turn and series.farthest is None):
            series.newest = None  # older, and judged the same or farther off
            self._waiting.pop(key, None)
            series.tell(told, at)
            return told
        if wanted.value:
            series.keep(told)
            self._waiting[key] = series
            self.due = series.due() if self.due is None else min(self.due, series.due())
        return None

    def turn(self, at: datetime) -> Iterator[Told]:
        """Yield what may be told at `at`; each is taken out before it is yielded."""
        soon = at + _TOGETHER
        for key, series in [each for each in self._waiting.items() if each[1].due() <= soon]:
            told = series.farthest or series.newest
            if told is not None:
                series.tell(told, at)
                yield told
            if series.newest is None:
                del self._waiting[key]
        self.due = min((series.due() for series in self._waiting.values()), default=None)

    def _follow(self, key: tuple[str, str], value: float, at: datetime) -> _Series:
        if len(self._series) >= SERIES:
            oldest = next(iter(self._series))
            del self._series[oldest]
            self._waiting.pop(oldest, None)
        series = self._series[key] = _Series(at, value)
        return series
