"""What `gateway.yaml` and the page say, for those who look after the box: never a secret."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View


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


class KeepSpan(View):
    """A time that may be changed on the page: its value, who says it, and what it may be."""

    value: float = Field(examples=[30])
    unit: Literal["days", "weeks", "months"]
    least: float
    most: float
    whole: bool = Field(description="only whole numbers")
    source: Literal["default", "file", "page", "environment"] = Field(
        description="who says it: the product, gateway.yaml, this page, or a variable of the environment, which wins over all"
    )
    changed_by: PersonName | None = Field(description="who changed it on the page last; null: nobody did")
    changed_at: datetime | None
    reason: str
    below: float = Field(description="what holds when the page's value is taken back")
    below_source: Literal["default", "file", "environment"]
    variable: str | None = Field(
        description="of the environment; the page cannot change it then",
        examples=["GATEWAY_EVIDENCE__MEDIA_DAYS"],
    )
    version: int = Field(description="of what the page says; 0: nothing was changed yet")


class Retention(View):
    """How long one kind of thing is kept, and what happens then."""

    what: str = Field(examples=["media"])
    name: Bilingual
    days: float | None = Field(description="null: kept for good")
    then: Bilingual
    setting: str | None = Field(
        description="where it is set in gateway.yaml; null: fixed", examples=["evidence.media_days"]
    )
    span: KeepSpan | None = Field(description="null: it cannot be changed")


_Values = dict[Annotated[str, Field(max_length=80)], Annotated[float, Field(allow_inf_nan=False)] | None]


class RetentionAsk(Request):
    """How long things are to be kept."""

    values: _Values = Field(
        min_length=1, max_length=20, examples=[{"evidence.media_days": 14, "telemetry.minute_days": None}],
        description="by the setting's name in gateway.yaml; null: as the file says",
    )  # fmt: skip


class RetentionSave(RetentionAsk):
    """How long things are to be kept from now on."""

    versions: dict[Annotated[str, Field(max_length=80)], Annotated[int, Field(ge=0, le=10**9)]] = Field(
        default_factory=dict, max_length=20, description="the versions the person was looking at"
    )
    confirmed: bool = Field(
        False, description="the person has seen what a shorter time deletes; asked for where one is shorter"
    )
    reason: str = Field("", max_length=400)


class RetentionLoss(View):
    """What goes because a time is shorter. Nothing brings it back but a backup."""

    setting: str = Field(examples=["evidence.media_days"])
    count: int = Field(description="files, rows or backups")
    more: bool = Field(description="there are more than `count`")
    size_bytes: int | None = Field(description="null: it cannot be told")
    cases: int | None
    text: Bilingual


class RetentionForecast(View):
    """What a change would delete; nothing was changed."""

    shortened: list[str] = Field(description="settings that would be shorter: saving takes `confirmed`")
    losses: list[RetentionLoss]


class RetentionSaved(View):
    """What a change came to: the settings that are different now, and all of them as they are in force."""

    changed: list[str]
    retention: list[Retention]


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
