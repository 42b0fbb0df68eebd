"""Told: what became of a message, as a row of its incident's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.response.called import OUTCOMES
from gateway.response.model import TimelineRow
from gateway.store import chain
from gateway.store.tables import journal, timeline, timeline_text

_NEWEST = sa.select(sa.func.max(journal.c.last_seq))


def line_of(row: sa.RowMapping, state: str, detail: str, now: datetime) -> list[TimelineRow]:
    """Return the row that tells what became of a message; none for one that is about no incident."""
    if row["incident"] is None:
        return []
    facts = {
        "message": row["id"],
        "recipient": row["recipient"],
        "outcome": state,
        "detail": detail,
        "attempts": row["attempts"],
    }
    return [
        TimelineRow(
            incident=row["incident"],
            at=now,
            actor="system",
            role="system",
            channel=row["channel"],
            action="message",
            text=dict(OUTCOMES[state]),
            facts=facts,
            key=row["id"],
        )
    ]


def tell(connection: sa.Connection, told: Sequence[TimelineRow], seal_key: bytes) -> None:
    """Append rows to the timelines, in the transaction of what they tell."""
    if not told:
        return
    seq = connection.execute(_NEWEST).scalar() or 0
    chained, texts, head = chain.timeline_rows(
        chain.read_head(connection, "timeline"), [(seq, row) for row in told]
    )
    connection.execute(timeline.insert(), chained)
    connection.execute(timeline_text.insert(), texts)
    chain.write_head(connection, "timeline", head, key=seal_key)
