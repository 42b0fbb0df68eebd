"""What rules want to see of a measurement: which read it, how often, and on which side of what it must be seen."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from devices.registry import Device, Registry
from rules.engine import Engine
from rules.load import load_rules
from rules.measured import EVERY_US, Wanted, wanted
from rules.model import Rule
from rules.site import Site

HEAD = """\
rules:
- id: site.one
  name: {zh: 一, en: One}
  category: "0206"
%s
  stages: [{stage: warning, level: L3}]
  note: {zh: 看。, en: Look.}
"""
SHED = Device(id="shed-1", tags=("charging",))
ABOVE = "{aggregate: {of: env.temperature, value: data.value, fn: %s, over: 5m, above: 55, clear_below: 45}}"


def rule(*lines: str) -> Rule:
    text = HEAD % "\n".join(f"  {line}" for line in lines)
    loaded = load_rules({"one.yaml": text})
    assert not loaded.problems, loaded.problems
    return loaded.rules[0]


def marks(*lines: str, metric: str = "temperature") -> tuple[float, ...] | None:
    found = wanted([rule(*lines)], SHED, metric)
    if found is not None:
        assert found.value
        assert found.every_us == EVERY_US
    return None if found is None else found.marks


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("detect: {event: {of: access.forced}}",), None),
        (("detect: {event: {of: env.level}}",), None),
        (("detect: {event: {of: 'env.*'}}",), ()),
        ((f"detect: {ABOVE % 'last'}",), (45.0, 55.0)),
        ((f"detect: {ABOVE % 'delta'}",), ()),
        (("detect: {sustained: {of: env.temperature, holds: 'data.value < -5', for: 1h}}",), (-5.0,)),
        (("detect: {event: {of: {kind: env.temperature, where: 'data.value >= 54 && hour(at) < 5'}}}",), (5.0, 54.0)),
        (("detect: {event: {of: access.forced}}", "scope: 'state.temperature > 40'"), (40.0,)),
        (("detect: {event: {of: access.forced}}", "clear: {on: {kind: env.temperature, where: 'data.value < 30'}}"), (30.0,)),
        (("detect: {event: {of: env.temperature}}", "scope: '\"charging\" in device.tags'"), ()),
        (("detect: {event: {of: env.temperature}}", "scope: '\"pool\" in device.tags'"), None),
        (("detect: {event: {of: env.temperature}}", "enabled: false"), None),
    ],
)  # fmt: skip
def test_which_rules_read_a_temperature(lines: tuple[str, ...], expected: tuple[float, ...] | None) -> None:
    assert marks(*lines) == expected


def test_a_metric_without_a_kind_is_read_by_what_is_reported() -> None:
    low = ("detect: {event: {of: {kind: device.state, where: 'state.voltage < 11.5'}}}",)
    assert marks(*low, metric="voltage") == (11.5,)
    assert marks(*low, metric="power") is None
    assert marks("detect: {event: {of: 'device.*'}}", metric="power") is None


def test_an_absence_wants_to_hear_the_devices_it_expects_and_no_value() -> None:
    silent = rule(
        "detect: {absence: {of: ['device.*', 'env.*'], for: 3m, expect: '\"charging\" in device.tags'}}"
    )
    for metric in ("temperature", "power"):
        assert wanted([silent], SHED, metric) == Wanted(every_us=6 * EVERY_US)
    assert wanted([silent], Device(id="other"), "temperature") is None
    both = wanted([silent, rule(f"detect: {ABOVE % 'last'}")], SHED, "temperature")
    assert both == Wanted(every_us=EVERY_US, value=True, marks=(45.0, 55.0))


def test_a_rise_matters_by_how_much_it_is() -> None:
    found = wanted([rule(f"detect: {ABOVE % 'delta'}")], SHED, "temperature")
    assert found is not None
    assert found.differ(10, 65.5)
    assert not found.differ(10, 65)


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [(46, 54.9, False), (20, 55, True), (55, 55.1, True), (20, 56, True), (60, 99, False), (50, 45, True)],
)
def test_a_value_on_the_mark_is_a_side_of_its_own(before: float, after: float, differ: bool) -> None:
    assert Wanted(every_us=EVERY_US, marks=(45.0, 55.0)).differ(before, after) is differ


def test_the_engine_follows_rules_and_devices_as_they_change() -> None:
    now = datetime(2026, 3, 4, 10, tzinfo=UTC)
    scoped = rule(f"detect: {ABOVE % 'last'}", "scope: '\"charging\" in device.tags'")
    site = Site(id="sc", zone=ZoneInfo("Asia/Shanghai"), registry=Registry([Device(id="shed-1")]))
    engine = Engine([], [], site)
    assert engine.wanted("shed-1", "temperature") is None
    engine.replace("site.one", scoped, 1, now=now)
    assert engine.wanted("shed-1", "temperature") is None
    engine.relist(Registry([SHED]), now=now)
    assert engine.wanted("shed-1", "temperature") is not None
    engine.replace("site.one", None, 2, now=now)
    assert engine.wanted("shed-1", "temperature") is None
