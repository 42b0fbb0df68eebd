"""Floods: when more would have come than one person can take in.

Begins with more than 10 alerts within 10 minutes, ends with fewer than 5 (ISA-18.2 as EEMUA 191 counts them).
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from gateway.backtest.result import Flood

SPAN = timedelta(minutes=10)
BEGINS_ABOVE = 10
ENDS_BELOW = 5
MOST = 200  # floods that are told one by one


class Floods:
    """Watches openings in the order of time."""

    def __init__(self) -> None:
        self._lately: deque[datetime] = deque()
        self._begin: datetime | None = None
        self._alerts = 0
        self._found: list[Flood] = []

    def take(self, at: datetime) -> None:
        """Count one opening."""
        self._forget(at)
        self._lately.append(at)
        if self._begin is not None:
            self._alerts += 1
        elif len(self._lately) > BEGINS_ABOVE:
            self._begin, self._alerts = self._lately[0], len(self._lately)

    def result(self) -> list[Flood]:
        """Return the floods so far; one that has not ended ends ten minutes after its newest opening."""
        if self._begin is None:
            return list(self._found)
        return [*self._found, self._flood(self._begin, self._lately[-1] + SPAN)][:MOST]

    def _forget(self, now: datetime) -> None:
        """Let go of what is more than ten minutes old; when too little is left, the flood ended at that moment."""
        while self._lately and self._lately[0] <= now - SPAN:
            gone = self._lately.popleft()
            if self._begin is not None and len(self._lately) < ENDS_BELOW:
                if len(self._found) < MOST:
                    self._found.append(self._flood(self._begin, gone + SPAN))
                self._begin = None

    def _flood(self, begin: datetime, end: datetime) -> Flood:
        return Flood(begin=begin, end=end, alerts=self._alerts)
