"""What one instant, one change and one hit are: cases that the comparison with the reference brought up."""

from __future__ import annotations

from tests.rules.playing import Line, event, rule, told

LEVEL = "{aggregate: {of: env.level, value: data.value, fn: last, over: 1m, above: 5}}"


def level(t: float, value: float) -> Line:
    return event(t, "env.level", data={"value": value})


def words(lines: list[str]) -> list[str]:
    return [line.split()[1] for line in lines]


def clear(t: float) -> Line:
    return {"t": t, "clear": {"rule": "a.b", "key": {"device": "d1"}, "by": "wang"}}


class TestChangesOfTheCondition:
    def test_a_count_that_falls_and_a_clear_by_quiet_are_one_change(self) -> None:
        text = rule("{count: {of: access.denied, at_least: 1, within: 10s}}", "clear: {quiet: 20s}")
        bursts = [event(t) for t in (0, 60, 120)]
        assert words(told(text, [*bursts[:2], {"t": 115}])) == ["opened", "cleared", "reopened", "cleared"]
        # The third burst's fall is the sixth change.
        assert told(text, [*bursts, {"t": 200}])[-1] == "130 flapping alarm L2 x3 !"

    def test_an_event_is_its_own_condition(self) -> None:
        text = rule("{event: {of: access.denied}}", "clear: {quiet: 20s}")
        assert words(told(text, [*(event(t) for t in (0, 60, 120)), {"t": 200}]))[-1] == "flapping"

    def test_changes_of_a_cleared_alert_count_too(self) -> None:
        text = rule("{count: {of: access.denied, at_least: 1, within: 10s}}", "clear: {on: access.granted}")
        lines = [line for t in (0, 60, 120) for line in (event(t), event(t + 5, "access.granted"))]
        assert words(told(text, [*lines, event(180), {"t": 181}]))[-2:] == ["reopened", "flapping"]

    def test_what_a_person_cleared_comes_back_without_a_change(self) -> None:
        text = rule("{absence: {of: env.level, for: 5s, grace: 0s}}", "cooldown: 5s")
        lines = [level(0, 1), clear(10), level(20, 1), level(30, 1), level(40, 1), {"t": 41}]
        assert "flapping" not in words(told(text, lines))

    def test_after_is_not_forgotten_while_it_flaps(self) -> None:
        text = rule("{absence: {of: env.level, for: 5s, grace: 0s}}", "clear: {after: 1m}")
        lines = [level(t, 1) for t in (0, 10, 20, 30)]
        changes = told(text, [*lines, {"t": 4000}])
        assert words(changes) == ["opened", "flapping", "cleared"]
        assert changes[-1].startswith("1835 ")


class TestOneInstant:
    def test_a_first_of_the_same_second_replaces_the_older_one(self) -> None:
        text = rule("{sequence: {first: access.denied, then: access.granted, within: 10s}}")
        assert told(text, [event(0), event(5), event(5, "access.granted"), {"t": 20}]) == []

    def test_a_then_answers_the_older_first_whatever_else_came_in_that_second(self) -> None:
        text = rule("{missing: {first: access.denied, then: access.granted, within: 10s}}")
        assert told(text, [event(0), event(2), event(2, "access.granted"), {"t": 60}]) == []
        later = [event(0), event(2, "access.granted"), event(2), {"t": 60}]
        assert told(text, later) == ["17 opened alarm L2 x1 !"]

    def test_what_comes_in_the_second_of_a_reset_counts_anew(self) -> None:
        text = rule(
            "{count: {of: access.denied, at_least: 1, within: 1m, reset: access.granted}}",
            "cooldown: 0s\nclear: {after: 5s}",
        )
        lines = [event(0), event(10, "access.granted"), event(10), {"t": 11}]
        assert words(told(text, lines)) == ["opened", "cleared", "opened"]

    def test_of_two_stages_of_one_second_the_higher_is_entered(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: warning, level: L2, when: {open_for: 10s}}, {stage: alarm, level: L1, when: {open_for: 10s}}]"
        text = rule("{event: {of: access.denied}}", stages=stages)
        assert told(text, [event(0), {"t": 10}]) == [
            "0 opened warning L3 x1 !",
            "10 stepped_up alarm L1 x1 !",
        ]

    def test_an_event_in_the_second_of_a_timer_does_not_hasten_it(self) -> None:
        stages = "[{stage: alarm, level: L3}, {stage: alarm, level: L2, when: {open_for: 10s}}]"
        text = rule("{event: {of: access.*}}", "clear: {after: 10s}", stages=stages)
        changes = told(text, [event(0), event(10, "access.granted"), {"t": 11}])
        assert words(changes) == ["opened", "repeated", "cleared"]  # clears come before step-ups


class TestOneHit:
    def test_each_missing_one_counts_even_from_before_the_clear(self) -> None:
        text = rule("{missing: {first: access.denied, then: access.granted, within: 10s}}")
        changes = told(text, [event(0), event(12), clear(20), {"t": 30}])
        assert changes[-1] == "27 reopened alarm L2 x2 !"

    def test_a_blast_of_pairs_leaves_nobody_missing(self) -> None:
        text = rule("{missing: {first: contact.opened, then: contact.closed, within: 30s}}")
        lines = [
            event(n / 50, kind) for n in range(200) for kind in (("contact.opened", "contact.closed")[n % 2],)
        ]
        assert told(text, [*lines, {"t": 100}]) == []
        assert words(told(text, [*lines, event(5, "contact.opened"), {"t": 100}])) == ["opened"]

    def test_what_a_late_event_opened_in_silence_is_said_with_the_live_one_counted(self) -> None:
        text = rule("{event: {of: access.denied}}", "clear: {by: person}\nlate: open")
        lines = [event(10, "access.granted"), event(11, at=4), event(12), event(13)]
        assert told(text, lines) == ["11 opened alarm L2 x1 late", "12 repeated alarm L2 x2 ! late"]

    def test_what_clears_at_the_start_up_clears_what_fell_due_before_it(self) -> None:
        text = rule(
            "{sustained: {of: env.level, holds: data.value > 5, for: 10s}}", "clear: {on: access.granted}"
        )
        lines = [
            level(0, 9),
            {"t": 5, "restart": {"down_for": "20s"}},
            event(25, "access.granted"),
            {"t": 26},
        ]
        assert words(told(text, lines)) == ["opened", "cleared"]
