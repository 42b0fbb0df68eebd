"""Devices, rules, places, who is on duty."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.alerts import AlertView
from gateway.api.schemas.backtests import PastView
from gateway.api.schemas.common import Bilingual, Level, PersonName, View
from gateway.api.schemas.devices import Availability, ClockView, HeldValue, WantedValue
from gateway.api.schemas.events import EventView


class DeviceView(View):
    """One device: what it is, where it stands, how it is."""

    id: str
    type: str = Field(examples=["gate"])
    name: Bilingual
    place: Bilingual
    building: str | None
    unit: str | None
    floor: str | None
    zone: str | None
    grid: str | None
    profile: str
    parent: str | None
    state: str = Field(description="of its registration", examples=["active"])
    online: bool | None = Field(description="null: it never told")
    last_at: datetime | None = Field(description="its newest event")
    availability: Availability
    skew_ms: int | None = Field(description="its clock against ours; null: not learned yet")
    reported: dict[str, Any] = Field(description="the values that hold now")
    worst: Level | None = Field(description="worst level of its open alerts")
    open_alerts: int
    tags: list[str]
    x: float | None = Field(description="on the plan, 0–1")
    y: float | None


class DeviceList(View):
    """Every device I may see."""

    items: list[DeviceView]


class DeviceDetail(View):
    """One device with its newest events and alerts."""

    device: DeviceView
    clock: ClockView | None = Field(
        description="null: not learned yet, 20 messages and 10 minutes are needed"
    )
    held: list[HeldValue] = Field(description="what it last said of itself, with its time and event")
    desired: list[WantedValue] = Field(
        default=[], description="what commands want it to hold: locks and sirens"
    )
    events: list[EventView]
    alerts: list[AlertView]


class RuleStanding(View):
    """Where a rule comes from, who changed it last, how often it was right, and whether it is being tried out."""

    origin: Literal["pack", "site"]
    author: str
    at: datetime
    overridden: bool = Field(description="of a pack, and changed here")
    faulty: bool = Field(description="its own faults have switched it off, for some devices or everywhere")
    closed: int = Field(description="its cases closed so far")
    true: int = Field(description="of these: real")
    false: int = Field(description="of these: false alarms")
    shadow: bool = Field(description="it is being tried out")


class RuleView(View):
    """One rule as a sentence."""

    id: str
    name: Bilingual
    sentence: Bilingual
    note: Bilingual | None = Field(description="what whoever is on duty does when it fires")
    setup: Bilingual | None = Field(description="what whoever installs it has to prepare")
    enabled: bool
    version: int
    category: str
    category_name: Bilingual
    level: Level | None
    hits_7d: int = Field(description="alerts it opened in the last seven days")
    standing: RuleStanding | None = Field(default=None, description="null: rules are shown here, not changed")


class RuleList(View):
    """Every rule that is loaded."""

    items: list[RuleView]


class ExplainLine(View):
    """One condition of a rule: fulfilled, not fulfilled, or not known."""

    ok: bool | None
    text: Bilingual
    value: Any = None


class RuleExplain(View):
    """Why a rule fires, or does not, for one key now."""

    rule: str
    key: dict[str, Any]
    at: datetime
    lines: list[ExplainLine]
    past: PastView | None = Field(default=None, description="for `at`: what the journal answers")


class DutyPerson(PersonName):
    """Somebody on duty, and until when."""

    roles: list[str]
    until: datetime | None


class DutyGrid(View):
    """Who is on duty in one grid; `gap`: nobody is, neither here nor above, nor in any grid below."""

    grid: str
    grid_name: Bilingual
    people: list[DutyPerson]
    gap: bool


class DutyView(View):
    """Who is on duty now."""

    at: datetime
    grids: list[DutyGrid]


class PlaceNode(View):
    """A building, unit, floor or zone, with what is in it."""

    id: str
    kind: str = Field(examples=["building"])
    name: Bilingual
    devices: int
    children: list[PlaceNode]


class Marker(View):
    """Where something stands on the plan, both 0–1."""

    id: str
    kind: str = Field(examples=["building"])
    name: Bilingual
    x: float
    y: float


class PlanImage(View):
    """The plan of the estate, drawn from the place tree: an SVG without script, and what stands where on it."""

    svg: str
    width: int
    height: int
    markers: list[Marker]


class GridName(View):
    """A grid of the community."""

    id: str
    name: Bilingual


class PlaceTree(View):
    """The places of the community and its plan."""

    tree: list[PlaceNode]
    grids: list[GridName]
    plan: PlanImage
