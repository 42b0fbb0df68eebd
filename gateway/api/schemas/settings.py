"""What `gateway.yaml` says, for those who look after the box: never a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import Field

from gateway.api.schemas.common import Bilingual, View


class SiteSettings(View):
    """Which site this is and how the box is reached."""

    id: str
    name: Bilingual
    timezone: str
    version: str
    demo: bool
    reach: Literal["estate", "relay", "hub"]
    public_url: str | None
    tls: bool = Field(description="whether the pages are served over https by the gateway itself")
    devices: int
    people: int
    grids: int


class Retention(View):
    """How long one kind of thing is kept, and what happens then."""

    what: str = Field(examples=["media"])
    name: Bilingual
    days: float | None = Field(description="null: kept for good")
    then: Bilingual
    setting: str | None = Field(
        description="where it is set in gateway.yaml; null: fixed", examples=["evidence.media_days"]
    )


IntegrationKind: TypeAlias = Literal[
    "broker", "webhook_out", "cap_out", "webhook_in", "panels", "push", "influx", "mqtt_alerts", "deadman"
]


class Integration(View):
    """One way in or out, and how it fares."""

    name: str = Field(examples=["receiver street"])
    kind: IntegrationKind
    configured: bool
    where: str | None = Field(description="host and path, without secrets")
    purpose: str | None = Field(description="for whom and what for, as recorded")
    status: Literal["ok", "degraded", "failing", "off"]
    trouble: Bilingual | None
    last_success: datetime | None
    facts: dict[str, int | float | bool | str | None]
    setting: str
    guide: str = Field(description="the page of docs/ that tells how", examples=["how-to/webhook.md"])


class SettingsView(View):
    """Site, retention and integrations as they are in force."""

    site: SiteSettings
    retention: list[Retention]
    integrations: list[Integration]
