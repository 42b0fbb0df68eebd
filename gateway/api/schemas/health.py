"""How the gateway is, and what was written down about people who looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, View

Status = Literal["ok", "degraded", "failing"]


class HealthReason(View):
    """One thing that is not as it should be, in plain words."""

    code: str = Field(examples=["clock_unsynced"])
    text: Bilingual
    since: datetime | None


class HealthPart(View):
    """One part of the gateway with its own figures."""

    name: str = Field(examples=["store"])
    status: Status
    facts: dict[str, Any]


class Health(View):
    """The gateway as a whole."""

    status: Status
    version: str
    at: datetime
    reasons: list[HealthReason]
    parts: list[HealthPart]
    counters: dict[str, int]


class Probe(View):
    """The short answer for a supervisor."""

    status: Status


class AuditRow(View):
    """One row of the audit log; its hash covers the row before it."""

    id: int
    at: datetime
    actor: str
    action: str = Field(examples=["login.refused"])
    object: str
    facts: dict[str, Any]
    hash: str


class AuditCheck(View):
    """What a walk along the hash chains found: every row of cases and audit log, from the first to the sealed end."""

    whole: bool
    at: datetime
    rows: int = Field(description="of the audit log")
    took_ms: int
    fault: Bilingual | None = Field(description="the first row that is not as it was written")


class AuditPage(View):
    """One page of the audit log, newest first."""

    items: list[AuditRow]
    next: str | None
