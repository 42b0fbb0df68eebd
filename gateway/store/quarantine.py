"""Quarantine: the raw bytes of what nobody could read, bounded so that a broken device cannot fill the disk.

The first `KEEP` messages of each (code, topic) are kept; later ones only raise the count of the newest kept
one. Over `ROWS` rows in all, the oldest go (a hostile sender may invent topics).
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gateway.batch import Quarantined
from gateway.clock import to_us
from gateway.store.rows import Row
from gateway.store.tables import quarantine

KEEP = 20
ROWS = 5000

_raise_count = (
    quarantine.update()
    .where(quarantine.c.id == sa.bindparam("row"))
    .values(count=quarantine.c.count + sa.bindparam("more"))
)


def write(connection: sa.Connection, found: Sequence[Quarantined]) -> None:
    """Store these messages inside the caller's transaction."""
    newest_id = connection.execute(sa.select(sa.func.coalesce(sa.func.max(quarantine.c.id), 0))).scalar_one()
    kept: dict[tuple[str, str], tuple[int, int]] = {}  # (code, topic) -> (rows, newest id)
    fresh: list[Row] = []
    more: dict[int, int] = {}
    for each in found:
        place = (each.code, each.message.topic)
        rows, newest = kept.get(place) or _kept(connection, *place)
        if rows < KEEP:
            newest_id += 1
            fresh.append(_row(newest_id, each))
            rows, newest = rows + 1, newest_id
        else:
            more[newest] = more.get(newest, 0) + 1
        kept[place] = (rows, newest)
    if fresh:
        connection.execute(quarantine.insert(), fresh)
        _trim(connection)
    if more:
        connection.execute(_raise_count, [{"row": row, "more": count} for row, count in more.items()])


def _kept(connection: sa.Connection, code: str, topic: str) -> tuple[int, int]:
    columns = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(quarantine.c.id), 0))
    rows, newest = connection.execute(
        columns.where(quarantine.c.code == code, quarantine.c.topic == topic)
    ).one()
    return int(rows), int(newest)


def _row(row_id: int, each: Quarantined) -> Row:
    return {
        "id": row_id,
        "at_us": to_us(each.at),
        "topic": each.message.topic,
        "device": each.device,
        "profile": each.profile,
        "code": each.code,
        "reason": each.reason,
        "raw": each.message.payload,
        "size": len(each.message.payload),
        "count": 1,
    }


def _trim(connection: sa.Connection) -> None:
    last = sa.select(quarantine.c.id).order_by(quarantine.c.id.desc()).offset(ROWS).limit(1).scalar_subquery()
    connection.execute(quarantine.delete().where(quarantine.c.id <= last))
