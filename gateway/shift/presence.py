"""Presence: who is looking at a case right now, so that two people do not do the same thing (“王强 正在处理”).

Kept in memory only: it is true for half a minute and proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

LASTS = timedelta(seconds=30)
_MOST = 5000


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has a case open; `working` when they have begun to do something (typing, choosing)."""

    person: str
    working: bool
    since: datetime
    seen_at: datetime


class Presence:
    """Who is where. Asked and told in the event loop only."""

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Present]] = {}

    def seen(self, number: str, person: str, *, working: bool, now: datetime) -> bool:
        """Somebody looks at a case; return whether this changes what others should see."""
        people = self._cases.setdefault(number, {})
        before = people.get(person)
        fresh = before is not None and now - before.seen_at < LASTS
        since = before.since if before is not None and fresh else now
        people[person] = Present(person=person, working=working, since=since, seen_at=now)
        if len(self._cases) > _MOST:
            self._sweep(now)
        return not (fresh and before is not None and before.working == working)

    def left(self, number: str, person: str) -> bool:
        """Somebody looks away; return whether they were there."""
        return self._cases.get(number, {}).pop(person, None) is not None

    def at(self, number: str, now: datetime) -> tuple[Present, ...]:
        """Return who is there, who came first first."""
        people = self._cases.get(number, {})
        for person in [p for p, each in people.items() if now - each.seen_at >= LASTS]:
            del people[person]
        if not people:
            self._cases.pop(number, None)
        return tuple(sorted(people.values(), key=lambda each: (each.since, each.person)))

    def _sweep(self, now: datetime) -> None:
        for number in list(self._cases):
            self.at(number, now)
