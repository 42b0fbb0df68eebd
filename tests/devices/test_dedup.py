"""A repetition within seven days is recognised; nothing else is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from devices.dedup import DedupWindow, body_hash
from devices.event import Event, dedup_hash

WEEK_US = 7 * 86_400_000_000
T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_repetition_is_a_duplicate_and_another_key_is_new() -> None:
    window = DedupWindow()
    assert [window.seen(1, 7, 0), window.seen(1, 7, 1), window.seen(2, 7, 2)] == ["new", "duplicate", "new"]
    assert len(window) == 2


def test_same_key_other_body_is_a_new_event_and_both_are_recognised_afterwards() -> None:
    window = DedupWindow()
    window.seen(1, 7, 0)
    assert window.seen(1, 8, 0) == "collision"
    assert [window.seen(1, 8, 0), window.seen(1, 7, 0)] == ["duplicate", "duplicate"]
    assert window.seen(1, 9, 0) == "collision"


def test_rollback_forgets_only_what_was_not_settled() -> None:
    window = DedupWindow()
    window.seen(1, 7, 0)
    window.settle(0)
    window.seen(2, 7, 0)
    window.rollback()
    assert window.seen(2, 7, 0) == "new"
    assert window.seen(1, 7, 0) == "duplicate"


def test_a_key_is_forgotten_after_seven_days_and_not_before() -> None:
    window = DedupWindow(segment=1)
    window.seen(1, 7, 0)
    window.settle(0)
    window.settle(WEEK_US)
    assert window.seen(1, 7, WEEK_US) == "duplicate"
    window.settle(WEEK_US + 1)
    assert len(window) == 0
    assert window.seen(1, 7, WEEK_US) == "new"


def test_the_window_can_be_shorter() -> None:
    window = DedupWindow(window=timedelta(seconds=1), segment=1)
    window.seen(1, 7, 0)
    window.settle(1_000_001)
    assert len(window) == 0


def test_body_hash_sees_content_and_not_the_envelope() -> None:
    one = Event(id="a", device="d", kind="access.denied", at=T0, received_at=T0, data={"door": 1})
    again = Event(
        id="b",
        seq=9,
        device="d",
        kind="access.denied",
        at=T0,
        received_at=T0 + timedelta(1),
        data={"door": 1},
    )
    other = Event(id="a", device="d", kind="access.denied", at=T0, received_at=T0, data={"door": 2})
    assert body_hash(one) == body_hash(again) != body_hash(other)
    assert 0 <= body_hash(one) < 2**32


_KEYS = st.one_of(st.integers(0, 12), st.sampled_from([-(2**63), 2**63 - 1, dedup_hash("d", "k")]))


@given(st.lists(st.tuples(_KEYS, st.integers(0, 2)), max_size=200), st.integers(1, 40))
def test_frozen_or_not_the_answers_are_those_of_a_plain_set(
    keys: list[tuple[int, int]], segment: int
) -> None:
    window = DedupWindow(segment=segment)
    known: set[tuple[int, int]] = set()
    for key, body in keys:
        if (key, body) in known:
            expected = "duplicate"
        else:
            expected = "collision" if any(k == key for k, _ in known) else "new"
        assert window.seen(key, body, 0) == expected
        known.add((key, body))
        window.settle(0)
    assert len(window) == len(known)
