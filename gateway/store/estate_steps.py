"""Steps of the estate: what was saved of devices, homes and places together, and what each was before."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.read import Connection
from gateway.store.rule_versions import Row
from gateway.store.tables import documents

PREFIXES = ("device:", "household:", "place:")
_OURS = sa.or_(*(documents.c.name.startswith(prefix, autoescape=True) for prefix in PREFIXES))


class EstateStep(msgspec.Struct, frozen=True, kw_only=True):
    """What was saved at one time by one person; `sample` is one of its documents, as stored."""

    at_us: int
    at: datetime
    author: str
    count: int
    sample: str


def steps(connection: Connection, *, limit: int) -> list[EstateStep]:
    """Return the newest steps, newest first."""
    grouped = (
        sa.select(
            documents.c.at_us, documents.c.author, sa.func.count().label("many"), sa.func.min(documents.c.body).label("body"),
        )
        .where(_OURS)
        .group_by(documents.c.at_us, documents.c.author)
        .order_by(documents.c.at_us.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        EstateStep(
            at_us=row.at_us, at=from_us(row.at_us), author=row.author, count=int(row.many), sample=row.body
        )
        for row in connection.execute(grouped)
    ]


def before(connection: Connection, at_us: int) -> dict[str, Row | None]:
    """Return the documents of one step with the version that each had before; None: it had none."""
    earlier = documents.alias()
    query = (
        sa.select(documents.c.name, earlier.c.version, earlier.c.author, earlier.c.at_us, earlier.c.body)
        .select_from(
            documents.outerjoin(
                earlier,
                sa.and_(earlier.c.name == documents.c.name, earlier.c.version == documents.c.version - 1),
            )
        )
        .where(documents.c.at_us == at_us, _OURS)
    )
    return {
        row.name: None
        if row.version is None
        else Row(name=row.name, version=row.version, author=row.author, at=from_us(row.at_us), body=row.body)
        for row in connection.execute(query)
    }
