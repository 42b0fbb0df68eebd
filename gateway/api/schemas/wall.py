"""What a wall screen shows, and how one is let in."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, PersonName, Request, View
from gateway.api.schemas.health import HealthReason, Status
from gateway.api.schemas.stream import DeviceCount


class WallLevel(View):
    """How much of one level is open, and since when the oldest is."""

    level: Level
    count: int
    oldest_at: datetime | None


class WallAlarm(View):
    """One of the gravest things that are open; no word that a resident wrote is in it."""

    key: str = Field(description="number of the case, or id of an alert without one")
    level: Level
    title: Bilingual
    place: Bilingual
    state: Bilingual
    opened_at: datetime
    due_at: datetime | None
    people: list[str] = Field(description="names of those at work on it")
    drill: bool


class WallSpot(View):
    """A building or zone on the plan (0–1 from the left and the top) with the worst that is open there."""

    id: str
    kind: str
    name: Bilingual
    x: float
    y: float
    worst: Level | None
    count: int


class WallHour(View):
    """Alerts that opened in one hour, by level."""

    begin: datetime
    counts: dict[Level, int]


class WallDay(View):
    """What a day brought, up to the same time of day as now."""

    alerts: int
    cases: int
    closed: int
    false: int = Field(description="closed as false alarms")


class WallPerson(View):
    """Somebody on duty."""

    name: str
    roles: list[Bilingual]
    until: datetime | None


class WallView(View):
    """Everything on a wall screen at one moment."""

    site: Bilingual
    timezone: str
    demo: bool
    at: datetime = Field(description="when this was read")
    status: Status
    reasons: list[HealthReason]
    levels: list[WallLevel]
    alarms: list[WallAlarm] = Field(description="the five gravest")
    open: int
    spots: list[WallSpot]
    plan_ratio: float = Field(description="width of the plan by its height")
    hours: list[WallHour] = Field(description="the last 24, the present one last")
    today: WallDay
    yesterday: WallDay
    last_year: WallDay | None = Field(description="null: nothing was kept a year ago")
    people: list[WallPerson]
    gaps: list[Bilingual] = Field(description="grids that nobody serves now")
    devices: DeviceCount
    names: bool = Field(description="this screen may ask who reported what")


class WallReporter(View):
    """Who reported a case."""

    key: str
    name: str


class WallReporters(View):
    """Who reported what stands on the wall."""

    items: list[WallReporter]


class PairingBegun(View):
    """A code to show on the display, and the secret with which it asks whether it was let in."""

    code: str = Field(examples=["048213"])
    secret: str
    expires_at: datetime


class PairingClaim(Request):
    """The secret of a display that waits."""

    secret: str = Field(min_length=20, max_length=100)


class PairingState(View):
    """Whether the display was let in; then its cookie is in this answer."""

    state: Literal["waiting", "paired"]


class NewScreen(Request):
    """The code that a display shows, and what it is called."""

    code: str = Field(pattern=r"^\d{3} ?\d{3}$", examples=["048213"])
    name: str = Field(min_length=1, max_length=60, examples=["值班室大屏"])
    names: bool = Field(
        default=False, description="names of residents who reported something are shown on it"
    )


class ScreenView(View):
    """A display that was let in."""

    id: str
    name: str
    names: bool
    by: PersonName
    paired_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    seen_from: str | None
    works: bool


class ScreenList(View):
    """Every display, newest first; also those that ended."""

    items: list[ScreenView]
