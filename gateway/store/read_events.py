"""Events for the screens: search by device, kind and time; what could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import Event
from gateway.clock import from_us, to_us
from gateway.store.inputs import EventInput
from gateway.store.journal import decode
from gateway.store.read import Connection, Found, Place
from gateway.store.tables import event_index, journal, quarantine


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events; None means all. `devices` is what somebody may see."""

    device: str | None = None
    kind: str | None = None  # a kind, or a group of kinds written `access.*`
    at_from: datetime | None = None
    at_to: datetime | None = None
    devices: Collection[str] | None = None


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that nobody could read for one reason, from one topic."""

    code: str
    topic: str
    profile: str | None
    device: str | None
    count: int
    first_at: datetime
    last_at: datetime
    reason: str
    sample: bytes


def search_events(
    connection: Connection, wanted: EventFilter, *, after: Place | None, limit: int
) -> Found[Event]:
    """Return events, newest first by the time at which they happened."""
    query = (
        sa.select(event_index.c.seq, event_index.c.batch, event_index.c.at_us)
        .order_by(event_index.c.at_us.desc(), event_index.c.seq.desc())
        .limit(limit + 1)
    )
    if wanted.device is not None:
        query = query.where(event_index.c.device == wanted.device)
    if wanted.kind is not None and wanted.kind.endswith(".*"):
        query = query.where(event_index.c.kind.startswith(wanted.kind[:-1], autoescape=True))
    elif wanted.kind is not None:
        query = query.where(event_index.c.kind == wanted.kind)
    if wanted.at_from is not None:
        query = query.where(event_index.c.at_us >= to_us(wanted.at_from))
    if wanted.at_to is not None:
        query = query.where(event_index.c.at_us < to_us(wanted.at_to))
    if wanted.devices is not None:
        query = query.where(event_index.c.device.in_(wanted.devices))
    if after is not None:
        place = sa.tuple_(sa.literal(after.us), sa.literal(int(after.key)))
        query = query.where(sa.tuple_(event_index.c.at_us, event_index.c.seq) < place)
    rows = connection.execute(query).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Found(
        rows=events_of(connection, [(row.seq, row.batch) for row in rows[:limit]]),
        next=Place(more.at_us, str(more.seq)) if more is not None else None,
    )


def newest_of(connection: Connection, device: str) -> int | None:
    """Return the number of the newest event of a device, None when it never said anything."""
    found: int | None = connection.execute(_NEWEST, {"device": device}).scalar()
    return found


def event(connection: Connection, seq: int) -> Event | None:
    """Return the event with this journal number, or None."""
    row = connection.execute(
        sa.select(event_index.c.seq, event_index.c.batch).where(event_index.c.seq == seq)
    ).one_or_none()
    found = [] if row is None else events_of(connection, [(row.seq, row.batch)])
    return found[0] if found else None


def events_by_id(connection: Connection, ids: Collection[str]) -> list[Event]:
    """Return these events in the order of their numbers; those that are gone are left out."""
    if not ids:
        return []
    rows = connection.execute(_BY_ID, {"ids": list(ids)}).all()
    return events_of(connection, [(row.seq, row.batch) for row in rows])


def unread(connection: Connection, *, limit: int) -> list[Unread]:
    """Return what could not be read, grouped by reason and topic, most frequent first."""
    groups = connection.execute(
        sa.select(
            quarantine.c.code,
            quarantine.c.topic,
            sa.func.sum(quarantine.c.count).label("count"),
            sa.func.min(quarantine.c.at_us).label("first_us"),
            sa.func.max(quarantine.c.at_us).label("last_us"),
            sa.func.max(quarantine.c.id).label("newest"),
        )
        .group_by(quarantine.c.code, quarantine.c.topic)
        .order_by(sa.desc("count"), quarantine.c.topic)
        .limit(limit)
    ).all()
    rows = {
        row.id: row
        for row in connection.execute(
            sa.select(quarantine).where(quarantine.c.id.in_([group.newest for group in groups]))
        )
    }
    return [_unread(group, rows[group.newest]) for group in groups if group.newest in rows]


_NEWEST = (
    sa.select(event_index.c.seq)
    .where(event_index.c.device == sa.bindparam("device"))
    .order_by(event_index.c.at_us.desc(), event_index.c.seq.desc())
    .limit(1)
)
_BY_ID = (
    sa.select(event_index.c.seq, event_index.c.batch)
    .where(event_index.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(event_index.c.seq)
)
_BATCHES = sa.select(journal.c.e_us, journal.c.inputs).where(
    journal.c.first_seq.in_(sa.bindparam("batches", expanding=True))
)


def events_of(connection: Connection, wanted: Iterable[tuple[int, int]]) -> list[Event]:
    wanted = list(wanted)
    rows = connection.execute(_BATCHES, {"batches": list({batch for _, batch in wanted})})
    seqs = {seq for seq, _ in wanted}
    by_seq = {
        each.seq: each.event
        for row in rows
        for each in decode(row.inputs, e_us=row.e_us)
        if isinstance(each, EventInput) and each.seq in seqs
    }
    return [by_seq[seq] for seq, _ in wanted if seq in by_seq]


def _unread(group: Any, newest: Any) -> Unread:
    return Unread(
        code=group.code,
        topic=group.topic,
        profile=newest.profile,
        device=newest.device,
        count=int(group.count),
        first_at=from_us(group.first_us),
        last_at=from_us(group.last_us),
        reason=newest.reason,
        sample=newest.raw,
    )
