"""The outbox in the database: what became of what was claimed, what expired, what a crash left behind.

Every function is one job of the writer thread and gets its connection. A row is `pending`, is claimed
(`sending`, until `claimed_us`; see `sending.py`), and ends as sent, delivered, failed, expired, withdrawn or
unknown; what ends is also told in the incident's timeline. Per case, recipient and channel the order of
writing holds: a message waits for the one before it. Another channel does not wait: a dead webhook must not
silence the page on the wall.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import to_us
from gateway.response.bundle import DIGEST
from gateway.response.message import message_id
from gateway.response.model import Message, TimelineRow
from gateway.store.rows import message_row
from gateway.store.tables import outbox
from gateway.store.told import line_of, tell

State = Literal["pending", "sent", "delivered", "failed", "expired", "withdrawn", "unknown"]
_AT_ONCE = 500  # rows that expire in one turn
_DIGEST_KEPT = timedelta(hours=24)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one attempt; with state `pending`, `due` is the next one. `detail` is for people.

    `others` went in the same send and share it; with `told_lost` the send also told of what had expired.
    """

    id: str
    state: State
    channel: str = ""
    detail: str = ""
    due: datetime | None = None
    reference: str = ""  # the receiver's own id for it
    others: tuple[str, ...] = ()
    told_lost: bool = False


def settle(
    connection: sa.Connection, outcomes: Sequence[Outcome], *, now: datetime, seal_key: bytes = b""
) -> list[TimelineRow]:
    """Write back what became of claimed messages and return the timeline rows that tell it.

    A row that is no longer `sending` (it was claimed too long ago and has ended since) is left alone. One that
    was withdrawn meanwhile is not tried again.
    """
    told: list[TimelineRow] = []
    for outcome in outcomes:
        for message in (outcome.id, *outcome.others):
            told += _settled(connection, message, outcome, now)
        if outcome.told_lost and outcome.state in {"sent", "delivered"}:
            connection.execute(_TOLD_LOST, {"message": outcome.id})
    tell(connection, told, seal_key)
    return told


def _settled(connection: sa.Connection, message: str, outcome: Outcome, now: datetime) -> list[TimelineRow]:
    row = connection.execute(_SENDING, {"message": message}).mappings().one_or_none()
    if row is None:
        return []
    state: State = "withdrawn" if row["stopped"] and outcome.state == "pending" else outcome.state
    receipt = {"at": now, "detail": outcome.detail, "reference": outcome.reference}
    values = {
        "message": message,
        "new_state": state,
        "new_receipt": canonical_json(msgspec.to_builtins(receipt)).decode(),
        "new_due_us": row["due_us"] if outcome.due is None else to_us(outcome.due),
        "ended_us": None if state == "pending" else to_us(now),
        "with_it": None if state == "pending" else row["bundle"],
    }
    connection.execute(_SETTLED, values)
    return [] if state == "pending" else line_of(row, state, outcome.detail, now)


def expire(
    connection: sa.Connection,
    *,
    now: datetime,
    bundling: Collection[str] = (),
    seal_key: bytes = b"",
) -> list[TimelineRow]:
    """End what is past its `not_after` without having been sent; stale alarms must not flood anybody.

    On channels in `bundling` the destination learns of it from a digest, written here if nothing else waits.
    """
    late = connection.execute(_LATE, {"now_us": to_us(now)}).mappings().all()
    if not late:
        return []
    told: list[TimelineRow] = []
    for row in late:
        why = _last_word(row)
        receipt = {"at": now, "detail": why, "reference": "", "reason": "too_late"}
        body = canonical_json(msgspec.to_builtins(receipt)).decode()
        connection.execute(_EXPIRED, {"message": row["id"], "new_receipt": body, "ended_us": to_us(now)})
        told += line_of(row, "expired", why, now)
    lost = {(row["channel"], row["recipient"]) for row in late if row["channel"] in bundling and _speaks(row)}
    for channel, recipient in sorted(lost):
        _digest_for(connection, channel, recipient, now)
    tell(connection, told, seal_key)
    return told


def _last_word(row: sa.RowMapping) -> str:
    """Return why a message did not go: what was said last, or that its turn never came."""
    if row["receipt"] is None:
        return "its turn did not come in time"
    return str(msgspec.json.decode(row["receipt"]).get("detail", ""))


def _speaks(row: sa.RowMapping) -> bool:
    return row["incident"] is not None or row["alert"] is not None


def _digest_for(connection: sa.Connection, channel: str, recipient: str, now: datetime) -> None:
    where = {"channel": channel, "recipient": recipient}
    if connection.execute(_SOMETHING_WAITS, where).first() is not None:
        return  # what waits will tell of the losses
    key = message_id("digest", to_us(now), DIGEST, channel, recipient)
    message = Message(
        id=key,
        incident=None,
        alert=None,
        channel=channel,
        recipient=recipient,
        template=DIGEST,
        params={},
        level="L3",
        created_at=now,
        not_after=now + _DIGEST_KEPT,
    )
    write_messages(connection, [message])


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
    again = [row["id"] for row in rows if row["channel"] in repeatable and not row["stopped"]]
    lost = [row for row in rows if row["channel"] not in repeatable]
    stopped = [row["id"] for row in rows if row["channel"] in repeatable and row["stopped"]]
    ended = {"claimed_us": None, "settled_us": to_us(now)}
    if stopped:
        connection.execute(outbox.update().where(outbox.c.id.in_(stopped)).values(state="withdrawn", **ended))
    if again:
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(again))
            .values(state="pending", claimed_us=None, bundle=None)
        )
    if lost:
        ids = [row["id"] for row in lost]
        connection.execute(outbox.update().where(outbox.c.id.in_(ids)).values(state="unknown", **ended))
        tell(connection, [line for row in lost for line in line_of(row, "unknown", "restart", now)], seal_key)
    return len(rows)


def hurry(connection: sa.Connection, *, now: datetime, channel: str, recipients: Collection[str]) -> int:
    """Make what waits for these recipients on this channel due now: they have just become reachable."""
    waiting = (outbox.c.state == "pending", outbox.c.channel == channel, outbox.c.recipient.in_(recipients))
    done = connection.execute(
        outbox.update().where(*waiting, outbox.c.due_us > to_us(now)).values(due_us=to_us(now))
    )
    return int(done.rowcount)


def write_messages(connection: sa.Connection, messages: Sequence[Message]) -> int:
    """Write messages that belong to no input (a test of a channel); those that are there already stay. Returns how many are new."""
    there = set(
        connection.execute(
            sa.select(outbox.c.id).where(outbox.c.id.in_([each.id for each in messages]))
        ).scalars()
    )
    order = connection.execute(_LAST_ORDER).scalar() or 0
    fresh = [each for each in messages if each.id not in there]
    for number, each in enumerate(fresh, order + 1):
        connection.execute(outbox.insert(), message_row(number, each))
    return len(fresh)


# Written out once: building a statement costs as much as running it.
_NOW = sa.bindparam("now_us", type_=sa.BigInteger)
_SENDING = sa.select(outbox).where(outbox.c.id == sa.bindparam("message"), outbox.c.state == "sending")
_SETTLED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("message"))
    .values(
        state=sa.bindparam("new_state"),
        claimed_us=None,
        receipt=sa.bindparam("new_receipt"),
        due_us=sa.bindparam("new_due_us"),
        settled_us=sa.bindparam("ended_us"),
        bundle=sa.bindparam("with_it"),
    )
)
_LATE = (
    sa.select(outbox)
    .where(outbox.c.state == "pending", outbox.c.not_after_us <= _NOW)
    .order_by(outbox.c.not_after_us)
    .limit(_AT_ONCE)
)
_EXPIRED = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("message"))
    .values(state="expired", receipt=sa.bindparam("new_receipt"), settled_us=sa.bindparam("ended_us"))
)
_PENDING = outbox.c.state == sa.literal_column("'pending'")  # as the index has it
_SOMETHING_WAITS = (
    sa.select(outbox.c.id)
    .where(
        _PENDING,
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.recipient == sa.bindparam("recipient"),
    )
    .limit(1)
)
_LAST_ORDER = sa.select(sa.func.max(outbox.c.order))
_LEAD = outbox.alias("lead")
_TOLD_LOST = (
    outbox.update()
    .where(
        outbox.c.state == sa.literal_column("'expired'"),
        outbox.c.bundle.is_(None),
        outbox.c.channel
        == sa.select(_LEAD.c.channel).where(_LEAD.c.id == sa.bindparam("message")).scalar_subquery(),
        outbox.c.recipient
        == sa.select(_LEAD.c.recipient).where(_LEAD.c.id == sa.bindparam("message")).scalar_subquery(),
    )
    .values(bundle=sa.bindparam("message"))
)
_ALL_CLAIMED = sa.select(outbox).where(outbox.c.state == "sending")
_GONE = _ALL_CLAIMED.where(outbox.c.claimed_us <= _NOW)
