"""Messages that wait in quarantine, one by one and as they came: what a new profile is pointed out on and tried on."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.batch import Again
from gateway.store.quarantine import again
from gateway.store.read import Connection
from gateway.store.tables import quarantine

_WAITS = quarantine.c.settled_us.is_(None)


def waiting_messages(connection: Connection, *, limit: int, topic: str | None = None) -> list[Again]:
    """Return the newest messages that nobody could read, newest first; `topic` is a text that their topic holds."""
    wanted = sa.select(quarantine.c.id).where(_WAITS).order_by(quarantine.c.id.desc()).limit(limit)
    if topic:
        wanted = wanted.where(quarantine.c.topic.contains(topic, autoescape=True))
    rows = list(connection.execute(wanted).scalars())
    return again(connection, rows)[::-1]


def waiting_message(connection: Connection, row: int) -> Again | None:
    """Return one message that nobody could read, or None."""
    return next(iter(again(connection, [row])), None)


def why_waiting(connection: Connection, rows: list[int]) -> dict[int, tuple[str, str]]:
    """Return (code, reason) of messages that wait."""
    wanted = sa.select(quarantine.c.id, quarantine.c.code, quarantine.c.reason).where(
        quarantine.c.id.in_(rows)
    )
    return {row.id: (row.code, row.reason) for row in connection.execute(wanted)}
