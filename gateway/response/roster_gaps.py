"""Gaps and clashes of a roster: times with nobody, and people who are to be in two places. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from gateway.response.grid import Grid, covers
from gateway.response.model import Person, Role
from gateway.response.roster import Roster, Shift, people_of, span_of
from gateway.response.roster_spans import joined, stints

LONGEST_DAYS = 400  # of rotations that are looked at until they come round


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a grid has nobody in a role."""

    grid: str | None
    role: Role
    begin: datetime
    end: datetime


def gaps(
    roster: Roster,
    people: Mapping[str, Person],
    grids: Mapping[str, Grid],
    wanted: Iterable[tuple[str | None, Role]],
    *,
    start: datetime,
    days: int,
    zone: ZoneInfo,
) -> tuple[Gap, ...]:
    """Return the times in [start, start + days) in which a wanted (grid, role) has nobody on duty, by grid and role."""
    end = start + timedelta(days=days)
    served: dict[tuple[Role, tuple[str, ...]], list[tuple[datetime, datetime]]] = {}
    for each in stints(roster, start, end, zone):
        person = people.get(each.person)
        if person is not None:
            own = (each.grid,) if each.grid is not None else person.grids
            served.setdefault((each.role, own), []).append((each.begin, each.end))
    found: list[Gap] = []
    for grid, role in dict.fromkeys(wanted):
        there = [
            span
            for (served_role, own), spans in served.items()
            if served_role == role and covers(grids, own, grid)
            for span in spans
        ]
        at = start
        for begin, until in [*joined(there), (end, end)]:
            if begin > at:
                found.append(Gap(grid=grid, role=role, begin=at, end=begin))
            at = max(at, until)
    return tuple(found)


def wanted_of(roster: Roster, grids: Mapping[str, Grid]) -> tuple[tuple[str | None, Role], ...]:
    """Return every (grid, role) that the roster fills at some time: workers and leaders for each grid, others for the site."""
    inner = {grid.parent for grid in grids.values()}
    leaves = [grid.id for grid in grids.values() if grid.id not in inner]
    found: list[tuple[str | None, Role]] = []
    for role in dict.fromkeys(shift.role for shift in roster.shifts):
        found += (
            [(grid, role) for grid in leaves] if role in ("worker", "leader") and leaves else [(None, role)]
        )
    return tuple(found)


def overlaps(roster: Roster, *, zone: ZoneInfo, monday: date) -> tuple[tuple[str, str, str], ...]:
    """Return (person, shift, other shift) for everybody who is to be in two shifts at once in the next weeks.

    Looks at four weeks from `monday`, or at as many days as a rotation needs to come round.
    """
    turns = [len(shift.rotation) * shift.turn_days for shift in roster.shifts if shift.rotation]
    days = [monday + timedelta(days=offset) for offset in range(min(max([28, *turns]), LONGEST_DAYS))]
    spans: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for shift in _shared(roster):
        for day in days:
            span = span_of(shift, day, zone, roster.workdays)
            for person in people_of(shift, day) if span is not None else ():
                spans.setdefault(person, []).append((*span, shift.id))  # type: ignore[misc]  # not None here
    found: dict[tuple[str, str, str], None] = {}
    for person, times in spans.items():
        times.sort()
        for left, right in pairwise(times):
            if right[0] < left[1] and left[2] != right[2]:
                found.setdefault((person, *sorted((left[2], right[2]))))  # type: ignore[arg-type]  # two names
    return tuple(found)


def _shared(roster: Roster) -> list[Shift]:
    """Return the shifts that hold somebody who stands in another one too: only these can clash."""
    of: dict[str, list[Shift]] = {}
    for shift in roster.shifts:
        for person in {*shift.people, *(one for team in shift.rotation for one in team)}:
            of.setdefault(person, []).append(shift)
    several = {shift.id for shifts in of.values() if len(shifts) > 1 for shift in shifts}
    return [shift for shift in roster.shifts if shift.id in several]
