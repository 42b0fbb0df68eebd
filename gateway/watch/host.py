"""The box: disk, memory, temperature, certificate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509

from gateway.watch.probe import Facts, Reading, Watched, probe

_DAY = timedelta(days=1)
# Below these nothing is worth a write; at most the limits at which the pack `gateway` warns or clears.
_DISK = 80.0
_MEMORY = 90.0
_HOT = 68.0
_SOON = 30  # days


@probe("disk")
def disk(watched: Watched) -> Iterator[Reading]:
    """How full the disk of the data folder is, in percent of what we may use."""
    space = shutil.disk_usage(watched.data)
    used = 100 * space.used / (space.used + space.free)  # without what is reserved for root
    reason = f"{space.free // 2**20} MiB free"
    facts: Facts = {"value": round(used, 1), "reason": reason}
    yield Reading(kind="system.disk", facts=facts, step=1.0, usual=used < _DISK)


@probe("memory")
def memory(watched: Watched) -> Iterator[Reading]:
    """How much of the memory is not available for anything new, in percent (Linux: MemAvailable)."""
    meminfo = watched.proc / "meminfo"
    if not meminfo.exists():
        return
    sizes = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in meminfo.read_text("ascii").splitlines())
        if name in ("MemTotal", "MemAvailable")
    }
    used = 100 * (1 - sizes["MemAvailable"] / sizes["MemTotal"])
    reason = f"{sizes['MemAvailable'] // 1024} MiB available"
    facts: Facts = {"value": round(used, 1), "reason": reason}
    yield Reading(kind="system.memory", facts=facts, step=2.0, usual=used <= _MEMORY)


@probe("temperature")
def temperature(watched: Watched) -> Iterator[Reading]:
    """The hottest sensor of the box (Linux thermal zones, thousandths of °C); boxes without one say nothing."""
    degrees = [
        int(text) / 1000
        for zone in watched.thermal.glob("thermal_zone*/temp")
        if (text := zone.read_text("ascii").strip()).lstrip("-").isdigit()
    ]
    if degrees:
        hottest = max(degrees)
        facts: Facts = {"value": round(hottest, 1)}
        yield Reading(kind="system.temperature", facts=facts, step=2.0, usual=hottest < _HOT)


@probe("certificate")
def certificate(watched: Watched) -> Iterator[Reading]:
    """In how many days the certificate of the pages ends."""
    if watched.certificate is None:
        return
    found = x509.load_pem_x509_certificate(watched.certificate.read_bytes())
    days = (found.not_valid_after_utc - watched.now) / _DAY
    yield Reading(
        kind="system.certificate",
        facts={"value": int(days // 1), "name": watched.certificate.name},
        key=watched.certificate.name,
        step=1.0,
        usual=days > _SOON,
        again=None,
    )
