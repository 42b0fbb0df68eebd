"""20-rules §4, sentence by sentence: stages up and down, timers, counts, what is written and who is told."""

from __future__ import annotations

from tests.rules.playing import event, rule, run, told

DENIED = "{count: {of: access.denied, at_least: 2, within: 60s}}"
STAGES = """
    - {stage: warning, level: L3}
    - {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 4, within: 60s}}}
    - {stage: alarm, level: L1, when: {unacknowledged: 10m}}"""
HELD = "clear: {by: person}"


def ack(t: float, key: dict[str, object] | None = None, rule_id: str = "a.b") -> dict[str, object]:
    return {"t": t, "ack": {"rule": rule_id, "key": {"device": "d1"} if key is None else key, "by": "wang"}}


def clear(t: float) -> dict[str, object]:
    return {"t": t, "clear": {"rule": "a.b", "key": {"device": "d1"}, "by": "wang"}}


class TestUpward:
    def test_the_first_is_entered_when_detect_fires_and_a_higher_one_when_its_when_does(self) -> None:
        assert told(rule(DENIED, HELD, stages=STAGES), [event(n) for n in range(4)]) == [
            "1 opened warning L3 x2 !", "2 repeated warning L3 x3", "3 stepped_up alarm L2 x4 !",
        ]  # fmt: skip

    def test_a_later_stage_may_be_entered_directly(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: warning, level: L3, when: {open_for: 1h}}, {stage: alarm, level: L1, when: {event: {of: access.forced}}}]"
        assert told(rule(DENIED, HELD, stages=stages), [event(0), event(1), event(5, "access.forced")]) == [
            "1 opened warning L4 x2 !", "5 stepped_up alarm L1 x2 !",
        ]  # fmt: skip

    def test_what_holds_already_at_the_opening_is_entered_at_once(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: alarm, level: L2, when: {sustained: {of: access.held, holds: 'true', for: 10s}}}]"
        assert told(rule(DENIED, HELD, stages=stages), [event(0, "access.held"), event(20), event(21)]) == [
            "21 opened warning L4 x2 !", "21 stepped_up alarm L2 x2 !",
        ]  # fmt: skip

    def test_any_and_all(self) -> None:
        for word, steps in (("any", 1), ("all", 0)):
            when = f"{word}: [{{event: {{of: access.forced, within: 30s}}}}, {{count: {{of: access.denied, at_least: 4, within: 60s}}}}]"
            if word == "any":
                when = when.replace(", within: 30s", "")
            stages = f"[{{stage: warning, level: L4}}, {{stage: alarm, level: L2, when: {{{when}}}}}]"
            changes = told(rule(DENIED, HELD, stages=stages), [event(0), event(1), event(5, "access.forced")])
            assert sum("stepped_up" in line for line in changes) == steps

    def test_an_event_in_all_counts_within(self) -> None:
        when = "{all: [{event: {of: access.forced, within: 30s}}, {count: {of: access.denied, at_least: 4, within: 60s}}]}"
        stages = f"[{{stage: warning, level: L4}}, {{stage: alarm, level: L2, when: {when}}}]"
        text = rule(DENIED, HELD, stages=stages)
        near = [event(0), event(1), event(5, "access.forced"), event(20), event(34.9)]
        assert told(text, near)[-1] == "34.9 stepped_up alarm L2 x4 !"
        far = [event(0), event(1), event(5, "access.forced"), event(20), event(35)]
        assert "stepped_up" not in told(text, far)[-1]
        before = [event(0, "access.forced"), event(1), event(2), event(3), event(4)]  # before the opening
        assert told(text, before)[-1] == "4 stepped_up alarm L2 x4 !"


class TestDownward:
    def test_only_after_the_hold_down(self) -> None:
        lines = [event(n) for n in range(4)] + [{"t": 300}]
        # Four in (t − 60, t] until 60 s; then the hold-down of two minutes.
        assert told(rule(DENIED, HELD, stages=STAGES), lines)[-1] == "180 stepped_down warning L3 x4"

    def test_what_holds_again_within_the_hold_down_stays(self) -> None:
        lines = [event(n) for n in range(4)] + [event(100 + n) for n in range(4)] + [{"t": 200}]
        assert not [line for line in told(rule(DENIED, HELD, stages=STAGES), lines) if "stepped_down" in line]

    def test_never_below_a_stage_that_a_person_acknowledged(self) -> None:
        lines = [event(n) for n in range(4)] + [ack(10), {"t": 1000}]
        changes = told(rule(DENIED, HELD, stages=STAGES), lines)
        assert changes[-1] == "10 acknowledged alarm L2 x4"

    def test_an_acknowledged_warning_does_not_keep_the_alarm(self) -> None:
        lines = [event(0), event(1), ack(1.5), event(2), event(3), {"t": 1000}]
        assert told(rule(DENIED, HELD, stages=STAGES), lines)[-1] == "180 stepped_down warning L3 x4"

    def test_momentary_conditions_hold_until_the_alert_clears(self) -> None:
        stages = (
            "[{stage: warning, level: L4}, {stage: alarm, level: L2, when: {event: {of: access.forced}}}]"
        )
        lines = [event(0), event(1), event(5, "access.forced"), {"t": 5000}]
        assert told(rule(DENIED, HELD, stages=stages), lines)[-1] == "5 stepped_up alarm L2 x2 !"

    def test_timers_are_never_left_downward(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: warning, level: L3, when: {open_for: 5m}}, {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 4, within: 60s}}}]"
        lines = [event(n) for n in (0, 1)] + [event(400 + n) for n in range(4)] + [{"t": 2000}]
        assert told(rule(DENIED, HELD, stages=stages), lines)[-1] == "580 stepped_down warning L3 x6"


class TestTimers:
    def test_unacknowledged_runs_from_the_entry_into_alarm(self) -> None:
        lines = [event(0), event(1), event(30), event(31), {"t": 1000}]
        changes = told(rule(DENIED, HELD + "\nhold_down: 1h", stages=STAGES), lines)
        assert changes[-1] == "631 stepped_up alarm L1 x4 !"

    def test_it_stops_when_acknowledged(self) -> None:
        lines = [event(n) for n in range(4)] + [ack(100), {"t": 2000}]
        assert told(rule(DENIED, HELD, stages=STAGES), lines)[-1] == "100 acknowledged alarm L2 x4"

    def test_it_never_lifts_an_alert_out_of_warning(self) -> None:
        assert told(rule(DENIED, HELD, stages=STAGES), [event(0), event(1), {"t": 5000}]) == [
            "1 opened warning L3 x2 !"
        ]

    def test_in_a_rule_without_an_alarm_it_runs_from_the_opening(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: warning, level: L3, when: {unacknowledged: 10m}}]"
        assert (
            told(rule(DENIED, HELD, stages=stages), [event(0), event(1), {"t": 700}])[-1]
            == "601 stepped_up warning L3 x2 !"
        )

    def test_open_for_runs_from_the_opening(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: alarm, level: L3, when: {open_for: 10m}}]"
        assert (
            told(rule(DENIED, HELD, stages=stages), [event(0), event(1), ack(5), {"t": 700}])[-1]
            == "601 stepped_up alarm L3 x2 !"
        )


class TestAlarm:
    def test_respond_is_true_only_on_the_first_entry_into_alarm(self) -> None:
        lines = [event(n) for n in range(4)] + [event(200 + n) for n in range(4)] + [{"t": 3000}]
        changes = run(rule(DENIED, HELD, stages=STAGES), lines)
        assert [(c["t"], c["change"]) for c in changes if c["respond"]] == [(3, "stepped_up")]
        assert [c["change"] for c in changes].count("stepped_up") >= 2

    def test_respond_none_never_asks(self) -> None:
        changes = run(rule(DENIED, "respond: none"), [event(0), event(1)])
        assert [c["respond"] for c in changes] == [False]
        assert [c["respond"] for c in run(rule(DENIED, "respond: gate_check"), [event(0), event(1)])] == [
            True
        ]


class TestAlert:
    def test_one_open_alert_a_key(self) -> None:
        lines = [event(0), event(1), event(0, device="d2"), event(1, device="d2")]
        lines.sort(key=lambda line: line["t"])
        assert told(rule(DENIED), lines) == ["1 opened alarm L2 x2 !", "1 opened alarm L2 x2 !"]

    def test_dedup_paths_make_separate_alerts_and_stand_in_the_key(self) -> None:
        text = rule("{event: {of: access.forced}}", "dedup: [data.door]\nclear: {on: access.granted}")
        lines = [
            event(0, "access.forced", data={"door": 1}), event(1, "access.forced", data={"door": 2}),
            event(2, "access.granted", data={"door": 2}), event(3, "access.granted"),
        ]  # fmt: skip
        assert [(c["t"], c["change"], c["key"]) for c in run(text, lines)] == [
            (0, "opened", {"device": "d1", "data.door": 1}), (1, "opened", {"device": "d1", "data.door": 2}),
            (2, "cleared", {"device": "d1", "data.door": 2}), (3, "cleared", {"device": "d1", "data.door": 1}),
        ]  # fmt: skip

    def test_count_starts_with_what_fired_and_grows_by_one(self) -> None:
        changes = run(rule(DENIED, HELD), [event(0), event(1), event(2), event(62), event(100), event(130)])
        assert [(c["t"], c["count"]) for c in changes] == [(1, 2), (2, 3), (62, 4), (130, 6)]

    def test_repeated_at_once_then_at_most_one_a_minute(self) -> None:
        text = rule("{event: {of: access.forced}}", HELD)
        changes = told(text, [event(t, "access.forced") for t in (0, 1, 30, 60.9, 61, 120.9, 121)])
        assert [line.split()[0] for line in changes if "repeated" in line] == ["1", "61", "121"]

    def test_a_stage_change_needs_no_repeated(self) -> None:
        stages = "[{stage: warning, level: L4}, {stage: alarm, level: L2, when: {count: {of: access.forced, at_least: 2, within: 60s}}}]"
        text = rule("{event: {of: access.forced}}", HELD, stages=stages)
        assert told(text, [event(0, "access.forced"), event(1, "access.forced")]) == [
            "0 opened warning L4 x1 !",
            "1 stepped_up alarm L2 x2 !",
        ]

    def test_an_event_without_a_key_is_not_evaluated(self) -> None:
        text = rule("{event: {of: access.forced}}", "by: [device.building]")
        assert told(text, [event(0, "access.forced")]) == []

    def test_key_fields_are_named_by_their_paths(self) -> None:
        text = rule("{event: {of: access.forced}}", "by: [device, data.door, subject.cred]")
        changes = run(text, [event(0, "access.forced", data={"door": 1.0}, subject={"cred": "c"})])
        assert changes[0]["key"] == {"device": "d1", "data.door": 1, "subject.cred": "c"}

    def test_without_a_key_there_is_one_for_the_site(self) -> None:
        text = rule("{event: {of: access.forced}}", "by: []")
        lines = [event(0, "access.forced"), event(1, "access.forced", "d2")]
        assert [(c["change"], c["key"]) for c in run(text, lines)] == [("opened", {}), ("repeated", {})]


class TestOverrides:
    def test_other_parameters_where_a_condition_holds(self) -> None:
        site = "site: s\ndevices: [{id: d1, building: b1}, {id: d2, building: b2}]\n"
        rest = "overrides: [{where: 'device.building == \"b2\"', set: {at_least: 3, within: 90s}}]"
        lines = [event(0), event(0, device="d2"), event(1), event(1, device="d2"), event(80, device="d2")]
        changes = run(rule(DENIED, rest), lines, site)
        assert [(c["t"], c["key"]["device"], c["count"]) for c in changes] == [(1, "d1", 2), (80, "d2", 3)]


class TestScope:
    def test_filters_every_event_the_rule_reads(self) -> None:
        text = rule("{event: {of: access.forced}}", "scope: 'data.door == 1'\nclear: {on: access.granted}")
        lines = [
            event(0, "access.forced", data={"door": 2}), event(1, "access.forced", data={"door": 1}),
            event(2, "access.granted", data={"door": 2}), event(3, "access.granted", data={"door": 1}),
        ]  # fmt: skip
        assert told(text, lines) == ["1 opened alarm L2 x1 !", "3 cleared alarm L2 x1"]
