"""Sending: which messages may go now, as one transaction of the writer claims them.

Two ways lead out. Where a receiver takes as much as it is given (a webhook), the head of every case goes, as
many at once as the channel can carry. Where counts hold or several can go as one, each destination has one
message under way at a time, and `gateway.allowance` chooses it. A channel at rest is not looked at, so that
a hundred thousand messages for a dead one cost the living ones nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.allowance import SECOND_US, Choice, Waiting, Way, choose
from gateway.clock import from_us, to_us
from gateway.response.bundle import DIGEST, Digest
from gateway.response.model import Message
from gateway.store.case_codes import code_of
from gateway.store.heads import heads
from gateway.store.tables import incidents, outbox, users
from gateway.store.tables_outbox import outbox_sends

LOOKED_AT = 2000  # messages of one destination in one choice
_RECENT = timedelta(minutes=15)  # a place that was spoken of since then is not new
_KEPT = timedelta(days=1)
_OPEN_SHOWN = 6
_NOT_ONE_OF_THEM = ""  # an empty NOT IN would be another statement


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One send that this worker may make now; `attempts` counts this one.

    `others` go with `message` and get its receipt. `digest` says what to tell instead of each.
    """

    message: Message
    attempts: int
    others: tuple[Message, ...] = ()
    digest: Digest | None = None
    language: str = "zh"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of everything that goes."""
        return (self.message.id, *(each.id for each in self.others))


class Claims(msgspec.Struct, kw_only=True):
    """What a turn found: what goes, and per channel looked at until when nothing more of it can (None: nothing waits)."""

    claimed: list[Claimed] = []
    held: list[datetime] = []  # when a limit lets the next one go


def claim(
    connection: sa.Connection,
    *,
    now: datetime,
    until: datetime,
    ways: Mapping[str, Way],
    resting: Mapping[str, Iterable[str]],
    other: int,
) -> Claims:
    """Take what is due, L1 first; channels in nobody's `ways` get `other` slots, so that they fail by name.

    Args:
        connection: of the writer.
        now: engine time.
        until: when these claims run out.
        ways: how much each channel may take; one with no free slot is left out.
        resting: per channel the recipients that are left alone for now.
        other: slots for channels that are not there; 0: do not look for such, which reads all that waits.

    """
    found = Claims()
    strangers = (
        connection.execute(_STRANGERS, {"known": [*ways, _NOT_ONE_OF_THEM]}).scalars() if other else ()
    )
    for channel in (*ways, *strangers):
        way, rest = ways.get(channel), [*resting.get(channel, ()), _NOT_ONE_OF_THEM]
        if way is None or not way.single:
            _plain(connection, channel, way.free if way is not None else other, rest, now, found)
        else:
            _singly(connection, channel, way, rest, now, found)
    taken = [
        {"message": key, "until_us": to_us(until), "with_it": each.message.id if each.others else None}
        for each in found.claimed
        for key in each.ids
    ]
    if taken:
        connection.execute(_TAKEN, taken)
    found.claimed = _dressed(connection, found.claimed, ways, now)
    return found


def _plain(
    connection: sa.Connection, channel: str, free: int, rest: list[str], now: datetime, found: Claims
) -> None:
    if free <= 0:
        return
    given = {"channel": channel, "now_us": to_us(now), "resting": rest, "free": free}
    for row in connection.execute(_HEADS, given).mappings():
        found.claimed.append(Claimed(message=_decoder.decode(row["body"]), attempts=row["attempts"] + 1))


def _singly(
    connection: sa.Connection, channel: str, way: Way, rest: list[str], now: datetime, found: Claims
) -> None:
    if way.free <= 0:
        return
    skip = [*rest, *connection.execute(_UNDER_WAY, {"channel": channel}).scalars()]
    free = way.free
    while free > 0:
        given = {"channel": channel, "now_us": to_us(now), "resting": skip}
        recipient = connection.execute(_MOST_URGENT, given).scalar_one_or_none()
        if recipient is None:
            return
        skip.append(recipient)
        chosen = _chosen(connection, channel, recipient, way, now, found)
        if chosen is not None:
            found.claimed.append(chosen)
            free -= 1


def _chosen(
    connection: sa.Connection, channel: str, recipient: str, way: Way, now: datetime, found: Claims
) -> Claimed | None:
    """Choose what one destination gets; None when a limit holds it or all of it waits for a retry."""
    where = {"channel": channel, "recipient": recipient}
    rows = connection.execute(_ALL_WAITING, where).mappings().all()
    messages = {row["id"]: _decoder.decode(row["body"]) for row in rows}
    recent = set(connection.execute(_REACHED, {**where, "since_us": to_us(now - _RECENT)}).scalars())
    waiting = _unblocked(rows, messages, recent, now)
    if not waiting:
        return None
    lost = connection.execute(_ANY_LOST, where).scalar() if way.bundle else None
    since = to_us(now) - way.longest_s * SECOND_US
    sent = connection.execute(_SENT, {**where, "since_us": since}).scalars().all()
    choice = choose(waiting, way, recipient, sent, to_us(now), lost=lost or 0)
    if not choice.together:
        _hold(connection, where, choice, now)
        found.held.append(from_us(choice.held_until_us or to_us(now)))
        return None
    if way.vendor or way.person:
        connection.execute(_FORGET, {"since_us": to_us(now - _KEPT)})
        connection.execute(outbox_sends.insert(), {**where, "at_us": to_us(now)})
    drill = messages[choice.together[0].id].drill  # a drill never goes in one message with the real thing
    ids = [each.id for each in choice.together if messages[each.id].drill is drill]
    if lost:  # what tells of losses takes along those that only tell of losses
        ids += [key for key, each in messages.items() if each.template == DIGEST and key not in ids]
    told = [key for key in ids if messages[key].template != DIGEST]
    whole = choice.digest or not told
    counts = _digest(connection, where, told, whole=whole) if whole or lost else None
    return Claimed(
        message=messages[ids[0]],
        attempts=max(row["attempts"] for row in rows if row["id"] in ids) + 1,
        others=tuple(messages[key] for key in ids[1:]),
        digest=counts,
    )


def _unblocked(
    rows: Iterable[Any], messages: Mapping[str, Message], recent: set[str], now: datetime
) -> list[Waiting]:
    """Return what may go: not what stands behind an earlier message of its case that waits for its retry."""
    now_us = to_us(now)
    cases: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda each: each["order"]):
        cases.setdefault(row["incident"] or row["alert"] or row["id"], []).append(row)
    places = set(recent)
    found: list[Waiting] = []
    for case, of_case in cases.items():
        if any(row["due_us"] > now_us for row in of_case):
            continue
        gravest = min(row["level"] for row in of_case)
        for index, row in enumerate(of_case):
            place = row["place"] or case
            found.append(
                Waiting(
                    id=row["id"],
                    level=gravest if index == 0 else row["level"],
                    order=row["order"],
                    waited=now - messages[row["id"]].created_at,
                    first_of_place=place not in places,
                    head=index == 0,
                )
            )
            places.add(place)
    return found


def _hold(connection: sa.Connection, where: Mapping[str, str], choice: Choice, now: datetime) -> None:
    receipt = {"at": now, "detail": f"held back: {choice.why}", "reference": "", "reason": "limit"}
    body = canonical_json(msgspec.to_builtins(receipt)).decode()
    connection.execute(_HELD, {"on": where["channel"], "to": where["recipient"], "held": body})


def _digest(connection: sa.Connection, where: Mapping[str, str], ids: list[str], *, whole: bool) -> Digest:
    given = {**where, "ids": ids}
    levels = {row.level: row.cases for row in connection.execute(_BY_LEVEL, given)}
    grave = tuple((row.number, row.level) for row in connection.execute(_OPEN_GRAVE, given))
    lost = connection.execute(_LOST, where).scalar_one()
    return Digest(whole=whole, levels=levels, open=grave, waiting=len(ids), lost=lost)


def _dressed(
    connection: sa.Connection, claimed: list[Claimed], ways: Mapping[str, Way], now: datetime
) -> list[Claimed]:
    """Give each its recipient's language, and what leaves this box the code of its case."""
    if not claimed:
        return claimed
    people = {each.message.recipient for each in claimed}
    spoken = {row.id: row.language for row in connection.execute(_LANGUAGES, {"people": sorted(people)})}
    dressed = []
    for each in claimed:
        message, way = each.message, ways.get(each.message.channel)
        if way is not None and way.coded and message.incident is not None:
            code = code_of(connection, message.incident, now=now)
            message = msgspec.structs.replace(message, params={**message.params, "case_code": code})
        language = spoken.get(message.recipient, "zh")
        dressed.append(msgspec.structs.replace(each, message=message, language=language))
    return dressed


_decoder = msgspec.json.Decoder(Message)

# Written out once: building a statement costs as much as running it.
_CHANNEL, _TO = sa.bindparam("channel", type_=sa.Text), sa.bindparam("recipient", type_=sa.Text)
_NOW, _SINCE = sa.bindparam("now_us", type_=sa.BigInteger), sa.bindparam("since_us", type_=sa.BigInteger)
_NOT_RESTING = outbox.c.recipient.not_in(sa.bindparam("resting", expanding=True))
_PENDING = outbox.c.state == sa.literal_column("'pending'")  # as the index has it
# A sum with nothing keeps the planner from the indexes of these columns: without statistics it would take them and sort.
_DUE = (
    _PENDING,
    outbox.c.channel == _CHANNEL,
    outbox.c.due_us + 0 <= _NOW,
    outbox.c.not_after_us + 0 > _NOW,
    _NOT_RESTING,
)
_URGENT_FIRST = (outbox.c.level, outbox.c.order)
_THERE = (outbox.c.channel == _CHANNEL, outbox.c.recipient == _TO)
_TAKEN = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("message"))
    .values(
        state="sending",
        claimed_us=sa.bindparam("until_us", type_=sa.BigInteger),
        attempts=outbox.c.attempts + 1,
        bundle=sa.bindparam("with_it"),
    )
)
_STRANGERS = (
    sa.select(outbox.c.channel)
    .where(_PENDING, outbox.c.channel.not_in(sa.bindparam("known", expanding=True)))
    .distinct()
)
_HEADS = heads().where(*_DUE).order_by(*_URGENT_FIRST).limit(sa.bindparam("free", type_=sa.Integer))
_MOST_URGENT = sa.select(outbox.c.recipient).where(*_DUE).order_by(*_URGENT_FIRST).limit(1)
_UNDER_WAY = sa.select(outbox.c.recipient).where(outbox.c.state == "sending", outbox.c.channel == _CHANNEL)
_ALL_WAITING = sa.select(outbox).where(_PENDING, *_THERE).order_by(*_URGENT_FIRST).limit(LOOKED_AT)
_REACHED = sa.select(sa.func.coalesce(outbox.c.place, outbox.c.incident, outbox.c.alert)).where(
    *_THERE, outbox.c.settled_us > _SINCE, outbox.c.state.in_(("sent", "delivered", "unknown"))
)
_IS_LOST = (outbox.c.state == sa.literal_column("'expired'"), outbox.c.bundle.is_(None))
_ANY_LOST = sa.select(sa.literal(1)).where(*_IS_LOST, *_THERE).limit(1)
_LOST = sa.select(sa.func.count()).select_from(outbox).where(*_IS_LOST, *_THERE)
_SENT = sa.select(outbox_sends.c.at_us).where(
    outbox_sends.c.channel == _CHANNEL, outbox_sends.c.recipient == _TO, outbox_sends.c.at_us > _SINCE
)
_FORGET = outbox_sends.delete().where(outbox_sends.c.at_us < _SINCE)
_HELD = (
    outbox.update()
    .where(
        _PENDING,
        outbox.c.channel == sa.bindparam("on"),
        outbox.c.recipient == sa.bindparam("to"),
        outbox.c.receipt.is_(None),
    )
    .values(receipt=sa.bindparam("held"))
)
_TOLD_OF = (
    *_THERE,
    sa.or_(sa.and_(*_IS_LOST), outbox.c.id.in_(sa.bindparam("ids", expanding=True))),
    outbox.c.incident.is_not(None) | outbox.c.alert.is_not(None),
)
_BY_LEVEL = (
    sa.select(
        outbox.c.level,
        sa.func.count(sa.distinct(sa.func.coalesce(outbox.c.incident, outbox.c.alert))).label("cases"),
    )
    .where(*_TOLD_OF)
    .group_by(outbox.c.level)
    .order_by(outbox.c.level)
)
_OPEN_GRAVE = (
    sa.select(incidents.c.number, incidents.c.level)
    .where(
        incidents.c.open,
        incidents.c.level.in_(("L1", "L2")),
        incidents.c.number.in_(sa.select(outbox.c.incident).where(*_TOLD_OF)),
    )
    .order_by(incidents.c.level, incidents.c.opened_us)
    .limit(_OPEN_SHOWN)
)
_LANGUAGES = sa.select(users.c.id, users.c.language).where(
    users.c.id.in_(sa.bindparam("people", expanding=True))
)
