"""Measurements of a device, by minute, hour or day."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import View

StepName = Literal["minute", "hour", "day"]


class Measured(View):
    """What was measured within one minute, hour or day."""

    at: datetime = Field(description="where it begins; hours and days on the site's clock")
    count: int = Field(description="how many samples")
    mean: float
    low: float
    high: float
    last: float = Field(description="the newest sample")


class Measurements(View):
    """One metric of one device, the oldest first."""

    device: str
    metric: str
    unit: str = Field(description="empty: it has none, or the device did not say", examples=["°C"])
    step: StepName
    items: list[Measured]
    next: str | None = Field(description="`cursor` of the page after this one; null: there is none")


class Metric(View):
    """One metric of a device, with its newest sample."""

    metric: str = Field(examples=["temperature"])
    unit: str
    last: float
    at: datetime


class MetricList(View):
    """What a device measures."""

    items: list[Metric]
