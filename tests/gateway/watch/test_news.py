"""What of the findings is said: moves, changes, what is unusual, and not every fifteen seconds the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.watch.news import Memory, news
from gateway.watch.probe import Reading

T0 = datetime(2026, 3, 6, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def say(memory: Memory, *found: Reading, minute: float = 0) -> list[dict[str, Any]]:
    return [{"kind": each.kind, **each.facts} for each in news(memory, found, now=T0 + minute * MINUTE)]


def disk(value: float) -> Reading:
    return Reading(kind="system.disk", facts={"value": value}, step=1.0, usual=value < 80)


def test_what_is_usual_is_said_only_after_something_unusual() -> None:
    memory = Memory()
    assert say(memory, disk(40)) == []
    assert say(memory, disk(79), minute=1) == []
    assert [said["value"] for said in say(memory, disk(81), minute=2)] == [81]
    assert say(memory, disk(81.5), minute=3) == [], "moved by less than its step"
    assert [said["value"] for said in say(memory, disk(82.5), minute=4)] == [82.5]
    assert [said["value"] for said in say(memory, disk(79), minute=5)] == [79], "so that the alert clears"
    assert say(memory, disk(78), minute=6) == []


def test_small_moves_add_up_to_a_step() -> None:
    memory = Memory()
    said = [
        each["value"] for minute in range(20) for each in say(memory, disk(85 + minute / 4), minute=minute)
    ]
    assert said == [85, 86, 87, 88, 89]


def test_what_stays_unusual_is_said_again_after_an_hour() -> None:
    memory = Memory()
    times = [minute for minute in range(0, 181, 5) if say(memory, disk(90), minute=minute)]
    assert times == [0, 60, 120, 180]


def test_a_state_is_said_when_it_changes() -> None:
    def broker(online: bool) -> Reading:
        return Reading(kind="system.broker", facts={"online": online}, usual=online)

    memory = Memory()
    assert say(memory, broker(True)) == []
    assert [said["online"] for said in say(memory, broker(False), minute=1)] == [False]
    assert say(memory, broker(False), minute=2) == []
    assert [said["online"] for said in say(memory, broker(True), minute=3)] == [True]


def test_a_count_is_said_when_it_has_doubled() -> None:
    memory = Memory()
    said = []
    for count in range(10, 100):
        reading = Reading(kind="system.quarantine", facts={"count": count}, doubles=True, again=None)
        said += [each["count"] for each in say(memory, reading, minute=count)]
    assert said == [10, 20, 40, 80]


def test_the_first_offset_of_a_clock_is_no_step() -> None:
    def clock(value: float) -> Reading:
        return Reading(kind="system.clock", facts={"value": value}, step=2, silent_start=True, again=None)

    memory = Memory()
    assert say(memory, clock(3600.0)) == []
    assert say(memory, clock(3600.9), minute=600) == []
    assert [said["value"] for said in say(memory, clock(0.0), minute=601)] == [0.0]


def test_what_is_no_longer_degraded_recovered() -> None:
    memory = Memory()
    store = Reading(kind="system.degraded", facts={"part": "store", "reason": "满"}, key="store")
    assert say(memory, store) == [{"kind": "system.degraded", "part": "store", "reason": "满"}]
    assert say(memory, minute=1) == [{"kind": "system.recovered", "part": "store", "reason": "满"}]
    assert say(memory, minute=2) == []


def test_things_of_one_kind_are_told_apart() -> None:
    def channel(name: str, online: bool) -> Reading:
        return Reading(
            kind="system.channel", facts={"channel": name, "online": online}, key=name, usual=online
        )

    memory = Memory()
    assert say(memory, channel("a", True), channel("b", False)) == [
        {"kind": "system.channel", "channel": "b", "online": False}
    ]
