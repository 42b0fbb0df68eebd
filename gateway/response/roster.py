"""Duty roster (排班): who is on duty, as a pure function of the roster and an instant.

Shifts and rotations say who should be there; granted leave and overrides change it. Every span is [from, to) in the
site's zone; a span over midnight belongs to the day it starts, also for `workday` and `restday`, which follow the
site's holiday calendar with its swapped days (调休).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from gateway.response.grid import Grid, covers
from gateway.response.model import Person, Role
from rules.calendar import local_instant
from rules.workday import Workdays

WEEKDAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_WORDS: tuple[str, ...] = (*WEEKDAYS, "workday", "restday", "holiday")
"""What `days` may hold; `holiday` is another word for `restday`: a day that is not worked."""
ROSTERED: frozenset[str] = frozenset({"guard", "worker", "leader", "maintenance", "manager"})
Asked: TypeAlias = Literal["asked", "granted", "refused", "withdrawn"]
SwapState: TypeAlias = Literal["asked", "agreed", "declined", "withdrawn"]


class Shift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span of a day and who fills it: `people` every time, or `rotation`, one team after the other.

    `start` is the first day of a rotation's first team, `turn_days` how long a team stays. `from` = `to` is
    24 hours. `days` names weekdays, `workday` or `restday`; a day that fits one of them is meant.
    """

    id: str
    role: Role
    begin: time = msgspec.field(name="from")
    end: time = msgspec.field(name="to")
    name: dict[str, str] = {}
    days: tuple[str, ...] = WEEKDAYS
    grid: str | None = None  # None: the grids of the people
    people: tuple[str, ...] = ()
    rotation: tuple[tuple[str, ...], ...] = ()
    start: date | None = None
    turn_days: int = 1


class Override(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of the roster for a while: a swap is `remove` one and `add` the other.

    With `shift` it changes that shift only, and who is added stands in it; else everything in the role and grid.
    """

    begin: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    role: Role
    grid: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    shift: str | None = None
    swap: str | None = None  # the swap that it came from


class Leave(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is away, first and last day included; what is only asked for does not count yet."""

    person: str
    begin: date = msgspec.field(name="from")
    end: date = msgspec.field(name="to")
    id: str | None = None
    state: Asked = "granted"
    note: str = ""
    by: str | None = None  # who granted or refused it
    at: datetime | None = None  # when it was asked or answered last


class Swap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`asker` asks `other` to stand in for them in one shift of one day; it counts once the other has agreed.

    `back_shift` and `back_day` are the duty of the other that the asker takes in return.
    """

    id: str
    asker: str
    other: str
    shift: str
    day: date
    back_shift: str | None = None
    back_day: date | None = None
    state: SwapState = "asked"
    note: str = ""
    at: datetime | None = None


class Roster(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it. An empty roster means that nobody is on duty."""

    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()
    leave: tuple[Leave, ...] = ()
    swaps: tuple[Swap, ...] = ()
    workdays: Workdays = msgspec.field(default_factory=Workdays)

    def shift(self, name: str) -> Shift | None:
        """Return the shift with this id, or None."""
        return next((shift for shift in self.shifts if shift.id == name), None)


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One person on duty: in which role, for which grid (None: their own), and until when."""

    person: str
    role: Role
    grid: str | None
    until: datetime
    shift: str
    since: datetime | None = None


def duties(roster: Roster, at: datetime, zone: ZoneInfo) -> tuple[Duty, ...]:
    """Return everybody on duty at an instant, in the order of the roster, each person, role and grid once."""
    today = at.astimezone(zone).date()
    found: list[Duty] = []
    for shift in roster.shifts:
        for day in (today,) if shift.begin < shift.end else (today - timedelta(days=1), today):
            span = span_of(shift, day, zone, roster.workdays)
            if span is not None and span[0] <= at < span[1]:
                found += [
                    Duty(
                        person=person, role=shift.role, grid=shift.grid, until=span[1], shift=shift.id, since=span[0]
                    )
                    for person in people_of(shift, day)
                    if not away(roster, person, day)
                ]  # fmt: skip
    for override in roster.overrides:
        if override.begin <= at < override.end:
            found = _changed(found, override)
    once: dict[tuple[str, str, str | None], Duty] = {}
    for duty in found:
        once.setdefault((duty.person, duty.role, duty.grid), duty)
    return tuple(once.values())


def _changed(found: list[Duty], override: Override) -> list[Duty]:
    def meant(duty: Duty) -> bool:
        if duty.person not in override.remove or duty.role != override.role:
            return False
        if override.shift is not None:
            return duty.shift == override.shift
        return override.grid in (None, duty.grid)

    kept = [duty for duty in found if not meant(duty)]
    added = [
        Duty(
            person=person, role=override.role, grid=override.grid, until=override.end,
            shift=override.shift or "override", since=override.begin,
        )
        for person in override.add
    ]  # fmt: skip
    return kept + added


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


def span_of(
    shift: Shift, day: date, zone: ZoneInfo, workdays: Workdays | None = None
) -> tuple[datetime, datetime] | None:
    """Return when the shift that starts on `day` begins and ends (UTC), or None when it does not start then."""
    if not _meant(shift.days, day, workdays):
        return None
    return _instants(shift.begin, shift.end, day, zone)


@lru_cache(maxsize=8192)
def _instants(begin: time, end: time, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day if begin < end else day + timedelta(days=1)
    return local_instant(datetime.combine(day, begin), zone), local_instant(datetime.combine(last, end), zone)


def _meant(days: tuple[str, ...], day: date, workdays: Workdays | None) -> bool:
    if WEEKDAYS[day.weekday()] in days:
        return True
    if not {"workday", "restday", "holiday"} & set(days):
        return False
    worked = (workdays or Workdays()).is_workday(day)
    return "workday" in days if worked else bool({"restday", "holiday"} & set(days))


def people_of(shift: Shift, day: date) -> tuple[str, ...]:
    """Return who is meant to fill the shift that starts on `day`, leave and overrides aside."""
    if not shift.rotation:
        return shift.people
    since = (day - (shift.start or date(2024, 1, 1))).days
    return (*shift.people, *shift.rotation[since // shift.turn_days % len(shift.rotation)])


def away(roster: Roster, person: str, day: date) -> bool:
    """Tell whether somebody has leave on a day."""
    return any(
        leave.person == person and leave.begin <= day <= leave.end and leave.state == "granted"
        for leave in roster.leave
    )
