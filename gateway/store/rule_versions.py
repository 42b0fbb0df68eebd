"""Versions of documents and what the engine's rows say of old ones: the store's side of the rulebook."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.read import Connection
from gateway.store.tables import documents, engine_state


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a document. `at` is engine time."""

    name: str
    version: int
    author: str
    at: datetime
    body: str


_COLUMNS = (documents.c.name, documents.c.version, documents.c.author, documents.c.at_us, documents.c.body)


def newest_documents(connection: Connection, prefix: str) -> list[Row]:
    """Return the newest version of every document whose name begins with `prefix`, by name."""
    newest = (
        sa.select(documents.c.name, sa.func.max(documents.c.version).label("version"))
        .where(documents.c.name.startswith(prefix, autoescape=True))
        .group_by(documents.c.name)
        .subquery()
    )
    same = sa.and_(documents.c.name == newest.c.name, documents.c.version == newest.c.version)
    return _rows(connection, sa.select(*_COLUMNS).join(newest, same).order_by(documents.c.name))


def document_versions(connection: Connection, name: str, *, limit: int | None = None) -> list[Row]:
    """Return the versions of one document, newest first."""
    wanted = sa.select(*_COLUMNS).where(documents.c.name == name).order_by(documents.c.version.desc())
    return _rows(connection, wanted.limit(limit))


def document_version(connection: Connection, name: str, version: int) -> Row | None:
    """Return one version of a document, or None."""
    wanted = sa.select(*_COLUMNS).where(documents.c.name == name, documents.c.version == version)
    return next(iter(_rows(connection, wanted)), None)


def old_versions_at_work(connection: Connection) -> list[tuple[str, int]]:
    """Return (rule, version) of every old version that the engine's rows still hold a key of."""
    wanted = sa.select(engine_state.c.rule).where(engine_state.c.rule.contains("@")).distinct()
    slots = (slot.rpartition("@") for slot in connection.execute(wanted).scalars())
    return sorted((rule, int(version)) for rule, _, version in slots)


def _rows(connection: Connection, wanted: sa.Select[tuple[str, int, str, int, str]]) -> list[Row]:
    return [
        Row(name=row.name, version=row.version, author=row.author, at=from_us(row.at_us), body=row.body)
        for row in connection.execute(wanted)
    ]
