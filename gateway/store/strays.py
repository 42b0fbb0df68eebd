"""Strays: files that nothing names any more, found so that the keeper of proof can sweep them away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from gateway.clock import to_us
from gateway.response.model import SOMEBODY
from gateway.store.tables import blobs, incidents
from gateway.store.tables_evidence import bundle_parts
from gateway.store.tables_reports import resident_reports


def recorded(connection: sa.Connection, hashes: Collection[str]) -> set[str]:
    """Return those of these hashes that have a row."""
    found: set[str] = set()
    wanted = sorted(hashes)
    for start in range(0, len(wanted), 500):
        query = sa.select(blobs.c.sha256).where(blobs.c.sha256.in_(wanted[start : start + 500]))
        found.update(connection.execute(query).scalars())
    return found


def forget_unnamed(connection: sa.Connection, *, before: datetime, limit: int) -> list[str]:
    """Forget files that came by the public form before then and that no report, case or bundle names; return them."""
    hash_ = blobs.c.sha256
    unnamed = (
        sa.select(hash_)
        .where(blobs.c.by == SOMEBODY, blobs.c.at_us < to_us(before))
        .where(~sa.exists().where(bundle_parts.c.sha256 == hash_))
        .where(~sa.exists().where(resident_reports.c.pieces.contains(hash_)))
        .where(~sa.exists().where(incidents.c.body.contains(hash_)))
        .limit(limit)
    )
    gone = list(connection.execute(unnamed).scalars())
    connection.execute(blobs.delete().where(hash_.in_(gone)))
    return gone
