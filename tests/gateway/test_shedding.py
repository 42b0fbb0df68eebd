"""What may be shed: only kinds that no loaded rule reads, by whichever of its parts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from devices.event import RawMessage
from devices.kinds import KINDS
from gateway.inbox import Inbox
from gateway.shedding import SHED_ORDER, SHED_RANK, Sheddable, kinds_read
from rules.load import load_rules
from rules.model import Rule
from tests.gateway.pump_parts import START, Bench

HEAD = """\
rules:
- id: site.one
  name: {zh: 一, en: One}
  category: "0206"
  detect: {%s}
  stages: [{stage: warning, level: L3}]
  note: {zh: 看。, en: Look.}
"""


def rules(detect: str, more: str = "") -> tuple[Rule, ...]:
    loaded = load_rules({"one.yaml": HEAD % detect + more})
    assert not loaded.problems
    return tuple(loaded.rules)


@pytest.mark.parametrize(
    ("detect", "more", "read"),
    [
        ("event: {of: access.forced}", "", set()),
        ("missing: {first: contact.opened, then: contact.closed, within: 5s}", "", {"contact.opened", "contact.closed"}),
        ("count: {of: access.denied, at_least: 3, within: 60s, reset: access.granted}", "", {"access.granted"}),
        ("event: {of: access.forced}", "  clear: {on: contact.closed}\n", {"contact.closed"}),
        ("event: {of: 'contact.*'}", "", {"contact.opened", "contact.closed"}),
        ("event: {of: access.forced}", "  scope: 'state.open == true'\n", set(SHED_ORDER[1:])),
        ("event: {of: access.forced}", "  scope: 'state.voltage < 11'\n", set(SHED_ORDER)),
        ("event: {of: env.level}", "", {"env.level"}),
    ],
)  # fmt: skip
def test_every_part_of_a_rule_counts(detect: str, more: str, read: set[str]) -> None:
    assert kinds_read(rules(detect, more)) & set(SHED_ORDER) == read


def test_a_rule_that_is_off_reads_nothing() -> None:
    assert kinds_read(rules("event: {of: contact.opened}", "  enabled: false\n")) == frozenset()


def test_no_alert_capable_kind_is_among_those_that_may_go() -> None:
    assert not any(KINDS[name].alert_capable for name in SHED_ORDER[1:])


def test_the_ranks_follow_the_rules_in_force() -> None:
    sheddable = Sheddable()
    assert sheddable.ranks(()) == frozenset(SHED_RANK.values())
    assert sheddable.ranks(rules("event: {of: camera.motion}")) == frozenset(SHED_RANK.values()) - {
        SHED_RANK["camera.motion"]
    }


def test_under_pressure_the_pump_keeps_what_a_rule_reads(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.pump.state.rules.rules = rules("event: {of: contact.opened}")  # type: ignore[misc]  # exchanged under the bench
    bench.pump.under_pressure(len(SHED_ORDER))
    for number, kind in enumerate(("contact.opened", "contact.closed", "access.granted")):
        bench.say(number, START, "d1", kind)
    bench.pump.commit()
    assert [event.kind for event in bench.told[0].events] == ["contact.opened"]


def test_a_full_inbox_keeps_what_a_rule_reads_and_lets_nothing_more_in() -> None:
    at = iter(START + timedelta(seconds=n) for n in range(99))
    inbox = Inbox(lambda: next(at), messages=2)
    opened = RawMessage(topic="sc1/sc/d/e/contact.opened", payload=b"1", received_at=START)
    inbox.may_shed = frozenset({SHED_RANK["camera.motion"]})
    assert [inbox.offer(opened, lambda: None) for _ in range(3)] == [True, True, False]
    inbox.may_shed = frozenset({SHED_RANK["contact.opened"]})
    assert inbox.offer(opened, lambda: None)
    taken, _ = inbox.take(9, wait_s=0)
    assert [getattr(each, "shed", "") for each in taken] == ["", "", "contact.opened"]
