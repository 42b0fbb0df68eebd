"""The estimate of what a rule costs: more of everything costs more, and rates make it a day's bill."""

from __future__ import annotations

import pytest

from rules.cost import MOST_BYTES, MOST_US, Cost, cost_of
from rules.load import load_rules
from rules.model import Rule


def rule(detect: str, more: str = "") -> Rule:
    found = load_rules({"a.yaml": f"- {{id: a.b, name: x, detect: {detect}, stages: [{{stage: warning, level: L3}}]{more}}}"})  # fmt: skip
    assert found.problems == ()
    return found.rules[0]


COUNT = "{count: {of: access.denied, at_least: %s, within: %s}}"
LEVEL = "{aggregate: {of: env.level, value: data.value, fn: %s, over: %s, above: 5, clear_below: 4}}"


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (rule(COUNT % (5, "10m")), rule(COUNT % (50, "1h"))),
        (rule(LEVEL % ("avg", "5m")), rule(LEVEL % ("avg", "1h"))),
        (rule(LEVEL % ("avg", "3 events")), rule(LEVEL % ("avg", "30 events"))),
        (rule("{event: {of: {kind: access.denied, where: 'data.door == 1'}}}"), rule("{event: {of: access.denied}}")),
        (rule(COUNT % (5, "10m")), rule(COUNT % (5, "10m"), ", scope: 'data.door == 1 && device.type == \"gate\"'")),
    ],
)  # fmt: skip
def test_more_costs_more(small: Rule, large: Rule) -> None:
    less, more = cost_of(small), cost_of(large)
    assert (less.us_per_event, less.bytes_per_key) <= (more.us_per_event, more.bytes_per_key)
    assert less != more


def test_without_rates_nothing_is_said_of_a_day() -> None:
    found = cost_of(rule(COUNT % (5, "10m")))
    assert (found.keys, found.events_per_day, found.cpu_s_per_day, found.memory_bytes) == (
        None,
        None,
        None,
        None,
    )
    assert found.entries == 10  # one event a minute


def test_rates_make_it_the_bill_of_a_day() -> None:
    per_day = {"access.denied": 28_800.0, "access.granted": 1e9}
    found = cost_of(rule(COUNT % (5, "10m")), per_day=per_day, keys=20)
    assert found.events_per_day == 28_800
    assert found.cpu_s_per_day == pytest.approx(28_800 * found.us_per_event / 1e6)
    assert found.entries == 10  # 28,800 / 20 keys / 144 windows a day
    assert found.memory_bytes == 20 * found.bytes_per_key


def test_what_is_remembered_has_an_end() -> None:
    busy = {"access.denied": 1e12}
    assert cost_of(rule(COUNT % (5, "7d")), per_day=busy, keys=1).entries == 5 + 64
    assert cost_of(rule(LEVEL % ("avg", "7d")), per_day={"env.level": 1e12}, keys=1).entries == 4096


def test_what_is_above_the_limit_is_told() -> None:
    assert list(cost_of(rule(LEVEL % ("avg", "12h"))).warnings()) == []
    ((place, message),) = cost_of(rule(LEVEL % ("avg", "3d"))).warnings()
    assert place == "detect"
    assert message.startswith("remembers about ")
    slow = Cost(us_per_event=MOST_US + 1, bytes_per_key=MOST_BYTES, entries=1)
    assert [message for _, message in slow.warnings()] == [
        "costs about 101 µs for each event, more than 100: shorten the window, or take over: n events"
    ]
