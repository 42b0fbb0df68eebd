"""Backlog: what a device that was away says when it is back, and all mishaps of a run as one value."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.simulate.clocks import WrongClock
from gateway.simulate.life import OPEN_AT_MOST, opens
from gateway.simulate.mishaps import STORED, Away, Restart
from gateway.simulate.streams import Said

APART = timedelta(milliseconds=20)  # between two messages of a backlog
SOON = timedelta(seconds=1)  # after the device is back


class Mishaps(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong with devices themselves in a run, expectations apart."""

    absences: tuple[Away, ...] = ()
    restarts: tuple[Restart, ...] = ()
    clocks: Mapping[str, WrongClock] = {}


NO_MISHAPS = Mishaps()


def backlogs(life: Iterator[Said], absences: Sequence[Away]) -> Iterator[Said]:
    """Hold back what absent devices would say, and say what they store after they are back, marked as old."""
    away: dict[str, list[Away]] = {}
    for absence in absences:
        away.setdefault(absence.thing, []).append(absence)
    held: dict[Away, list[Said]] = {}
    stored: list[tuple[datetime, int, Said]] = []
    order = 0
    for said in life:
        for over in [each for each in held if each.end <= said.at]:
            for n, old in enumerate(held.pop(over)):
                at = over.end + SOON + n * APART
                heapq.heappush(stored, (at, order, _old(old, at)))
                order += 1
        while stored and stored[0][0] <= said.at:
            yield heapq.heappop(stored)[2]
        kept_by = _absence(away.get(said.thing, ()), said)
        if kept_by is None:
            yield said
        elif said.fact.kind in STORED and said.at >= kept_by.begin:
            held.setdefault(kept_by, []).append(said)


def _absence(absences: Sequence[Away], said: Said) -> Away | None:
    """Return the absence that keeps this from being said; nothing opens just before a device goes away."""
    for each in absences:
        margin = OPEN_AT_MOST if opens(said.fact) else timedelta()
        if each.begin - margin <= said.at < each.end:
            return each
    return None


def _old(said: Said, at: datetime) -> Said:
    fact = msgspec.structs.replace(said.fact, mode="backfill")
    return msgspec.structs.replace(said, at=at, fact=fact, ago=(at - said.at).total_seconds())
