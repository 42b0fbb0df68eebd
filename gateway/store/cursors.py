"""Cursors: how far each sink has acknowledged the store, the only state that forwarding needs.

A cursor is moved after the sink acknowledged, in the writer thread. Nothing is deleted because it was
sent: retention alone deletes, and it asks for the slowest cursor first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.clock import to_us
from gateway.store.tables import cursors


def read_cursor(connection: sa.Connection, sink: str) -> int:
    """Return the last position that this sink acknowledged; 0 when it never did."""
    found = connection.execute(sa.select(cursors.c.seq).where(cursors.c.sink == sink)).scalar()
    return int(found or 0)


def has_cursor(connection: sa.Connection, sink: str) -> bool:
    """Tell whether this sink was ever given a position."""
    return connection.execute(sa.select(cursors.c.seq).where(cursors.c.sink == sink)).first() is not None


def move_cursor(connection: sa.Connection, sink: str, position: int, *, now: datetime) -> None:
    """Record that everything up to `position` is acknowledged; a cursor never goes back by itself."""
    values: dict[str, Any] = {"seq": position, "updated_us": to_us(now)}
    done = connection.execute(
        cursors.update().where(cursors.c.sink == sink, cursors.c.seq <= position).values(**values)
    )
    if done.rowcount == 0 and read_cursor(connection, sink) == 0:
        connection.execute(cursors.insert().values(sink=sink, **values))


def rewind_cursor(connection: sa.Connection, sink: str, position: int, *, now: datetime) -> None:
    """Set a cursor back on purpose: the sink lost what it had acknowledged and named its last position."""
    connection.execute(cursors.delete().where(cursors.c.sink == sink))
    connection.execute(cursors.insert().values(sink=sink, seq=position, updated_us=to_us(now)))


def drop_cursors(connection: sa.Connection, beginnings: Iterable[str]) -> None:
    """Forget every position whose name begins so: that sink is gone for good."""
    for each in beginnings:
        connection.execute(cursors.delete().where(cursors.c.sink.startswith(each, autoescape=True)))


def slowest(connection: sa.Connection) -> int | None:
    """Return the position below which every sink has acknowledged; None without sinks."""
    found = connection.execute(sa.select(sa.func.min(cursors.c.seq))).scalar()
    return None if found is None else int(found)
