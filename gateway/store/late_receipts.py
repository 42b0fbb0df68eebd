"""Receipts that come later: what a vendor took over and may be asked about, and what it then says."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import from_us, to_us
from gateway.response.model import Message, TimelineRow
from gateway.store.read import Connection
from gateway.store.tables import outbox
from gateway.store.told import line_of, tell

_MOST = 500  # looked at in one turn


class OnItsWay(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a vendor took over at `at` (engine time) under its own `reference`."""

    message: Message
    reference: str
    at: datetime


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    reference: str = ""


def on_their_way(connection: Connection, *, channels: Collection[str], since: datetime) -> list[OnItsWay]:
    """Return what these channels' vendors took over since then and said nothing more about."""
    asked = (
        sa.select(outbox.c.body, outbox.c.receipt, outbox.c.settled_us)
        .where(
            outbox.c.channel.in_(sorted(channels)),
            outbox.c.settled_us > to_us(since),
            outbox.c.state == "sent",
            outbox.c.receipt.is_not(None),
        )
        .order_by(outbox.c.settled_us)
        .limit(_MOST)
    )
    found = []
    for body, receipt, at_us in connection.execute(asked):
        reference = msgspec.json.decode(receipt, type=_Kept).reference
        if reference:
            message = msgspec.json.decode(body, type=Message)
            found.append(OnItsWay(message=message, reference=reference, at=from_us(at_us)))
    return found


def conclude(
    connection: sa.Connection,
    message: str,
    *,
    state: Literal["delivered", "failed"],
    detail: str,
    now: datetime,
    seal_key: bytes = b"",
) -> list[TimelineRow]:
    """Write down how it ended and tell it in the timeline; only the first word counts."""
    here = sa.select(outbox).where(outbox.c.id == message, outbox.c.state == "sent")
    row = connection.execute(here).mappings().one_or_none()
    if row is None:
        return []
    reference = msgspec.json.decode(row["receipt"] or "{}", type=_Kept).reference
    receipt = {"at": now, "detail": detail, "reference": reference}
    connection.execute(
        outbox.update()
        .where(outbox.c.id == message)
        .values(state=state, receipt=canonical_json(msgspec.to_builtins(receipt)).decode())
    )
    told = line_of(row, state, detail, now)
    tell(connection, told, seal_key)
    return told
