"""What `gateway.yaml` says about devices that may be commanded. What is not named here is never asked to do anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Offer = Literal["open", "lock", "unlock", "siren_on", "siren_off"]
Topic = Annotated[str, Field(pattern=r"^[^+#/\x00-\x1f]{1,100}$")]


class CommandTarget(BaseModel):
    """How one device is asked, what it offers, and what shows that it was done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    adapter: str
    offers: tuple[Offer, ...] = Field(min_length=1)
    topic: Topic | None = None  # its name on the wire, if neither `ident` nor the id of the device
    channel: int = Field(default=0, ge=0, le=64)  # output of a relay from 0, door of a controller from 1
    contact: str | None = None  # the device whose contact tells whether the door opened
    contact_within_s: float = Field(default=5, ge=1, le=30)
    pulse_s: float = Field(default=1, ge=0.5, le=10)  # how long a relay opens a door
    longest_s: int = Field(default=300, ge=5, le=600)  # after this a siren ends by itself
    ends_itself: bool = False  # the device was set so that it switches its output off by itself
    url: str = Field(default="", pattern=r"^$|^https?://[^/\s]+$")
    user: str = ""
    password_file: Path | None = None
    ca_file: str = ""


class Commands(BaseModel):
    """The devices that may be commanded, by id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    devices: dict[str, CommandTarget] = {}
