"""Tries: how many wrong guesses somebody has made of late. In memory: a restart is rarer than a guess is useful."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

MOST = 10
WITHIN = timedelta(minutes=15)


class Tries:
    """Counts per person; belongs to the event loop."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[datetime]] = {}

    def wait(self, person: str, now: datetime) -> int | None:
        """Return how many seconds this person has to wait before the next guess, or None."""
        recent = self._recent(person, now)
        if len(recent) < MOST:
            return None
        return max(1, round((recent[0] + WITHIN - now).total_seconds()))

    def count(self, person: str, now: datetime) -> None:
        """Count a guess before it is looked up: those that come together are not decided yet."""
        self._recent(person, now).append(now)

    def give_back(self, person: str, counted: datetime) -> None:
        """Take back the count of a guess that was right."""
        recent = self._wrong.get(person)
        if recent is not None and counted in recent:
            recent.remove(counted)

    def _recent(self, person: str, now: datetime) -> deque[datetime]:
        recent = self._wrong.setdefault(person, deque(maxlen=MOST))
        while recent and now - recent[0] > WITHIN:
            recent.popleft()
        return recent
