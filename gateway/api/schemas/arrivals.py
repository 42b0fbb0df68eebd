"""Devices that wait to be claimed, messages that wait for a mend, and trials of a device."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, model_validator

from gateway.api.schemas.common import Bilingual, Request, View
from gateway.api.schemas.estate import DeviceStateName, Id


class WaitingGroup(View):
    """Messages that wait for the same reason; one mend would make all of them readable."""

    id: str
    code: str = Field(examples=["unknown_code"])
    profile: str | None
    ident: str | None = Field(description="who said it, when all are of one sender")
    senders: int
    topic: str
    reason: str
    count: int
    kept: int = Field(description="messages whose bytes are there: these can be read anew")
    first_at: datetime
    last_at: datetime
    sample: str = Field(description="the beginning of the newest message; bytes that are no text as \\xNN")
    sentence: Bilingual = Field(description="“12 messages with code 181 since Tuesday”")


class WaitingGroups(View):
    """What waits, heard last first."""

    items: list[WaitingGroup]


class ReplayView(View):
    """What became of a group that was read anew."""

    stored: int
    duplicate: int = Field(description="said again and taken meanwhile")
    ignored: int
    unread: int = Field(description="still not readable; they wait on")
    gone: int = Field(description="counted, but their bytes were not kept")
    reason: str = Field(description="why the newest of those that wait on cannot be read")


class ArrivalView(View):
    """A device that speaks and is not registered."""

    profile: str
    ident: str
    proposed: str = Field(description="an id that is free")
    group: str = Field(description="its messages, for a trial and for reading them anew")
    count: int
    first_at: datetime
    last_at: datetime
    sample: str
    sentence: Bilingual


class ArrivalList(View):
    """Devices that wait to be claimed, heard last first."""

    items: list[ArrivalView]


class Claim(Request):
    """Which device is claimed: by the code on it, or by profile and identity from the list of arrivals."""

    code: str | None = Field(
        None, min_length=1, max_length=300,
        description="of our label (or the address in its code), or the serial number as its maker printed it",
    )  # fmt: skip
    profile: str | None = Field(None, max_length=80)
    ident: str | None = Field(None, max_length=200)
    id: Id | None = Field(None, description="what the device shall be called; else one is proposed")

    @model_validator(mode="after")
    def _one_way(self) -> Claim:
        if (self.code is None) == (self.profile is None or self.ident is None):
            raise ValueError("give a code, or profile and ident")
        return self


class Labelled(View):
    """The device that a label is of."""

    device: str
    state: DeviceStateName = Field(description="`seen`: nobody has claimed it yet")


class Claimed(View):
    """The device that was claimed; it is not in service before somebody puts it there."""

    device: str
    state: DeviceStateName
    already: bool = Field(description="it was claimed before; nothing was changed")


class DeviceTrialRequest(Request):
    """What the device is tried with: an event made up, or (`group`) what it said and nobody took."""

    kind: str | None = Field(None, max_length=80, examples=["access.forced"])
    data: dict[str, Any] = Field({}, examples=[{"door": 1}])
    group: Annotated[str | None, Field(max_length=40)] = None


class TrialRule(View):
    """What one rule would say."""

    rule: str
    name: Bilingual
    outcome: str = Field(examples=["opened", "later", "nothing"])
    level: str | None
    sentence: Bilingual


class TrialEvent(View):
    """One event as it would be taken, with what the rules in force would say. Nothing is raised by it."""

    kind: str
    mode: str = Field(examples=["test"])
    at: datetime
    data: dict[str, Any]
    state: dict[str, Any]
    flags: list[str]
    rules: list[TrialRule]


class DeviceTrialView(View):
    """What a trial came to; `refused` are reasons for which a message would still not be read."""

    events: list[TrialEvent]
    refused: list[str]
