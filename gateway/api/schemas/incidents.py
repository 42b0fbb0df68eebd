"""Incidents: the list's row, the page of one case, what a person may do, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from gateway.api.schemas.alerts import AlertView
from gateway.api.schemas.common import (
    Bilingual,
    EvidenceView,
    Level,
    PersonName,
    PhotoView,
    Request,
    Sha256,
    View,
    VoiceView,
    WallTime,
)
from gateway.response.model import State

LineKind: TypeAlias = Literal["say", "look", "do", "call"]


class Due(View):
    """The timer that runs out next."""

    timer: str = Field(examples=["take"])
    at: datetime


class IncidentView(View):
    """One case (案件). The same view in lists, in details and in the stream."""

    number: str = Field(examples=["lijing-20260301-007"])
    state: State
    state_name: Bilingual
    version: int
    level: Level
    category: str
    category_name: Bilingual
    title: Bilingual
    place: Bilingual
    building: str | None
    zone: str | None
    device: str | None
    grid: str | None
    owner: str | None
    owner_name: str | None
    assignees: list[PersonName]
    opened_at: datetime
    closed_at: datetime | None
    due: Due | None
    timers: dict[str, datetime] = Field(description="every running timer and when it is due")
    alerts: list[str] = Field(description="ids")
    photos: list[PhotoView]
    voices: list[VoiceView]
    close_code: str | None
    close_name: Bilingual | None = Field(description="what came of it, in words")
    checker_name: Bilingual | None = Field(description="who closed or rejected it")
    drill: bool
    late: bool
    updated_seq: int
    allowed: list[str] = Field(
        description="names of the actions that I may do now", examples=[["take", "refuse"]]
    )


class IncidentPage(View):
    """One page of incidents; `next` is the cursor of the following one."""

    items: list[IncidentView]
    next: str | None


class AllowedAction(View):
    """Something I may do now, with the fields it must carry."""

    action: str = Field(examples=["resolve"])
    name: Bilingual
    needs: list[str] = Field(examples=[["note", "code"]])


class TimelineView(View):
    """One line of a case's history. `erased` tells that its text was deleted for privacy; the line remains."""

    id: int
    at: datetime
    actor: str
    actor_name: Bilingual
    role: str
    channel: str
    action: str
    action_name: Bilingual
    from_state: str | None
    to_state: str | None
    reason: str | None
    text: dict[str, str] | None
    facts: dict[str, Any]
    attachments: list[str]
    erased: bool


class PlanStep(View):
    """One line of the response plan's checklist."""

    index: int
    text: Bilingual
    kind: LineKind | None = Field(None, description="what it asks for")
    sign: str | None = Field(None, description="the role that signs it", examples=["manager"])
    done_at: datetime | None
    done_by: str | None


class PlanView(View):
    """The response plan as it was when the case opened."""

    id: str
    version: int
    name: Bilingual
    steps: list[PlanStep]
    prompt: Bilingual | None = Field(
        description="what to do by hand at this step of the ladder, e.g. whom to call and what to say"
    )
    ladder_step: int
    need_acks: int


class ToldView(View):
    """Who was told, when, by which channel, and what came back."""

    id: str
    channel: str
    channel_name: Bilingual
    recipient: str
    recipient_name: Bilingual
    template: str
    level: str = Field(examples=["L2"])
    state: str = Field(
        examples=["delivered"],
        description="pending, sending, sent, delivered, failed, expired, withdrawn or unknown",
    )
    state_name: Bilingual
    created_at: datetime
    not_after: datetime = Field(description="what was not sent by then is not sent any more")
    settled_at: datetime | None = Field(description="when the receipt came, or it ended unsent")
    attempts: int
    receipt: dict[str, Any] | None
    held: Bilingual | None = Field(
        None, description="why it waits or never went, where limits or time say so"
    )
    bundle: str | None = Field(None, description="the message it went with as one, or that told of its loss")


class ReportView(View):
    """What a person reported, in their own words; they may have been erased for privacy."""

    by_name: Bilingual
    at: datetime
    text: str | None


class IncidentDetail(View):
    """Everything about one case, for me."""

    incident: IncidentView
    why: Bilingual | None = Field(description="what opened the case, as a sentence")
    report: ReportView | None = Field(description="what a person said who reported it")
    actions: list[AllowedAction]
    alerts: list[AlertView]
    timeline: list[TimelineView]
    evidence: list[EvidenceView]
    plan: PlanView | None
    told: list[ToldView]


class ActionRequest(Request):
    """What I did or want done. `version` is the incident's version I was looking at."""

    action: str = Field(min_length=1, max_length=40, pattern=r"^[a-z_]+$", examples=["take"])
    version: int = Field(ge=1, le=2**31 - 1, examples=[3])
    fields: dict[str, Any] = Field(default={}, examples=[{"note": "已到现场"}])


class ActionResult(View):
    """The case after the action, and what the action itself answered."""

    incident: IncidentView
    result: dict[str, Any]


class Candidate(View):
    """Somebody who could be sent, with the reason for the score."""

    person: str
    name: str
    on_duty: bool
    score: float
    reason: Bilingual


class PhotoStored(View):
    """The picture as it was kept: re-encoded, without what the phone added."""

    sha256: Sha256
    mime: str
    size: int
    width: int
    height: int
    captured_at: datetime | None
    received_at: datetime


class Place(Request):
    """Where something is; every part may be missing, words are welcome in `note`."""

    building: str | None = Field(default=None, max_length=40)
    unit: str | None = Field(default=None, max_length=40)
    floor: str | None = Field(default=None, max_length=40)
    zone: str | None = Field(default=None, max_length=40)
    note: str | None = Field(default=None, max_length=200)


class ReportPhoto(Request):
    """A picture stored before by `POST /api/photos`."""

    sha256: Sha256
    captured_at: WallTime | None = None


class ReportRequest(Request):
    """What a resident or a worker saw."""

    category: str | None = Field(default=None, max_length=8, examples=["0602"])
    place: Place = Place()
    text: str = Field(min_length=1, max_length=2000, examples=["垃圾桶满了两天没人收"])
    photos: Annotated[tuple[ReportPhoto, ...], Field(max_length=9)] = ()


class ReportStored(View):
    """The report was taken down; `incident` is the number to ask about."""

    incident: str | None
    message: Bilingual


class ExportRequest(Request):
    """Which cases leave the gateway, and why; the reason is kept in the audit log."""

    reason: str = Field(min_length=4, max_length=500, examples=["六月台账交社区"])
    state: str | None = Field(default=None, max_length=40)
    opened_from: WallTime | None = None
    opened_to: WallTime | None = None
    level: Level | None = None
    category: str | None = Field(
        default=None, pattern=r"^[0-9]{2,8}$", description="a code, or the two digits of a group"
    )
    building: str | None = Field(default=None, max_length=80)
    verdict: Literal["true", "false", "other"] | None = None
    q: str | None = Field(default=None, max_length=80, description="words, as in the search")
    format: Literal["csv", "xlsx"] = "csv"
