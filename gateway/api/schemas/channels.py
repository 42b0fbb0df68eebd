"""Channels: the ways to tell people, how they fare, and what became of a test."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, View


class ChannelLimits(View):
    """What the vendor allows one destination; null: no limit."""

    per_minute: int | None = Field(examples=[20])
    per_hour: int | None
    per_day: int | None
    text_bytes: int | None = Field(examples=[2048])
    bundle: bool = Field(description="what would be too much goes as one message")


class ChannelFailure(View):
    """The last message that did not get through."""

    at: datetime
    state: Literal["failed", "unknown", "pending"] = Field(description="pending: it is tried again")
    detail: str = Field(description="in the vendor's words", examples=["310000 sign not match"])
    text: Bilingual


class ChannelView(View):
    """One channel of the site."""

    name: str = Field(examples=["chat"])
    kind: str = Field(examples=["wecom"])
    called: Bilingual
    reach: Literal["box", "site", "outside"] = Field(
        description="where it ends: works without internet unless outside"
    )
    for_groups: bool = Field(description="a whole chat group reads it: least detail")
    limits: ChannelLimits
    last_success: datetime | None
    last_failure: ChannelFailure | None
    waiting: int = Field(description="messages that wait for it")


class ChannelList(View):
    """Every channel of the site."""

    items: list[ChannelView]


class ChannelTest(View):
    """What became of a test message."""

    state: Literal["sent", "delivered", "later", "rejected", "unknown"]
    detail: str = Field(description="the receipt or the refusal, in the vendor's words")
    reference: str = Field(description="the vendor's id of the message")
    took_ms: int
    after_s: float | None = Field(description="how long the vendor asks us to wait")
    text: Bilingual
