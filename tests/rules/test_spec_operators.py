"""20-rules §3, sentence by sentence: what each operator fires at, and what it does not fire at."""

from __future__ import annotations

import pytest

from tests.rules.playing import event, rule, told

COUNT = "{count: {of: access.denied, at_least: 3, within: 60s}}"
WARN = "[{stage: warning, level: L3}]"


def warned(detect: str, rest: str = "") -> str:
    return rule(detect, rest, stages=WARN)


class TestEvent:
    def test_fires_at_each_matching_event(self) -> None:
        assert told(
            warned("{event: {of: access.forced}}"), [event(0, "access.forced"), event(5, "access.denied")]
        ) == ["0 opened warning L3 x1 !"]

    def test_a_selector_is_a_kind_a_prefix_a_list_or_one_with_a_condition(self) -> None:
        lines = [
            event(0, "access.denied", "d1", data={"door": 1}),
            event(1, "access.forced", "d2"),
            event(2, "sos.button", "d3"),
        ]
        assert len(told(warned("{event: {of: access.*}}"), lines)) == 2
        assert len(told(warned("{event: {of: [access.denied, sos.button]}}"), lines)) == 2
        assert len(told(warned("{event: {of: {kind: access.denied, where: 'data.door == 1'}}}"), lines)) == 1
        assert (
            len(told(warned("{event: {of: [{kind: access.*, where: 'data.door == 2'}, sos.*]}}"), lines)) == 1
        )


class TestCount:
    def test_fires_when_the_nth_event_lies_in_the_window(self) -> None:
        assert told(warned(COUNT), [event(0), event(30), event(59)]) == ["59 opened warning L3 x3 !"]

    def test_the_window_is_half_open(self) -> None:
        assert told(warned(COUNT), [event(0), event(30), event(60)]) == []
        assert told(warned(COUNT), [event(0), event(30), event(59.999)]) == ["59.999 opened warning L3 x3 !"]

    def test_matches_are_counted_not_consecutive_ones(self) -> None:
        lines = [event(0), event(1, "access.granted"), event(2), event(3, "access.granted"), event(4)]
        assert told(warned(COUNT), lines) == ["4 opened warning L3 x3 !"]

    def test_reset_empties_the_window(self) -> None:
        detect = "{count: {of: access.denied, at_least: 3, within: 60s, reset: access.granted}}"
        assert (
            told(warned(detect), [event(0), event(1), event(2, "access.granted"), event(3), event(4)]) == []
        )
        lines = [event(0), event(1), event(2, "access.granted"), event(3), event(4), event(5)]
        assert told(warned(detect), lines) == ["5 opened warning L3 x3 !"]

    def test_a_reset_out_of_order_empties_what_lies_before_it(self) -> None:
        detect = "{count: {of: access.denied, at_least: 3, within: 60s, reset: access.granted}}"
        # The grant at 1.5 s arrives after the denial at 2 s: in order, that and what follows count.
        lines = [event(0), event(2), event(3, "access.granted", at=1.5), event(4)]
        assert told(warned(detect), lines) == []
        assert told(warned(detect), [*lines, event(5)]) == ["5 opened warning L3 x3 !"]

    def test_distinct_counts_values(self) -> None:
        detect = "{count: {of: access.denied, at_least: 3, within: 60s, distinct: subject.cred}}"
        lines = [event(n, subject={"cred": f"c{n % 2}"}) for n in range(6)]
        assert told(warned(detect), lines) == []
        assert told(warned(detect), [*lines, event(10, subject={"cred": "c7"})]) == [
            "10 opened warning L3 x7 !"
        ]
        assert (
            told(warned(detect), [event(0), event(1), event(2)]) == []
        )  # without a value nothing is counted

    def test_it_rearms_when_the_number_falls_below_by_the_clock(self) -> None:
        rest = "clear: {after: 10s}\ncooldown: 0s"
        # Fires at 2 s, cleared at 12 s. At 60 s two are left in the window: from then on a third is a new one.
        first = ["2 opened warning L3 x3 !", "12 cleared warning L3 x3"]
        lines = [event(0), event(1), event(2), event(59.9)]
        assert told(warned(COUNT, rest), lines) == first
        assert told(warned(COUNT, rest), [*lines[:3], event(60.5)]) == [*first, "60.5 opened warning L3 x3 !"]
        # An event at the very instant at which the first one leaves: the number never was below three.
        assert told(warned(COUNT, rest), [*lines[:3], event(60)]) == first

    def test_while_the_number_stays_it_does_not_fire_again(self) -> None:
        rest = "clear: {after: 10s}\ncooldown: 0s"
        lines = [event(n * 20) for n in range(8)]  # three in every window from 40 s on
        assert told(warned(COUNT, rest), lines) == ["40 opened warning L3 x3 !", "50 cleared warning L3 x3"]

    def test_a_clear_does_not_empty_the_window(self) -> None:
        rest = "clear: {on: access.granted}\ncooldown: 0s"
        lines = [event(0), event(1), event(2), event(3, "access.granted"), event(4)]
        assert told(warned(COUNT, rest), lines) == ["2 opened warning L3 x3 !", "3 cleared warning L3 x3"]

    def test_two_events_two_milliseconds_apart_count_two(self) -> None:
        detect = "{count: {of: access.denied, at_least: 2, within: 1s}}"
        assert told(warned(detect), [event(0), event(0.002)]) == ["0.002 opened warning L3 x2 !"]

    def test_an_event_out_of_order_is_put_into_its_place(self) -> None:
        # 10, 68, then 8 arrives at 12: (8, 10) are one window with nothing else; with 9 it is three.
        lines = [event(10, at=10), event(11, at=11), event(12, at=8)]
        assert told(warned(COUNT), lines) == ["12 opened warning L3 x3 !"]

    def test_out_of_order_continues_what_has_been_reported(self) -> None:
        rest = "clear: {after: 1s}\ncooldown: 0s"
        detect = "{count: {of: access.denied, at_least: 2, within: 10s}}"
        # In order 0, 1, 9.5: the number never falls below two before 11 s. 9.5 arrives at 11.2 s, after the re-arming.
        lines = [event(0), event(1), event(11.2, at=9.5)]
        assert told(warned(detect, rest), lines) == ["1 opened warning L3 x2 !", "2 cleared warning L3 x2"]


class TestSustained:
    OPEN = "{sustained: {of: env.level, holds: 'data.value > 80', for: 60s}}"

    def level(self, t: float, value: object, **more: object) -> dict[str, object]:
        return event(t, "env.level", data={"value": value}, **more)

    def test_fires_at_start_plus_for_by_the_clock(self) -> None:
        assert told(warned(self.OPEN), [self.level(0, 90), {"t": 60}]) == ["60 opened warning L3 x1 !"]
        assert told(warned(self.OPEN), [self.level(0, 90), {"t": 59.999}]) == []

    def test_further_true_samples_do_not_restart_it(self) -> None:
        lines = [self.level(0, 90), self.level(30, 95), self.level(59, 99), {"t": 100}]
        assert told(warned(self.OPEN), lines) == ["60 opened warning L3 x3 !"]

    def test_the_first_false_sample_cancels_and_clears(self) -> None:
        assert told(warned(self.OPEN), [self.level(0, 90), self.level(59, 10), {"t": 100}]) == []
        assert told(warned(self.OPEN), [self.level(0, 90), self.level(61, 10)]) == [
            "60 opened warning L3 x1 !", "61 cleared warning L3 x1",
        ]  # fmt: skip

    def test_a_false_sample_at_start_plus_for_cancels(self) -> None:
        assert told(warned(self.OPEN), [self.level(0, 90), self.level(60, 10), {"t": 100}]) == []

    @pytest.mark.parametrize("value", ["text", None, True])
    def test_an_unknown_sample_neither_starts_cancels_nor_refreshes(self, value: object) -> None:
        assert told(warned(self.OPEN), [self.level(0, 90), self.level(30, value), {"t": 60}]) == [
            "60 opened warning L3 x1 !"
        ]
        assert told(warned(self.OPEN), [self.level(0, value), {"t": 100}]) == []
        gap = "{sustained: {of: env.level, holds: 'data.value > 80', for: 60s, max_gap: 40s}}"
        assert told(warned(gap), [self.level(0, 90), self.level(30, value), {"t": 100}]) == []

    def test_with_max_gap_it_waits_for_the_next_true_sample(self) -> None:
        gap = "{sustained: {of: env.level, holds: 'data.value > 80', for: 60s, max_gap: 40s}}"
        assert told(warned(gap), [self.level(0, 90), self.level(20, 90), {"t": 60}]) == [
            "60 opened warning L3 x2 !"
        ]
        assert told(warned(gap), [self.level(0, 90), self.level(90, 90), {"t": 91}]) == [
            "90 opened warning L3 x2 !"
        ]
        assert told(warned(gap), [self.level(0, 90), self.level(90, 10), {"t": 200}]) == []

    def test_samples_out_of_order_are_put_into_their_place(self) -> None:
        # False at 8 s arrives after true at 10 s: in order the condition starts at 10 s.
        lines = [self.level(5, 90), self.level(10, 90), self.level(12, 10, at=8), {"t": 80}]
        assert told(warned(self.OPEN), lines) == ["70 opened warning L3 x2 !"]
        # True at 8 s arrives after true at 10 s: it starts at 8 s.
        lines = [self.level(10, 90), self.level(12, 90, at=8), {"t": 80}]
        assert told(warned(self.OPEN), lines) == ["68 opened warning L3 x2 !"]
        # False at 8 s, then true at 6 s late: the false sample is the newest.
        lines = [self.level(8, 10), self.level(9, 90, at=6), {"t": 80}]
        assert told(warned(self.OPEN), lines) == []

    def test_a_snapshot_may_cancel_never_start(self) -> None:
        assert told(warned(self.OPEN), [self.level(0, 90, mode="snapshot"), {"t": 100}]) == []
        assert (
            told(warned(self.OPEN), [self.level(0, 90), self.level(30, 10, mode="snapshot"), {"t": 100}])
            == []
        )
        # What is retained may be old: it neither starts nor cancels.
        assert told(
            warned(self.OPEN), [self.level(0, 90), self.level(30, 10, mode="retained"), {"t": 60}]
        ) == ["60 opened warning L3 x1 !"]

    def test_what_starts_late_fires_only_after_a_sample_that_is_not(self) -> None:
        rest = "late: evaluate"
        lines = [self.level(0, 90, at=-3600), {"t": 300}]
        assert told(warned(self.OPEN, rest), lines) == []
        lines = [self.level(0, 90, at=-3600), self.level(10, 95), {"t": 20}]
        assert told(warned(self.OPEN, rest), lines) == ["10 opened warning L3 x2 !"]

    def test_a_late_sample_from_before_a_false_one_changes_nothing(self) -> None:
        rest = "late: evaluate"
        lines = [self.level(0, 10), self.level(100, 90), self.level(101, 90, at=-600), {"t": 200}]
        assert told(warned(self.OPEN, rest), lines) == ["160 opened warning L3 x2 !"]


class TestAbsence:
    BEAT = "{absence: {of: device.heartbeat, for: 5m}}"
    SITE = "site: s\ndevices: [{id: d1, type: camera, building: b1}, {id: d2, type: camera, building: b1}, {id: d3, building: b2}]\n"

    def beat(self, t: float, device: str = "d1", **more: object) -> dict[str, object]:
        return event(t, "device.heartbeat", device, **more)

    def test_fires_when_nothing_came_for_t(self) -> None:
        assert told(warned(self.BEAT), [self.beat(0), self.beat(100), {"t": 400}]) == [
            "400 opened warning L3 x0 !"
        ]

    def test_a_heartbeat_in_the_second_of_its_deadline_is_in_time(self) -> None:
        assert told(warned(self.BEAT), [self.beat(0), self.beat(300), {"t": 599}]) == []

    def test_never_seen_counts_from_coming_onto_the_roster(self) -> None:
        detect = "{absence: {of: device.heartbeat, for: 5m, expect: 'device.type == \"camera\"'}}"
        assert told(warned(detect), [{"t": 0}, {"t": 400}], self.SITE) == [
            "300 opened warning L3 x0 !", "300 opened warning L3 x0 !",
        ]  # fmt: skip

    def test_who_is_not_expected_is_not_watched(self) -> None:
        detect = "{absence: {of: device.heartbeat, for: 5m, expect: 'device.type == \"camera\"'}}"
        assert (
            told(
                warned(detect),
                [self.beat(0, "d3"), self.beat(1, "d9"), self.beat(250), self.beat(250, "d2"), {"t": 500}],
                self.SITE,
            )
            == []
        )

    def test_no_deadline_before_start_plus_grace(self) -> None:
        detect = "{absence: {of: device.heartbeat, for: 30s, expect: 'device.type == \"camera\"'}}"
        assert told(warned(detect), [{"t": 0}, self.beat(110, "d2"), {"t": 130}], self.SITE) == [
            "120 opened warning L3 x0 !"
        ]
        short = "{absence: {of: device.heartbeat, for: 30s, grace: 50s}}"
        assert told(warned(short), [self.beat(0), {"t": 60}]) == ["50 opened warning L3 x0 !"]

    def test_downtime_is_added_to_the_deadline(self) -> None:
        lines = [self.beat(0), {"t": 10}, {"t": 200, "restart": {"down_for": "600s"}}, {"t": 1200}]
        # 0 + 300 + 600 = 900, but not before 800 + 120.
        assert told(warned(self.BEAT), lines) == ["920 opened warning L3 x0 !"]
        long = "{absence: {of: device.heartbeat, for: 20m}}"
        assert told(
            warned(long), [self.beat(0), {"t": 200, "restart": {"down_for": "600s"}}, {"t": 3000}]
        ) == ["1800 opened warning L3 x0 !"]

    def test_the_roster_entry_is_kept_over_restarts(self) -> None:
        detect = "{absence: {of: device.heartbeat, for: 10m, expect: 'device.id == \"d1\"'}}"
        lines = [{"t": 0}, {"t": 300, "restart": {"down_for": "0s"}}, {"t": 700}]
        assert told(warned(detect), lines, self.SITE) == ["600 opened warning L3 x0 !"]

    def test_the_last_sign_of_life_has_its_own_time_unless_the_rule_asks_for_its_receipt(self) -> None:
        slow = [event(t, "device.heartbeat", at=t - 240) for t in range(300, 1500, 60)]  # not yet late
        late = [event(t, "device.heartbeat", at=t - 900) for t in range(1000, 2200, 60)]
        beat = "{absence: {of: device.heartbeat, for: 3m}}"
        receipt = "{absence: {of: device.heartbeat, for: 3m, heard: receipt}}"
        assert told(warned(beat), slow)[0] == "420 opened warning L3 x0 !"
        assert told(warned(receipt), [*slow, {"t": 1700}]) == ["1620 opened warning L3 x0 !"]
        assert told(warned(receipt), [self.beat(950), *late]) == ["1130 opened warning L3 x0 !"]
        evaluated = warned(receipt, "late: evaluate")
        assert told(evaluated, [self.beat(950), *late]) == []
        replayed = [{**line, "event": {**line["event"], "mode": "backfill"}} for line in late]
        assert told(evaluated, [self.beat(950), *replayed])[0] == "1130 opened warning L3 x0 !"

    def test_keys_are_the_distinct_by_values_and_any_of_their_devices_counts(self) -> None:
        detect = "{absence: {of: device.heartbeat, for: 5m, expect: 'device.type == \"camera\"'}}"
        by = "by: [device.building]"
        assert told(warned(detect, by), [{"t": 0}, self.beat(200, "d2"), {"t": 499}], self.SITE) == []
        assert told(warned(detect, by), [{"t": 0}, self.beat(200, "d2"), {"t": 500}], self.SITE) == [
            "500 opened warning L3 x0 !"
        ]

    def test_a_roster_of_households(self) -> None:
        site = (
            "site: s\nhouseholds: [{id: h1, care: [alone]}, {id: h2}]\ndevices: [{id: m1, household: h1}]\n"
        )
        detect = "{absence: {of: access.granted, for: 36h, expect: {roster: households, where: '\"alone\" in household.care'}}}"
        hours = 3600.0
        lines = [
            {"t": 0},
            event(10 * hours, "access.granted", "g", subject={"household": "h1"}),
            {"t": 50 * hours},
        ]
        assert told(warned(detect, "by: [subject.household]"), lines, site) == [
            f"{46 * 3600} opened warning L3 x0 !"
        ]
        lines = [{"t": 0}, event(10 * hours, "access.granted", "m1"), {"t": 50 * hours}]
        assert told(warned(detect, "by: [household]"), lines, site) == [f"{46 * 3600} opened warning L3 x0 !"]
        assert told(warned(detect, "by: [device.household]"), lines, site) == [
            f"{46 * 3600} opened warning L3 x0 !"
        ]
        assert (
            told(
                warned(detect, "by: [household]"),
                [{"t": 0}, event(1, "access.granted", "x", subject={"household": "h2"}), {"t": 30 * hours}],
                site,
            )
            == []
        )

    def test_the_next_event_clears_it(self) -> None:
        assert told(warned(self.BEAT), [self.beat(0), self.beat(400)]) == [
            "300 opened warning L3 x0 !", "400 cleared warning L3 x0",
        ]  # fmt: skip

    def test_a_snapshot_is_no_sign_of_life(self) -> None:
        assert told(warned(self.BEAT), [self.beat(0), self.beat(200, mode="snapshot"), {"t": 300}]) == [
            "300 opened warning L3 x0 !"
        ]


class TestSequence:
    FORCED = "{sequence: {first: access.denied, then: access.forced, within: 10s, match: [data.door]}}"

    def first(self, t: float, door: object = 1, **more: object) -> dict[str, object]:
        return event(t, "access.denied", data={"door": door}, **more)

    def then(self, t: float, door: object = 1, **more: object) -> dict[str, object]:
        return event(t, "access.forced", data={"door": door}, **more)

    @pytest.mark.parametrize(("gap", "fires"), [(0, False), (0.001, True), (10, True), (10.001, False)])
    def test_fires_at_the_then_if_it_is_later_and_within(self, gap: float, fires: bool) -> None:
        assert bool(told(warned(self.FORCED), [self.first(0), self.then(gap)])) is fires

    def test_all_match_paths_are_equal(self) -> None:
        assert told(warned(self.FORCED), [self.first(0, 1), self.then(1, 2)]) == []
        assert told(warned(self.FORCED), [self.first(0, 1), self.then(1, "1")]) == []
        assert told(warned(self.FORCED), [self.first(0, 1), self.then(1, 1.0)]) == [
            "1 opened warning L3 x2 !"
        ]
        assert (
            told(warned(self.FORCED), [event(0), event(1, "access.forced")]) == []
        )  # unknown is never equal

    def test_a_repeat_replaces_the_first(self) -> None:
        assert told(warned(self.FORCED), [self.first(0), self.first(8), self.then(15)]) == [
            "15 opened warning L3 x2 !"
        ]

    def test_a_then_consumes_it(self) -> None:
        rest = "clear: {after: 1s}\ncooldown: 0s"
        assert told(warned(self.FORCED, rest), [self.first(0), self.then(2), self.then(5)]) == [
            "2 opened warning L3 x2 !", "3 cleared warning L3 x2",
        ]  # fmt: skip

    def test_at_most_64_pending_the_oldest_is_dropped(self) -> None:
        lines = [self.first(n / 100, n) for n in range(65)]
        assert told(warned(self.FORCED), [*lines, self.then(1, 0)]) == []
        assert told(warned(self.FORCED), [*lines, self.then(1, 1)]) == ["1 opened warning L3 x2 !"]

    def test_out_of_order_is_judged_as_in_order(self) -> None:
        assert told(warned(self.FORCED), [self.then(3, at=3), self.first(4, at=2)]) == [
            "4 opened warning L3 x2 !"
        ]
        # In order 0 first, 2 then, 3 first: the `then` had the first of 0 s.
        lines = [self.first(0), self.first(3), self.then(4, at=2)]
        assert told(warned(self.FORCED), lines) == ["4 opened warning L3 x2 !"]
        # In order 0 first, 3 first, 5 then: that `then` consumed the one of 3 s, which comes last.
        rest = "clear: {after: 1s}\ncooldown: 0s"
        lines = [self.first(0), self.then(5), self.first(6, at=3), self.then(8)]
        assert told(warned(self.FORCED, rest), lines) == [
            "5 opened warning L3 x2 !",
            "6 cleared warning L3 x2",
        ]


class TestMissing:
    LEFT = "{missing: {first: contact.opened, then: contact.closed, within: 60s}}"

    def opened(self, t: float, **more: object) -> dict[str, object]:
        return event(t, "contact.opened", **more)

    def closed(self, t: float, **more: object) -> dict[str, object]:
        return event(t, "contact.closed", **more)

    def test_fires_at_first_plus_t_plus_lateness(self) -> None:
        assert told(warned(self.LEFT), [self.opened(0), {"t": 64.999}]) == []
        assert told(warned(self.LEFT), [self.opened(0), {"t": 65}]) == ["65 opened warning L3 x1 !"]

    @pytest.mark.parametrize("arrives", [30, 60, 65])
    def test_a_then_in_time_by_its_at_prevents_it(self, arrives: float) -> None:
        assert (
            told(warned(self.LEFT), [self.opened(0), self.closed(arrives, at=min(arrives, 60)), {"t": 300}])
            == []
        )

    def test_of_several_firsts_in_the_window_the_first_stands(self) -> None:
        assert told(warned(self.LEFT), [self.opened(0), self.opened(40), {"t": 200}]) == [
            "65 opened warning L3 x1 !"
        ]

    def test_a_first_after_the_window_stands_for_itself(self) -> None:
        lines = [self.opened(0), self.opened(62), {"t": 300}]
        assert told(warned(self.LEFT), lines) == ["65 opened warning L3 x1 !", "127 repeated warning L3 x2"]

    def test_after_a_then_the_next_first_stands(self) -> None:
        lines = [self.opened(0), self.closed(5), self.opened(8), {"t": 200}]
        assert told(warned(self.LEFT), lines) == ["73 opened warning L3 x1 !"]
        # The same when the `then` comes out of order, after the second first.
        lines = [self.opened(0), self.opened(8), self.closed(9, at=5), {"t": 200}]
        assert told(warned(self.LEFT), lines) == ["73 opened warning L3 x1 !"]

    def test_the_next_then_clears_it(self) -> None:
        assert told(warned(self.LEFT), [self.opened(0), self.closed(100)]) == [
            "65 opened warning L3 x1 !", "100 cleared warning L3 x1",
        ]  # fmt: skip

    def test_a_then_that_was_in_time_by_its_at_resolves_it_late(self) -> None:
        assert told(warned(self.LEFT), [self.opened(0), self.closed(100, at=50)]) == [
            "65 opened warning L3 x1 !", "100 late_resolved warning L3 x1",
        ]  # fmt: skip

    def test_a_then_too_late_but_before_the_deadline_clears_at_once(self) -> None:
        assert told(warned(self.LEFT), [self.opened(0), self.closed(62), {"t": 100}]) == [
            "65 opened warning L3 x1 !", "65 cleared warning L3 x1",
        ]  # fmt: skip

    def test_with_match_values_each_stands_for_itself(self) -> None:
        detect = "{missing: {first: contact.opened, then: contact.closed, within: 60s, match: [data.door]}}"
        lines = [
            self.opened(0, data={"door": 1}),
            self.opened(10, data={"door": 2}),
            self.closed(20, data={"door": 1}),
            {"t": 200},
        ]
        assert told(warned(detect), lines) == ["75 opened warning L3 x1 !"]


class TestAggregate:
    def sample(self, t: float, value: object, **more: object) -> dict[str, object]:
        return event(t, "env.temperature", data={"value": value}, **more)

    def rule(self, parameters: str, rest: str = "") -> str:
        return warned(f"{{aggregate: {{of: env.temperature, value: data.value, {parameters}}}}}", rest)

    def test_crosses_strictly(self) -> None:
        over = self.rule("fn: avg, over: 60s, above: 50, clear_below: 45")
        assert told(over, [self.sample(0, 50)]) == []
        assert told(over, [self.sample(0, 50.1)]) == ["0 opened warning L3 x1 !"]
        assert told(
            self.rule("fn: last, over: 60s, below: 5, clear_above: 8"),
            [self.sample(0, 5), self.sample(1, 4.9)],
        ) == ["1 opened warning L3 x2 !"]

    def test_rearms_only_strictly_past_the_clear_threshold(self) -> None:
        over = self.rule("fn: last, over: 60s, above: 50, clear_below: 45")
        assert told(over, [self.sample(0, 60), self.sample(10, 45)]) == [
            "0 opened warning L3 x1 !",
            "10 repeated warning L3 x2",
        ]
        assert told(over, [self.sample(0, 60), self.sample(10, 44.9)]) == [
            "0 opened warning L3 x1 !",
            "10 cleared warning L3 x1",
        ]

    def test_without_a_clear_threshold_it_is_the_same(self) -> None:
        over = self.rule("fn: last, over: 60s, above: 50")
        assert told(over, [self.sample(0, 60), self.sample(10, 50)]) == [
            "0 opened warning L3 x1 !",
            "10 repeated warning L3 x2",
        ]
        assert told(over, [self.sample(0, 60), self.sample(10, 49)])[1:] == ["10 cleared warning L3 x1"]

    @pytest.mark.parametrize(
        ("fn", "above", "values", "fires"),
        [
            ("avg", 20, [10, 20, 33], True), ("avg", 21, [10, 20, 33], False), ("min", 9, [10, 20], True), ("max", 19, [10, 20], True),
            ("sum", 29, [10, 20], True), ("delta", 9, [10, 20], True), ("delta", 10, [10, 20], False), ("last", 19, [10, 20], True),
            ("delta", -50, [10], False), ("rate", 0.9, [10, 20], True), ("rate", 1, [10, 20], False), ("rate", -50, [10], False),
        ],
    )  # fmt: skip
    def test_functions(self, fn: str, above: float, values: list[float], fires: bool) -> None:
        lines = [self.sample(n * 10, value) for n, value in enumerate(values)]
        changes = told(self.rule(f"fn: {fn}, over: 60s, above: {above}, min_samples: {len(values)}"), lines)
        assert bool(changes) is fires

    def test_per_changes_the_unit_of_rate(self) -> None:
        lines = [self.sample(0, 10), self.sample(30, 20)]  # 20 a minute
        assert told(self.rule("fn: rate, over: 60s, above: 19, per: 1m"), lines) == [
            "30 opened warning L3 x2 !"
        ]
        assert told(self.rule("fn: rate, over: 60s, above: 20, per: 1m"), lines) == []

    def test_fewer_samples_are_unknown_and_hold_the_state(self) -> None:
        over = self.rule("fn: avg, over: 60s, above: 50, min_samples: 2")
        assert told(over, [self.sample(0, 90)]) == []
        # Above at 10 s; at 70 s all but one have left the window: unknown, the alert stays.
        assert told(over, [self.sample(0, 90), self.sample(10, 90), {"t": 500}]) == [
            "10 opened warning L3 x2 !"
        ]

    def test_the_window_is_judged_again_when_a_sample_leaves_it(self) -> None:
        over = self.rule("fn: sum, over: 60s, above: 50, clear_below: 45")
        assert told(over, [self.sample(0, 40), self.sample(30, 20), {"t": 100}]) == [
            "30 opened warning L3 x2 !", "60 cleared warning L3 x2",
        ]  # fmt: skip
        low = self.rule("fn: avg, over: 60s, above: 50, clear_below: 45")
        assert told(low, [self.sample(0, 0), self.sample(30, 90), {"t": 60}]) == ["60 opened warning L3 x1 !"]

    def test_the_window_is_half_open(self) -> None:
        assert (
            told(
                self.rule("fn: sum, over: 60s, above: 50, clear_below: 45"),
                [self.sample(0, 30), self.sample(60, 30)],
            )
            == []
        )
        assert (
            told(
                self.rule("fn: sum, over: 60s, above: 50, clear_below: 45"),
                [self.sample(0, 30), self.sample(59, 30)],
            )
            != []
        )

    def test_over_events(self) -> None:
        over = self.rule("fn: avg, over: 3 events, above: 50, clear_below: 45")
        assert told(over, [self.sample(0, 90), self.sample(1, 90)]) == []  # min_samples is 3 here
        lines = [self.sample(0, 0), self.sample(1, 40), self.sample(2, 90), self.sample(1000, 90)]
        assert told(over, lines) == ["1000 opened warning L3 x3 !"]

    def test_a_sample_out_of_order_is_put_into_its_place(self) -> None:
        over = self.rule("fn: sum, over: 10s, above: 50, clear_below: 45")
        # In order 2, 10, 11: at 11 s all three lie in (1, 11].
        lines = [self.sample(10, 20), self.sample(11, 20), self.sample(11.5, 20, at=6.5)]
        assert told(over, lines) == ["11.5 opened warning L3 x3 !"]

    def test_what_crossed_and_came_back_is_told_and_ends(self) -> None:
        over = self.rule("fn: sum, over: 5s, above: 50, clear_below: 45")
        # 30 at 0 s and 30 at 4 s lie in one window; the second arrives at 8 s, when the first has left.
        assert told(over, [self.sample(0, 30), self.sample(8, 30, at=4), {"t": 20}]) == [
            "8 opened warning L3 x2 !", "8 cleared warning L3 x2",
        ]  # fmt: skip

    def test_what_is_no_number_is_no_sample(self) -> None:
        over = self.rule("fn: last, over: 60s, above: 0")
        assert told(over, [self.sample(0, "5"), self.sample(1, True), self.sample(2, None)]) == []


class TestCorroborate:
    def test_distinct_sources_within(self) -> None:
        detect = "{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 2, within: 5m}}"
        both = warned(detect, "by: [device.building]")
        site = "site: s\ndevices: [{id: s1, building: b1}, {id: s2, building: b1}, {id: s3, building: b2}]\n"
        assert told(both, [event(0, "fire.smoke", "s1"), event(10, "fire.heat", "s1")], site) == []
        assert told(both, [event(0, "fire.smoke", "s1"), event(10, "fire.heat", "s3")], site) == []
        assert told(both, [event(0, "fire.smoke", "s1"), event(10, "fire.heat", "s2")], site) == [
            "10 opened warning L3 x2 !"
        ]
        assert told(both, [event(0, "fire.smoke", "s1"), event(300, "fire.heat", "s2")], site) == []

    def test_another_distinct_path(self) -> None:
        detect = "{corroborate: {any_of: [camera.zone], at_least: 2, within: 5m, distinct: data.zone}}"
        lines = [event(0, "camera.zone", data={"zone": "a"}), event(1, "camera.zone", data={"zone": "b"})]
        assert told(warned(detect), lines) == ["1 opened warning L3 x2 !"]


class TestEvery:
    def test_cron_at_the_local_time_per_device_in_scope(self) -> None:
        site = "site: s\ndevices: [{id: d1, type: lock}, {id: d2, type: lock}, {id: d3}]\n"
        text = warned(
            "{every: {cron: '0 8 * * *', if: 'device.id != \"d2\"'}}", "scope: 'device.type == \"lock\"'"
        )
        assert told(text, [{"t": 0}, {"t": 36000}, {"t": 40000}], site) == [
            "36000 opened warning L3 x0 !",
            "36600 cleared warning L3 x0",
        ]

    def test_without_a_key_once_for_the_site(self) -> None:
        text = warned("{every: {interval: 1h}}", "by: []\nclear: {after: 1m}")
        assert told(text, [{"t": 60}, {"t": 3700}]) == [
            "3600 opened warning L3 x0 !",
            "3660 cleared warning L3 x0",
        ]

    def test_the_interval_begins_at_local_midnight(self) -> None:
        text = warned("{every: {interval: 5h}}", "by: []\nclear: {after: 1m}\ncooldown: 0s")
        lines = [{"t": "2026-03-06T00:30:00+08:00"}, {"t": "2026-03-07T06:00:00+08:00"}]
        hours = [
            int(line.split()[0]) // 3600
            for line in told(text, lines, start="2026-03-06T00:00:00+08:00")
            if "opened" in line
        ]
        assert hours == [5, 10, 15, 20, 24, 29]

    BERLIN = "site: s\ntimezone: Europe/Berlin\n"

    def test_a_skipped_local_time_runs_at_the_end_of_the_gap(self) -> None:
        text = warned("{every: {cron: '30 2 * * *'}}", "by: []\nclear: {after: 1m}")
        lines = [{"t": "2026-03-29T00:00:00+01:00"}, {"t": "2026-03-29T12:00:00+02:00"}]
        assert (
            told(text, lines, self.BERLIN, start="2026-03-29T00:00:00+01:00")[0]
            == "7200 opened warning L3 x0 !"
        )

    def test_a_doubled_local_time_runs_the_first_time_only(self) -> None:
        text = warned("{every: {cron: '30 2 * * *'}}", "by: []\nclear: {after: 1m}\ncooldown: 0s")
        lines = [{"t": "2026-10-25T00:00:00+02:00"}, {"t": "2026-10-25T12:00:00+01:00"}]
        assert told(text, lines, self.BERLIN, start="2026-10-25T00:00:00+02:00") == [
            "9000 opened warning L3 x0 !",
            "9060 cleared warning L3 x0",
        ]

    def test_missed_in_downtime_once_delayed(self) -> None:
        text = warned("{every: {interval: 1h}}", "by: []\nclear: {by: person}")
        lines = [{"t": 60}, {"t": 100, "restart": {"down_for": "4h"}}, {"t": 15000}]
        assert told(text, lines) == ["14500 opened warning L3 x0 ! delayed"]

    def test_the_expression_is_asked_at_that_time(self) -> None:
        text = warned("{every: {interval: 1h, if: 'state.open == true'}}", "clear: {after: 1m}")
        site = "site: s\ndevices: [{id: d1}]\n"
        lines = [
            event(0, "device.state", data={"open": True}),
            event(3700, "device.state", data={"open": False}),
            {"t": 7300},
        ]
        assert told(text, lines, site) == ["3600 opened warning L3 x0 !", "3660 cleared warning L3 x0"]
