"""What if it happened now: the ladder, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, PersonName, View


class WouldTell(PersonName):
    """Somebody who would be told, and by which channels."""

    channels: list[str]


class ScoreView(PersonName):
    """Somebody who was considered; the lowest score goes first. `parts` add up to it."""

    fit: bool
    on_duty: bool
    score: float
    parts: dict[str, float]
    reason: Bilingual


class RungView(View):
    """One step of the ladder, as if nobody had taken the case before."""

    step: int
    at: datetime
    after_s: float = Field(description="seconds after the case opened")
    roles: list[str]
    everyone: bool
    told: list[WouldTell]
    considered: list[ScoreView]
    wait_s: float = Field(description="how long it is waited for somebody to take it")
    gap: bool = Field(description="nobody would be told at all: the next step comes at once")
    off_duty: bool = Field(description="nobody was on duty; all who hold the role are told all the same")
    prompt: Bilingual | None = Field(description="what the guard is asked to do by hand")


class WhatIfView(View):
    """Who would be told when, by which channels, and where nobody would be. Nothing is changed by asking."""

    at: datetime
    category: str
    category_name: Bilingual
    level: Level
    grid: str | None
    building: str | None
    plan: str
    plan_name: Bilingual
    begins: Literal["at_once", "verified", "dispatched"] = Field(
        description="when the ladder starts: at once, when a guard has verified the case, or when somebody sends people"
    )
    need_acks: int
    steps: list[RungView]
    gaps: list[Bilingual]
    loops: int = Field(description="how often the last step is repeated; -1: until somebody takes it")
    loop_every_s: float
