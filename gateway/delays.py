"""Delays: how long events waited from their receipt to their commit, counted for as long as the process lives."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

from gateway.batch import Committed

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BOUNDS = tuple(timedelta(seconds=each) for each in BOUNDS_S)
_received_at = attrgetter("received_at")


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """How many events waited no longer than each of `BOUNDS_S`, and how many there were."""

    within: tuple[int, ...]
    count: int


class Delays:
    """Counts in the writer's thread, tells in any. `now` is engine time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._within = [0] * len(BOUNDS_S)
        self._count = 0

    def committed(self, committed: Committed) -> None:
        """Count the events of a commit: they stand in the order of their receipt, so a few looks tell of all."""
        events = committed.events
        if not events:
            return
        now = self._now()
        with self._lock:
            self._count += len(events)
            inside = 0
            for place, bound in enumerate(_BOUNDS):
                if inside < len(events):
                    inside = len(events) - bisect_left(events, now - bound, key=_received_at)
                self._within[place] += inside

    def waited(self) -> Waited:
        """Return what was counted so far."""
        with self._lock:
            return Waited(within=tuple(self._within), count=self._count)
