"""Commands: what a device may be asked, and what became of what was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View

CommandName = Literal["open", "lock", "unlock", "siren_on", "siren_off"]
State = Literal["queued", "sent", "accepted", "done", "failed", "expired", "unknown"]


class CommandRequest(Request):
    """Ask one device to do one thing, and say why."""

    name: CommandName
    reason: str = Field(min_length=1, max_length=200, examples=["业主忘带门禁卡，已核对身份"])
    incident: str | None = Field(default=None, max_length=80, description="the case it is for")
    line: int | None = Field(default=None, ge=0, le=99, description="the command of that case's plan, from 0")
    confirmed: bool = Field(
        default=False, description="doors: the person was asked a second time and said yes"
    )


class CommandView(View):
    """One command with its state as it is: `unknown` is sent and not confirmed, never done."""

    id: str
    device: str
    device_name: Bilingual
    name: str
    label: Bilingual
    state: State
    said: Bilingual = Field(description="state and reason in words")
    over: bool = Field(
        description="nothing more is expected; an unknown one may still be settled by a late answer"
    )
    by: PersonName
    reason: str
    incident: str | None
    line: int | None
    at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime


class OfferView(View):
    """One thing that may be asked of a device now."""

    device: str
    device_name: Bilingual
    name: str
    label: Bilingual
    confirm: bool = Field(description="a door: ask the person a second time and send `confirmed`")
    line: int | None = Field(default=None, description="which command of the case's plan, from 0")
    automatic: bool = Field(default=False, description="the plan orders it by itself")
    ready: bool = Field(default=True, description="false: the device cannot be commanded here")


class CommandList(View):
    """What may be asked, and what was asked, the newest first."""

    offers: list[OfferView]
    items: list[CommandView]
