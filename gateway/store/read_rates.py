"""Rates: how many events of each kind came in the newest whole day of the journal."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.read import Connection
from gateway.store.tables import event_index

DAY_US = 86_400_000_000


def events_per_day(connection: Connection, *, now_us: int) -> dict[str, float] | None:
    """Return events by kind in the 24 h before a moment; None when the journal does not reach back that far."""
    at = event_index.c.at_us
    oldest = connection.execute(sa.select(sa.func.min(at))).scalar_one_or_none()
    if oldest is None or oldest > now_us - DAY_US:
        return None
    counted = (
        sa.select(event_index.c.kind, sa.func.count().label("many"))
        .where(at > now_us - DAY_US, at <= now_us)
        .group_by(event_index.c.kind)
    )
    return {row.kind: float(row.many) for row in connection.execute(counted)}
