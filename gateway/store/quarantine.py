"""Quarantine: the raw bytes of what nobody could read, bounded so that a broken device cannot fill the disk.

The first `KEEP` messages of each (code, topic) that still wait are kept; later ones only raise the count of the newest
kept one. Over `ROWS` rows or `BYTES` in all, the oldest go (a hostile sender may invent topics). A row that was read
anew is settled in the transaction that holds what came of it: it is never read a second time.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from devices.event import RawMessage
from gateway.batch import Again, Quarantined, Reread
from gateway.clock import from_us, to_us
from gateway.store.rows import Row
from gateway.store.tables import quarantine

KEEP = 200
ROWS = 5000
BYTES = 128 << 20
_LOOKED_AT = 50  # rows between two looks at all bytes: the sum reads every row

_raise_count = (
    quarantine.update()
    .where(quarantine.c.id == sa.bindparam("row"))
    .values(count=quarantine.c.count + sa.bindparam("more"))
)
_WAITS = quarantine.c.settled_us.is_(None)


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything of a message beside topic and payload, and what of it was taken. `received_us` is wall time."""

    received_us: int
    adapter: str = "mqtt"
    user: str | None = None
    retained: bool = False
    drained: bool = False
    headers: dict[str, str] = {}
    told: dict[str, int] = {}


_envelope = msgspec.json.Decoder(Envelope)


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
        if newest_id // _LOOKED_AT != (newest_id - len(fresh)) // _LOOKED_AT:
            _trim_bytes(connection)
    if more:
        connection.execute(_raise_count, [{"row": row, "more": count} for row, count in more.items()])


def settle(connection: sa.Connection, found: Sequence[Reread]) -> None:
    """Note what became of messages that were read anew, inside the transaction that holds it."""
    for each in found:
        row = quarantine.update().where(quarantine.c.id == each.row, _WAITS)
        if each.outcome == "unread":
            connection.execute(
                row.values(code=each.code, reason=each.reason, device=each.device, profile=each.profile)
            )
        else:
            connection.execute(row.values(settled_us=to_us(each.at), outcome=each.outcome))


def again(connection: sa.Connection, rows: Sequence[int]) -> list[Again]:
    """Return the messages of these rows that still wait, as they came, in their order."""
    wanted = sa.select(quarantine).where(quarantine.c.id.in_(rows), _WAITS).order_by(quarantine.c.id)
    found: list[Again] = []
    for row in connection.execute(wanted):
        envelope = _envelope.decode(row.envelope) if row.envelope else Envelope(received_us=row.at_us)
        message = msgspec.structs.asdict(envelope)
        received = from_us(message.pop("received_us"))
        found.append(
            msgspec.convert(
                {**message, "topic": row.topic, "payload": bytes(row.raw), "received_at": received, "row": row.id},
                Again,
            )
        )  # fmt: skip
    return found


def outcomes(connection: sa.Connection, rows: Sequence[int]) -> dict[int, tuple[str | None, str]]:
    """Return (outcome, reason) of these rows; None: still unread."""
    wanted = sa.select(quarantine.c.id, quarantine.c.outcome, quarantine.c.reason)
    found = connection.execute(wanted.where(quarantine.c.id.in_(rows)))
    return {row.id: (row.outcome, row.reason) for row in found}


def _kept(connection: sa.Connection, code: str, topic: str) -> tuple[int, int]:
    columns = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(quarantine.c.id), 0))
    rows, newest = connection.execute(
        columns.where(quarantine.c.code == code, quarantine.c.topic == topic, _WAITS)
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
        "envelope": _sealed(each.message, each.told),
    }


def _sealed(message: RawMessage, told: dict[str, int]) -> str:
    envelope = Envelope(
        received_us=to_us(message.received_at), adapter=message.adapter, user=message.user, retained=message.retained,
        drained=message.drained, headers=message.headers, told=told,
    )  # fmt: skip
    return msgspec.json.encode(envelope).decode()


def _trim(connection: sa.Connection) -> None:
    last = sa.select(quarantine.c.id).order_by(quarantine.c.id.desc()).offset(ROWS).limit(1).scalar_subquery()
    connection.execute(quarantine.delete().where(quarantine.c.id <= last))


def _trim_bytes(connection: sa.Connection) -> None:
    total = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(quarantine.c.size), 0))).scalar_one()
    if total > BYTES:
        newer = sa.func.sum(quarantine.c.size).over(order_by=quarantine.c.id.desc())
        sums = sa.select(quarantine.c.id, newer.label("newer")).subquery()
        gone = sa.select(sums.c.id).where(sums.c.newer > BYTES)
        connection.execute(quarantine.delete().where(quarantine.c.id.in_(gone)))
