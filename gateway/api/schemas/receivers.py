"""Receivers: other systems that are told about cases, from gateway.yaml or named on the page; never a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Level, PersonName, Request, View


class ReceiverView(View):
    """One system that is told about cases."""

    name: str = Field(examples=["street"])
    where: str = Field(description="scheme and host; the rest may be a secret")
    recipient: str = Field(description="who gets it, in words", examples=["幸福街道综治中心"])
    purpose: str = Field(description="what for, in words")
    format: Literal["cloudevents", "cap"]
    levels: list[Level] = Field(description="empty: all")
    grids: list[str] = Field(description="empty: the whole site")
    allow_private: bool
    source: Literal["file", "page"] = Field(description="one of the file is changed in gateway.yaml")
    status: Literal["ok", "degraded", "paused", "off"] = Field(
        description="off: it is not fed; a demo site sends nothing"
    )
    trouble: Bilingual | None
    last_success: datetime | None
    changed_by: PersonName | None = Field(description="null: it stands in gateway.yaml")
    changed_at: datetime | None


class ReceiverList(View):
    """All of them, by name."""

    items: list[ReceiverView]


class NewReceiver(Request):
    """A system that is to be told about cases from now on. Its secret is made by the gateway."""

    name: str = Field(max_length=80, examples=["street"])
    url: str = Field(max_length=500, examples=["https://platform.example/in/community"])
    recipient: str = Field(max_length=120, examples=["幸福街道综治中心"])
    purpose: str = Field(max_length=200, examples=["联动处置"])
    format: Literal["cloudevents", "cap"] = "cloudevents"
    levels: list[Level] = Field(default_factory=list, max_length=4, description="empty: all")
    grids: list[str] = Field(default_factory=list, max_length=100, description="empty: the whole site")
    allow_private: bool = Field(
        False, description="it lies on the site's own network: private addresses and plain http are allowed"
    )


class ReceiverMade(View):
    """A new receiver with its secret, which is shown this once."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    made: ReceiverView


class ReceiverPause(Request):
    """Whether a receiver is held back."""

    paused: bool


class ReceiverTest(View):
    """What a receiver answered to a test; `ok`: it took it."""

    ok: bool
    detail: str = Field(description="in its own words", examples=["HTTP 204"])
    took_ms: int
    text: Bilingual
