"""How devices are: the stored shadows and the worst level of what is open about each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.shadow import Shadow
from gateway.clock import from_us
from gateway.store.read import Connection
from gateway.store.tables import alerts, blobs
from gateway.store.tables import shadow as shadows
from rules.change import Level

_shadow = msgspec.json.Decoder(Shadow)


class DeviceState(msgspec.Struct, frozen=True, kw_only=True):
    """What a device last said about itself."""

    online: bool | None
    last_at: datetime
    reported: dict[str, Any]
    skew_ms: int | None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What is open about a device."""

    worst: Level
    count: int


class BlobRow(msgspec.Struct, frozen=True, kw_only=True):
    """A kept picture, clip or sound."""

    sha256: str
    mime: str
    size: int
    by: str
    at: datetime


def device_states(connection: Connection, devices: Collection[str] | None = None) -> dict[str, DeviceState]:
    """Return the shadow of each device that ever spoke (or of these only)."""
    query = sa.select(shadows)
    if devices is not None:
        query = query.where(shadows.c.device.in_(devices))
    return {
        row.device: DeviceState(
            online=None if row.online is None else bool(row.online),
            last_at=from_us(row.at_us),
            reported={name: state.value for name, state in _shadow.decode(row.reported).reported.items()},
            skew_ms=row.skew_ms,
        )
        for row in connection.execute(query)
    }


def shadow(connection: Connection, device: str) -> Shadow | None:
    """Return what a device last said of itself, each value with its time and event; None: it never spoke."""
    body = connection.execute(sa.select(shadows.c.reported).where(shadows.c.device == device)).scalar()
    return None if body is None else _shadow.decode(body)


def reporting(connection: Connection) -> int:
    """Return how many devices are online."""
    return int(connection.execute(sa.select(sa.func.count()).where(shadows.c.online)).scalar_one())


def troubles(connection: Connection) -> dict[str, Trouble]:
    """Return worst level and number of open alerts of each device that has any."""
    query = (
        sa.select(alerts.c.device, sa.func.min(alerts.c.level).label("worst"), sa.func.count().label("count"))
        .where(alerts.c.open, alerts.c.device.is_not(None))
        .group_by(alerts.c.device)
    )
    return {row.device: Trouble(worst=row.worst, count=row[2]) for row in connection.execute(query)}


def blob(connection: Connection, sha256: str) -> BlobRow | None:
    """Return what is known about a stored file, or None."""
    row = connection.execute(sa.select(blobs).where(blobs.c.sha256 == sha256)).one_or_none()
    return (
        None
        if row is None
        else BlobRow(sha256=row.sha256, mime=row.mime, size=row.size, by=row.by, at=from_us(row.at_us))
    )
