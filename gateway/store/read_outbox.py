"""The outbox for those who only look: what waits for how long, when the next falls due, when a channel last worked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.response.model import Message
from gateway.store.heads import OPEN
from gateway.store.tables import outbox

_LOOKED_AT = 100  # messages, oldest first as far as the order of writing tells


def oldest_waiting(connection: sa.Connection, *, channels: Collection[str], now: datetime) -> datetime | None:
    """Return when the oldest message was written that one of these channels should have taken by now, or None."""
    overdue = sa.or_(outbox.c.attempts > 0, outbox.c.due_us <= to_us(now))
    waiting = sa.select(outbox.c.body).where(
        outbox.c.state.in_(OPEN), outbox.c.channel.in_(sorted(channels)), overdue
    )
    bodies = connection.execute(waiting.order_by(outbox.c.order).limit(_LOOKED_AT)).scalars()
    return min((msgspec.json.decode(body, type=Message).created_at for body in bodies), default=None)


def soonest_due(connection: sa.Connection, *, now: datetime) -> datetime | None:
    """Return when the next message falls due that is not due yet, or None."""
    found = connection.execute(_SOONEST, {"now_us": to_us(now)}).scalar()
    return None if found is None else from_us(found)


def last_successes(connection: sa.Connection) -> dict[str, datetime]:
    """Return when each channel last reached somebody, as far back as the outbox is kept."""
    return {channel: from_us(at) for channel, at in connection.execute(_LAST_SUCCESS) if at is not None}


_NOW = sa.bindparam("now_us", type_=sa.BigInteger)
_SOONEST = sa.select(sa.func.min(outbox.c.due_us)).where(outbox.c.state == "pending", outbox.c.due_us > _NOW)
_LAST_SUCCESS = (
    sa.select(outbox.c.channel, sa.func.max(outbox.c.settled_us))
    .where(outbox.c.state.in_(("sent", "delivered")))
    .group_by(outbox.c.channel)
)
