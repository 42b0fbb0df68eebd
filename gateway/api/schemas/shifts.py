"""Shift work on the wire: handovers, duty records, patrols, tests of everything, who is looking at a case."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from gateway.api.schemas.common import Bilingual, Level, PersonName, Request, Sha256, View, WallTime

Note = Annotated[str, Field(max_length=2000)]
Number = Annotated[str, Field(min_length=1, max_length=80)]
Point = Annotated[str, Field(min_length=3, max_length=120, examples=["zone:cellar"])]
# A time of day as it is written: 08:00.
ClockTime = Annotated[time, PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]


# --- handover ---


class OpenCaseView(View):
    """A case that is open when the shift ends; `confirmed_at` is when the next shift saw it."""

    number: str
    level: Level
    state: str
    title: Bilingual
    place: Bilingual
    owner: str | None
    due_at: datetime | None
    drill: bool
    confirmed_at: datetime | None = None


class SilencedView(View):
    """A silence in force, in words."""

    text: Bilingual
    until: datetime
    by: str
    reason: str


class OfflineView(View):
    """A device that does not answer."""

    device: str
    name: Bilingual
    since: datetime


class SnapshotView(View):
    """What the next shift has to know; counted, not typed."""

    since: datetime = Field(description="when the last handover was accepted, or twelve hours ago")
    at: datetime
    open_cases: list[OpenCaseView]
    unseen: int = Field(description="open alarms nobody has acknowledged")
    silenced: list[SilencedView]
    offline: list[OfflineView]
    drills: list[str] = Field(description="zones in drill mode; empty text: the whole site")
    opened: int
    done: int
    alarms: int
    worst_window: int = Field(description="alarms in the worst ten minutes")
    records_missed: int


class HandoverView(View):
    """A handover from one shift to the next; both sign by their login."""

    id: str
    state: Literal["offered", "accepted", "withdrawn"]
    outgoing: PersonName
    incoming: PersonName | None
    offered_at: datetime
    accepted_at: datetime | None
    notes: str
    remark: str
    to_confirm: list[str] = Field(description="grave cases the incoming person has not confirmed")
    snapshot: SnapshotView


class HandoverList(View):
    """Handovers, the newest first."""

    items: list[HandoverView]


class HandoverRequest(Request):
    """Offer the shift to the next; the snapshot is taken now."""

    notes: Note = Field(default="", examples=["2 栋道闸间歇离线，已报修"])


class ConfirmRequest(Request):
    """Cases the incoming person has looked at."""

    numbers: Annotated[tuple[Number, ...], Field(min_length=1, max_length=5000)]


class AcceptRequest(Request):
    """Take the shift over."""

    remark: Note = ""


# --- duty record ---


class RecordRequest(Request):
    """How it stands, in one's own words; `normal`: all quiet."""

    text: str = Field(min_length=1, max_length=2000, examples=["各岗正常，2 号门值守"])
    normal: bool = True


class RecordView(View):
    """One record of the two-hourly book."""

    id: str
    slot: datetime
    at: datetime
    by: PersonName
    text: str
    normal: bool


class SlotView(View):
    """Two hours of the book; `missed`: over, and nobody wrote."""

    begin: datetime
    end: datetime
    records: list[RecordView]
    missed: bool
    now: bool


class RecordBook(View):
    """The book of one day; `due` when the running slot has no record yet."""

    day: date
    slots: list[SlotView]
    due: bool


# --- patrol ---


class RoundRequest(Request):
    """A round as it is planned."""

    name: Bilingual
    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=100)]
    starts: Annotated[tuple[time, ...], Field(min_length=1, max_length=48)]
    minutes: int = Field(default=60, ge=5, le=720)
    role: Literal["guard", "worker", "maintenance"] = "guard"
    version: int | None = Field(default=None, description="the version seen; null for a new round")


class RoundView(View):
    """A planned round."""

    id: str
    name: Bilingual
    points: list[str]
    starts: list[ClockTime]
    minutes: int
    role: str
    version: int


class RoundList(View):
    """Every planned round, and the places that may be its points."""

    items: list[RoundView]
    points: list[PointView]


class PointView(View):
    """A place that can be a point of a round."""

    key: str
    name: Bilingual


class VisitRequest(Request):
    """Somebody is at a point: the scanned code proves it; without one it is noted by hand."""

    token: str | None = Field(default=None, max_length=400, description="from the printed code")
    point: Point | None = Field(default=None, description="instead of a code")
    at: WallTime | None = Field(default=None, description="when, as the phone knows; null: now")
    note: Note = ""
    photos: Annotated[tuple[Sha256, ...], Field(max_length=9)] = ()


class VisitView(View):
    """One visit."""

    id: str
    point: str
    name: Bilingual
    at: datetime
    received_at: datetime
    by: PersonName
    proven: bool
    note: str
    photos: list[str]


class StopView(View):
    """One point of one walk."""

    point: str
    name: Bilingual
    standing: Literal["done", "late", "missed", "open", "ahead"]
    visit: VisitView | None


class WalkView(View):
    """One round at one time."""

    round: str
    name: Bilingual
    begin: datetime
    end: datetime
    done: bool
    stops: list[StopView]


class PatrolDay(View):
    """The walks of one day."""

    day: date
    walks: list[WalkView]


# --- test of everything ---


class TrialRequest(Request):
    """Which device the test alarm is to come from, and as what."""

    device: str = Field(min_length=1, max_length=80)
    category: str | None = Field(default=None, max_length=8, examples=["0203"])


class TrialStep(View):
    """One step, with the seconds after the alarm opened; null: not seen yet."""

    step: str
    name: Bilingual
    at: datetime | None
    seconds: float | None
    who: str | None
    allowed_s: float | None = Field(
        description="by how many seconds after the opening a real case of this kind has to be so far; null: no promise"
    )
    in_time: bool | None = Field(description="null: not seen yet, or nothing was promised")


class TrialView(View):
    """One test of everything."""

    id: str
    at: datetime
    by: PersonName
    device: str
    device_name: Bilingual
    category: Bilingual = Field(description="as what kind of case it was played")
    incident: str
    complete: bool
    steps: list[TrialStep]


class TrialList(View):
    """Tests, the newest first."""

    items: list[TrialView]


# --- presence ---


class PresenceRequest(Request):
    """I have this case open; `working`: I have begun to do something; `left`: I have closed it."""

    working: bool = False
    left: bool = False


class PresentView(View):
    """Somebody who has the case open."""

    person: PersonName
    working: bool
    since: datetime


class PresenceList(View):
    """Who has the case open now."""

    items: list[PresentView]


RoundList.model_rebuild()
