"""Figures in words: the digest of a period, today, alarm governance, the load of the shift."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, View

Share = float | None
Form = Literal["count", "share", "seconds", "number"]


class ChangeView(View):
    """How a figure moved against another period."""

    before: float
    way: Literal["up", "down", "same"]
    share: Share = Field(
        description="the difference over the earlier figure; null where that was 0 or is a share"
    )
    text: Bilingual


class FigureView(View):
    """One of the four numbers."""

    name: str
    title: Bilingual
    value: float | None
    form: Form
    more: bool | None = Field(description="whether more is better; null: neither")
    text: Bilingual = Field(description="the value as people say it")
    before: ChangeView | None = Field(description="against the period before (环比); null: not known")
    year: ChangeView | None = Field(
        description="against a year ago (同比); null where the gateway was not there yet"
    )


class RemedyView(View):
    """What is proposed: one field of a rule, a device to look at, or a look. `path` and `value` are those of the rule's form."""

    kind: Literal["edit", "device", "look"]
    text: Bilingual
    why: Bilingual
    rule: str | None
    rule_name: Bilingual | None
    path: str | None
    value: Any = None
    device: str | None


class BusyPlace(View):
    """A place with many cases: a building or a zone."""

    name: Bilingual
    cases: int
    share: float = Field(description="of all cases of the period")


class DigestView(View):
    """A period read aloud."""

    kind: Literal["daily", "weekly", "monthly"]
    first: date
    last: date
    title: Bilingual
    running: bool = Field(description="it is not over: earlier periods are cut to the same length")
    sentences: list[Bilingual]
    figures: list[FigureView]
    places: list[BusyPlace] = Field(description="the three with most cases")
    suggestions: list[RemedyView]


class NeedView(View):
    """Something that waits for a person, with where it is dealt with."""

    name: Literal["urgent", "overdue", "check", "gaps", "devices", "rules"]
    count: int
    text: Bilingual
    level: Level | None
    newest: str | None = Field(description="the first of them: a case, a device, a grid")


class TodayView(View):
    """Today in five sentences, four numbers, and what needs somebody."""

    at: datetime
    sentences: list[Bilingual]
    figures: list[FigureView]
    needs: list[NeedView]
    hours: list[int] = Field(description="alarms in each hour of the day so far, from 0 o'clock on")


class GaugeView(View):
    """A figure of ISA-18.2 or EEMUA 191 with its norm."""

    name: str
    title: Bilingual
    value: float | None
    form: Literal["count", "share", "number"]
    target: float
    limit: float
    more: bool = Field(description="more is better")
    stands: Literal["good", "watch", "bad", "unknown"]
    source: str


class LoudView(View):
    """One of the ten that speak most."""

    id: str
    name: Bilingual
    alarms: int
    share: float
    false: int
    found: int
    short: int = Field(description="ended within two minutes")
    chatters: bool
    remedy: RemedyView | None


class StandingView(View):
    """An alarm that has stood for over 24 hours."""

    alert: str
    rule: str
    name: Bilingual
    level: Level
    device: str | None
    place: Bilingual
    since: datetime


class TremblingView(View):
    """A rule and key that came thrice within a minute."""

    rule: str
    name: Bilingual
    device: str | None
    device_name: Bilingual | None
    alarms: int
    worst: int = Field(description="within one minute")
    last_at: datetime


class AlarmFlood(View):
    """A flood: begins with more than ten alarms in ten minutes, ends below five."""

    begin: datetime
    end: datetime
    alarms: int
    rule: str
    name: Bilingual
    rule_alarms: int


class OftenSilenced(View):
    """What was silenced again and again."""

    where: str
    text: Bilingual
    times: int


class HeatView(View):
    """How often a rule spoke in each hour of the day. `rule` null: all the others together."""

    rule: str | None
    name: Bilingual
    hours: list[int]


class GovernanceView(View):
    """How alarms are governed: every figure beside its norm, and what to do about those who speak most."""

    begin: datetime
    end: datetime
    days: int
    seats: float | None = Field(description="guards on duty on average; null: no roster says so")
    sentence: Bilingual
    gauges: list[GaugeView]
    levels: dict[Level, int]
    rules: list[LoudView]
    devices: list[LoudView]
    places: list[LoudView]
    standing: list[StandingView]
    chattering: list[TremblingView]
    silenced_often: list[OftenSilenced]
    floods: list[AlarmFlood]
    heat: list[HeatView]


class WindowView(View):
    """Ten minutes of the shift."""

    at: datetime
    alarms: int


class ShiftLoad(View):
    """The load of the shift so far (本班负荷)."""

    since: datetime = Field(description="the last handover that was accepted, or twelve hours ago")
    at: datetime
    alarms: int
    per_hour: float
    per_hour_and_seat: float | None
    seats: int = Field(description="guards on duty now")
    worst_window: int
    calm_share: Share
    goal: float = Field(description="alarms an hour for one guard")
    stands: Literal["good", "watch", "bad", "unknown"]
    text: Bilingual
    windows: list[WindowView]
