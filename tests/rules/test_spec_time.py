"""20-rules §1, sentence by sentence: time, order, lateness, modes."""

from __future__ import annotations

import pytest

from tests.rules.playing import event, rule, run, told

WARN = "[{stage: warning, level: L3}]"
TWO = "{count: {of: access.denied, at_least: 2, within: 10s}}"
HELD = "{sustained: {of: env.level, holds: 'data.value > 80', for: 60s}}"


def warned(detect: str, rest: str = "") -> str:
    return rule(detect, rest, stages=WARN)


def forced(t: float, **more: object) -> dict[str, object]:
    return event(t, "access.forced", **more)


FORCED = "{event: {of: access.forced}}"


class TestWhichTime:
    def test_windows_run_on_at(self) -> None:
        # Both arrive together, their own times lie 20 s apart.
        assert told(warned(TWO), [event(100, at=75), event(100, at=95)]) == []
        assert told(warned(TWO), [event(60, at=55), event(100, at=60)]) == ["100 opened warning L3 x2 !"]

    def test_a_time_up_to_the_lateness_ahead_is_believed(self) -> None:
        lines = [event(0, "env.level", data={"value": 90}, at=5), {"t": 70}]
        assert told(warned(HELD), lines) == ["65 opened warning L3 x1 !"]

    def test_a_time_further_ahead_is_not_believed(self) -> None:
        lines = [event(0, "env.level", data={"value": 90}, at="2036-01-01T00:00:00Z"), {"t": 70}]
        assert told(warned(HELD), lines) == ["60 opened warning L3 x1 !"]

    def test_it_never_moves_the_newest_time_of_the_device(self) -> None:
        lines = [event(0, at="2036-01-01T00:00:00Z"), event(1), event(2)]
        assert told(warned(TWO), lines) == ["1 opened warning L3 x2 !", "2 repeated warning L3 x3"]


class TestLate:
    def test_older_than_the_newest_of_its_device(self) -> None:
        text, lines = warned("{event: {of: access.denied}}"), [event(100, "access.granted")]
        assert told(text, [*lines, event(101, at=94.9)]) == []
        assert told(text, [*lines, event(101, at=95)]) == ["101 opened warning L3 x1 !"]
        assert told(text, [event(100, "access.granted", "other"), event(101, at=90)]) == [
            "101 opened warning L3 x1 !"
        ]

    @pytest.mark.parametrize(
        ("kind", "age", "changes"),
        [
            ("fire.smoke", 3600 * 23, ["0 opened warning L3 x1 !"]), ("fire.smoke", 3600 * 25, ["0 opened warning L3 x1 ! late"]),
            ("sos.button", 3600 * 25, ["0 opened warning L3 x1 ! late"]), ("lift.trapped", 3600 * 25, ["0 opened warning L3 x1 ! late"]),
            ("access.duress", 3600 * 25, ["0 opened warning L3 x1 ! late"]), ("access.forced", 3600 * 25, ["0 opened warning L3 x1 ! late"]),
            ("access.denied", 899, ["0 opened warning L3 x1 !"]), ("access.denied", 901, []),
            ("contact.opened", 901, []), ("parcel.forced", 901, []), ("parcel.forced", 899, ["0 opened warning L3 x1 !"]),
            ("camera.tamper", 301, []), ("camera.tamper", 299, ["0 opened warning L3 x1 !"]), ("env.leak", 301, []),
        ],
    )  # fmt: skip
    def test_older_than_its_kind_allows(self, kind: str, age: float, changes: list[str]) -> None:
        assert told(warned(f"{{event: {{of: {kind}}}}}"), [event(0, kind, at=-age)]) == changes

    def test_record_does_nothing_else(self) -> None:
        rest = "clear: {quiet: 60s}"
        lines = [event(100), event(101), event(150, at=50), {"t": 200}]
        assert told(warned(TWO, rest), lines) == ["101 opened warning L3 x2 !", "161 cleared warning L3 x2"]

    def test_open_opens_and_notifies_nobody(self) -> None:
        rest = "late: open"
        changes = run(rule(FORCED, rest), [event(100, "access.granted"), forced(101, at=0)])
        assert [(c["change"], c["notify"], c["late"], c["stage"]) for c in changes] == [
            ("opened", False, True, "alarm")
        ]

    def test_what_was_opened_late_is_said_when_it_happens_live(self) -> None:
        rest = "late: open"
        assert told(warned(FORCED, rest), [event(100), forced(101, at=0), forced(110)]) == [
            "101 opened warning L3 x1 late", "110 repeated warning L3 x2 ! late",
        ]  # fmt: skip

    def test_evaluate_is_as_if_live_with_its_real_time(self) -> None:
        rest = "late: evaluate"
        changes = run(warned(FORCED, rest), [event(100), forced(101, at=0)])
        assert [(c["t"], c["change"], c["notify"], c["late"]) for c in changes] == [
            (101, "opened", True, True)
        ]
        assert changes[0]["why"]["at"] == "2026-03-06T22:00:00+08:00"

    def test_a_rules_own_policy_wins(self) -> None:
        assert (
            told(rule("{event: {of: sos.button}}", "late: record"), [event(0, "sos.button", at=-90000)]) == []
        )

    def test_a_late_alert_is_not_quiet_before_it_was_seen(self) -> None:
        rest = "clear: {quiet: 10m}"
        assert told(rule("{event: {of: sos.button}}", rest), [event(0, "sos.button", at=-90000), {"t": 700}]) == [
            "0 opened alarm L2 x1 ! late", "600 cleared alarm L2 x1 late",
        ]  # fmt: skip


class TestDeadlines:
    def test_a_deadline_never_lies_before_the_arrival(self) -> None:
        lines = [{"t": 0}, event(200, "env.level", data={"value": 90}, at=10), {"t": 201}]
        assert told(warned(HELD), lines) == ["200 opened warning L3 x1 !"]

    def test_one_sample_an_hour_old_pages_nobody(self) -> None:
        for policy in ("record", "open", "evaluate"):
            lines = [event(0, "env.level", data={"value": 90}, at=-3600), {"t": 7200}]
            assert told(warned(HELD, f"late: {policy}"), lines) == []

    def test_nothing_is_taken_back(self) -> None:
        # A false sample of 59 s arrives at 62 s: the alert was written at 60 s.
        lines = [event(0, "env.level", data={"value": 90}), event(62, "env.level", data={"value": 1}, at=59)]
        assert told(warned(HELD), lines) == ["60 opened warning L3 x1 !", "62 cleared warning L3 x1"]


class TestModes:
    @pytest.mark.parametrize("mode", ["snapshot", "retained", "test"])
    def test_is_never_an_occurrence(self, mode: str) -> None:
        assert told(warned(FORCED), [forced(0, mode=mode)]) == []
        assert told(warned(TWO), [event(0), event(1, mode=mode)]) == []

    @pytest.mark.parametrize("mode", ["snapshot", "retained", "test", "live"])
    def test_updates_the_devices_state(self, mode: str) -> None:
        text = warned("{event: {of: {kind: access.forced, where: 'state.locked == true'}}}")
        assert told(text, [event(0, "device.state", data={"locked": True}, mode=mode), forced(1)]) == [
            "1 opened warning L3 x1 !"
        ]

    def test_backfill_follows_late(self) -> None:
        assert told(warned(TWO), [event(0, mode="backfill"), event(1, mode="backfill")]) == []
        assert told(
            warned(TWO, "late: evaluate"), [event(0, mode="backfill"), event(1, mode="backfill")]
        ) == ["1 opened warning L3 x2 ! late"]

    def test_the_same_id_twice_changes_nothing(self) -> None:
        assert told(warned(TWO), [event(0, id="x"), event(1, id="x")]) == []
        lines = [event(0, id="x"), {"t": 1, "restart": {"down_for": "1s"}}, event(3, id="x")]
        assert told(warned(TWO), lines) == []


class TestState:
    def test_is_that_before_the_event(self) -> None:
        text = warned(
            "{event: {of: {kind: device.state, where: 'state.open == false && data.open == true'}}}"
        )
        lines = [
            event(0, "device.state", data={"open": False}),
            event(1, "device.state", data={"open": True}),
            event(2, "device.state", data={"open": True}),
        ]
        assert told(text, lines) == ["1 opened warning L3 x1 !"]

    def test_an_older_report_does_not_replace_a_newer_one(self) -> None:
        text = warned("{event: {of: {kind: access.forced, where: 'state.open == true'}}}")
        lines = [
            event(10, "device.state", data={"open": True}, at=10),
            event(11, "device.state", data={"open": False}, at=8),
            forced(12),
        ]
        assert told(text, lines) == ["12 opened warning L3 x1 !"]
        lines = [
            event(10, "device.state", data={"open": True}),
            event(11, "device.state", data={"open": False}, at=-300),
            forced(12),
        ]
        assert told(text, lines) == ["12 opened warning L3 x1 !"]

    def test_online_is_the_last_availability(self) -> None:
        text = warned("{event: {of: {kind: access.forced, where: 'state.online == false'}}}")
        assert told(text, [event(0, "device.offline"), forced(1)]) == ["1 opened warning L3 x1 !"]
        assert told(text, [event(0, "device.offline"), event(1, "device.online"), forced(2)]) == []
        assert told(text, [forced(2)]) == []


class TestOneInstant:
    def test_an_event_comes_before_deadlines(self) -> None:
        rest = "clear: {quiet: 60s}"
        assert told(warned(FORCED, rest), [forced(0), forced(60), {"t": 100}]) == [
            "0 opened warning L3 x1 !",
            "60 repeated warning L3 x2",
        ]

    def test_clears_then_step_downs_then_detects_then_step_ups_then_rule_and_key(self) -> None:
        clears = rule(FORCED, "clear: {after: 60s}", id="z.clears", stages=WARN)
        rises = rule(
            FORCED,
            "clear: {by: person}",
            id="a.rises",
            stages="[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {open_for: 60s}}]",
        )
        fires = rule("{sustained: {of: access.forced, holds: 'true', for: 60s}}", id="m.fires", stages=WARN)
        falls = rule(
            FORCED, "clear: {by: person}\nhold_down: 50s", id="n.falls",
            stages="[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.forced, at_least: 2, within: 10s}}}]",
        )  # fmt: skip
        changes = run(clears + rises + fires + falls, [forced(0), forced(0, id="again"), {"t": 60}])
        assert [(c["rule"], c["change"]) for c in changes if c["t"] == 60] == [
            ("z.clears", "cleared"), ("n.falls", "stepped_down"), ("m.fires", "opened"), ("a.rises", "stepped_up"),
        ]  # fmt: skip

    def test_ties_by_rule_and_key(self) -> None:
        both = rule("{sustained: {of: access.forced, holds: 'true', for: 60s}}", id="b.two") + rule(
            "{sustained: {of: access.forced, holds: 'true', for: 60s}}", id="a.one"
        )
        changes = run(both, [forced(0, device="d2"), forced(0, device="d1"), {"t": 60}])
        assert [(c["rule"], c["key"]["device"]) for c in changes] == [
            ("a.one", "d1"),
            ("a.one", "d2"),
            ("b.two", "d1"),
            ("b.two", "d2"),
        ]
