"""Within the lateness (20-rules §1) the order of arrival does not matter: what in-order arrival would have said is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.generated import Chance
from tests.rules.playing import Line, event, rule, told
from tests.rules.reference_cases import found, timeline
from tests.rules.reference_cases import rule as made

SEEDS = st.integers(0, 2**32)
LAW = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
KEYS = [{"device": "d1"}, {"device": "d2"}]
DECIDED = ("event", "count", "corroborate", "sequence", "missing")
"""What these say of some events they never say too early: a deadline of `missing` waits for the lateness."""
BY_THE_CLOCK = ("sustained", "aggregate", "absence")
"""These may have said something that a later arrival contradicts; it is not taken back."""


def cases(seed: int, detect: str) -> tuple[dict[str, Any], list[Line], list[Line]]:
    """Return a rule, a timeline as it happened, and as it arrived: every event up to five seconds later."""
    chance = Chance(seed)
    written = made(chance, (detect,), stages=0)
    written |= {"by": ["device"], "clear": {"by": "person"}, "stages": [{"stage": "warning", "level": "L3"}]}
    happened = [line for line in timeline(chance, KEYS, 14) if "event" in line]
    delayed = [(line["t"] + chance.choice((0, 0, 0, 1, 2, 4, 5)), line) for line in happened]
    arrived = [
        {"t": t, "event": {**line["event"], "at": line["t"]}}
        for t, line in sorted(delayed, key=lambda each: each[0])
    ]
    in_order = sorted(arrived, key=lambda line: line["event"]["at"])  # of one second, as they arrived
    end = {"t": max([0, *(line["t"] for line in arrived)]) + 700}
    plain = [{**line, "t": line["event"]["at"]} for line in in_order]
    return written, [{"t": 0}, *plain, end], [{"t": 0}, *arrived, end]


@pytest.mark.parametrize("detect", DECIDED)
@LAW
@given(seed=SEEDS)
def test_the_order_of_arrival_does_not_matter(detect: str, seed: int) -> None:
    written, in_order, arrived = cases(seed, detect)
    for key in KEYS:
        assert bool(found(written, arrived, key)) == bool(found(written, in_order, key)), (written, arrived)


@pytest.mark.parametrize("detect", BY_THE_CLOCK)
@LAW
@given(seed=SEEDS)
def test_what_order_would_have_said_is_said(detect: str, seed: int) -> None:
    written, in_order, arrived = cases(seed, detect)
    for key in KEYS:
        if found(written, in_order, key):
            assert found(written, arrived, key), (written, arrived)


def test_what_came_before_a_reset_and_arrives_after_it_was_the_nth() -> None:
    text = rule("{count: {of: access.denied, at_least: 3, within: 1m, reset: access.granted}}")
    lines = [event(0), event(1), event(4, "access.granted"), event(5, at=3), {"t": 6}]
    assert told(text, lines) == ["5 opened alarm L2 x3 !"]
    early = [event(0), event(4, "access.granted"), event(5, at=3), event(6), {"t": 7}]
    assert told(text, early) == []


def test_a_reset_that_arrives_late_empties_what_was_before_it() -> None:
    text = rule("{count: {of: access.denied, at_least: 3, within: 1m, reset: access.granted}}")
    lines = [event(0), event(3), event(4, "access.granted", at=1), event(5), {"t": 6}]
    assert told(text, lines) == []


def test_what_is_later_than_the_nth_and_came_earlier_counts() -> None:
    text = rule("{count: {of: access.denied, at_least: 3, within: 10s}}", "clear: {by: person}")
    clear = {"t": 20, "clear": {"rule": "a.b", "key": {"device": "d1"}, "by": "wang"}}
    lines = [event(0), event(8), event(11), event(12, at=7), clear]
    assert told(text, lines)[-1] == "20 cleared alarm L2 x4"
