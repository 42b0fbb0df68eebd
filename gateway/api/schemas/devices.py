"""How devices are: heard or not, their clocks, what they last said of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import View

Word = Literal["online", "offline", "unstable", "never"]
Quality = Literal["corrected", "zone", "zone_watched", "unusable"]


class Reason(View):
    """The open alert that says so."""

    rule: str = Field(examples=["device.silent_mains"])
    alert: str


class Availability(View):
    """Whether a device is there; the built-in rules say so, and nobody else."""

    state: Word = Field(description="never: it was never heard")
    since: datetime | None = Field(description="since when the alert of `why` is open")
    heard_at: datetime | None = Field(description="when it was last heard, to the minute")
    why: Reason | None
    behind: str | None = Field(
        description="what it hangs on and is gone itself; then only that one is told of"
    )
    battery: float | None = Field(description="%, as it last said")


class ClockView(View):
    """What was learned of a device's clock against ours."""

    skew_s: float = Field(description="received − device; positive: its clock is behind")
    quality: Quality = Field(
        description="zone: a wrong zone, corrected; zone_watched: not yet the same for a day; unusable: our time is taken"
    )
    wrong: bool = Field(description="further off than a device's clock may be")
    learned_at: datetime


class WantedValue(View):
    """One value that a command wants the device to hold, until it was carried out or failed."""

    name: str = Field(examples=["locked"])
    value: bool
    at: datetime = Field(description="when it was asked for")
    command: str
    state: str = Field(description="of the command", examples=["accepted"])
    reached: bool | None = Field(description="the device reports it; null: it reports no such value")


class HeldValue(View):
    """One value that a device last said of itself."""

    name: str
    value: Any
    at: datetime = Field(description="when it held, to the minute")
    seq: int = Field(description="the event that said so")
