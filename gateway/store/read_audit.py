"""The audit log for those who may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
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


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are wanted; times are engine times, the end is not included. `action` may end with `*`."""

    actor: str | None = None
    action: str | None = None
    about: str | None = None
    at_from: datetime | None = None
    at_to: datetime | None = None


EVERYTHING = AuditFilter()


def list_audit(
    connection: Connection, wanted: AuditFilter = EVERYTHING, *, after: Place | None, limit: int
) -> Found[AuditEntry]:
    """Return audit rows, newest first."""
    query = sa.select(audit).where(*_conditions(wanted)).order_by(audit.c.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(audit.c.id < int(after.key))
    rows = connection.execute(query).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Found(
        rows=[_entry(row) for row in rows[:limit]],
        next=Place(more.at_us, str(more.id)) if more is not None else None,
    )


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.actor is not None:
        found.append(audit.c.actor == wanted.actor)
    if wanted.action is not None:
        group = wanted.action.removesuffix("*")
        same = audit.c.action == group
        found.append(audit.c.action.startswith(group, autoescape=True) if group != wanted.action else same)
    if wanted.about is not None:
        found.append(audit.c.object == wanted.about)
    if wanted.at_from is not None:
        found.append(audit.c.at_us >= to_us(wanted.at_from))
    if wanted.at_to is not None:
        found.append(audit.c.at_us < to_us(wanted.at_to))
    return found


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=from_us(row.at_us),
        actor=row.actor,
        action=row.action,
        about=row.object,
        facts=msgspec.json.decode(row.facts),
        hash=row.hash,
    )
