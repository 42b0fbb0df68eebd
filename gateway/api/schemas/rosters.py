"""Duty rosters (排班): who is on duty when, what is missing, swaps and leave."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View
from gateway.api.schemas.saved import Entry, SiteProblem

Id = Annotated[str, Field(min_length=1, max_length=80)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]


class StintView(View):
    """Somebody on duty from one time to another."""

    person: PersonName
    role: str
    grid: str | None = Field(description="null: the grids of the person")
    shift: str
    shift_name: Bilingual
    day: date = Field(description="the day that the duty belongs to: a night to the day it starts")
    begin: datetime
    end: datetime


class GapView(View):
    """A time with nobody in a role."""

    grid: str | None
    grid_name: Bilingual
    role: str
    begin: datetime
    end: datetime


class RosterDay(View):
    """One day of the calendar; `workday` with the swapped days (调休)."""

    day: date
    workday: bool


class LeaveView(View):
    """Leave, asked for or granted."""

    id: str | None
    person: PersonName
    begin: date
    end: date
    state: Literal["asked", "granted", "refused", "withdrawn"]
    note: str
    by: PersonName | None


class RosterView(View):
    """Duty from `begin` to `end`: for a day, a week or a month."""

    begin: datetime
    end: datetime
    days: list[RosterDay]
    stints: list[StintView]
    gaps: list[GapView] = Field(description="within the span, for every grid and role that the roster fills")
    leave: list[LeaveView] = Field(description="granted, within the span")


class RosterPerson(PersonName):
    """Somebody who can be on duty."""

    roles: list[str]
    grids: list[str] = Field(description="empty: the whole site")


class RosterPeople(View):
    """Whom a roster may name."""

    items: list[RosterPerson]


class RosterPlan(View):
    """The roster as it is edited: shifts, overrides, leave, as in a site file."""

    version: int
    entry: Entry
    warnings: list[SiteProblem]


class SwapView(View):
    """A swap that somebody asked another one for."""

    id: str
    asker: PersonName
    other: PersonName
    shift: str
    day: date
    back_shift: str | None
    back_day: date | None
    state: Literal["asked", "agreed", "declined", "withdrawn"]
    note: str


class RequestList(View):
    """Swaps and leave that the person may see: their own, and everybody's for who plans the roster."""

    swaps: list[SwapView]
    leave: list[LeaveView]


class SwapAsk(Request):
    """Ask another one to stand in; `back_*`: the duty of theirs that is taken in return."""

    other: Id
    shift: Id
    day: Day
    back_shift: Id | None = None
    back_day: Day | None = None
    note: str = Field("", max_length=200)


class LeaveAsk(Request):
    """Ask for leave, first and last day included."""

    begin: Day
    end: Day
    note: str = Field("", max_length=200)


class Answer(Request):
    """Yes or no."""

    yes: bool


class Arranged(View):
    """What was arranged, and what gaps the roster has in the next seven days as it is now."""

    id: str
    gaps: list[GapView]
