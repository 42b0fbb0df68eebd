"""State stays small whatever comes (20-rules §12): ten thousand events of one key, every value another one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from devices.event import Event
from rules.engine import Engine
from tests.rules import playing
from tests.rules.generated import Chance
from tests.rules.playing import loaded, rule

SMALL, SAMPLES = 6_000, 110_000
"""Bytes of one key. A window of samples over a time keeps each of them, up to 4096."""
OPERATORS = {
    "event": ("{event: {of: access.*}}", SMALL),
    "sustained": ("{sustained: {of: access.*, holds: data.value > 5, for: 1h, max_gap: 10s}}", SMALL),
    "count": ("{count: {of: access.*, at_least: 50, within: 1h, reset: access.forced}}", SMALL),
    "distinct": ("{count: {of: access.*, at_least: 50, within: 1h, distinct: data.n}}", SMALL),
    "absence": ("{absence: {of: access.*, for: 1h}}", SMALL),
    "sequence": ("{sequence: {first: access.denied, then: access.granted, within: 1h, match: [data.n]}}", SMALL),
    "missing": ("{missing: {first: access.denied, then: access.granted, within: 1h, match: [data.n]}}", SMALL),
    "one missing": ("{missing: {first: access.denied, then: access.granted, within: 1h}}", SMALL),
    "aggregate": ("{aggregate: {of: access.*, value: data.value, fn: avg, over: 1h, above: 1000}}", SAMPLES),
    "of events": ("{aggregate: {of: access.*, value: data.value, fn: avg, over: 20 events, above: 1000}}", SMALL),
    "corroborate": (
        "{corroborate: {any_of: [access.denied, access.granted], at_least: 50, within: 1h, distinct: data.n}}", SMALL
    ),
    "every": ("{every: {interval: 1m}}", SMALL),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize(
    "ending",
    ["", "clear: {by: person}", "clear: {when: {count: {of: access.held, at_least: 9, within: 1h}}}"],
)
def test_ten_thousand_events_of_one_key(name: str, ending: str) -> None:
    text, most = OPERATORS[name]
    found, where = loaded(rule(text, ending))
    engine, chance, now = Engine(found.rules, (), where), Chance(1), playing.UTC_START
    for number in range(10_000):
        now += timedelta(seconds=chance.choice((0, 0.01, 0.1, 1)))
        event = Event(
            id=str(number), seq=number + 1, device="d1", kind=chance.choice(("access.denied", "access.granted", "access.held")),
            at=now - timedelta(seconds=chance.choice((0, 0, 0, 3))), received_at=now, data={"value": chance.randrange(12), "n": number},
        )  # fmt: skip
        engine.step(event, now=now)
        if number % 250 == 0:
            assert all(len(blob) < most for (of, _), blob in engine.dump_changed().items() if of and blob), (
                number
            )
