"""The journal: what went in comes out, in order, from any number on; a missing number is an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.event import Event, Evidence, Source
from gateway.batch import Batch, Position
from gateway.clock import to_us
from gateway.errors import StoreError
from gateway.store.inputs import (
    Acknowledged,
    ActionInput,
    ConfigInput,
    EventInput,
    OffsetInput,
    Other,
    RestartInput,
    TickInput,
)
from gateway.store.journal import decode, dedup_since, encode, first_since, read_from
from gateway.store.store import Store

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
times = st.integers(0, 10**12).map(lambda us: AT + timedelta(microseconds=us))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
)
facts = st.dictionaries(st.text(min_size=1, max_size=8), scalars, max_size=4)
events = st.builds(
    Event,
    id=st.uuids().map(str), seq=st.integers(1, 2**40), site=st.just("sc"), device=st.text(max_size=12), kind=st.just("access.denied"),
    at=times, received_at=times, dedup=st.none() | st.text(max_size=10), data=facts, state=facts,
    mode=st.sampled_from(("live", "backfill")), subject=st.dictionaries(st.just("cred"), st.text(max_size=10)),
    evidence=st.lists(st.builds(Evidence, sha256=st.just("0" * 64), mime=st.just("image/jpeg"), size=st.integers(0, 9)), max_size=1).map(tuple),
    source=st.builds(Source, profile=st.just("own@1"), topic=st.text(max_size=10)), flags=st.sampled_from(((), ("drained",))),
)  # fmt: skip
others: st.SearchStrategy[Other] = st.one_of(
    st.builds(ActionInput, seq=st.integers(1, 99), at=times, what=st.just("Action"), body=facts),
    st.builds(TickInput, seq=st.integers(1, 99), at=times),
    st.builds(OffsetInput, seq=st.integers(1, 99), at=times, offset_us=st.integers(-(10**15), 10**15)),
    st.builds(
        ConfigInput, seq=st.integers(1, 99), at=times, name=st.text(max_size=9), version=st.integers(1, 9)
    ),
    st.builds(RestartInput, seq=st.integers(1, 99), at=times, down_for_us=st.integers(0, 10**15)),
)


@settings(deadline=None, max_examples=50)
@given(said=st.lists(st.tuples(events, times), max_size=15), also=st.lists(others, max_size=5), e=times)
def test_encoding_keeps_everything(
    said: list[tuple[Event, datetime]], also: list[Other], e: datetime
) -> None:
    e_us = to_us(e)
    blob = encode([event for event, _ in said], [at for _, at in said], also, e_us=e_us)
    expected: list[Any] = [EventInput(event=event, at=at) for event, at in said]
    expected += also
    assert sorted(map(repr, decode(blob, e_us=e_us))) == sorted(map(repr, expected))


def test_large_batches_are_compressed() -> None:
    said = [event(number) for number in range(60)]
    blob = encode(said, [AT] * len(said), e_us=to_us(AT))
    assert blob.startswith(b"\x28\xb5\x2f\xfd")
    assert [each.event for each in decode(blob, e_us=to_us(AT)) if isinstance(each, EventInput)] == said


def event(seq: int) -> Event:
    return Event(
        id=f"e{seq}", seq=seq, device="d1", kind="device.heartbeat", at=AT, received_at=AT, dedup=str(seq)
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Ten batches of three events, a minute apart, the last input of each a tick."""
    opened = Store.open(tmp_path, reserve_bytes=4096)
    for number in range(10):
        batch = Batch()
        first, at = 4 * number + 1, AT + timedelta(minutes=number)
        batch.events = [event(first + n) for n in range(3)]
        batch.arrivals = [at] * 3
        batch.dedup = [(first + n, n) for n in range(3)]
        batch.others = [TickInput(seq=first + 3, at=at)]
        batch.acknowledged = [Acknowledged(seq=first + 3, at=at, alert="a", by="wang")]
        opened.commit(batch, Position(first_seq=first, last_seq=first + 3, e_us=to_us(at), offset_us=0))
    return opened


@pytest.mark.parametrize("seq", [1, 2, 4, 5, 18, 40, 41])
def test_reading_from_any_number(store: Store, seq: int) -> None:
    with store.read() as connection:
        found = [each.seq for each in read_from(connection, seq)]
        part = [each.seq for each in read_from(connection, seq, until=seq + 5)]
    plain = [n for n in range(seq, 41) for _ in range(1 + (n % 4 == 0))]
    assert found == plain
    assert part == [n for n in plain if n <= seq + 5]


def test_a_missing_number_is_named(store: Store) -> None:
    with store.database.write.begin() as connection:
        connection.execute(sa.text("DELETE FROM journal WHERE first_seq = 13"))
    with store.read() as connection, pytest.raises(StoreError, match="number 13 is missing"):
        list(read_from(connection, 2))


def test_dedup_hashes_since_a_time(store: Store) -> None:
    since = to_us(AT + timedelta(minutes=8))
    with store.read() as connection:
        assert first_since(connection, since) == 33
        assert [(key, body) for key, body, _ in dedup_since(connection, since)] == [
            (33, 0), (34, 1), (35, 2), (37, 0), (38, 1), (39, 2),
        ]  # fmt: skip


@pytest.mark.parametrize("minutes", [-5, 0, 0.5, 1, 4, 4.001, 8.999, 9, 9.5, 20])
def test_first_since_agrees_with_a_walk(store: Store, minutes: float) -> None:
    since = to_us(AT + timedelta(minutes=minutes))
    with store.read() as connection:
        rows = connection.execute(sa.text("SELECT first_seq, e_us FROM journal ORDER BY first_seq")).all()
        assert first_since(connection, since) == next((first for first, e_us in rows if e_us >= since), 41)
