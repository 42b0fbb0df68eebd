"""What was learned of the clocks of devices, so that it survives a restart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from devices.clock import DeviceClock
from gateway.clock import from_us, to_us
from gateway.store.read import Connection
from gateway.store.tables_clocks import clocks

_read = msgspec.json.Decoder(DeviceClock)


class KeptClock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock as it was kept, and when."""

    clock: DeviceClock
    at: datetime


def put_clocks(connection: Connection, learned: Mapping[str, DeviceClock], *, now: datetime) -> None:
    """Keep what was learned of these clocks; what was kept of the same devices is replaced."""
    rows = [
        {"device": device, "kept_us": to_us(now), "body": msgspec.json.encode(clock).decode()}
        for device, clock in learned.items()
    ]
    if not rows:
        return
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(clocks)
    fresh = {"kept_us": insert.excluded.kept_us, "body": insert.excluded.body}
    connection.execute(insert.on_conflict_do_update(index_elements=["device"], set_=fresh), rows)


def kept_clocks(connection: Connection, devices: Collection[str] | None = None) -> dict[str, KeptClock]:
    """Return what was kept of every clock (or of these devices); a row that cannot be read is learned anew."""
    query = sa.select(clocks)
    if devices is not None:
        query = query.where(clocks.c.device.in_(devices))
    found: dict[str, KeptClock] = {}
    for row in connection.execute(query):
        try:
            found[row.device] = KeptClock(clock=_read.decode(row.body), at=from_us(row.kept_us))
        except msgspec.MsgspecError:
            continue
    return found
