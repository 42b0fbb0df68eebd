"""Ledgers on the wire: the figures of a day, a week or a month with the names of what they count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, View

Share = float | None


class LineView(View):
    """The figures of some cases. Rates are 0 to 1, null where there is nothing to divide; times are median seconds."""

    id: str = Field(description="a category, level or grid; empty: everything, or no grid")
    name: Bilingual
    opened: int
    done: int
    still_open: int
    reported: int = Field(description="by people, not by an alarm")
    late: int = Field(description="cases in which a time to take, arrive or resolve ran out")
    on_time: Share = Field(description="of those that were resolved: within the time to resolve")
    false_alarms: int
    false_rate: Share = Field(description="of those that ended with a finding")
    rework: int
    rework_rate: Share
    reopened: int
    taken_s: float | None
    arrived_s: float | None
    resolved_s: float | None
    rated: int
    satisfied: Share = Field(description="ratings of 4 and 5 among all")


class LedgerDay(View):
    """One day of the period."""

    day: date
    opened: int
    closed: int = Field(description="cases closed on that day, older ones too")


class LoudDevice(View):
    """A device and how often it spoke."""

    id: str
    name: Bilingual
    alarms: int


class NoisyView(View):
    """One rule in the league of noise."""

    rule: str
    name: Bilingual
    alarms: int
    share: float
    cases: int
    false: int
    found: int = Field(description="cases that ended with a finding")
    devices: list[LoudDevice]


class SpreadView(View):
    """How long one step took, in seconds from the opening of a case; null where no case came to it."""

    step: Literal["taken_s", "arrived_s", "resolved_s", "closed_s"]
    name: Bilingual
    count: int = Field(description="cases that came to it")
    p50: float | None
    p90: float | None
    p95: float | None


class FindingView(View):
    """How many cases came to one kind of finding."""

    finding: Literal["real", "false", "other", "open"]
    name: Bilingual
    cases: int


class TypeUptimeView(View):
    """Devices of one type that ever spoke."""

    type: str
    name: Bilingual
    devices: int
    share: Share
    outages: int


class DeviceUptimeView(View):
    """One device that was gone in the period."""

    device: str
    name: Bilingual
    place: Bilingual
    share: float
    outages: int
    gone_s: float


class UptimeView(View):
    """For which share of the time devices could be heard; spans of two rules about one device count once."""

    devices: int
    share: Share
    by_type: list[TypeUptimeView]
    worst: list[DeviceUptimeView] = Field(description="the ten that were gone longest")


class LoadView(View):
    """How many alarms people had to face, in the figures of ISA-18.2 and EEMUA 191."""

    alarms: int
    hours: float
    per_hour: float
    per_hour_and_seat: float | None = Field(description="for each guard on duty; the goal is 3 at most")
    worst_window: int = Field(description="alarms in the worst ten minutes")
    worst_at: datetime | None
    calm_share: Share = Field(description="windows of ten minutes with at most two alarms; the goal is 0.95")
    floods: int = Field(description="begins with more than ten alarms in ten minutes, ends below five")
    flood_share: Share
    levels: dict[Level, int]
    top_share: Share
    chattering: list[str]
    standing: int = Field(description="alarms that stood for over 24 hours when the period ended")


class LedgerView(View):
    """A ledger: generated from what happened, nothing is typed."""

    kind: Literal["daily", "weekly", "monthly"]
    first: date
    last: date
    title: Bilingual
    whole: LineView
    by_category: list[LineView]
    by_level: list[LineView]
    by_grid: list[LineView]
    by_building: list[LineView]
    times: list[SpreadView]
    mix: list[FindingView] = Field(description="what people found")
    uptime: UptimeView | None
    by_day: list[LedgerDay]
    drills: int = Field(description="counted here and nowhere above")
    carried_in: int = Field(description="cases that were open when the period began")
    noisy: list[NoisyView]
    load: LoadView
