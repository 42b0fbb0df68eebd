"""Hash chains: the timeline of cases and the audit log, and the walk that names the first bad row.

Each row's hash covers its own columns and the hash before it. The readable text of a timeline row lies in
`timeline_text`, covered by its hash only: it can be erased (a tombstone) without breaking the chain. The
newest (id, hash) of each chain stands in `meta`, so that rows cut off at the end are missed too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.batch import AuditLine
from gateway.clock import to_us
from gateway.response.model import TimelineRow
from gateway.store.tables import audit, meta, timeline, timeline_text

START = "0" * 64
_OUTSIDE = frozenset({"id", "previous_hash", "hash"})


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The newest row of a chain. `seal` is its keyed hash, made with the site's key when there is one."""

    id: int = 0
    hash: str = START
    seal: str = ""


class BadRow(msgspec.Struct, frozen=True, kw_only=True):
    """The first row of a chain that does not fit, and what is wrong with it."""

    table: str
    id: int
    fault: str

    @property
    def sentence(self) -> str:
        """What is wrong, in both languages."""
        return f"{self.table} 第 {self.id} 条有问题 / row {self.id} is bad: {self.fault}"


def sha256(content: bytes) -> str:
    """Return the hex SHA-256."""
    return hashlib.sha256(content).hexdigest()


def link(previous: str, columns: Mapping[str, Any]) -> str:
    """Return the hash of a row whose covered columns are `columns`, after the row with hash `previous`."""
    covered = {name: value for name, value in columns.items() if name not in _OUTSIDE}
    return sha256(previous.encode("ascii") + canonical_json(covered))


def timeline_rows(
    head: Head, rows: Sequence[tuple[int, TimelineRow]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Head]:
    """Turn (seq, row) pairs into `timeline` and `timeline_text` rows that follow `head`; return the new head too."""
    chained: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for seq, row in rows:
        text = {"reason": row.reason, "text": row.text, "facts": row.facts, "attachments": row.attachments}
        body = canonical_json(text)
        columns: dict[str, Any] = {
            "incident": row.incident,
            "seq": seq,
            "at_us": to_us(row.at),
            "actor": row.actor,
            "role": row.role,
            "channel": row.channel,
            "action": row.action,
            "from_state": row.from_state,
            "to_state": row.to_state,
            "key": row.key,
            "text_hash": sha256(body),
        }
        fresh = Head(id=head.id + 1, hash=link(head.hash, columns))
        chained.append(columns | {"id": fresh.id, "previous_hash": head.hash, "hash": fresh.hash})
        texts.append({"id": fresh.id, "body": body.decode()})
        head = fresh
    return chained, texts, head


def append_audit(
    connection: sa.Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    facts: Mapping[str, Any],
    key: bytes = b"",
) -> int:
    """Add one row to the audit log inside the caller's transaction; return its id."""
    line = AuditLine(at=at, by=actor, action=action, subject=subject, facts=dict(facts))
    return append_lines(connection, [line], key=key)


def append_lines(connection: sa.Connection, lines: Sequence[AuditLine], *, key: bytes = b"") -> int:
    """Add rows to the audit log, at least one, inside the caller's transaction; return the id of the last."""
    head = read_head(connection, "audit")
    chained: list[dict[str, Any]] = []
    for line in lines:
        columns = {
            "at_us": to_us(line.at),
            "actor": line.by,
            "action": line.action,
            "object": line.subject,
            "facts": canonical_json(line.facts).decode(),
        }
        fresh = Head(id=head.id + 1, hash=link(head.hash, columns))
        chained.append(columns | {"id": fresh.id, "previous_hash": head.hash, "hash": fresh.hash})
        head = fresh
    connection.execute(audit.insert(), chained)
    write_head(connection, "audit", head, key=key)
    return head.id


# Written out once: building a statement costs as much as running it.
_HEAD = sa.select(meta.c.value).where(meta.c.name == sa.bindparam("chain"))
_SET_HEAD = meta.update().where(meta.c.name == sa.bindparam("chain")).values(value=sa.bindparam("sealed"))


def read_head(connection: sa.Connection, table: str) -> Head:
    """Return the recorded head of a chain (`timeline` or `audit`)."""
    found = connection.execute(_HEAD, {"chain": f"chain.{table}"}).scalar_one_or_none()
    return msgspec.json.decode(found, type=Head) if found else Head()


def write_head(connection: sa.Connection, table: str, head: Head, *, key: bytes = b"") -> None:
    """Record the head of a chain, sealed with the site's key when one is given."""
    name = f"chain.{table}"
    sealed = canonical_json(Head(id=head.id, hash=head.hash, seal=seal(head, key))).decode()
    done = connection.execute(_SET_HEAD, {"chain": name, "sealed": sealed})
    if done.rowcount == 0:
        connection.execute(meta.insert().values(name=name, value=sealed))


def seal(head: Head, key: bytes) -> str:
    """Return the keyed hash of a head; empty without a key."""
    return hmac.new(key, f"{head.id}:{head.hash}".encode(), "sha256").hexdigest() if key else ""


def verify(connection: sa.Connection, *, key: bytes = b"") -> BadRow | None:
    """Walk both chains; return the first row that does not fit, or None when all do."""
    return _walk(connection, timeline, key) or _texts(connection) or _walk(connection, audit, key)


def _walk(connection: sa.Connection, table: sa.Table, key: bytes) -> BadRow | None:
    head = Head()
    for row in connection.execute(sa.select(table).order_by(table.c.id)).yield_per(500).mappings():
        if row["id"] != head.id + 1:
            return BadRow(
                table=table.name, id=head.id + 1, fault=f"missing: row {row['id']} follows row {head.id}"
            )
        if row["previous_hash"] != head.hash:
            return BadRow(table=table.name, id=row["id"], fault="does not follow the row before it")
        if link(head.hash, dict(row)) != row["hash"]:
            return BadRow(table=table.name, id=row["id"], fault="was changed after it was written")
        head = Head(id=row["id"], hash=row["hash"])
    recorded = read_head(connection, table.name)
    if (recorded.id, recorded.hash) != (head.id, head.hash):
        fault = f"missing: the chain ended with row {recorded.id}, now it ends with row {head.id}"
        return BadRow(table=table.name, id=head.id + 1, fault=fault)
    if key and head.id and not hmac.compare_digest(recorded.seal, seal(head, key)):
        return BadRow(
            table=table.name, id=head.id, fault="the recorded end is not sealed with this site's key"
        )
    return None


def _texts(connection: sa.Connection) -> BadRow | None:
    columns = sa.select(
        timeline.c.id, timeline.c.text_hash, timeline_text.c.id.label("text_id"), timeline_text.c.body
    )
    rows = columns.join_from(timeline, timeline_text, timeline_text.c.id == timeline.c.id, isouter=True)
    for row in connection.execute(rows.order_by(timeline.c.id)).yield_per(500):
        if row.text_id is None:
            return BadRow(
                table="timeline_text", id=row.id, fault="missing; an erased text leaves a tombstone"
            )
        if row.body is not None and sha256(row.body.encode()) != row.text_hash:
            return BadRow(table="timeline_text", id=row.id, fault="was changed after it was written")
    return None
