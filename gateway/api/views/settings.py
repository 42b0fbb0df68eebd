"""The settings of the box as its administrators see them: site, what is kept how long, ways in and out. No secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.health import Health, HealthPart
from gateway.api.schemas.settings import (
    Integration,
    IntegrationKind,
    KeepSpan,
    Retention,
    SettingsView,
    SiteSettings,
)
from gateway.api.views.lens import Lens, both
from gateway.config import Settings
from gateway.resident.reception import PHONE_KEPT
from gateway.retention.spans import Standing

Words: TypeAlias = tuple[str, str]  # zh, en
_DELETED: Words = ("到期自动删除", "deleted by itself")


def settings_view(
    settings: Settings, standings: Mapping[str, Standing], health: Health, lens: Lens, *, demo: bool
) -> SettingsView:
    """Return everything as it is in force now; `standings` say how long things are kept, and who says so."""
    return SettingsView(
        site=_site(settings, health, lens, demo=demo),
        retention=retention_view(standings, lens),
        integrations=list(_integrations(settings, health)),
    )


def _site(settings: Settings, health: Health, lens: Lens, *, demo: bool) -> SiteSettings:
    community = lens.community
    return SiteSettings(
        id=community.id,
        name=both(community.name, community.id),
        timezone=community.timezone,
        version=health.version,
        demo=demo,
        reach=settings.reach.mode,
        public_url=settings.http.public_url,
        tls=settings.http.tls_cert is not None,
        devices=sum(1 for _ in community.registry),
        people=len(community.people),
        grids=len(community.grids),
    )


def retention_view(standings: Mapping[str, Standing], lens: Lens) -> list[Retention]:
    """Return how long everything is kept, what may be changed first."""
    rows = [
        _kept(each.span.what, *_NAMES[each.span.what], standing=each, lens=lens)
        for each in standings.values()
    ]
    erased = "不自动删除；姓名电话可应本人要求抹掉", "kept; names and numbers are erased when asked for"
    return [
        *rows,
        _kept(
            "phones", ("上报居民的电话，办结后", "Telephone numbers of reporting residents, after the case"), _DELETED,
            days=PHONE_KEPT.days,
        ),
        _kept("cases", ("案件经过和事件", "Cases and events"), erased),
        _kept("audit", ("审计日志", "The audit log"), ("任何人都不能删改", "nobody can change or clear it")),
    ]  # fmt: skip


_THINNED: Words = ("更早的只留每周、每月的", "of older ones those of weeks and months stay")
_NAMES: dict[str, tuple[Words, Words]] = {
    "minute": (("测量值，每分钟", "Measurements by the minute"), _DELETED),
    "hour": (("测量值，每小时", "Measurements by the hour"), _DELETED),
    "day": (("测量值，每天", "Measurements by the day"), _DELETED),
    "media": (
        ("案件的照片、录像、录音，结案后", "Pictures, clips and voice notes, after the case"),
        ("影像删除，清单和校验值留下；依法保留的不删", "pictures go, manifests and hashes stay; a legal hold keeps them"),
    ),
    "backups": (("备份，每天一份", "Backups, one a day"), _THINNED),
    "backup_weeks": (("备份，每周一份", "Backups, one a week"), _DELETED),
    "backup_months": (("备份，每月一份", "Backups, one a month"), _DELETED),
}  # fmt: skip


def _kept(
    what: str,
    name: Words,
    then: Words,
    *,
    days: float | None = None,
    standing: Standing | None = None,
    lens: Lens | None = None,
) -> Retention:
    if standing is not None and standing.span.unit == "days":
        days = standing.value
    return Retention(
        what=what, name=Bilingual(zh=name[0], en=name[1]), days=days, then=Bilingual(zh=then[0], en=then[1]),
        setting=standing.span.setting if standing is not None else None,
        span=_span(standing, lens) if standing is not None and lens is not None else None,
    )  # fmt: skip


def _span(standing: Standing, lens: Lens) -> KeepSpan:
    span, kept = standing.span, standing.kept
    return KeepSpan(
        value=standing.value, unit=span.unit, least=span.least, most=span.most, whole=span.whole, source=standing.source,
        changed_by=PersonName(id=kept.author, name=lens.name(kept.author) or kept.author) if kept else None,
        changed_at=lens.shown(kept.at) if kept else None, reason=kept.reason if kept else "",
        below=standing.below, below_source=standing.below_source, variable=standing.variable,
        version=kept.version if kept else 0,
    )  # fmt: skip


def _integrations(settings: Settings, health: Health) -> Iterator[Integration]:
    parts = {part.name: part for part in health.parts}
    broker = settings.mqtt.host
    yield _one(
        "broker", "broker", parts.get("mqtt"), health, setting="mqtt", guide="how-to/mosquitto.md", configured=True,
        where=f"{broker}:{settings.mqtt.port}" if broker else f"{settings.broker.host}:{settings.broker.port}",
    )  # fmt: skip
    for name, receiver in settings.receivers.items():
        cap = receiver.format == "cap"
        yield _one(
            f"receiver {name}", "cap_out" if cap else "webhook_out", parts.get(f"receiver {name}"), health,
            setting=f"receivers.{name}", guide="how-to/cap.md" if cap else "how-to/webhook.md", configured=True,
            where=host_of(receiver.url), purpose=f"{receiver.recipient} · {receiver.purpose}",
        )  # fmt: skip
    if not settings.receivers:
        yield _one("receivers", "webhook_out", None, health, setting="receivers", guide="how-to/webhook.md")
    for name in settings.inbound:
        yield _one(
            f"inbound {name}", "webhook_in", parts.get(f"inbound {name}"), health, setting=f"inbound.{name}",
            guide="how-to/inbound-webhook.md", where=f"/in/{name}", configured=True,
        )  # fmt: skip
    if not settings.inbound:
        yield _one(
            "inbound", "webhook_in", None, health, setting="inbound", guide="how-to/inbound-webhook.md"
        )
    influx, panels, push = settings.influx, settings.panels, settings.push
    yield _one(
        "influx", "influx", parts.get("influx"), health, setting="influx", guide="how-to/influxdb.md",
        configured=influx is not None, where=host_of(influx.url) if influx else None,
    )  # fmt: skip
    yield _one(
        "panels", "panels", parts.get("panels"), health, setting="panels", guide="how-to/alarm-panels.md",
        configured=panels is not None, where=f"{panels.host}:{panels.port}" if panels else None,
    )  # fmt: skip
    yield _one(
        "push", "push", parts.get("push"), health, setting="push", guide="how-to/http-push.md",
        configured=push is not None, where=f"{push.host}:{push.port}" if push else None,
    )  # fmt: skip
    yield _one(
        "alerts", "mqtt_alerts", parts.get("mqtt"), health, setting="mqtt.alerts_topic",
        guide="how-to/alerts-over-mqtt.md", configured=settings.mqtt.alerts_topic is not None, where=settings.mqtt.alerts_topic,
    )  # fmt: skip
    deadman = settings.deadman
    yield _one(
        "deadman", "deadman", None, health, setting="deadman", guide="how-to/reach.md",
        configured=deadman is not None, where=host_of(deadman.url) if deadman else None,
    )  # fmt: skip


def _one(
    name: str,
    kind: IntegrationKind,
    part: HealthPart | None,
    health: Health,
    *,
    setting: str,
    guide: str,
    configured: bool = False,
    where: str | None = None,
    purpose: str | None = None,
) -> Integration:
    trouble = _trouble(name, kind, health) if configured else None
    told: dict[str, Any] = part.facts if part else {}
    facts = {
        key: value
        for key, value in told.items()
        if value is None or isinstance(value, int | float | bool | str)
    }
    facts.pop("last_success", None)
    status = "off" if not configured else "degraded" if trouble else part.status if part else "ok"
    return Integration(
        name=name, kind=kind, configured=configured, where=where, purpose=purpose, status=status, trouble=trouble,
        last_success=told.get("last_success"), facts=facts if configured else {}, setting=setting, guide=guide,
    )  # fmt: skip


_CODES = {"influx": "sink_behind", "broker": "broker_unreachable", "mqtt_alerts": "broker_unreachable"}


def _trouble(name: str, kind: str, health: Health) -> Bilingual | None:
    """Return what is wrong with it in words, as the report of the gateway's health has it."""
    word = name.removeprefix("receiver ")
    for reason in health.reasons:
        if reason.code == _CODES.get(kind) or (
            reason.code == "receiver_behind" and f" {word} " in reason.text.en
        ):
            return reason.text
    return None


def host_of(url: str) -> str:
    """Return where an address leads, without user, password or question: those may be secrets, and a path too."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"
