"""Groups of quarantined messages: those that one mend would make readable, counted together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.read import Connection
from gateway.store.tables import quarantine

_BY_REASON = frozenset({"unknown_code", "no_kind"})
_BY_TOPIC = frozenset({"no_profile"})
_COLUMNS = (
    quarantine.c.id, quarantine.c.at_us, quarantine.c.topic, quarantine.c.device, quarantine.c.profile, quarantine.c.code,
    quarantine.c.reason, quarantine.c.count.label("many"),
)  # fmt: skip


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that wait for the same reason. `rows` can be read anew; `count` includes those that were not kept.

    `ident` is who said it: of an unknown device the identity on the wire. Times are engine time.
    """

    id: str
    code: str
    profile: str | None
    ident: str | None  # when all are of one sender
    devices: int  # how many senders
    topic: str  # of the newest
    reason: str
    count: int
    rows: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    sample: bytes = b""

    @property
    def newest(self) -> int:
        """The row of the newest message that is kept."""
        return self.rows[-1]


def groups(connection: Connection, *, limit: int, code: str | None = None) -> list[Group]:
    """Return the groups with the newest message first, each with its newest message as a sample."""
    wanted = sa.select(*_COLUMNS).where(quarantine.c.settled_us.is_(None)).order_by(quarantine.c.id)
    if code is not None:
        wanted = wanted.where(quarantine.c.code == code)
    by_key: dict[tuple[str, str, str], list[sa.Row[tuple[object, ...]]]] = {}
    for row in connection.execute(wanted):
        by_key.setdefault(_key(row), []).append(row)  # type: ignore[arg-type]  # a row of these columns
    newest = sorted(by_key.items(), key=lambda each: each[1][-1].id, reverse=True)[:limit]
    return _with_samples(connection, [_group(key, rows) for key, rows in newest])


def group(connection: Connection, group_id: str) -> Group | None:
    """Return one group, or None: nothing waits for that reason (any more)."""
    return next((each for each in groups(connection, limit=10_000) if each.id == group_id), None)


def _key(row: sa.Row[tuple[object, ...]]) -> tuple[str, str, str]:
    if row.code in _BY_REASON:
        detail = row.reason
    elif row.code in _BY_TOPIC:
        detail = row.topic
    else:
        detail = row.device or row.topic
    return row.code, row.profile or "", detail


def _group(key: tuple[str, str, str], rows: list[sa.Row[tuple[object, ...]]]) -> Group:
    last = rows[-1]
    senders = {row.device or row.topic for row in rows}
    digest = hashlib.blake2b("\x1f".join(key).encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Group(
        id=digest, code=last.code, profile=last.profile, ident=last.device if len(senders) == 1 else None,
        devices=len(senders), topic=last.topic, reason=last.reason, count=sum(int(row.many) for row in rows),
        rows=tuple(row.id for row in rows), first_at=from_us(min(row.at_us for row in rows)),
        last_at=from_us(max(row.at_us for row in rows)),
    )  # fmt: skip


def _with_samples(connection: Connection, found: Iterable[Group]) -> list[Group]:
    known = list(found)
    wanted = sa.select(quarantine.c.id, quarantine.c.raw).where(
        quarantine.c.id.in_([each.newest for each in known])
    )
    raws = {row.id: bytes(row.raw) for row in connection.execute(wanted)}
    return [msgspec.structs.replace(each, sample=raws.get(each.newest, b"")) for each in known]
