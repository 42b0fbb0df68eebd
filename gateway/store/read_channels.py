"""How each channel fares, read from the outbox: when it last reached somebody, and what last went wrong."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.read import Connection
from gateway.store.tables import outbox

_TROUBLES = ("failed", "unknown")


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A message that did not get through, in the vendor's words."""

    at: datetime
    state: str  # failed, unknown, or pending: it is tried again
    detail: str


class Fares(msgspec.Struct, frozen=True, kw_only=True):
    """How one channel fares, in engine time."""

    last_success: datetime | None = None
    last_failure: Trouble | None = None
    waiting: int = 0


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a stored receipt that is shown."""

    at: datetime | None = None
    detail: str = ""


def how_it_fares(connection: Connection, channel: str) -> Fares:
    """Return how a channel fares, as far back as the outbox is kept."""
    here = outbox.c.channel == channel
    reached = sa.select(sa.func.max(outbox.c.settled_us)).where(
        here, outbox.c.state.in_(("sent", "delivered"))
    )
    at = connection.execute(reached).scalar()
    waits = sa.select(sa.func.count()).where(here, outbox.c.state == "pending")
    return Fares(
        last_success=None if at is None else from_us(at),
        last_failure=_trouble(connection, here),
        waiting=int(connection.execute(waits).scalar_one()),
    )


def _trouble(connection: Connection, here: sa.ColumnElement[bool]) -> Trouble | None:
    ended = (
        sa.select(outbox.c.state, outbox.c.receipt)
        .where(here, outbox.c.state.in_(_TROUBLES))
        .order_by(outbox.c.settled_us.desc())
        .limit(1)
    )
    tried = (
        sa.select(outbox.c.state, outbox.c.receipt)
        .where(here, outbox.c.state == "pending", outbox.c.attempts > 0, outbox.c.receipt.is_not(None))
        .order_by(outbox.c.order.desc())
        .limit(1)
    )
    found = [
        trouble
        for rows in (ended, tried)
        for row in connection.execute(rows)
        if (trouble := _read(row.state, row.receipt))
    ]
    return max(found, key=lambda trouble: trouble.at, default=None)


def _read(state: str, receipt: str | None) -> Trouble | None:
    said = msgspec.json.decode(receipt or "{}", type=_Said)
    return None if said.at is None else Trouble(at=said.at, state=state, detail=said.detail)
