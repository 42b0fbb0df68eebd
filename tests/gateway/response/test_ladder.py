"""Who is sent, who is next, and when it stops."""

from __future__ import annotations

from datetime import time, timedelta

import msgspec
import pytest

from gateway.errors import ActionRefused
from gateway.response.dispatch import candidates
from gateway.response.message import render
from gateway.response.model import LadderStep, Person
from gateway.response.roster import Roster, Shift
from rules.calendar import Calendar, Span
from rules.workday import Workdays
from tests.gateway.response.estate import SHANGHAI, T0, Desk, site

FIRE = {
    "level": "L1",
    "category": "0101",
    "device": "smoke-3",
    "rule": "fire.smoke",
    "key": {"device": "smoke-3"},
}


def told(decision, template=None):
    return {m.recipient for m in decision.messages if template in (None, m.template)} - {"site", "group"}


def test_a_fire_is_told_to_everybody_on_duty_in_the_grid_at_once():
    desk = Desk()
    case = desk.alarm(**FIRE)
    assert case.state == "dispatched"
    assert set(case.assignees) == {"wang", "li", "zhao"}, (
        "both guards and the worker of grid 1, not the one of grid 2"
    )
    assert told(desk.decisions[-1], "case.all") == {"wang", "li", "zhao"}
    assert desk.lines() == ["open", "accept", "dispatch", "sent"]


def test_a_fire_wants_two_and_the_ladder_goes_on_until_the_second_took_it():
    desk = Desk()
    desk.alarm(**FIRE)
    desk.wait(seconds=20)
    case = desk.act("take", "zhao")
    assert (case.state, case.owner, "take" in case.timers) == ("taken", "zhao", True)
    assert desk.decisions[-1].withdraw == ((case.number, "zhao"),)
    desk.wait(seconds=40)
    assert desk.case().step == 1, "one is not enough: leader and manager hear of it"
    assert set(desk.case().assignees) == {"qian", "chen"}
    assert not desk.sent("case.climbed"), "it is not so that nobody took it"
    assert told(desk.decisions[-1], "case.one_short") == {"qian", "chen"}
    said = next(m for m in desk.decisions[-1].messages if m.template == "case.one_short")
    assert "已有赵" in render(said, "zh").text
    assert "还差 1 人" in render(said, "zh").title
    case = desk.act("take", "wang")
    assert (case.owner, case.takers, "take" in case.timers) == ("zhao", ("zhao", "wang"), False)
    assert desk.decisions[-1].withdraw == ((case.number, "*"),)
    assert told(desk.decisions[-1], "case.taken") == {"li", "qian", "chen"}
    with pytest.raises(ActionRefused) as refused:
        desk.act("take", "li")
    assert refused.value.code == "already_taken"


def test_a_step_is_said_to_be_reached_once_only():
    desk = Desk()
    desk.alarm(**FIRE)
    desk.wait(minutes=12)
    said = [row.text["zh"] for each in desk.decisions for row in each.timeline if row.action == "escalate"]
    assert len(said) > 4
    assert len([text for text in said if "升级到第" in text]) == len(desk.case().plan.steps) - 1
    assert said[-1].endswith("仍无人接单")
    assert not any("三分钟" in str(m.params) for each in desk.decisions for m in each.messages)


def test_the_ladder_of_an_l2():
    desk = Desk()
    desk.alarm()
    first = desk.act("dispatch", "chen").assignees
    assert len(first) == 1
    desk.wait(minutes=3)
    second = desk.case().assignees
    assert second
    assert set(second).isdisjoint(first)
    desk.wait(minutes=3)
    assert set(desk.case().assignees) == {"qian", "chen"}, "leader and manager, off duty or not"
    desk.wait(minutes=9)
    assert desk.case().loops == 1
    before = len(desk.sent())
    desk.act("take", "chen")
    desk.wait(minutes=14)
    assert not [m for m in desk.sent()[before:] if m[0] in ("case.climbed", "case.all", "case.sent")]


def test_an_l2_stops_climbing_after_its_loops_but_is_never_without_a_timer():
    desk = Desk()
    desk.alarm()
    desk.act("dispatch", "chen")
    desk.wait(hours=1, minutes=50)
    assert "take" not in desk.case().timers
    assert "resolve" in desk.case().timers
    desk.wait(hours=3)
    assert desk.sent("case.late")
    assert desk.case().timers


def test_a_fire_that_nobody_takes_rings_every_two_minutes_for_ever():
    desk = Desk()
    desk.alarm(**FIRE)
    desk.wait(minutes=3)
    assert desk.sent("case.prompt"), "the guard is told to call by hand"
    desk.wait(minutes=20)
    assert desk.case().loops >= 9
    assert {"wang", "li", "zhao", "qian", "chen"} <= set(desk.case().assignees)


def test_a_refusal_goes_to_the_next_best_and_the_second_to_the_leader():
    desk = Desk()
    desk.alarm()
    desk.act("dispatch", "chen", assignee="wang")
    case = desk.act("refuse", "wang", reason="不在岗")
    assert (case.state, case.assignees, case.refused) == ("dispatched", ("li",), ("wang",))
    resolve = case.timers["resolve"]
    case = desk.act("refuse", "li", reason="走不开")
    assert (case.state, case.assignees) == ("dispatched", ("qian",))
    assert case.timers["resolve"] == resolve, "a refusal does not buy time"


def test_nobody_on_duty_goes_to_the_next_step_at_once():
    nights_off = Roster(shifts=(Shift(id="d", role="guard", begin=time(8), end=time(18), people=("wang",)),))
    desk = Desk(site(roster=nights_off))
    case = desk.alarm()
    assert case.state == "dispatched", "no guard to ask: the system does not wait"
    assert set(case.assignees) == {"qian", "chen"}
    assert "nobody" in desk.lines()


def test_nobody_at_all_is_said_and_tried_again():
    desk = Desk(site(people={}, roster=Roster()))
    case = desk.alarm()
    assert (case.state, case.assignees) == ("dispatched", ())
    assert desk.sent("case.nobody") == [("case.nobody", "lan", "site")]
    desk.wait(minutes=10)
    assert len(desk.sent("case.nobody")) > 3
    assert "take" in desk.case().timers


def test_a_take_without_news_expires_and_another_one_goes():
    desk = Desk()
    desk.alarm()
    desk.act("take", "wang")
    desk.wait(minutes=20)
    desk.act("note", "wang", note="还在路上")
    desk.wait(minutes=20)
    assert desk.case().state == "taken", "news from the owner starts the time anew"
    desk.wait(minutes=10)
    case = desk.case()
    assert (case.state, case.owner, case.assignees) == ("dispatched", None, ("li",))
    assert ("case.stale", "lan", "wang") in desk.sent()


def test_after_a_downtime_the_ladder_goes_on_and_floods_nobody():
    desk = Desk()
    desk.alarm(**FIRE)
    desk.now += timedelta(hours=2)
    dues = desk.world.due(desk.now)
    for due in dues:
        desk.give(due)
    assert desk.case().step == 1
    assert desk.case().timers["take"] == desk.now + timedelta(seconds=60)
    assert len(desk.sent("case.remind")) == 0


def test_a_duress_alarm_makes_no_sound_and_tells_no_group():
    desk = Desk()
    desk.alarm(level="L1", category="0202")
    assert {m[2] for m in desk.sent()} == {"qian", "chen"}


def test_a_group_learns_least():
    desk = Desk()
    desk.alarm(**FIRE)
    group = [m for d in desk.decisions for m in d.messages if m.recipient == "group"]
    assert group
    assert all(m.params == {} for m in group)


def test_news_never_rings_a_telephone():
    desk = Desk()
    desk.alarm(**FIRE)
    assert ("case.all", "voice", "wang") in desk.sent()
    desk.act("take", "li")
    assert {channel for _, channel, who in desk.sent("case.taken") if who == "wang"} == {"lan", "webhook"}


def test_load_decides_and_says_why():
    desk = Desk()
    desk.alarm(alert="a0", key={"k": 1}, category="0203")
    desk.act("take", "wang")
    desk.now += timedelta(minutes=5)
    case = desk.alarm(alert="a9", key={"k": 2})
    table = candidates(desk.world, case, desk.now)
    assert [c.person for c in table][:2] == ["li", "wang"]
    wang = next(c for c in table if c.person == "wang")
    assert "手上 1 件" in wang.reason["zh"]
    assert "1 in hand" in wang.reason["en"]
    assert not next(c for c in table if c.person == "chen").on_duty
    assert desk.act("dispatch", "chen", case).assignees == ("li",)


def test_work_is_shared_when_nobody_is_busy():
    desk = Desk()
    sent = []
    for number in range(4):
        case = desk.alarm(alert=f"a{number}", key={"k": number}, category="0203")
        sent.append(desk.act("dispatch", "chen", case).assignees[0])
        desk.act("recall", "chen", case, code="false_device")
        desk.now += timedelta(minutes=10)
    assert sent.count("wang") == sent.count("li") == 2


def test_by_hand_the_ladder_climbs_with_a_reason():
    desk = Desk()
    desk.alarm()
    desk.act("dispatch", "chen", assignee="wang")
    with pytest.raises(ActionRefused) as refused:
        desk.act("escalate", "wang")
    assert refused.value.facts["fields"] == ["reason"]
    case = desk.act("escalate", "wang", reason="需要更多人")
    assert case.step == 1
    assert "li" in case.assignees


def test_a_category_with_working_hours_waits_for_the_morning():
    desk = Desk(site(calendar=OFFICE))
    case = desk.alarm(level="L4", category="0307")
    assert case.timers["verify"] == T0 + timedelta(hours=11 + 4), (
        "four working hours from nine in the morning"
    )


OFFICE = Calendar("office", (Span(start=time(9), end=time(17, 30)),), SHANGHAI, Workdays())


def test_off_duty_people_are_told_only_on_rungs_that_say_so():
    desk = Desk()
    rung = LadderStep(to=("maintenance",))
    desk.world.site.plans["gate_check"] = msgspec.structs.replace(
        desk.world.site.plans["gate_check"], steps=(rung,), loops=0
    )
    desk.alarm()
    case = desk.act("dispatch", "chen")
    assert case.assignees == ()
    assert not [m for m in desk.sent() if m[2] == "wu"]


def test_load_and_the_time_since_the_last_case_are_weighed():
    desk = Desk()
    for number in range(2):
        case = desk.alarm(alert=f"w{number}", key={"w": number}, category="0203", device=None)
        desk.act("dispatch", "chen", case, assignee="wang")
        desk.act("take", "wang", case)
    desk.now += timedelta(hours=9)  # nobody was sent lately
    light = desk.alarm(alert="l", key={"l": 1}, category="0203", device=None)
    desk.act("dispatch", "chen", light, assignee="li")
    desk.act("recall", "chen", light, code="false_device")
    case = desk.alarm(alert="n", key={"n": 1}, category="0203", device=None)
    assert (desk.world.load("wang"), desk.world.load("li")) == (8, 0), "a case that ended weighs nothing"
    scores = {c.person: c.score for c in candidates(desk.world, case, desk.now)}
    assert scores["li"] - scores["wang"] == pytest.approx(0.2 - 0.4 * 8 / 20), (
        "just sent against a load of 8 of 20"
    )


def test_a_skill_decides_between_equals_and_is_said():
    people = [*site().people.values(), Person(id="aa", name="阿安", roles=("maintenance",))]
    shift = Shift(id="t", role="maintenance", begin=time(0), end=time(0), people=("aa", "wu"))
    desk = Desk(site(people={p.id: p for p in people}, roster=Roster(shifts=(shift,))))
    case = desk.alarm(category="0302", device="lift-1", key={"device": "lift-1"})
    assert case.assignees == ("wu",)
    assert (
        "无相应技能"
        in next(c for c in candidates(desk.world, case, desk.now) if c.person == "aa").reason["zh"]
    )


def test_whoever_has_five_cases_gets_no_sixth_unless_it_burns():
    desk = Desk(
        site(
            roster=Roster(shifts=(Shift(id="g", role="guard", begin=time(0), end=time(0), people=("wang",)),))
        )
    )
    for number in range(5):
        desk.act(
            "take", "wang", desk.alarm(alert=f"w{number}", key={"w": number}, category="0203", device=None)
        )
    case = desk.alarm(alert="n", key={"n": 1}, category="0203", device=None)
    assert "wang" not in desk.act("dispatch", "chen", case).assignees
    assert "wang" in desk.alarm(alert="f", **FIRE).assignees


def test_a_channel_is_used_for_its_levels_only():
    desk = Desk()
    desk.alarm(level="L3", category="0206")
    assert {channel for _, channel, who in desk.sent("case.verify") if who == "li"} == {"lan"}
    desk.alarm(alert="a2", key={"n": 2}, device="sos-9")
    assert ("case.verify", "sms", "li") in desk.sent()
    assert ("case.verify", "voice", "wang") not in desk.sent()
