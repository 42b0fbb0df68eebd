"""Rests: which destinations are left alone for a while, and which channels need not be looked at now.

Courtesy and economy only: nothing depends on it after a restart. A receiver that asks to be left alone is,
as long as it asks; one that fails several times in a row is tried ever more rarely, a minute apart at most.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

PATIENCE = 3  # failures in a row that change nothing yet
LONGEST = timedelta(seconds=60)


class Rests:
    """Belongs to the outbox's worker."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}
        self._failures: dict[tuple[str, str], int] = {}
        self._nothing: dict[str, datetime] = {}
        self._changes: Counter[str] = Counter()  # per channel how often there was a reason to look again

    def failed(self, channel: str, recipient: str, now: datetime, *, asked_s: float | None) -> None:
        """A send failed and will be repeated; `asked_s`: the receiver said how long to wait."""
        place = (channel, recipient)
        count = self._failures[place] = self._failures.get(place, 0) + 1
        rest = timedelta(0)
        if asked_s is not None:
            rest = timedelta(seconds=asked_s)
        elif count >= PATIENCE:
            rest = min(LONGEST, timedelta(seconds=2 ** min(count - PATIENCE, 10)))
        if rest:
            self._until[place] = now + rest

    def end(self, channel: str, recipient: str) -> None:
        """The destination answered, or somebody has just become reachable there."""
        self._until.pop((channel, recipient), None)
        self._failures.pop((channel, recipient), None)
        self.look(channel)

    def recipients(self, now: datetime) -> dict[str, list[str]]:
        """Return who is left alone now, by channel."""
        self._until = {place: until for place, until in self._until.items() if until > now}
        found: dict[str, list[str]] = {}
        for channel, recipient in self._until:
            found.setdefault(channel, []).append(recipient)
        return found

    def next_end(self, now: datetime) -> datetime | None:
        """Return when the next rest is over."""
        return min((until for until in self._until.values() if until > now), default=None)

    def nothing_until(self, channel: str, until: datetime) -> None:
        """Nothing more can go by this channel before `until`, unless something new is written or settled."""
        self._nothing[channel] = until

    def nothing_now(self, channel: str, now: datetime) -> bool:
        """Tell whether looking for messages of this channel would find none."""
        until = self._nothing.get(channel)
        return until is not None and now < until

    def look(self, channel: str | None = None) -> None:
        """Something changed for this channel, or (None) for any: look again."""
        self._changes[channel or ""] += 1
        if channel is None:
            self._nothing.clear()
        else:
            self._nothing.pop(channel, None)

    def mark(self, channel: str) -> tuple[int, int]:
        """Return something that differs as soon as there was a reason to look for this channel again."""
        return self._changes[""], self._changes[channel]
