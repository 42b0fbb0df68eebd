"""Saved configuration: which version of each document is the newest."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.store.read import Connection
from gateway.store.tables import documents


def newest_versions(connection: Connection) -> dict[str, tuple[int, str]]:
    """Return, for every document, its newest version and that version's hash."""
    newest = (
        sa.select(documents.c.name, sa.func.max(documents.c.version).label("version"))
        .group_by(documents.c.name)
        .subquery()
    )
    rows = connection.execute(
        sa.select(documents.c.name, documents.c.version, documents.c.hash).join(
            newest, sa.and_(documents.c.name == newest.c.name, documents.c.version == newest.c.version)
        )
    )
    return {row.name: (row.version, row.hash) for row in rows}
