"""What `/api/stream` sends. Every message carries `seq`, the journal number up to which it is complete."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.alerts import AlertView
from gateway.api.schemas.common import View
from gateway.api.schemas.health import HealthReason, Status
from gateway.api.schemas.incidents import IncidentView
from gateway.api.schemas.site import DutyView


class Load(View):
    """What the shift has on its hands."""

    hour: int = Field(description="alerts opened in the last hour")
    ten_minutes: int = Field(description="alerts opened in the last ten minutes")
    flood: bool = Field(description="more than ten alerts in ten minutes: more than one person can handle")
    events_per_minute: int
    open_alerts: int
    open_incidents: int


class DeviceCount(View):
    """How many devices there are, and how many of them report."""

    total: int
    online: int


class HealthShort(View):
    """How the gateway is, in short."""

    status: Status
    reasons: list[HealthReason]
    devices: DeviceCount


class DeviceDelta(View):
    """What changed about a device."""

    id: str
    online: bool | None
    last_at: datetime
    reported: dict[str, object]


class Snapshot(View):
    """SSE event `snapshot`: everything open; replaces what the page had."""

    seq: int
    at: datetime
    alerts: list[AlertView]
    incidents: list[IncidentView]
    duty: DutyView
    health: HealthShort
    truncated: bool = Field(description="more is open than is sent; use the lists")


class Delta(View):
    """SSE event `delta`: the newest form of everything that changed since the message before, at most every 100 ms."""

    seq: int
    alerts: list[AlertView]
    incidents: list[IncidentView]
    devices: list[DeviceDelta]


class Beat(View):
    """SSE event `beat`, every 5 s: still alive, nothing missed up to `seq`."""

    seq: int
    at: datetime
    load: Load
    health: HealthShort
    duty: DutyView | None = Field(None, description="who is on duty, when that has changed")
