"""How long events waited until they were stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from devices.event import Event
from gateway.batch import Committed
from gateway.delays import BOUNDS_S, Delays, Waited

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


class Commit:
    """What is looked at of a commit."""

    def __init__(self, waited_ms: list[int]) -> None:
        received = [NOW - timedelta(milliseconds=each) for each in sorted(waited_ms, reverse=True)]
        self.events = [Event(device="d", kind="contact.opened", at=at, received_at=at) for at in received]


def counted(*batches: list[int]) -> Waited:
    delays = Delays(lambda: NOW)
    for each in batches:
        delays.committed(cast("Committed", Commit(each)))
    return delays.waited()


def test_an_event_counts_in_every_bound_that_it_keeps() -> None:
    waited = counted([5, 6, 80, 40_000])
    assert dict(zip(BOUNDS_S, waited.within, strict=True)) | {"all": waited.count} == {
        0.005: 1, 0.01: 2, 0.025: 2, 0.05: 2, 0.075: 2, 0.1: 3, 0.15: 3, 0.25: 3, 0.5: 3, 1.0: 3, 2.5: 3, 5.0: 3,
        10.0: 3, 30.0: 3, "all": 4,
    }  # fmt: skip


def test_a_commit_without_events_counts_nothing() -> None:
    assert counted([]) == Waited(within=(0,) * len(BOUNDS_S), count=0)


@given(st.lists(st.lists(st.integers(0, 60_000), max_size=20), max_size=5))
def test_it_is_what_counting_one_by_one_gives(batches: list[list[int]]) -> None:
    every = [ms for batch in batches for ms in batch]
    one_by_one = tuple(sum(ms <= 1000 * bound for ms in every) for bound in BOUNDS_S)
    assert counted(*batches) == Waited(within=one_by_one, count=len(every))
