"""20-rules §5, sentence by sentence: clearing, cooldown, flapping."""

from __future__ import annotations

import pytest

from rules.load import load_rules
from tests.rules.playing import event, rule, run, told
from tests.rules.test_spec_stages import ack, clear

FORCED = "{event: {of: access.forced}}"
HELD = "{sustained: {of: env.level, holds: 'data.value > 80', for: 60s}}"


def forced(t: float, **more: object) -> dict[str, object]:
    return event(t, "access.forced", **more)


def level(t: float, value: float, **more: object) -> dict[str, object]:
    return event(t, "env.level", data={"value": value}, **more)


class TestForms:
    def test_on(self) -> None:
        text = rule(FORCED, "clear: {on: access.granted}")
        assert told(text, [forced(0), event(5, "access.granted"), {"t": 5000}]) == [
            "0 opened alarm L2 x1 !",
            "5 cleared alarm L2 x1",
        ]

    def test_on_that_lies_before_the_fire_clears_nothing(self) -> None:
        text = rule(FORCED, "clear: {on: access.granted}")
        assert told(text, [forced(10), event(12, "access.granted", at=8)]) == ["10 opened alarm L2 x1 !"]

    def test_quiet(self) -> None:
        text = rule(FORCED, "clear: {quiet: 60s}")
        assert told(text, [forced(0), forced(50), {"t": 200}]) == [
            "0 opened alarm L2 x1 !", "50 repeated alarm L2 x2", "110 cleared alarm L2 x2",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("detect", "moves", "not_moves"),
        [
            ("{count: {of: access.denied, at_least: 1, within: 5s, reset: access.granted}}", "access.denied", "access.granted"),
            ("{sequence: {first: access.denied, then: access.denied, within: 30s}}", "access.denied", "access.granted"),
            ("{corroborate: {any_of: [access.denied, access.forced], at_least: 1, within: 5s}}", "access.forced", "access.granted"),
        ],
    )  # fmt: skip
    def test_quiet_looks_at_what_could_fire_again(self, detect: str, moves: str, not_moves: str) -> None:
        text = rule(detect, "clear: {quiet: 60s}")
        lines = [event(0), event(1)]
        ended = [line for line in told(text, [*lines, event(50, moves), {"t": 200}]) if "cleared" in line]
        assert [line.split()[0] for line in ended] == ["110"]
        ended = [line for line in told(text, [*lines, event(50, not_moves), {"t": 200}]) if "cleared" in line]
        assert [line.split()[0] for line in ended] == ["61"]

    @pytest.mark.parametrize(
        "detect", [HELD, "{aggregate: {of: env.level, value: data.value, fn: last, over: 60s, above: 5}}"]
    )
    def test_quiet_is_refused_for_sustained_and_aggregate(self, detect: str) -> None:
        problems = load_rules({"r.yaml": rule(detect, "clear: {quiet: 5m}")}).problems
        assert [problem.path for problem in problems] == ["rules[0].clear.quiet"]

    def test_when(self) -> None:
        text = rule(FORCED, "clear: {when: {count: {of: access.granted, at_least: 2, within: 60s}}}")
        lines = [
            event(0, "access.granted"),
            forced(1),
            event(2, "access.granted"),
            event(3, "access.granted"),
        ]
        assert told(text, lines) == [
            "1 opened alarm L2 x1 !",
            "3 cleared alarm L2 x1",
        ]  # what came before it does not count

    def test_when_by_the_clock(self) -> None:
        text = rule(FORCED, "clear: {when: {absence: {of: camera.motion, for: 5m}}}")
        assert told(text, [{"t": 0}, forced(300), event(400, "camera.motion"), {"t": 1000}]) == [
            "300 opened alarm L2 x1 !",
            "700 cleared alarm L2 x1",
        ]
        text = rule(FORCED, "clear: {when: {sustained: {of: env.level, holds: 'data.value < 5', for: 60s}}}")
        assert told(text, [forced(0), level(10, 1), {"t": 1000}]) == [
            "0 opened alarm L2 x1 !",
            "70 cleared alarm L2 x1",
        ]

    def test_after_is_not_prolonged_by_repeats(self) -> None:
        text = rule(FORCED, "clear: {after: 60s}")
        assert told(text, [forced(0), forced(50), {"t": 200}])[-1] == "60 cleared alarm L2 x2"

    def test_by_person_is_latched(self) -> None:
        text = rule(HELD, "clear: {by: person}")
        assert told(text, [level(0, 90), level(100, 1), {"t": 90000}]) == ["60 opened alarm L2 x1 !"]
        assert told(text, [level(0, 90), level(100, 1), clear(200)])[-1] == "200 cleared alarm L2 x1"

    def test_default_quiet_of_ten_minutes(self) -> None:
        assert told(rule(FORCED), [forced(0), {"t": 700}]) == [
            "0 opened alarm L2 x1 !",
            "600 cleared alarm L2 x1",
        ]


class TestCooldown:
    def test_a_new_hit_inside_reopens_with_count_and_acknowledgement_without_a_notification(self) -> None:
        text = rule(FORCED, "clear: {after: 60s}")
        changes = run(text, [forced(0), ack(10), {"t": 61}, forced(100), {"t": 101}])
        assert [(c["t"], c["change"], c["count"], c["notify"], c["respond"]) for c in changes] == [
            (0, "opened", 1, True, True), (10, "acknowledged", 1, False, False), (60, "cleared", 1, False, False),
            (100, "reopened", 2, False, False),
        ]  # fmt: skip

    def test_at_its_end_it_is_still_inside_and_after_it_a_new_alert(self) -> None:
        text = rule(FORCED, "clear: {after: 60s}")
        assert told(text, [forced(0), forced(360)])[-1] == "360 reopened alarm L2 x2"
        assert told(text, [forced(0), forced(360.1)])[-1] == "360.1 opened alarm L2 x1 !"

    def test_zero_is_allowed(self) -> None:
        text = rule(FORCED, "clear: {after: 60s}\ncooldown: 0s")
        assert told(text, [forced(0), forced(61)])[-1] == "61 opened alarm L2 x1 !"

    def test_timers_start_anew(self) -> None:
        stages = "[{stage: alarm, level: L2}, {stage: alarm, level: L1, when: {open_for: 10m}}]"
        text = rule(FORCED, "clear: {on: access.granted}", stages=stages)
        lines = [forced(0), event(300, "access.granted"), forced(400), {"t": 2000}]
        assert told(text, lines)[-1] == "1000 stepped_up alarm L1 x2 !"

    def test_into_a_higher_stage_it_notifies(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.forced, at_least: 3, within: 10s}}}]"
        text = rule(
            "{count: {of: access.forced, at_least: 3, within: 200s}}",
            "clear: {on: access.granted}",
            stages=stages,
        )
        lines = [
            forced(0),
            forced(20),
            forced(100),
            event(101, "access.granted"),
            forced(305),
            forced(306),
            forced(307),
        ]
        assert told(text, lines)[-1] == "307 reopened alarm L2 x6 !"

    def test_after_a_persons_clear_what_still_holds_comes_back_at_the_end(self) -> None:
        text = rule(HELD, "cooldown: 5m")
        lines = [level(0, 90), clear(100), level(200, 95), {"t": 500}]
        assert told(text, lines)[-2:] == ["100 cleared alarm L2 x1", "400 reopened alarm L2 x1 !"]
        assert (
            told(text, [level(0, 90), clear(100), level(200, 1), {"t": 500}])[-1] == "100 cleared alarm L2 x1"
        )

    def test_a_hit_after_a_persons_clear_notifies(self) -> None:
        text = rule(FORCED, "clear: {by: person}")
        assert told(text, [forced(0), clear(10), forced(20)])[-1] == "20 reopened alarm L2 x2 !"

    def test_nobody_has_heard_of_it_yet_so_the_reopening_is_said(self) -> None:
        text = rule(FORCED, "clear: {after: 60s}")
        silence = {"where": 'rule == "a.b"', "until": 100, "by": "wang", "reason": "test"}
        lines = [{"t": 0, "silence": silence}, forced(10), {"t": 80}, forced(120)]
        assert told(text, lines)[-1] == "120 reopened alarm L2 x2 !"


class TestFlapping:
    VALUE = "{aggregate: {of: env.level, value: data.value, fn: last, over: 1 events, above: 80, clear_below: 80}}"

    def bounce(self, times: int, gap: float = 7.5) -> list[dict[str, object]]:
        return [level(n * gap, 90 if n % 2 == 0 else 10) for n in range(times)]

    def test_more_than_five_changes_in_half_an_hour_are_flapping_written_once(self) -> None:
        changes = told(rule(self.VALUE), self.bounce(80))
        assert changes[:6] == [
            "0 opened alarm L2 x1 !", "7.5 cleared alarm L2 x1", "15 reopened alarm L2 x2", "22.5 cleared alarm L2 x2",
            "30 reopened alarm L2 x3", "37.5 flapping alarm L2 x3 !",
        ]  # fmt: skip
        assert sum(line.endswith("!") for line in changes) == 2
        assert {line.split()[1] for line in changes[6:]} == {"repeated"}

    def test_five_changes_are_not(self) -> None:
        assert not any("flapping" in line for line in told(rule(self.VALUE), self.bounce(5)))

    def test_only_those_of_the_last_half_hour_count(self) -> None:
        assert not any("flapping" in line for line in told(rule(self.VALUE), self.bounce(30, 400)))

    def test_it_stays_open_until_half_an_hour_without_a_change_and_then_clears(self) -> None:
        changes = told(rule(self.VALUE), [*self.bounce(10), {"t": 3000}])
        assert changes[-1] == "1867.5 cleared alarm L2 x5"

    def test_if_the_condition_is_true_then_it_stays(self) -> None:
        changes = told(rule(self.VALUE), [*self.bounce(11), {"t": 3000}, level(3100, 10)])
        assert changes[-1] == "3100 cleared alarm L2 x6"

    def test_changes_count_while_the_alert_is_held_open(self) -> None:
        changes = told(rule(self.VALUE, "clear: {by: person}"), self.bounce(8))
        assert [line.split()[1] for line in changes if "repeated" not in line] == ["opened", "flapping"]

    def test_a_person_may_end_it(self) -> None:
        lines = [*self.bounce(8), clear(100), {"t": 5000}]
        assert told(rule(self.VALUE), lines)[-1] == "100 cleared alarm L2 x4"

    def test_what_is_left_of_an_old_alert_does_not_end_a_new_one(self) -> None:
        text = rule(self.VALUE, "clear: {on: access.granted}\ncooldown: 1s")
        lines = [
            level(0, 90),
            level(1, 10),
            event(2, "access.granted"),
            level(60, 90),
            level(61, 10),
            {"t": 4000},
        ]
        assert [line.split()[1] for line in told(text, lines)] == ["opened", "cleared", "opened"]
