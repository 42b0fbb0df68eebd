"""20-rules §5, muting, sentence by sentence: silences, inhibition, dead parents, notify calendars."""

from __future__ import annotations

from tests.rules.playing import event, rule, run, told
from tests.rules.test_spec_stages import ack

FORCED = "{event: {of: access.forced}}"
HELD = "clear: {by: person}"


def forced(t: float, device: str = "d1") -> dict[str, object]:
    return event(t, "access.forced", device)


def silence(t: float, until: float, where: str = 'rule == "a.b"', **more: object) -> dict[str, object]:
    return {"t": t, "silence": {"where": where, "until": until, "by": "wang", "reason": "repair", **more}}


class TestSilence:
    def test_a_muted_alert_is_written_and_said_when_the_mute_ends(self) -> None:
        changes = run(rule(FORCED, HELD), [silence(0, 100), forced(10), {"t": 200}])
        assert [(c["t"], c["change"], c["notify"]) for c in changes] == [
            (10, "opened", False), (10, "silenced", False), (100, "repeated", True),
        ]  # fmt: skip
        assert changes[0]["why"]["muted_by"]["reason"] == "repair"

    def test_it_begins_with_its_line_and_ends_at_until(self) -> None:
        assert told(rule(FORCED, HELD), [silence(10, 100), forced(100)]) == ["100 opened alarm L2 x1 !"]
        assert told(rule(FORCED, HELD), [forced(5), silence(10, 100)])[0] == "5 opened alarm L2 x1 !"

    def test_only_matching_alerts(self) -> None:
        where = 'device.building == "b2"'
        site = "site: s\ndevices: [{id: d1, building: b1}, {id: d2, building: b2}]\n"
        changes = run(rule(FORCED, HELD), [silence(0, 100, where), forced(1), forced(1, "d2")], site)
        assert [(c["change"], c["key"]["device"], c["notify"]) for c in changes] == [
            ("opened", "d1", True), ("opened", "d2", False), ("silenced", "d2", False),
        ]  # fmt: skip

    def test_stage_rises_too_and_they_are_said_at_its_end(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {event: {of: sos.button}}}]"
        lines = [forced(0), silence(5, 100), event(10, "sos.button"), {"t": 200}]
        assert [line for line in told(rule(FORCED, HELD, stages=stages), lines) if "silenced" not in line] == [
            "0 opened warning L3 x1 !", "10 stepped_up alarm L2 x1", "100 repeated alarm L2 x1 !",
        ]  # fmt: skip

    def test_l1_only_if_it_says_so(self) -> None:
        stages = "[{stage: alarm, level: L1}]"
        assert told(rule(FORCED, HELD, stages=stages), [silence(0, 100), forced(1)]) == [
            "1 opened alarm L1 x1 !"
        ]
        for said in (silence(0, 100, level="L1"), silence(0, 100, 'rule == "a.b" && level == "L1"')):
            assert told(rule(FORCED, HELD, stages=stages), [said, forced(1)])[0] == "1 opened alarm L1 x1"

    def test_a_rise_to_l1_is_said(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L1, when: {event: {of: sos.button}}}]"
        lines = [silence(0, 100), forced(1), event(10, "sos.button"), {"t": 20}]
        assert told(rule(FORCED, HELD, stages=stages), lines)[-1] == "10 stepped_up alarm L1 x1 !"

    def test_nothing_is_said_of_what_no_longer_holds_or_was_acknowledged(self) -> None:
        cleared = [silence(0, 1000), forced(1), {"t": 2000}]
        assert [line.split()[1] for line in told(rule(FORCED, "clear: {after: 60s}"), cleared)] == [
            "opened",
            "silenced",
            "cleared",
        ]
        known = [silence(0, 100), forced(1), ack(50), {"t": 200}]
        assert [line.split()[1] for line in told(rule(FORCED, HELD), known)] == [
            "opened",
            "silenced",
            "acknowledged",
        ]

    def test_of_two_silences_the_longer_one_counts(self) -> None:
        lines = [silence(0, 100), silence(0, 300), forced(1), {"t": 500}]
        assert told(rule(FORCED, HELD), lines)[-1] == "300 repeated alarm L2 x1 !"

    def test_over_a_restart(self) -> None:
        lines = [silence(0, 100), forced(1), {"t": 50, "restart": {"down_for": "100s"}}, {"t": 200}]
        assert told(rule(FORCED, HELD), lines)[-1] == "150 repeated alarm L2 x1 ! delayed"


SOURCE = rule("{event: {of: power.lost}}", "clear: {on: power.restored}", id="power.lost")
SITE = "site: s\ndevices: [{id: p1, building: b1}, {id: d1, building: b1}, {id: d2, building: b2}, {id: d3, building: b1, parent: d1}]\n"


def pack(inhibit: str, target: str = "") -> str:
    both = SOURCE + (target or rule(FORCED, HELD))
    return "rules:\n" + "".join(f"  {line}\n" for line in both.splitlines()) + f"inhibit: [{inhibit}]\n"


class TestInhibit:
    EQUAL = "{source: power.lost, target: a.b, equal: [device.building]}"

    def test_equal_paths(self) -> None:
        lines = [event(0, "power.lost", "p1"), forced(10), forced(11, "d2")]
        changes = run(pack(self.EQUAL), lines, SITE)
        assert [(c["change"], c["key"]["device"], c["notify"]) for c in changes] == [
            ("opened", "p1", True), ("opened", "d1", False), ("inhibited", "d1", False), ("opened", "d2", True),
        ]  # fmt: skip
        assert changes[1]["why"]["muted_by"]["rule"] == "power.lost"

    def test_it_is_said_when_the_grace_after_the_source_is_over(self) -> None:
        lines = [event(0, "power.lost", "p1"), forced(10), event(100, "power.restored", "p1"), {"t": 500}]
        assert told(pack(self.EQUAL), lines, SITE)[-1] == "220 repeated alarm L2 x1 !"

    def test_if_the_source_comes_back_within_the_grace_it_stays_muted(self) -> None:
        lines = [
            event(0, "power.lost", "p1"),
            forced(10),
            event(100, "power.restored", "p1"),
            event(150, "power.lost", "p1"),
            {"t": 500},
        ]
        assert not [line for line in told(pack(self.EQUAL), lines, SITE) if "repeated alarm L2 x1 !" in line]

    def test_behind_at_any_depth(self) -> None:
        text = pack("{source: power.lost, target: 'a.*', behind: true}")
        site = "site: s\ndevices: [{id: p1}, {id: s1, parent: p1}, {id: d1, parent: s1}, {id: d2}]\n"
        changes = run(text, [event(0, "power.lost", "p1"), forced(10), forced(11, "d2")], site)
        assert [(c["key"]["device"], c["notify"]) for c in changes if c["change"] == "opened"] == [
            ("p1", True),
            ("d1", False),
            ("d2", True),
        ]

    def test_rules_may_be_chosen_with_a_condition(self) -> None:
        text = pack(
            "{source: {rule: [power.lost], where: 'device.building == \"b1\"'}, target: {rule: a.b, where: 'level == \"L3\"'}, equal: [device.building]}"
        )
        assert told(text, [event(0, "power.lost", "p1"), forced(10)], SITE)[-1] == "10 opened alarm L2 x1 !"

    def test_a_rise_of_what_was_open_before_is_said_at_the_end(self) -> None:
        stages = "[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {event: {of: sos.button}}}]"
        text = pack(self.EQUAL, rule(FORCED, HELD, stages=stages))
        lines = [
            forced(0),
            event(5, "power.lost", "p1"),
            event(10, "sos.button"),
            event(100, "power.restored", "p1"),
            {"t": 500},
        ]
        assert [
            line
            for line in told(text, lines, SITE)
            if "L3 x1 !" in line or ("alarm L2" in line and "0 opened" not in line)
        ][-1] == "220 repeated alarm L2 x1 !"


BEAT = "{absence: {of: device.heartbeat, for: 5m}}"
TREE = "site: s\ndevices: [{id: sw}, {id: c1, parent: sw}, {id: c2, parent: sw}, {id: z, parent: c2}]\n"


def beat(t: float, device: str) -> dict[str, object]:
    return event(t, "device.heartbeat", device)


def notifying(lines: list[dict[str, object]], site: str = TREE, text: str = "") -> list[tuple[float, str]]:
    changes = run(text or rule(BEAT), lines, site)
    return [(c["t"], c["key"]["device"]) for c in changes if c["notify"]]


class TestParents:
    def test_equal_timeouts_one_alert(self) -> None:
        lines = [beat(0, "c1"), beat(1, "sw"), beat(2, "c2"), {"t": 1000}]
        assert notifying(lines) == [(301, "sw")]

    def test_a_parent_that_fell_silent_up_to_thirty_seconds_later_decides_first(self) -> None:
        assert notifying([beat(0, "c1"), beat(30, "sw"), {"t": 1000}]) == [(330, "sw")]
        assert notifying([beat(0, "c1"), beat(31, "sw"), {"t": 1000}]) == [(300, "c1"), (331, "sw")]

    def test_a_parent_that_goes_on_speaking_lets_its_child_alert(self) -> None:
        lines = [beat(0, "c1"), beat(20, "sw"), beat(310, "sw"), {"t": 320}]
        assert notifying(lines) == [(320, "c1")]

    def test_of_a_chain_the_top_decides(self) -> None:
        lines = [beat(0, "z"), beat(10, "c2"), beat(20, "sw"), {"t": 1000}]
        assert notifying(lines) == [(320, "sw")]

    def test_a_parent_known_to_be_offline_mutes_at_once(self) -> None:
        lines = [beat(0, "c1"), event(100, "device.offline", "sw"), {"t": 1000}]
        changes = run(rule(BEAT), lines, TREE)
        assert [(c["t"], c["change"], c["notify"]) for c in changes] == [
            (300, "opened", False),
            (300, "inhibited", False),
        ]

    def test_when_the_parent_is_back_its_children_have_the_grace(self) -> None:
        lines = [beat(0, "c1"), beat(0, "c2"), beat(0, "sw"), beat(1000, "sw"), beat(1060, "c2"), {"t": 1300}]
        assert notifying(lines) == [(300, "sw"), (1120, "c1")]


class TestNotifyCalendar:
    SITE = "site: s\ncalendars: {day: [{from: '08:00', to: '20:00'}]}\n"

    def test_outside_it_alerts_open_silently_and_are_said_once_when_it_opens(self) -> None:
        lines = [forced(0), {"t": 40000}]
        assert told(rule(FORCED, f"{HELD}\nnotify: day"), lines, self.SITE) == [
            "0 opened alarm L2 x1",
            "36000 repeated alarm L2 x1 !",
        ]

    def test_not_what_was_acknowledged_or_is_over(self) -> None:
        assert told(rule(FORCED, f"{HELD}\nnotify: day"), [forced(0), ack(5), {"t": 40000}], self.SITE)[
            1:
        ] == ["5 acknowledged alarm L2 x1"]
        assert told(rule(FORCED, "notify: day"), [forced(0), {"t": 40000}], self.SITE)[1:] == [
            "600 cleared alarm L2 x1"
        ]

    def test_inside_it_they_are_said_at_once(self) -> None:
        lines = [{"t": 0}, forced(36000)]
        assert told(rule(FORCED, f"{HELD}\nnotify: day"), lines, self.SITE) == ["36000 opened alarm L2 x1 !"]


class TestModes:
    def test_flags_of_zones(self) -> None:
        site = "site: s\ndevices: [{id: d1, zone: yard}, {id: d2, zone: hall}]\n"
        text = rule("{event: {of: {kind: access.forced, where: 'site.armed'}}}", HELD)
        assert told(text, [forced(0)], site) == []
        lines = [{"t": 0, "site": {"armed": True, "zone": "yard"}}, forced(1), forced(1, "d2")]
        assert told(text, lines, site) == ["1 opened alarm L2 x1 !"]
        lines = [*lines[:1], {"t": 1, "site": {"armed": False}}, forced(2)]
        assert told(text, lines, site) == []  # the newest word, for the whole site

    def test_other_flags_are_unknown_until_they_are_set(self) -> None:
        text = rule("{event: {of: {kind: access.forced, where: '!site.festival'}}}", HELD)
        assert told(text, [forced(0)]) == []
        assert len(told(text, [{"t": 0, "site": {"festival": False}}, forced(1)])) == 1
