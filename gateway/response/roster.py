"""Duty roster (排班): who is on duty, as a pure function of the roster and an instant.

Weekly shifts and rotations say who should be there; leave and overrides change it. Every span is
[from, to) in the site's zone; a span over midnight belongs to the day it starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from gateway.response.grid import Grid, covers
from gateway.response.model import Person, Role

WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROSTERED: frozenset[str] = frozenset({"guard", "worker", "leader", "maintenance", "manager"})


class Shift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span of a day and who fills it: `people` every time, or `rotation`, one team after the other.

    `start` is the first day of a rotation's first team, `turn_days` how long a team stays. `from` = `to` is
    24 hours.
    """

    id: str
    role: Role
    begin: time = msgspec.field(name="from")
    end: time = msgspec.field(name="to")
    days: tuple[str, ...] = WEEKDAYS
    grid: str | None = None  # None: the grids of the people
    people: tuple[str, ...] = ()
    rotation: tuple[tuple[str, ...], ...] = ()
    start: date | None = None
    turn_days: int = 1


class Override(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of the roster for a while: a swap is `remove` one and `add` the other."""

    begin: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    role: Role
    grid: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is away, first and last day included."""

    person: str
    begin: date = msgspec.field(name="from")
    end: date = msgspec.field(name="to")


class Roster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it. An empty roster means that nobody is on duty."""

    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()
    leave: tuple[Leave, ...] = ()


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One person on duty: in which role, for which grid (None: their own), and until when."""

    person: str
    role: Role
    grid: str | None
    until: datetime
    shift: str


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a grid has nobody in a role."""

    grid: str | None
    role: Role
    begin: datetime
    end: datetime


def duties(roster: Roster, at: datetime, zone: ZoneInfo) -> tuple[Duty, ...]:
    """Return everybody on duty at an instant, in the order of the roster, each person, role and grid once."""
    local = at.astimezone(zone)
    found: dict[tuple[str, str, str | None], Duty] = {}
    for shift in roster.shifts:
        for day in (local.date() - timedelta(days=1), local.date()):
            span = span_of(shift, day, zone)
            if span is None or not span[0] <= at < span[1]:
                continue
            for person in _people(shift, day):
                if not _away(roster, person, day):
                    duty = Duty(
                        person=person, role=shift.role, grid=shift.grid, until=span[1], shift=shift.id
                    )
                    found.setdefault((person, shift.role, shift.grid), duty)
    for override in roster.overrides:
        if not override.begin <= at < override.end:
            continue
        for key in list(found):
            if key[0] in override.remove and key[1] == override.role and override.grid in (None, key[2]):
                del found[key]
        for person in override.add:
            found[(person, override.role, override.grid)] = Duty(
                person=person, role=override.role, grid=override.grid, until=override.end, shift="override"
            )
    return tuple(found.values())


def on_duty(
    on_now: Iterable[Duty],
    people: Mapping[str, Person],
    grids: Mapping[str, Grid],
    grid: str | None,
    role: Role,
) -> tuple[Person, ...]:
    """Return who of those on duty serves this grid in this role, each once.

    A shift that names a grid serves it and what lies in it; one that does not serves the grids of its people.
    """
    found: dict[str, Person] = {}
    for duty in on_now:
        person = people.get(duty.person)
        if person is None or duty.role != role:
            continue
        served = (duty.grid,) if duty.grid is not None else person.grids
        if covers(grids, served, grid):
            found[person.id] = person
    return tuple(found.values())


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
    """Return the times in [start, start + days) in which a wanted (grid, role) has nobody on duty."""
    edges = _edges(roster, start, days, zone)
    found: list[Gap] = []
    for grid, role in wanted:
        begin: datetime | None = None
        for edge in edges[:-1]:
            if on_duty(duties(roster, edge, zone), people, grids, grid, role):
                if begin is not None:
                    found.append(Gap(grid=grid, role=role, begin=begin, end=edge))
                begin = None
            else:
                begin = begin or edge
        if begin is not None:
            found.append(Gap(grid=grid, role=role, begin=begin, end=edges[-1]))
    return tuple(found)


def overlaps(roster: Roster, *, zone: ZoneInfo, monday: date) -> tuple[tuple[str, str, str], ...]:
    """Return (person, shift, other shift) for everybody who is to be in two shifts at once in the next weeks.

    Looks at four weeks from `monday`, or at as many days as a rotation needs to come round.
    """
    turns = [len(s.rotation) * s.turn_days for s in roster.shifts if s.rotation]
    spans: dict[str, list[tuple[datetime, datetime, str]]] = {}
    for offset in range(min(max([28, *turns]), 400)):
        for shift in roster.shifts:
            day = monday + timedelta(days=offset)
            span = span_of(shift, day, zone)
            if span is None:
                continue
            for person in _people(shift, day):
                spans.setdefault(person, []).append((*span, shift.id))
    found: dict[tuple[str, str, str], None] = {}
    for person, times in spans.items():
        times.sort()
        for left, right in pairwise(times):
            if right[0] < left[1] and left[2] != right[2]:
                found.setdefault((person, *sorted((left[2], right[2]))))  # type: ignore[arg-type]  # two names
    return tuple(found)


def span_of(shift: Shift, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return when the shift that starts on `day` begins and ends, or None when it does not start then."""
    if WEEKDAYS[day.weekday()] not in shift.days:
        return None
    last = day if shift.begin < shift.end else day + timedelta(days=1)
    begin, end = datetime.combine(day, shift.begin, zone), datetime.combine(last, shift.end, zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def _people(shift: Shift, day: date) -> tuple[str, ...]:
    if not shift.rotation:
        return shift.people
    since = (day - (shift.start or date(2024, 1, 1))).days
    return (*shift.people, *shift.rotation[since // shift.turn_days % len(shift.rotation)])


def _away(roster: Roster, person: str, day: date) -> bool:
    return any(leave.person == person and leave.begin <= day <= leave.end for leave in roster.leave)


def _edges(roster: Roster, start: datetime, days: int, zone: ZoneInfo) -> list[datetime]:
    end = start + timedelta(days=days)
    first = start.astimezone(zone).date() - timedelta(days=1)
    found = {start, end}
    for offset in range(days + 2):
        for shift in roster.shifts:
            span = span_of(shift, first + timedelta(days=offset), zone)
            found.update(span or ())
    for override in roster.overrides:
        found.update((override.begin, override.end))
    return sorted(edge for edge in found if start <= edge <= end)
