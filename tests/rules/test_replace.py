"""A rule is replaced while the engine runs: what is kept, what is forgotten, who keeps an open alert."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devices.event import Event
from rules.action import Acknowledge, ClearAlert
from rules.change import Change
from rules.engine import Engine
from rules.load import load_rules
from rules.model import Rule
from rules.replace import Replaced
from rules.site import Site, load_site

START = datetime(2026, 3, 6, 14, tzinfo=UTC)


def rule(
    detect: str, rest: str = "", *, name: str = "a.b", stages: str = "[{stage: alarm, level: L2}]"
) -> Rule:
    body = f"- id: {name}\n  name: {{zh: 试, en: Try}}\n  category: '0207'\n  detect: {detect}\n  stages: {stages}\n"
    found = load_rules({"r.yaml": body + "".join(f"  {line}\n" for line in rest.splitlines())})
    assert not found.problems, [str(each) for each in found.problems]
    return found.rules[0]


class Desk:
    """An engine, with the time in seconds; `anew` takes its state through the snapshot into another one."""

    def __init__(self, *rules: Rule, site: str = "") -> None:
        self.site = load_site(site, "site.yaml")[0] if site else Site()
        self.in_force = {each.id: (each, 1) for each in rules}
        self.old: dict[str, tuple[Rule, int]] = {}
        self.newest: dict[str, int] = {}
        self.rows: dict[tuple[str, str], bytes] = {}
        self.engine = self.build()
        self.seq = 0
        self.told: list[str] = []
        self.changes: list[Change] = []

    def build(self) -> Engine:
        rules = [each for each, _ in self.in_force.values()]
        versions = {name: version for name, (_, version) in self.in_force.items()}
        held = {slot for slot, _ in self.rows if "@" in slot}
        return Engine(rules, (), self.site, versions, [self.old[slot] for slot in sorted(held)])

    def anew(self) -> None:
        for name, blob in self.engine.dump_changed().items():
            self.rows.pop(name, None)
            if blob is not None:
                self.rows[name] = blob
        self.engine = self.build()
        self.engine.load(self.rows)

    def at(self, seconds: float) -> datetime:
        self.seq += 1
        return START + timedelta(seconds=seconds)

    def note(self, changes: list[Change]) -> None:
        self.changes += changes
        for each in changes:
            t = (each.t - START).total_seconds()
            key = ",".join(str(value) for value in each.key.values())
            self.told.append(f"{t:g} {each.change} {key} {each.stage} {each.level} v{each.version}")

    def event(self, seconds: float, kind: str = "access.denied", device: str = "d1", **data: Any) -> None:
        moment = self.at(seconds)
        said = Event(
            id=f"e{self.seq}",
            device=device,
            kind=kind,
            at=moment,
            received_at=moment,
            data=data,
            seq=self.seq,
        )
        self.note(self.engine.step(said, now=moment))

    def tick(self, seconds: float) -> None:
        self.note(self.engine.tick(self.at(seconds), seq=self.seq))

    def clear(self, seconds: float, alert: str) -> None:
        self.note(self.engine.act(ClearAlert(alert=alert, by="wang"), now=self.at(seconds), seq=self.seq))

    def replace(self, seconds: float, name: str, new: Rule | None) -> Replaced:
        moment = self.at(seconds)
        self.note(self.engine.advance_to(moment, seq=self.seq))
        was, stood = self.in_force.get(name, (None, 0))
        version = self.newest.get(name, 1 if was is not None else 0)
        self.newest[name] = version + 1  # no number comes twice, whatever became of the rule in between
        if was is not None:
            self.old[f"{name}@{stood}"] = (was, stood)
        self.in_force.pop(name, None)
        if new is not None:
            self.in_force[name] = (new, version + 1)
        return self.engine.replace(name, new, version + 1, now=moment)


Made = Callable[..., Desk]


class Restless(Desk):
    """One whose state goes through the snapshot after each input: nothing may be different."""

    def note(self, changes: list[Change]) -> None:
        super().note(changes)
        self.anew()

    def replace(self, seconds: float, name: str, new: Rule | None) -> Replaced:
        found = super().replace(seconds, name, new)
        self.anew()
        return found


@pytest.fixture(params=[Desk, Restless])
def desk(request: pytest.FixtureRequest) -> Made:
    made: Made = request.param
    return made


COUNT = "{count: {of: access.denied, at_least: 3, within: 60s}}"
QUIET = "clear: {quiet: 10m}\ncooldown: 0s"


def test_untouched_rules_keep_what_is_pending(desk: Made) -> None:
    d = desk(rule(COUNT), rule(COUNT, name="c.d"))
    d.event(0)
    d.event(1)
    assert d.replace(2, "c.d", rule("{event: {of: access.forced}}", name="c.d")).resets
    d.event(3)
    assert d.told == ["3 opened d1 alarm L2 v1"]


def test_a_new_threshold_keeps_the_window(desk: Made) -> None:
    d = desk(rule(COUNT))
    d.event(0)
    d.event(1)
    assert d.replace(2, "a.b", rule("{count: {of: access.denied, at_least: 4, within: 90s}}")) == Replaced()
    d.event(3)
    assert d.told == []
    d.event(4)
    assert d.told == ["4 opened d1 alarm L2 v2"]


def test_a_lower_threshold_fires_at_the_next_match(desk: Made) -> None:
    d = desk(rule(COUNT))
    d.event(0)
    d.event(1)
    d.replace(2, "a.b", rule("{count: {of: access.denied, at_least: 2, within: 60s}}"))
    assert d.told == []
    d.event(3)
    assert d.told == ["3 opened d1 alarm L2 v2"]


@pytest.mark.parametrize(
    "new",
    [
        rule(COUNT, "by: [device, subject.cred]"),
        rule("{count: {of: [access.denied, access.forced], at_least: 3, within: 60s}}"),
        rule("{count: {of: access.denied, at_least: 3, within: 60s, distinct: subject.cred}}"),
        rule("{corroborate: {any_of: [access.denied], at_least: 3, within: 60s}}"),
        rule("{count: {of: {kind: access.denied, where: 'data.n > 1'}, at_least: 3, within: 60s}}"),
    ],
    ids=["by", "of", "distinct", "operator", "where"],
)
def test_what_is_read_differently_starts_anew(desk: Made, new: Rule) -> None:
    d = desk(rule(COUNT))
    d.event(0, n=2)
    d.event(1, n=2)
    assert d.replace(2, "a.b", new).resets
    d.event(3, n=2)
    assert d.told == []


def test_another_duration_moves_what_is_pending(desk: Made) -> None:
    held = "{{sustained: {{of: contact.*, holds: 'data.open == true', for: {}}}}}"
    d = desk(rule(held.format("10m")))
    d.event(0, "contact.opened", open=True)
    assert d.replace(60, "a.b", rule(held.format("5m"))) == Replaced()
    d.tick(299)
    assert d.told == []
    d.tick(301)
    assert d.told == ["300 opened d1 alarm L2 v2"]


def test_a_duration_that_is_over_by_now_fires_now(desk: Made) -> None:
    held = "{{sustained: {{of: contact.*, holds: 'data.open == true', for: {}}}}}"
    d = desk(rule(held.format("10m")))
    d.event(0, "contact.opened", open=True)
    d.replace(240, "a.b", rule(held.format("2m")))
    d.tick(241)
    assert d.told == ["240 opened d1 alarm L2 v2"]


def test_an_open_alert_keeps_its_version_until_it_clears(desk: Made) -> None:
    old = rule("{event: {of: access.denied}}", QUIET, stages="[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {open_for: 5m}}]")  # fmt: skip
    new = rule("{event: {of: access.denied}}", "clear: {quiet: 1m}\ncooldown: 0s", stages="[{stage: alarm, level: L1}]")  # fmt: skip
    d = desk(old)
    d.event(0)
    assert d.replace(10, "a.b", new) == Replaced(keeps_open=1)
    d.event(100, device="d2")  # another key: the new version at once
    d.tick(700)
    d.event(800)  # the same key, after the old alert is over
    d.tick(900)
    assert d.told == [
        "0 opened d1 warning L3 v1",
        "100 opened d2 alarm L1 v2",
        "160 cleared d2 alarm L1 v2",
        "300 stepped_up d1 alarm L2 v1",
        "600 cleared d1 alarm L2 v1",
        "800 opened d1 alarm L1 v2",
        "860 cleared d1 alarm L1 v2",
    ]


def test_events_of_a_key_with_an_open_alert_go_to_its_version_alone(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", QUIET))
    d.event(0)
    d.replace(1, "a.b", rule("{event: {of: access.denied}}", "clear: {quiet: 1m}\ncooldown: 0s"))
    d.event(2)
    d.event(3)
    assert [each.count for each in d.engine.open_alerts().values()] == [3]
    assert d.told == ["0 opened d1 alarm L2 v1", "2 repeated d1 alarm L2 v1"]


def test_a_key_that_is_set_free_goes_on_under_the_new_version(desk: Made) -> None:
    held = "{{sustained: {{of: contact.*, holds: 'data.open == true', for: {}}}}}"
    d = desk(rule(held.format("1m"), "cooldown: 0s"))
    d.event(0, "contact.opened", open=True)
    d.tick(61)
    d.replace(70, "a.b", rule(held.format("3m"), "cooldown: 0s"))
    d.event(100, "contact.opened", open=False)
    d.event(110, "contact.opened", open=True)
    d.tick(400)
    assert d.told == [
        "60 opened d1 alarm L2 v1",
        "100 cleared d1 alarm L2 v1",
        "290 opened d1 alarm L2 v2",
    ]


def test_three_versions_at_once(desk: Made) -> None:
    of = "{event: {of: access.denied}}"
    d = desk(rule(of, QUIET))
    d.event(0, device="d1")
    d.replace(1, "a.b", rule(of, QUIET, stages="[{stage: alarm, level: L3}]"))
    d.event(2, device="d2")
    d.replace(3, "a.b", rule(of, QUIET, stages="[{stage: alarm, level: L4}]"))
    d.event(4, device="d3")
    d.tick(700)
    assert [line.split(" ", 1)[1] for line in d.told] == [
        "opened d1 alarm L2 v1",
        "opened d2 alarm L3 v2",
        "opened d3 alarm L4 v3",
        "cleared d1 alarm L2 v1",
        "cleared d2 alarm L3 v2",
        "cleared d3 alarm L4 v3",
    ]
    d.event(800)
    assert d.told[-1] == "800 opened d1 alarm L4 v3"


def test_a_disabled_rule_keeps_its_open_alerts_and_opens_no_more(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", QUIET))
    d.event(0)
    assert d.replace(1, "a.b", rule("{event: {of: access.denied}}", QUIET + "\nenabled: false")) == Replaced(
        resets=True, keeps_open=1
    )
    d.event(2, device="d2")
    d.tick(700)
    d.event(800)
    assert d.told == ["0 opened d1 alarm L2 v1", "600 cleared d1 alarm L2 v1"]


def test_a_rule_that_is_gone_keeps_its_open_alerts(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", QUIET), rule(COUNT, name="c.d"))
    d.event(0)
    assert d.replace(1, "a.b", None).keeps_open == 1
    d.tick(700)
    assert d.told == ["0 opened d1 alarm L2 v1", "600 cleared d1 alarm L2 v1"]
    assert [each.id for each in d.engine.rules] == ["c.d"]


def test_another_by_lets_old_alerts_end_beside_the_new_keys(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", QUIET))
    d.event(0)
    assert d.replace(1, "a.b", rule("{event: {of: access.denied}}", "by: []\n" + QUIET)).resets
    d.event(2)
    d.tick(700)
    assert d.told == [
        "0 opened d1 alarm L2 v1",
        "2 opened  alarm L2 v2",
        "2 repeated d1 alarm L2 v1",
        "602 cleared  alarm L2 v2",
        "602 cleared d1 alarm L2 v1",
    ]


def test_a_person_may_clear_and_acknowledge_what_an_old_version_holds(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", QUIET))
    d.event(0)
    d.replace(1, "a.b", rule("{event: {of: access.denied}}", "by: []\n" + QUIET))
    alert = d.changes[0].alert
    d.note(d.engine.act(Acknowledge(alert=alert, by="wang"), now=d.at(2), seq=d.seq))
    d.clear(3, alert)
    assert d.told[-2:] == ["2 acknowledged d1 alarm L2 v1", "3 cleared d1 alarm L2 v1"]
    assert d.engine.open_alerts() == {}


def test_within_the_cooldown_the_new_version_opens_the_same_alert_again(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", "clear: {after: 1m}\ncooldown: 5m"))
    d.event(0)
    d.tick(61)
    d.replace(70, "a.b", rule("{event: {of: access.denied}}", "clear: {after: 2m}\ncooldown: 10m"))
    d.event(400)
    assert d.told[-1] == "400 reopened d1 alarm L2 v2"
    assert len({each.alert for each in d.changes}) == 1


def test_another_ladder_does_not_reopen(desk: Made) -> None:
    d = desk(rule("{event: {of: access.denied}}", "clear: {after: 1m}\ncooldown: 5m"))
    d.event(0)
    d.tick(61)
    d.replace(
        70,
        "a.b",
        rule("{event: {of: access.denied}}", "cooldown: 5m", stages="[{stage: warning, level: L4}]"),
    )
    d.event(80)
    assert d.told[-1] == "80 opened d1 warning L4 v2"


SITE = "site: s\ndevices: [{id: d1}, {id: d2}]\n"
ABSENCE = "{{absence: {{of: device.heartbeat, for: {}, expect: 'true'}}}}"


def test_an_absence_goes_on_from_when_it_was_last_heard(desk: Made) -> None:
    d = desk(rule(ABSENCE.format("10m")), site=SITE)
    d.event(0, "device.heartbeat")
    d.event(0, "device.heartbeat", "d2")
    assert d.replace(300, "a.b", rule(ABSENCE.format("20m"))) == Replaced()
    d.tick(1199)
    assert d.told == []
    d.tick(1200)
    assert sorted(d.told) == ["1200 opened d1 alarm L2 v2", "1200 opened d2 alarm L2 v2"]


def test_a_rule_that_is_new_expects_from_now_on(desk: Made) -> None:
    d = desk(rule(COUNT), site=SITE)
    d.event(0, "device.heartbeat")
    d.replace(1000, "c.d", rule(ABSENCE.format("10m"), name="c.d"))
    d.tick(1599)
    assert d.told == []
    d.tick(1600)
    assert sorted(d.told) == ["1600 opened d1 alarm L2 v1", "1600 opened d2 alarm L2 v1"]


def test_an_absence_with_an_open_alert_is_not_expected_twice(desk: Made) -> None:
    d = desk(rule(ABSENCE.format("10m"), "cooldown: 0s"), site=SITE)
    d.event(0, "device.heartbeat", "d2")
    d.tick(601)
    assert sorted(d.told) == ["600 opened d1 alarm L2 v1", "600 opened d2 alarm L2 v1"]
    d.replace(700, "a.b", rule(ABSENCE.format("5m"), "cooldown: 0s"))
    d.tick(1500)
    assert len(d.told) == 2
    d.event(1600, "device.heartbeat")
    d.tick(1901)
    assert d.told[2:] == ["1600 cleared d1 alarm L2 v1", "1900 opened d1 alarm L2 v2"]


def test_a_schedule_runs_on_at_its_new_times(desk: Made) -> None:
    d = desk(rule("{every: {interval: 1h}}", "by: []\n" + QUIET))
    d.tick(10)
    d.replace(20, "a.b", rule("{every: {interval: 30m}}", "by: []\n" + QUIET))
    d.tick(1801)
    assert d.told == ["1800 opened  alarm L2 v2"]


def test_a_threshold_is_judged_again(desk: Made) -> None:
    hot = "{{aggregate: {{of: env.temperature, value: data.value, fn: avg, over: 10m, above: {}, clear_below: 10}}}}"
    d = desk(rule(hot.format(30)))
    d.event(0, "env.temperature", value=25)
    d.replace(10, "a.b", rule(hot.format(20)))
    d.tick(11)
    assert d.told == ["10 opened d1 alarm L2 v2"]


def test_a_device_that_left_the_scope_is_forgotten(desk: Made) -> None:
    held = "{sustained: {of: contact.*, holds: 'data.open == true', for: 5m}}"
    d = desk(rule(held), site=SITE)
    d.event(0, "contact.opened", open=True)
    d.event(0, "contact.opened", "d2", open=True)
    d.replace(10, "a.b", rule(held, "scope: 'device.id == \"d2\"'"))
    d.tick(400)
    assert d.told == ["300 opened d2 alarm L2 v2"]


def test_a_stage_keeps_what_its_own_operator_has_seen(desk: Made) -> None:
    stages = "[{{stage: warning, level: L3}}, {{stage: alarm, level: L2, when: {{count: {{of: access.denied, at_least: {}, within: 60s}}}}}}]"
    d = desk(rule("{event: {of: access.forced}}", QUIET, stages=stages.format(3)))
    for second in range(3):
        d.event(second)
    d.replace(5, "a.b", rule("{event: {of: access.forced}}", QUIET, stages=stages.format(4)))
    d.event(6, "access.forced")
    d.event(7)
    assert d.told == ["6 opened d1 warning L3 v2", "7 stepped_up d1 alarm L2 v2"]
