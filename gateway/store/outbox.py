"""The outbox in the database: claim what is due, write back what became of it.

Every function is one job of the writer thread and gets its connection. A row is `pending`, is claimed
(`sending`, until `claimed_us`), and ends as sent, delivered, failed, expired, withdrawn or unknown; what
ends is also told in the incident's timeline. Per case, recipient and channel the order of writing holds:
a message waits for the one before it. Another channel does not wait: a dead webhook must not silence
the page on the wall.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.response.called import OUTCOMES
from gateway.response.model import Message, TimelineRow
from gateway.store import chain
from gateway.store.tables import journal, outbox, timeline, timeline_text

State = Literal["pending", "sent", "delivered", "failed", "expired", "unknown"]
_OPEN = ("pending", "sending")
_AT_ONCE = 1000  # rows looked at in one claim
_LOOKED_AT = 100  # messages, oldest first as far as the order of writing tells


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One message that this worker may send now; `attempts` counts this one."""

    message: Message
    attempts: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attempt; with state `pending`, `due` is the next one. `detail` is for people."""

    id: str
    state: State
    detail: str = ""
    due: datetime | None = None
    reference: str = ""  # the receiver's own id for it


def claim(
    connection: sa.Connection,
    *,
    now: datetime,
    until: datetime,
    free: Mapping[str, int],
    other: int,
    seal_key: bytes = b"",
) -> tuple[list[Claimed], datetime | None]:
    """Take what is due: at most `free[channel]` a channel and `other` of unknown channels, L1 first.

    Expires what is past its `not_after`, and returns also when the next row falls due (None: none waits).
    """
    expire(connection, now=now, seal_key=seal_key)
    now_us = to_us(now)
    left = dict(free)
    taken: list[Claimed] = []
    for row in connection.execute(_WAITING, {"now_us": now_us}).mappings():
        name = row["channel"] if row["channel"] in left else ""
        slots = left.get(name, other)
        if slots <= 0:
            continue
        left[name] = slots - 1
        message = msgspec.json.decode(row["body"], type=Message)
        taken.append(Claimed(message=message, attempts=row["attempts"] + 1))
    if taken:
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_([each.message.id for each in taken]))
            .values(state="sending", claimed_us=to_us(until), attempts=outbox.c.attempts + 1)
        )
    soonest = connection.execute(_SOONEST, {"now_us": now_us}).scalar()
    return taken, None if soonest is None else from_us(soonest)


def settle(
    connection: sa.Connection, outcomes: Sequence[Outcome], *, now: datetime, seal_key: bytes = b""
) -> list[TimelineRow]:
    """Write back what became of claimed messages and return the timeline rows that tell it.

    A row that is no longer `sending` (it was claimed too long ago and has ended since) is left alone.
    """
    told: list[TimelineRow] = []
    for outcome in outcomes:
        row = connection.execute(_SENDING, {"message": outcome.id}).mappings().one_or_none()
        if row is None:
            continue
        receipt = {"at": now, "detail": outcome.detail, "reference": outcome.reference}
        values = {
            "message": outcome.id,
            "new_state": outcome.state,
            "new_receipt": canonical_json(msgspec.to_builtins(receipt)).decode(),
            "new_due_us": row["due_us"] if outcome.due is None else to_us(outcome.due),
        }
        connection.execute(_SETTLED, values)
        if outcome.state != "pending":
            told += _line(row, outcome.state, outcome.detail, now)
    _tell(connection, told, seal_key)
    return told


def expire(connection: sa.Connection, *, now: datetime, seal_key: bytes = b"") -> list[TimelineRow]:
    """End what is past its `not_after` without having been sent; stale alarms must not flood anybody."""
    late = connection.execute(_LATE, {"now_us": to_us(now)}).mappings().all()
    if not late:
        return []
    connection.execute(
        outbox.update().where(outbox.c.id.in_([row["id"] for row in late])).values(state="expired")
    )
    told = [line for row in late for line in _line(row, "expired", "", now)]
    _tell(connection, told, seal_key)
    return told


def recover(
    connection: sa.Connection,
    *,
    now: datetime,
    repeatable: Collection[str],
    all_claims: bool,
    seal_key: bytes = b"",
) -> int:
    """Take back claims whose worker is gone: all of them at the start, later those that ran out.

    On a repeatable channel the message is sent again under the same id; on others (SMS, voice) nobody can
    know, and the ladder goes on.
    """
    gone = (
        connection.execute(_ALL_CLAIMED) if all_claims else connection.execute(_GONE, {"now_us": to_us(now)})
    )
    rows = gone.mappings().all()
    again = [row["id"] for row in rows if row["channel"] in repeatable]
    lost = [row for row in rows if row["channel"] not in repeatable]
    if again:
        connection.execute(
            outbox.update().where(outbox.c.id.in_(again)).values(state="pending", claimed_us=None)
        )
    if lost:
        ids = [row["id"] for row in lost]
        connection.execute(
            outbox.update().where(outbox.c.id.in_(ids)).values(state="unknown", claimed_us=None)
        )
        _tell(connection, [line for row in lost for line in _line(row, "unknown", "restart", now)], seal_key)
    return len(rows)


def hurry(connection: sa.Connection, *, now: datetime, channel: str, recipients: Collection[str]) -> int:
    """Make what waits for these recipients on this channel due now: they have just become reachable."""
    waiting = (outbox.c.state == "pending", outbox.c.channel == channel, outbox.c.recipient.in_(recipients))
    done = connection.execute(
        outbox.update().where(*waiting, outbox.c.due_us > to_us(now)).values(due_us=to_us(now))
    )
    return int(done.rowcount)


def oldest_waiting(connection: sa.Connection, *, channels: Collection[str], now: datetime) -> datetime | None:
    """Return when the oldest message was written that one of these channels should have taken by now, or None."""
    overdue = sa.or_(outbox.c.attempts > 0, outbox.c.due_us <= to_us(now))
    waiting = sa.select(outbox.c.body).where(
        outbox.c.state.in_(_OPEN), outbox.c.channel.in_(sorted(channels)), overdue
    )
    bodies = connection.execute(waiting.order_by(outbox.c.order).limit(_LOOKED_AT)).scalars()
    return min((msgspec.json.decode(body, type=Message).created_at for body in bodies), default=None)


def _heads() -> sa.Select[Any]:
    """Select pending rows that have no unfinished row of the same case, recipient and channel before them."""
    earlier = outbox.alias("earlier")
    unfinished = (
        earlier.c.state.in_(_OPEN),
        earlier.c.recipient == outbox.c.recipient,
        earlier.c.channel == outbox.c.channel,
        earlier.c.order < outbox.c.order,
    )
    # Two look-ups by index instead of one over everything that waits: a page nobody opens gathers thousands.
    of_case = sa.exists().where(earlier.c.incident == outbox.c.incident, *unfinished)
    of_alert = sa.exists().where(
        outbox.c.incident.is_(None),
        earlier.c.alert == outbox.c.alert,
        earlier.c.incident.is_(None),
        *unfinished,
    )
    return sa.select(outbox).where(outbox.c.state == "pending", ~of_case, ~of_alert)


# Written out once: building a statement costs as much as running it.
_NOW = sa.bindparam("now_us", type_=sa.BigInteger)
_WAITING = _heads().where(outbox.c.due_us <= _NOW).order_by(outbox.c.level, outbox.c.order).limit(_AT_ONCE)
_SOONEST = sa.select(sa.func.min(outbox.c.due_us)).where(outbox.c.state == "pending", outbox.c.due_us > _NOW)
_SENDING = sa.select(outbox).where(outbox.c.id == sa.bindparam("message"), outbox.c.state == "sending")
_SETTLED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("message"))
    .values(
        state=sa.bindparam("new_state"),
        claimed_us=None,
        receipt=sa.bindparam("new_receipt"),
        due_us=sa.bindparam("new_due_us"),
    )
)
_LATE = sa.select(outbox).where(outbox.c.state == "pending", outbox.c.not_after_us <= _NOW)
_ALL_CLAIMED = sa.select(outbox).where(outbox.c.state == "sending")
_GONE = _ALL_CLAIMED.where(outbox.c.claimed_us <= _NOW)
_NEWEST = sa.select(sa.func.max(journal.c.last_seq))


def _line(row: sa.RowMapping, state: str, detail: str, now: datetime) -> list[TimelineRow]:
    if row["incident"] is None:
        return []
    facts = {
        "message": row["id"],
        "recipient": row["recipient"],
        "outcome": state,
        "detail": detail,
        "attempts": row["attempts"],
    }
    return [
        TimelineRow(
            incident=row["incident"],
            at=now,
            actor="system",
            role="system",
            channel=row["channel"],
            action="message",
            text=dict(OUTCOMES[state]),
            facts=facts,
            key=row["id"],
        )
    ]


def _tell(connection: sa.Connection, told: Sequence[TimelineRow], seal_key: bytes) -> None:
    if not told:
        return
    seq = connection.execute(_NEWEST).scalar() or 0
    chained, texts, head = chain.timeline_rows(
        chain.read_head(connection, "timeline"), [(seq, row) for row in told]
    )
    connection.execute(timeline.insert(), chained)
    connection.execute(timeline_text.insert(), texts)
    chain.write_head(connection, "timeline", head, key=seal_key)
