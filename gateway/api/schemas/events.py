"""Events as people look them up, and the messages nobody could read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, EvidenceView, Request, View


class EventView(View):
    """One fact as a device said it. References to people and plates are masked unless `masked` is false."""

    seq: int
    id: str
    device: str
    device_name: Bilingual | None
    kind: str = Field(examples=["access.denied"])
    kind_name: Bilingual
    mode: Literal["live", "backfill", "snapshot", "retained", "test"]
    at: datetime
    received_at: datetime
    time_quality: str = Field(examples=["synced"])
    subject: dict[str, str]
    data: dict[str, Any]
    state: dict[str, Any]
    flags: list[str]
    evidence: list[EvidenceView]
    masked: bool


class EventPage(View):
    """One page of events, newest first."""

    items: list[EventView]
    next: str | None


class Unmask(Request):
    """Why somebody needs to see references in full; the reason is kept in the audit log."""

    reason: str = Field(min_length=4, max_length=500, examples=["核对 3 号楼丢失包裹的取件人"])


class QuarantineGroup(View):
    """Messages that could not be read for the same reason, counted together."""

    code: str = Field(examples=["unknown_code"])
    topic: str
    profile: str | None
    device: str | None
    count: int
    first_at: datetime
    last_at: datetime
    reason: str = Field(description="of the newest message")
    sample: str = Field(
        description="the beginning of the newest message as text; bytes that are no text as \\xNN"
    )
    sentence: Bilingual


class QuarantinePage(View):
    """What could not be read, most frequent first, and the balance of all messages."""

    items: list[QuarantineGroup]
    counters: dict[str, int] = Field(examples=[{"in": 1200, "stored": 1188, "quarantined": 12}])
