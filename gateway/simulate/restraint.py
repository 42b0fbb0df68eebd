"""Restraint: what keeps ordinary life ordinary, however busy it is made. It raises no alert.

Refused cards stay below five in a minute and four cards in ten minutes at one place, opened cells below eight in a
minute at one locker, with room for what a network repeats or delays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from gateway.simulate.speech import Fact
from gateway.simulate.streams import Said, Visit

MINUTE = timedelta(seconds=70)  # a minute of the rules, and what the network may add
TEN_MINUTES = timedelta(minutes=11)
REFUSED_AT_MOST, CARDS_AT_MOST = 2, 2
PUT_AT_MOST, TAKEN_AT_MOST = 3, 4  # cells in a minute, by couriers and by residents
WAIT = timedelta(seconds=30)

_Marks = deque[tuple[datetime, str]]


class Restraint:
    """Remembers the last minutes of each place; facts must come in order of time."""

    def __init__(self) -> None:
        self._refused: dict[str, _Marks] = {}
        self._visits: dict[tuple[str, bool], _Marks] = {}

    def refuse(self, said: Said) -> Said:
        """Return a refusal as it may be said: as it is, of a card that was refused before, or as a passage after all."""
        marks = _kept(self._refused.setdefault(said.thing, deque()), said.at - TEN_MINUTES)
        minute = sum(at > said.at - MINUTE for at, _ in marks)
        if minute >= REFUSED_AT_MOST:
            data = {name: value for name, value in said.fact.data.items() if name != "reason"}
            granted = Fact(kind="access.granted", data=data, subject=said.fact.subject)
            return msgspec.structs.replace(said, fact=granted)
        card = said.fact.subject.get("cred", "")
        cards = sorted({each for _, each in marks})
        if card not in cards and len(cards) >= CARDS_AT_MOST:
            card = cards[0]  # the same person tries once more
            fact = Fact(kind=said.fact.kind, data=said.fact.data, subject={"cred": card})
            said = msgspec.structs.replace(said, fact=fact)
        marks.append((said.at, card))
        return said

    def enter(self, visit: Visit) -> Visit | None:
        """Return the visit as it takes place: now, a little later (a resident waits), or None: the courier goes on."""
        marks = _kept(self._visits.setdefault((visit.locker, visit.put), deque()), visit.at - MINUTE)
        if len(set(_cells(marks))) >= (PUT_AT_MOST if visit.put else TAKEN_AT_MOST):
            return None if visit.put else msgspec.structs.replace(visit, at=visit.at + WAIT)
        marks.append((visit.at, visit.cell))
        return visit


def _kept(marks: _Marks, since: datetime) -> _Marks:
    while marks and marks[0][0] <= since:
        marks.popleft()
    return marks


def _cells(marks: Iterable[tuple[datetime, str]]) -> list[str]:
    return [cell for _, cell in marks]
