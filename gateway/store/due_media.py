"""Due media: which pictures and sounds would go if cases keep theirs until a moment. Nothing is changed here."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import to_us
from gateway.store.read import Connection
from gateway.store.tables import incidents
from gateway.store.tables_evidence import bundle_parts, legal_holds


class DueMedia(msgspec.Struct, frozen=True, kw_only=True):
    """Files that would go, their bytes, and of how many cases."""

    files: int
    size: int
    cases: int


def due_media(connection: Connection, *, closed_before: datetime) -> DueMedia:
    """Count the media of cases closed before then and not held, as `bundles.begin_erasing` would take them.

    A file that another case keeps longer stays, and is not counted.
    """
    parts = bundle_parts
    over = sa.and_(
        ~incidents.c.open,
        incidents.c.closed_us < to_us(closed_before),
        ~sa.exists().where(legal_holds.c.incident == parts.c.incident),
    )
    kept = sa.select(
        parts.c.incident, parts.c.sha256, parts.c.size, sa.case((over, 1), else_=0).label("over")
    ).join(incidents, incidents.c.number == parts.c.incident)
    found = kept.where(parts.c.media == "kept").cte("kept_media")
    going = (
        sa.select(found.c.sha256, sa.func.max(found.c.size).label("size"))
        .group_by(found.c.sha256)
        .having(sa.func.min(found.c.over) == 1)
        .subquery()
    )
    files, size = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(going.c.size), 0)).select_from(going)
    ).one()
    of_cases = sa.select(sa.func.count(sa.distinct(found.c.incident))).join(
        going, going.c.sha256 == found.c.sha256
    )
    return DueMedia(files=files, size=int(size), cases=connection.execute(of_cases).scalar_one())
