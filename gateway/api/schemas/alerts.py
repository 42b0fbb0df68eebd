"""Alerts: what the rules found, in one view for lists, details and the stream."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, EvidenceView, Level, Request, Stage, View
from gateway.api.schemas.events import EventView

ChangeName = Literal[
    "opened", "repeated", "stepped_up", "stepped_down", "acknowledged", "cleared",
    "late_resolved", "reopened", "silenced", "inhibited", "flapping",
]  # fmt: skip


class AlertView(View):
    """One alert (告警): an early warning or an alarm of one rule for one key."""

    id: str = Field(examples=["a3f1c2d4e5b60718"])
    rule: str = Field(examples=["door-held-open"])
    name: Bilingual
    stage: Stage
    level: Level
    category: str = Field(examples=["0206"])
    category_name: Bilingual
    device: str | None
    device_name: Bilingual | None
    place: Bilingual
    building: str | None
    zone: str | None
    grid: str | None
    key: dict[str, Any] = Field(examples=[{"device": "gate-n3"}])
    count: int
    opened_at: datetime
    last_at: datetime
    open: bool
    cleared_at: datetime | None
    acknowledged_by: str | None
    acknowledged_name: str | None
    incident: str | None = Field(examples=["lijing-20260301-007"])
    why: Bilingual
    late: bool = Field(description="the facts came in after the moment they are about")
    behind: int = Field(default=0, description="so many devices behind its device are silent too")
    updated_seq: int


class AlertChange(View):
    """One change in the life of an alert, with its reason."""

    seq: int
    at: datetime
    change: ChangeName
    stage: Stage
    level: Level
    count: int
    late: bool
    delayed: bool
    why: Bilingual


class AlertPage(View):
    """One page of alerts; `next` is the cursor of the following one."""

    items: list[AlertView]
    next: str | None


class AlertDetail(View):
    """Everything about one alert."""

    alert: AlertView
    changes: list[AlertChange]
    rule_note: Bilingual | None
    events: list[EventView] = Field(description="the first, the last and up to eight between")
    evidence: list[EvidenceView]


class AlertAcknowledged(View):
    """The alert as it stands after the acknowledgement."""

    alert: AlertView


class AlertClear(Request):
    """Why an alert is ended by hand; kept in the audit log."""

    reason: str = Field(min_length=2, max_length=500, examples=["设备已拆除"])


class AlertCleared(View):
    """The alert as it stands after it was ended by hand."""

    alert: AlertView
