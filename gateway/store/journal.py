"""The journal: every input under one gap-free number, one row per batch, and the way back.

An input is an event, a person's action, a deadline that changed something, a new offset of the wall
clock, a saved configuration or a restart. Replaying them in order gives the same state again. A batch is
msgpack, compressed above 1 KiB. Beside it lie the dedup hashes of its events, so that a start need not
decode seven days of events to know them again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import Event
from gateway.clock import from_us, to_us
from gateway.errors import StoreError
from gateway.store.inputs import Acknowledged, EventInput, Input, Other
from gateway.store.packing import packed, unpacked
from gateway.store.tables import journal

_PAIR = struct.Struct("<qI")  # hash of the key, hash of the body


class _Inputs(msgspec.Struct, frozen=True, array_like=True):
    """The form of `journal.inputs`: events bare, with the microseconds by which each came before the batch's E."""

    events: Sequence[Event]
    ages: Sequence[int]
    others: Sequence[Other]
    acknowledged: Sequence[Acknowledged] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Inputs)


def encode(
    events: Sequence[Event],
    arrivals: Sequence[datetime],
    others: Sequence[Other] = (),
    acknowledged: Sequence[Acknowledged] = (),
    *,
    e_us: int,
) -> bytes:
    """Encode one batch; `arrivals` are the engine times of `events`, `e_us` the batch's newest engine time."""
    ages = [e_us - to_us(at) for at in arrivals]
    return packed(_encoder.encode(_Inputs(events, ages, others, acknowledged)))


def decode(blob: bytes, *, e_us: int) -> list[Input]:
    """Return the inputs of one batch in the order of their numbers."""
    inputs = _decoder.decode(unpacked(blob))
    found: list[Input] = [
        EventInput(event=event, at=from_us(e_us - age))
        for event, age in zip(inputs.events, inputs.ages, strict=True)
    ]
    if inputs.others or inputs.acknowledged:
        found.extend(inputs.others)
        found.extend(inputs.acknowledged)  # the sort is stable: after the input that caused them
        found.sort(key=lambda each: each.seq)
    return found


def pack_dedup(pairs: Sequence[tuple[int, int]]) -> bytes | None:
    """Pack (key hash, body hash) pairs; None when there are none."""
    return b"".join([_PAIR.pack(*pair) for pair in pairs]) or None


def read_from(connection: sa.Connection, seq: int, *, until: int | None = None) -> Iterator[Input]:
    """Yield the inputs with numbers ≥ `seq` (≤ `until`), in order, checking that none is missing.

    Raises:
        StoreError: a number is missing inside the range; the text names it.
    """
    expected: int | None = None
    for first, last, e_us, blob in connection.execute(_rows_from(connection, seq)).yield_per(64):
        if expected is not None and first != expected:
            raise StoreError(
                f"journal: number {expected} is missing (the next row begins with {first}); run `gateway verify`"
            )
        expected = last + 1
        for each in decode(blob, e_us=e_us):
            if until is not None and each.seq > until:
                return
            if each.seq >= seq:
                yield each


def _rows_from(connection: sa.Connection, seq: int) -> sa.Select[Any]:
    holding = connection.execute(
        sa.select(sa.func.max(journal.c.first_seq)).where(journal.c.first_seq <= seq)
    ).scalar()
    columns = (journal.c.first_seq, journal.c.last_seq, journal.c.e_us, journal.c.inputs)
    return sa.select(*columns).where(journal.c.first_seq >= (holding or 0)).order_by(journal.c.first_seq)


def dedup_since(connection: sa.Connection, since_us: int) -> Iterator[tuple[int, int, int]]:
    """Yield (key hash, body hash, engine time in µs) of the events journaled since, oldest first."""
    first = first_since(connection, since_us)
    columns = (journal.c.e_us, journal.c.dedup)
    rows = (
        sa.select(*columns)
        .where(journal.c.first_seq >= first, journal.c.dedup.is_not(None))
        .order_by(journal.c.first_seq)
    )
    for e_us, hashes in connection.execute(rows).yield_per(256):
        for key, body in _PAIR.iter_unpack(hashes):
            yield key, body, e_us


def first_since(connection: sa.Connection, since_us: int) -> int:
    """Return the first number whose batch is not older than `since_us`, by halving: E grows with the number.

    One more than the newest number, when every batch is older.
    """
    low, high = connection.execute(
        sa.select(sa.func.min(journal.c.first_seq), sa.func.max(journal.c.last_seq))
    ).one()
    if low is None:
        return 0
    high += 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            sa.select(journal.c.last_seq, journal.c.e_us)
            .where(journal.c.first_seq <= middle)
            .order_by(journal.c.first_seq.desc())
            .limit(1)
        ).one()
        if row.e_us < since_us:
            low = row.last_seq + 1
        else:
            high = middle
    return int(low)
