"""Backups: what there is, and how making them stands."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.common import View


class BackupView(View):
    """One finished backup."""

    name: str = Field(examples=["my-site-20260306T193000Z.scgb"])
    made_at: datetime
    by: str = Field(description="`gateway`: by itself, at its time of day")
    version: str = Field(description="of the gateway that made it; the same or a newer one restores it")
    size_bytes: int
    sha256: str
    files: int
    seconds: float
    verified_at: datetime | None = Field(description="when it was last read from end to end")


class BackupList(View):
    """Every backup that is kept, the newest first, and when the next one is made."""

    configured: bool = Field(description="false: gateway.yaml says nothing of backups, none is made")
    folder: str | None
    next_at: datetime | None
    keep_days: int
    keep_weeks: int
    keep_months: int
    running_since: datetime | None
    failed: str | None = Field(description="why the newest attempt came to nothing")
    items: list[BackupView]
