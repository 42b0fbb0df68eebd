"""20-rules §6, sentence by sentence, as far as the engine is concerned: `active` opens and closes."""

from __future__ import annotations

from tests.rules.playing import event, rule, told

HOUR = 3600.0
NOON = "2026-03-06T12:00:00+08:00"  # a Friday
OFFICE = "site: s\ncalendars: {office: [{from: '13:00', to: '14:00'}]}\n"  # 3600 s to 7200 s after NOON
ACTIVE = "active: office\nclear: {by: person}"
FORCED = "{event: {of: access.forced}}"
HELD = "{sustained: {of: env.level, holds: 'data.value > 80', for: 10m}}"


def level(t: float, value: float) -> dict[str, object]:
    return event(t, "env.level", data={"value": value})


def played(text: str, lines: list[dict[str, object]], site: str = OFFICE) -> list[str]:
    return told(text, lines, site, start=NOON)


class TestActive:
    def test_gates_detect(self) -> None:
        lines = [
            event(3599, "access.forced"),
            event(3600, "access.forced", "d2"),
            event(7199, "access.forced", "d3"),
            event(7200, "access.forced", "d4"),
        ]
        assert played(rule(FORCED, ACTIVE), lines) == [
            "3600 opened alarm L2 x1 !",
            "7199 opened alarm L2 x1 !",
        ]

    def test_gates_steps_upward_and_lets_timers_go_on(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {open_for: 30m}}]"
        short = "site: s\ncalendars: {office: [{from: '13:00', to: '13:20'}, {from: '15:00', to: '16:00'}]}\n"
        lines = [event(3600, "access.forced"), {"t": 20000}]
        assert played(rule(FORCED, ACTIVE, stages=stages), lines, short) == [
            "3600 opened warning L3 x1 !",
            "10800 stepped_up alarm L2 x1 !",
        ]

    def test_clears_go_on_outside_it(self) -> None:
        lines = [event(7000, "access.forced"), event(7300, "access.granted"), {"t": 9000}]
        assert (
            played(rule(FORCED, "active: office\nclear: {on: access.granted}"), lines)[-1]
            == "7300 cleared alarm L2 x1"
        )
        assert (
            played(rule(FORCED, "active: office\nclear: {quiet: 10m}"), lines)[-1]
            == "7600 cleared alarm L2 x1"
        )
        when = "active: office\nclear: {when: {count: {of: access.granted, at_least: 1, within: 1m}}}"
        assert played(rule(FORCED, when), lines)[-1] == "7300 cleared alarm L2 x1"

    def test_step_downs_go_on_outside_it(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.forced, at_least: 2, within: 10m}}}]"
        lines = [event(7000, "access.forced"), event(7001, "access.forced"), {"t": 9000}]
        assert played(rule(FORCED, ACTIVE, stages=stages), lines)[-1] == "7720 stepped_down warning L3 x2"


class TestSustained:
    def test_samples_are_followed_and_at_the_opening_it_fires_at_once(self) -> None:
        assert played(rule(HELD, ACTIVE), [level(0, 90), {"t": 4000}]) == ["3600 opened alarm L2 x1 !"]

    def test_else_when_it_has_held_long_enough(self) -> None:
        assert played(rule(HELD, ACTIVE), [level(3300, 90), {"t": 5000}]) == ["3900 opened alarm L2 x1 !"]

    def test_what_ended_meanwhile_does_not_fire(self) -> None:
        assert played(rule(HELD, ACTIVE), [level(0, 90), level(3000, 1), {"t": 5000}]) == []

    def test_closing_cancels_what_is_pending(self) -> None:
        assert played(rule(HELD, ACTIVE), [level(6900, 90), {"t": 9000}]) == []
        assert (
            played(rule(HELD, ACTIVE), [level(6600, 90), {"t": 9000}]) == []
        )  # due at the very closing: [from, to)


class TestOnlyWhatCameWhileItWasOpen:
    def test_count(self) -> None:
        text = rule("{count: {of: access.denied, at_least: 3, within: 30m}}", ACTIVE)
        assert played(text, [event(3500), event(3590), event(3600), event(3610)]) == []
        assert played(text, [event(3500), event(3600), event(3610), event(3620)]) == [
            "3620 opened alarm L2 x3 !"
        ]

    def test_sequence_and_missing(self) -> None:
        sequence = rule("{sequence: {first: access.denied, then: access.forced, within: 30m}}", ACTIVE)
        assert played(sequence, [event(3500), event(3700, "access.forced")]) == []
        missing = rule("{missing: {first: contact.opened, then: contact.closed, within: 10m}}", ACTIVE)
        assert played(missing, [event(3500, "contact.opened"), {"t": 6000}]) == []
        assert played(missing, [event(7000, "contact.opened"), {"t": 9000}]) == []
        assert played(missing, [event(4000, "contact.opened"), {"t": 9000}]) == ["4605 opened alarm L2 x1 !"]

    def test_what_was_counted_before_closing_is_forgotten(self) -> None:
        twice = "site: s\ncalendars: {office: [{from: '13:00', to: '13:10'}, {from: '13:20', to: '13:30'}]}\n"
        text = rule("{count: {of: access.denied, at_least: 3, within: 1h}}", ACTIVE)
        assert played(text, [event(3600), event(3700), event(4900), event(4950)], twice) == []


class TestClosing:
    def test_open_alerts_stay(self) -> None:
        lines = [event(7000, "access.forced"), {"t": 50000}]
        assert played(rule(FORCED, ACTIVE), lines) == ["7000 opened alarm L2 x1 !"]

    def test_an_absence_fires_at_the_opening_if_it_is_due(self) -> None:
        text = rule("{absence: {of: device.heartbeat, for: 10m}}", ACTIVE)
        assert played(text, [event(0, "device.heartbeat"), {"t": 4000}]) == ["3600 opened alarm L2 x0 !"]

    def test_every_runs_only_inside(self) -> None:
        text = rule("{every: {interval: 30m}}", "active: office\nby: []\nclear: {after: 1m}\ncooldown: 0s")
        assert [line.split()[0] for line in played(text, [{"t": 0}, {"t": 20000}]) if "opened" in line] == [
            "3600",
            "5400",
        ]


class TestDays:
    def test_a_span_over_midnight_belongs_to_the_day_it_starts(self) -> None:
        site = "site: s\ncalendars: {office: [{days: [fri], from: '22:00', to: '06:00'}]}\n"
        lines = [
            {"t": "2026-03-06T00:00:00+08:00"}, event("2026-03-06T01:00:00+08:00", "access.forced"),
            event("2026-03-07T01:00:00+08:00", "access.forced", "d2"), event("2026-03-07T06:00:00+08:00", "access.forced", "d3"),
        ]  # fmt: skip
        changes = told(rule(FORCED, ACTIVE), lines, site, start="2026-03-06T00:00:00+08:00")
        assert changes == ["90000 opened alarm L2 x1 !"]

    def test_the_sites_own_holidays(self) -> None:
        site = "site: s\ncalendars: {office: [{days: [workday], from: '00:00', to: '00:00'}]}\nholidays: {'2026-03-06': restday}\n"
        assert played(rule(FORCED, ACTIVE), [event(0, "access.forced")], site) == []
        assert (
            len(played(rule(FORCED, ACTIVE), [event(0, "access.forced")], site.replace("restday", "workday")))
            == 1
        )


class TestDowntime:
    def test_what_fell_due_before_the_closing_takes_effect(self) -> None:
        # Due at 7190 s, closed at 7200 s, away from 7000 s to 8000 s.
        lines = [level(6590, 90), {"t": 7000, "restart": {"down_for": "1000s"}}, {"t": 9000}]
        assert played(rule(HELD, ACTIVE), lines) == ["8000 opened alarm L2 x1 ! delayed"]

    def test_what_would_have_been_cancelled_by_the_closing_is(self) -> None:
        lines = [level(6900, 90), {"t": 7000, "restart": {"down_for": "1000s"}}, {"t": 9000}]
        assert played(rule(HELD, ACTIVE), lines) == []

    def test_a_whole_opening_missed(self) -> None:
        lines = [level(0, 90), {"t": 3000, "restart": {"down_for": "6000s"}}, {"t": 10000}]
        assert played(rule(HELD, ACTIVE), lines) == ["9000 opened alarm L2 x1 ! delayed"]
