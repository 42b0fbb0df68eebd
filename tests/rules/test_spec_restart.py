"""20-rules §7, sentence by sentence: what a downtime does, and what it does not."""

from __future__ import annotations

from tests.rules.playing import event, rule, run, told
from tests.rules.test_spec_stages import ack

FORCED = "{event: {of: access.forced}}"
HELD = "{sustained: {of: env.level, holds: 'data.value > 80', for: 10m}}"
PERSON = "clear: {by: person}"


def down(t: float, seconds: int) -> dict[str, object]:
    return {"t": t, "restart": {"down_for": f"{seconds}s"}}


def level(t: float, value: float) -> dict[str, object]:
    return event(t, "env.level", data={"value": value})


def forced(t: float, **more: object) -> dict[str, object]:
    return event(t, "access.forced", **more)


class TestDowntime:
    def test_what_fell_due_takes_effect_at_start_up_once_delayed(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), down(400, 400), {"t": 2000}]) == [
            "800 opened alarm L2 x1 ! delayed"
        ]

    def test_sustained_whose_deadline_has_not_come_fires_on_time(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), down(400, 100), {"t": 2000}]) == [
            "600 opened alarm L2 x1 !"
        ]

    def test_unless_max_gap_says_unknown(self) -> None:
        gap = "{sustained: {of: env.level, holds: 'data.value > 80', for: 10m, max_gap: 5m}}"
        assert told(rule(gap, PERSON), [level(0, 90), level(390, 90), down(400, 400), {"t": 2000}]) == []
        assert told(
            rule(gap, PERSON), [level(0, 90), level(390, 90), down(400, 400), level(900, 90), {"t": 901}]
        ) == ["900 opened alarm L2 x3 !"]

    def test_count_keeps_its_window(self) -> None:
        text = rule("{count: {of: access.denied, at_least: 3, within: 10m}}")
        assert told(text, [event(0), event(1), down(10, 100), event(200)]) == ["200 opened alarm L2 x3 !"]

    def test_no_quiet_deadline_before_start_plus_grace(self) -> None:
        text = rule(FORCED, "clear: {quiet: 60s}")
        assert told(text, [forced(0), down(30, 100), {"t": 400}])[-1] == "250 cleared alarm L2 x1"
        assert (
            told(text, [forced(0), down(30, 100), forced(140), {"t": 400}])[-1] == "250 cleared alarm L2 x2"
        )
        assert told(text, [forced(0), {"t": 400}])[-1] == "60 cleared alarm L2 x1"  # not at the first start

    def test_timers_run_on(self) -> None:
        stages = "[{stage: alarm, level: L2}, {stage: alarm, level: L1, when: {unacknowledged: 10m}}]"
        assert (
            told(rule(FORCED, PERSON, stages=stages), [forced(0), down(100, 100), {"t": 700}])[-1]
            == "600 stepped_up alarm L1 x1 !"
        )
        assert (
            told(rule(FORCED, PERSON, stages=stages), [forced(0), down(100, 900), {"t": 1700}])[-1]
            == "1000 stepped_up alarm L1 x1 ! delayed"
        )
        assert (
            told(rule(FORCED, "clear: {after: 5m}"), [forced(0), down(100, 900), {"t": 1700}])[-1]
            == "1000 cleared alarm L2 x1 delayed"
        )

    def test_an_acknowledged_alert_stays_so_and_notifies_nobody(self) -> None:
        stages = "[{stage: alarm, level: L2}, {stage: alarm, level: L1, when: {unacknowledged: 10m}}]"
        lines = [forced(0), ack(5), down(100, 900), {"t": 5000}]
        assert told(rule(FORCED, PERSON, stages=stages), lines) == [
            "0 opened alarm L2 x1 !",
            "5 acknowledged alarm L2 x1",
        ]

    def test_at_start_up_kinds_decide_about_the_order_before_due_times(self) -> None:
        fires = rule(HELD, PERSON, id="a.fires")
        clears = rule(FORCED, "clear: {after: 15m}", id="z.clears")
        lines = [level(0, 90), forced(1), down(10, 2000), {"t": 3000}]
        changes = [c for c in run(fires + clears, lines) if c["t"] == 2010]
        assert [(c["rule"], c["change"]) for c in changes] == [("z.clears", "cleared"), ("a.fires", "opened")]

    def test_what_is_due_at_the_very_death_fell_due_in_the_downtime(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), down(600, 60), {"t": 700}]) == [
            "660 opened alarm L2 x1 ! delayed"
        ]

    def test_what_is_due_at_the_very_start_up_is_on_time(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), down(500, 100), {"t": 600}]) == [
            "600 opened alarm L2 x1 !"
        ]


class TestPlayback:
    def test_deadlines_up_to_and_including_the_last_line(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), {"t": 600}]) == ["600 opened alarm L2 x1 !"]
        assert told(rule(HELD, PERSON), [level(0, 90), {"t": 599}]) == []

    def test_a_process_that_is_back_after_the_last_line_says_nothing_more(self) -> None:
        assert told(rule(HELD, PERSON), [level(0, 90), down(599, 60)]) == []
        assert told(rule(HELD, PERSON), [level(0, 90), down(600, 0)]) == ["600 opened alarm L2 x1 !"]

    def test_the_first_line_is_the_start(self) -> None:
        text = rule("{absence: {of: device.heartbeat, for: 5m, expect: 'true'}}")
        assert told(text, [{"t": 50}, {"t": 1000}], "site: s\ndevices: [{id: d1}]\n") == [
            "350 opened alarm L2 x0 !"
        ]
        assert told(text, [down(50, 100), {"t": 1000}], "site: s\ndevices: [{id: d1}]\n") == [
            "450 opened alarm L2 x0 !"
        ]

    def test_unlisted_devices_are_remembered(self) -> None:
        text = rule("{absence: {of: device.heartbeat, for: 5m, expect: 'true'}}")
        assert told(text, [event(0, "device.heartbeat", "new"), {"t": 100}, {"t": 1000}]) == [
            "300 opened alarm L2 x0 !"
        ]
