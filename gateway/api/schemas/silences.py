"""Silences and modes: what people set for a time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View, WallTime

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class SilenceRequest(Request):
    """Mute the notices of every alert that a matcher covers, for a time."""

    where: str = Field(
        max_length=2000, description="an expression over rule, key, stage, level, category and device",
        examples=['rule == "access.held_open" && device.building == "b2"'],
    )  # fmt: skip
    start: WallTime | None = Field(default=None, description="null: now")
    until: WallTime
    reason: str = Field(min_length=1, max_length=500, examples=["3 栋搬家"])
    level: Literal["L1"] | None = Field(default=None, description="L1 is muted only when this says so, and only by those who may edit rules")  # fmt: skip


class SilenceView(View):
    """A silence that is not over."""

    id: str
    where: str
    said: Bilingual = Field(description="the matcher, read aloud")
    start: datetime
    until: datetime
    begun: bool
    by: PersonName
    reason: str
    covers_l1: bool
    hidden: int = Field(0, description="alerts that it has kept from being told")


class SilenceList(View):
    """Every silence that is not over."""

    items: list[SilenceView]


class ModeRequest(Request):
    """Set flags of the site, or of one zone, until a time or until somebody sets them again."""

    flags: dict[Word, bool] = Field(min_length=1, max_length=10, examples=[{"armed": True}])
    zone: str | None = Field(default=None, max_length=80, description="null: the whole site")
    until: WallTime | None = None


class ModeView(View):
    """One flag of the site or of a zone."""

    flag: str
    zone: str | None
    value: bool
    by: PersonName | None
    since: datetime | None
    until: datetime | None


class ModeList(View):
    """Every flag that was set; armed, drill and maintenance are false where they are not listed."""

    items: list[ModeView]
