"""The box: disk, memory, heat and certificate as parts of the gateway's health, each with its limit.

The probes of `gateway/watch/host.py` do the looking; they also make events of what they find, by rules of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import HealthPart, HealthReason
from gateway.config import Settings
from gateway.site import SiteFile
from gateway.watch.host import certificate, disk, memory, temperature
from gateway.watch.probe import Reading, Watched

DISK_FULL = 90.0  # percent; the pages carry a banner from here on
MEMORY_FULL = 95.0  # percent
HOT = 80.0  # °C
CERTIFICATE_DAYS = 14
Standing = tuple[HealthPart, list[HealthReason]]


def box(settings: Settings, site: SiteFile, *, now: datetime) -> list[Standing]:
    """Return how the machine under the gateway stands; what it cannot tell of itself is left out. `now`: wall time."""
    watched = Watched(
        now=now,
        zone=site.view.zone,
        data=settings.data,
        workdays=site.rules.holidays,
        certificate=settings.http.tls_cert,
    )
    found = [_disk(watched), _memory(watched), _temperature(watched), _certificate(watched)]
    return [each for each in found if each is not None]


def _disk(watched: Watched) -> Standing | None:
    reading = _read(disk, watched)
    if reading is None:
        return None
    used = _value(reading)
    facts = {"used_percent": used, "free": reading.facts["reason"]}
    if used < DISK_FULL:
        return _part("disk", facts)
    zh, en = f"磁盘已用 {used:g}%", f"the disk is {used:g} % full"
    return _part("disk", facts, "disk_full", zh, en)


def _memory(watched: Watched) -> Standing | None:
    reading = _read(memory, watched)
    if reading is None:
        return None
    used = _value(reading)
    facts = {"used_percent": used, "free": reading.facts["reason"]}
    if used < MEMORY_FULL:
        return _part("memory", facts)
    return _part("memory", facts, "memory_full", f"内存已用 {used:g}%", f"{used:g} % of the memory is in use")


def _temperature(watched: Watched) -> Standing | None:
    reading = _read(temperature, watched)
    if reading is None:
        return None
    degrees = _value(reading)
    if degrees < HOT:
        return _part("temperature", {"degrees_c": degrees})
    zh, en = f"设备过热：{degrees:g} °C", f"the box is hot: {degrees:g} °C"
    return _part("temperature", {"degrees_c": degrees}, "hot", zh, en)


def _certificate(watched: Watched) -> Standing | None:
    if watched.certificate is None:
        return None
    try:
        reading = _read(certificate, watched)
    except ValueError:  # what lies there is no certificate
        reading = None
    if reading is None:
        name = watched.certificate.name
        zh, en = f"证书 {name} 读不出", f"the certificate {name} cannot be read"
        return _part("certificate", {"file": name}, "certificate_unread", zh, en)
    days = int(_value(reading))
    facts = {"days_left": days, "file": reading.facts["name"]}
    if days > CERTIFICATE_DAYS:
        return _part("certificate", facts)
    zh = f"页面证书还有 {days} 天到期" if days >= 0 else "页面证书已过期"
    en = (
        f"the certificate of the pages ends in {days} days"
        if days >= 0
        else "the certificate of the pages has ended"
    )
    return _part("certificate", facts, "certificate_ends", zh, en)


def _read(look: Callable[[Watched], Any], watched: Watched) -> Reading | None:
    """Return the first finding; None when the machine does not tell."""
    try:
        found: Reading | None = next(iter(look(watched)), None)
    except OSError:
        return None
    return found


def _value(reading: Reading) -> float:
    return float(reading.facts["value"] or 0)


def _part(name: str, facts: dict[str, Any], code: str = "", zh: str = "", en: str = "") -> Standing:
    reasons = [HealthReason(code=code, text=Bilingual(zh=zh, en=en), since=None)] if code else []
    return HealthPart(name=name, status="degraded" if code else "ok", facts=facts), reasons
