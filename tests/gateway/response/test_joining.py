"""Many alerts, one case: joining, rising, coming back, silence."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from gateway.response.message import render
from gateway.response.world import Settings
from tests.gateway.response.estate import Desk, change, site


def test_the_same_building_and_group_within_two_minutes_joins_the_oldest_case():
    desk = Desk()
    first = desk.alarm()
    desk.wait(seconds=60)
    again = desk.alarm(
        alert="a2", rule="gate.tamper", category="0203", device="smoke-3", key={"device": "smoke-3"}
    )
    assert again.number == first.number
    assert again.alerts == ("a1", "a2")
    desk.wait(seconds=70)
    other = desk.alarm(alert="a3", rule="x", category="0203", key={"x": 1})
    assert other.number != first.number, "two minutes are over"


def test_another_building_or_group_opens_its_own_case():
    desk = Desk()
    desk.alarm()
    desk.alarm(alert="a2", device="sos-9", key={"device": "sos-9"})
    desk.alarm(alert="a3", category="0302", key={"x": 1})
    assert len(desk.world.incidents) == 3


def test_a_graver_alarm_does_not_wait_inside_a_milder_case():
    desk = Desk()
    desk.alarm(level="L3", category="0206")
    grave = desk.alarm(alert="a2", level="L1", category="0204", key={"x": 1})
    assert (grave.state, len(desk.world.incidents)) == ("dispatched", 2)


def test_the_same_key_finds_its_open_case_hours_later():
    desk = Desk()
    first = desk.alarm()
    desk.act("take", "wang")
    desk.now += timedelta(minutes=25)
    assert desk.alarm(alert="a2").number == first.number


def test_an_alert_that_rises_raises_its_case_and_l1_sends_at_once():
    desk = Desk()
    desk.alarm(level="L3", category="0206")
    desk.give(change(change="stepped_up", level="L1", respond=False))
    case = desk.case()
    assert (case.level, case.state, case.plan.id) == ("L1", "dispatched", "gate_check")
    desk.give(change(change="stepped_down", level="L3", respond=False))
    assert desk.case().level == "L1", "only a person lowers a case"


def test_an_alarm_that_returns_before_the_check_sends_the_case_out_again():
    desk = Desk()
    desk.alarm(category="0203")
    desk.act("take", "wang")
    desk.act("resolve", "wang", note="关好了", code="true_handled")
    desk.give(change(change="cleared", respond=False, notify=False))
    desk.give(change(change="reopened", respond=False, notify=False, category="0203"))
    case = desk.case()
    assert (case.state, case.rework, case.assignees) == ("dispatched", 1, ("wang",))


def test_a_new_alarm_after_closing_opens_a_new_case_that_knows_the_old_one():
    desk = Desk()
    old = closed(desk)
    new = desk.alarm(alert="a2")
    assert new.number != old.number
    assert "linked" in desk.lines(new.number)


def test_where_the_site_says_so_the_closed_case_is_reopened():
    desk = Desk(site(settings=Settings(reopen_on_recurrence=True)))
    old = closed(desk)
    new = desk.alarm(alert="a2")
    assert (new.number, new.reopened, new.state) == (old.number, 1, "dispatched")


def closed(desk):
    desk.alarm(category="0203")
    desk.act("take", "wang")
    desk.act("resolve", "wang", note="关好了", code="true_handled")
    return desk.act("close", "li")


def test_a_muted_alarm_opens_quietly_and_rings_when_the_mute_ends():
    desk = Desk()
    case = desk.alarm(level="L1", category="0204", notify=False, silent=True)
    assert (case.state, case.quiet, desk.sent()) == ("pending_verify", True, [])
    desk.wait(minutes=10)
    assert desk.sent() == []
    desk.give(change(change="repeated", level="L1", category="0204", respond=False, notify=True))
    assert (desk.case().state, desk.case().quiet) == ("dispatched", False)
    assert desk.sent("case.all")


def test_an_inhibited_child_belongs_to_the_case_of_its_parent():
    desk = Desk()
    parent = desk.alarm(category="0801")
    quiet = {"notify": False, "key": {"device": "cam-1"}, "device": "cam-1", "category": "0802"}
    desk.give(change(alert="child", why={"muted_by": {"alert": "a1"}}, **quiet))
    desk.give(
        change(alert="child", why={"muted_by": {"alert": "a1"}}, change="inhibited", respond=False, **quiet)
    )
    desk.give(
        change(
            alert="other", why={"muted_by": {"parent": "gate-n1"}}, **{**quiet, "key": {"device": "cam-2"}}
        )
    )
    assert len(desk.world.incidents) == 1
    assert desk.case(parent.number).alerts == ("a1", "child", "other")


def test_a_child_that_still_rings_after_its_parents_case_is_closed_gets_its_own():
    desk = Desk()
    desk.alarm(category="0801")
    quiet = {"key": {"device": "cam-1"}, "device": "cam-1", "category": "0802", "alert": "child"}
    desk.give(change(why={"muted_by": {"alert": "a1"}}, notify=False, **quiet))
    parent = desk.act("recall", "chen", desk.act("dispatch", "chen"), code="false_device")
    desk.act("close", "he", parent)
    desk.give(change(change="repeated", why={"mute_ended": True}, respond=False, **quiet))
    assert len([case for case in desk.world.incidents.values() if case.is_open]) == 1


def test_a_storm_of_eighty_cameras_is_one_case():
    desk = Desk()
    for number in range(80):
        desk.alarm(
            alert=f"a{number}",
            rule="camera.offline",
            category="0801",
            level="L3",
            key={"device": f"cam-{number}"},
        )
    assert len(desk.world.incidents) == 1
    assert len(desk.case().alerts) == 80
    calls = [who for _, channel, who in desk.sent("case.verify") if channel == "lan"]
    assert sorted(calls) == ["li", "site", "wang"], "one call each"


def test_those_on_the_way_hear_of_the_second_smoke_once_in_half_a_minute():
    desk = Desk()
    fire = {"level": "L1", "category": "0101", "rule": "fire.smoke"}
    desk.alarm(device="smoke-3", key={"device": "smoke-3"}, **fire)
    desk.act("take", "wang")
    for number in range(40, 80, 4):
        desk.now += timedelta(seconds=4)
        desk.alarm(alert=f"a{number}", device="gate-n1", key={"n": number}, **fire)
    heard = [who for _, channel, who in desk.sent("alert.again") if channel == "lan"]
    assert sorted(heard) == ["site", "wang"], "forty seconds, ten alarms, one call"
    assert desk.decisions[-1].acknowledge == (("a76", "wang"),), "somebody is on the way already"


def test_what_is_reported_late_says_so():
    desk = Desk()
    desk.alarm(level="L1", category="0201", late=True)
    message = next(m for d in desk.decisions for m in d.messages if m.recipient == "wang")
    assert render(message, "zh").title == "紧急，全体：补报 一键紧急求助"


def test_an_unknown_category_and_plan_still_make_a_case():
    desk = Desk()
    case = desk.alarm(category="0277", plan="nowhere", level="L2")
    assert case.plan.id == "level.L2"
    assert case.title["zh"] == "其他治安事件"
    assert "plan" in desk.lines()


def test_a_case_keeps_the_plan_it_opened_with():
    desk = Desk()
    before = desk.alarm().plan
    plans = {k: msgspec.structs.replace(v, version=9, steps=()) for k, v in desk.world.site.plans.items()}
    desk.world.replace_site(site(plans=plans))
    assert desk.act("dispatch", "chen").plan == before


def test_the_low_batteries_of_a_building_are_one_round_a_day():
    desk = Desk()
    first = desk.alarm(rule="device.battery_low", category="0803", level="L4")
    for number in range(2, 12):
        desk.now += timedelta(hours=2)
        again = desk.alarm(
            alert=f"a{number}",
            rule="device.battery_low",
            category="0803",
            level="L4",
            key={"device": f"d{number}"},
        )
        assert again.number == first.number
    offline = desk.alarm(alert="b1", rule="device.offline", category="0801", level="L4", key={"device": "x"})
    assert offline.number != first.number, "only its like joins it for so long"
    desk.now += timedelta(hours=5)
    next_day = desk.alarm(
        alert="c1", rule="device.battery_low", category="0803", level="L4", key={"device": "y"}
    )
    assert next_day.number not in (first.number, offline.number)
