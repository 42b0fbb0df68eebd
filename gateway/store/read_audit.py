"""The audit log for those who may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.read import Connection, Found, Place
from gateway.store.tables import audit


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the audit chain."""

    id: int
    at: datetime
    actor: str
    action: str
    about: str
    facts: dict[str, Any]
    hash: str


def list_audit(connection: Connection, *, after: Place | None, limit: int) -> Found[AuditEntry]:
    """Return audit rows, newest first."""
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(audit.c.id < int(after.key))
    rows = connection.execute(query).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Found(
        rows=[
            AuditEntry(
                id=row.id,
                at=from_us(row.at_us),
                actor=row.actor,
                action=row.action,
                about=row.object,
                facts=msgspec.json.decode(row.facts),
                hash=row.hash,
            )
            for row in rows[:limit]
        ],
        next=Place(more.at_us, str(more.id)) if more is not None else None,
    )
