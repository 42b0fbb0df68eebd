"""A shadow is the fold of its device's events: the newest value by its own time, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from devices.event import Event, canonical_json
from devices.shadow import MOST_STATES, Shadow, fold

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)


def event(
    second: float, state: dict[str, object], *, kind: str = "device.state", mode: str = "live", seq: int = 1
) -> Event:
    at = T0 + timedelta(seconds=second)
    return Event(device="d", kind=kind, mode=mode, at=at, received_at=at, state=state, seq=seq)


def test_the_first_event_makes_the_shadow() -> None:
    shadow = fold(None, event(0, {"open": True}))
    assert shadow.values() == {"open": True, "online": True}
    assert shadow == fold(Shadow(device="d"), event(0, {"open": True}))


def test_a_late_value_does_not_overwrite_a_newer_one() -> None:
    shadow = fold(fold(None, event(120, {"open": False})), event(60, {"open": True}))
    assert shadow.values()["open"] is False


def test_nothing_new_is_the_same_object() -> None:
    shadow = fold(None, event(0, {"open": True}))
    assert fold(shadow, event(5, {"open": True})) is shadow
    assert fold(shadow, event(5, {})) is shadow
    assert fold(shadow, event(61, {})).at == T0 + timedelta(seconds=61)
    assert fold(shadow, event(5, {"open": 1})).values()["open"] == 1


def test_availability_is_said_by_its_kinds_and_survives_a_stray_word() -> None:
    shadow = fold(None, event(0, {}, kind="device.offline"))
    assert shadow.online is False
    assert fold(shadow, event(1, {"open": True})).online is False
    assert fold(shadow, event(1, {}, kind="device.online")).online is True
    assert fold(None, event(0, {"open": True}, mode="retained")).online is None


def test_a_device_that_invents_names_stops_being_listened_to() -> None:
    shadow = reduce(fold, (event(n, {f"s{n}": n}) for n in range(MOST_STATES + 50)), None)
    assert shadow is not None
    assert len(shadow.reported) == MOST_STATES


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=40
    )
)
def test_order_of_arrival_matters_only_within_a_minute(said: list[tuple[int, str, int]]) -> None:
    minutes = {(second, name): value for second, name, value in said}
    events = [event(second * 61, {name: value}) for (second, name), value in minutes.items()]
    straight = reduce(fold, sorted(events, key=lambda e: e.at), None)
    shuffled = reduce(fold, events, None)
    assert straight is not None
    assert shuffled is not None
    assert straight.values() == shuffled.values()
    assert msgspec.json.decode(canonical_json(straight), type=Shadow) == straight
