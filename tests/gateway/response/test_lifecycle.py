"""The rows of the table, one by one: what they carry, which timers rest and come back, and what follows."""

from __future__ import annotations

from datetime import time, timedelta

import msgspec
import pytest

from gateway.errors import ActionRefused
from gateway.response.model import Action, Person
from gateway.response.roster import Roster, Shift
from gateway.response.timers import LONGEST_REST, TIMES
from rules.calendar import Calendar, Span
from rules.workday import Workdays
from tests.gateway.response.estate import PEOPLE, SHANGHAI, T0, Desk, change, site

DONE = {"note": "已处理", "code": "true_handled"}
OFFICE = Calendar("office", (Span(start=time(9), end=time(17, 30)),), SHANGHAI, Workdays())


def intrusion(desk, **fields):
    return desk.alarm(category="0203", **fields)


def refused(desk, *args, **fields):
    with pytest.raises(ActionRefused) as caught:
        desk.act(*args, **fields)
    return caught.value


def line_of(desk, action):
    return next(row for d in reversed(desk.decisions) for row in d.timeline if row.action == action)


def test_accepting_confirms_the_level_and_a_dispatch_names_plan_and_due_times():
    desk = Desk()
    intrusion(desk)
    desk.act("accept", "wang")
    accepted, sent = line_of(desk, "accept"), line_of(desk, "dispatch")
    assert (accepted.facts["level"], accepted.text["zh"]) == ("L2", "立案，级别：重要")
    case = desk.case()
    assert sent.facts["plan"] == case.plan.id
    assert sent.facts["due"] == {name: case.timers[name] for name in ("arrive", "resolve")}


def test_a_plain_check_says_what_it_rests_on():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    desk.act("close", "li")
    assert line_of(desk, "close").text["zh"] == "核查：属实，已处理；告警仍未消除；照片 0 张"


def test_an_escalation_names_its_step():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="wang")
    desk.act("escalate", "wang", reason="需要更多人")
    assert line_of(desk, "escalate").facts["step"] == 1


def test_whoever_has_a_case_may_ask_the_next_rung_and_the_calls_end_with_one_more():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    case = desk.act("escalate", "wang", reason="三个人，我一个拦不住")
    assert (case.state, case.step, "take" in case.timers) == ("taken", 1, True)
    assert desk.act("take", "li").takers == ("wang", "li")
    assert "take" not in desk.case().timers


def test_a_fire_goes_on_calling_while_only_one_person_is_on_the_scene():
    desk = Desk()
    desk.alarm(level="L1", category="0101", device="smoke-3", key={"device": "smoke-3"}, rule="fire.smoke")
    desk.act("take", "zhao")
    case = desk.act("arrive", "zhao")
    assert (case.state, "take" in case.timers, "arrive" in case.timers) == ("on_scene", True, False)
    desk.wait(seconds=61)
    assert set(desk.case().assignees) == {"qian", "chen"}, "the plan wants two people"
    case = desk.act("take", "wang")
    assert (case.state, case.takers, "take" in case.timers) == ("on_scene", ("zhao", "wang"), False)


def test_a_rest_in_working_time_gives_working_time_back():
    desk = Desk(site(calendar=OFFICE), start=T0 + timedelta(days=2, hours=11))  # Monday, nine in the morning
    case = desk.alarm(level="L4", category="0602")  # four working hours
    desk.act("take", "wang")
    assert desk.case().timers["resolve"] == desk.now + timedelta(hours=4)
    desk.now += timedelta(hours=1)
    until = desk.now + timedelta(hours=10)  # Monday, eight in the evening
    desk.act("suspend", "chen", reason="等保洁车", until=until)
    assert desk.case().paused["resolve"] == 3 * 3600
    desk.wait(hours=10)
    assert desk.case(case.number).timers["resolve"] == T0 + timedelta(days=3, hours=14), "Tuesday noon"


def test_a_rest_gives_back_the_time_to_arrive_and_the_second_taker_too():
    desk = Desk()
    desk.alarm(level="L1", category="0101", device="smoke-3", key={"device": "smoke-3"}, rule="fire.smoke")
    desk.act("take", "zhao")
    left = {name: desk.case().timers[name] - desk.now for name in ("take", "arrive", "resolve")}
    until = desk.now + timedelta(hours=2)
    desk.act("suspend", "chen", reason="消防接管", until=until)
    desk.wait(hours=2)
    case = desk.case()
    assert {name: case.timers[name] - desk.now for name in left} == left


@pytest.mark.parametrize(
    ("level", "category"), [("L1", "0204"), ("L2", "0203"), ("L3", "0206"), ("L4", "0603")]
)
def test_how_long_a_case_may_rest_depends_on_its_level(level, category):
    desk = Desk()
    desk.alarm(level=level, category=category)
    desk.act("take", "wang")
    late = desk.now + LONGEST_REST[level] + timedelta(seconds=1)
    assert refused(desk, "suspend", "chen", reason="x", until=late).code == "bad_until"
    assert refused(desk, "suspend", "wang", reason="x", until=late).code == "role", "asked for, not taken"
    case = desk.act("suspend", "qian", reason="x", until=late - timedelta(seconds=1))
    assert case.timers == {"suspend": late - timedelta(seconds=1)}


def test_a_transfer_carries_its_whole_record():
    desk = Desk()
    intrusion(desk)
    assert refused(desk, "transfer", "wang", agency="派出所").facts["fields"] == ["person"]
    assert refused(desk, "transfer", "wang", agency="派出所", person="李警官").facts["fields"] == ["contact"]
    ahead = desk.now + timedelta(hours=1)
    record = {"agency": "派出所", "person": "李警官", "ticket": "J-1"}
    assert refused(desk, "transfer", "wang", **record, called_at=ahead).code == "bad_call_time"
    desk.now += timedelta(minutes=10)
    called_at = desk.now - timedelta(minutes=4)
    case = desk.act("transfer", "wang", **record, contact="110", called_at=called_at)
    assert case.transfer == {
        "agency": "派出所", "person": "李警官", "contact": "110", "ticket": "J-1", "called_at": called_at.isoformat(),
    }  # fmt: skip
    case = desk.act("feedback", "li", note="已带走", code="true_transferred")
    assert (case.state, case.transfer["result"], case.resolver) == ("resolved", "已带走", "li")


def test_a_transfer_that_comes_back_gives_the_time_to_resolve_back():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    desk.now += timedelta(minutes=20)
    left = desk.case().timers["resolve"] - desk.now
    desk.act("transfer", "wang", agency="派出所", person="民警", contact="110")
    desk.now += timedelta(minutes=10)
    case = desk.act("return", "qian", reason="不属于")
    assert (case.state, case.timers["resolve"] - desk.now, case.paused) == ("dispatched", left, {})


def test_a_case_goes_on_from_one_agency_to_the_next_and_after_it_was_resolved():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    first = desk.act("transfer", "chen", agency="派出所", person="民警", contact="110")
    assert (first.resolver, first.close_code) == (None, None)
    case = desk.act(
        "transfer", "qian", agency="街道", person="王主任", ticket="12345-7", to="street", reason="需要街道"
    )
    assert (case.state, case.transfer["agency"], case.reach) == ("transferred", "街道", "street")
    assert line_of(desk, "went_up").reason == "需要街道"


def test_half_of_the_time_remains_after_rework_and_the_ladder_begins_again():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="li")
    desk.wait(minutes=3)
    assert desk.case().step == 1
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    case = desk.act("rework", "he", note="照片看不清")
    assert (case.step, case.loops, case.asked) == (0, 0, ("wang",))
    desk.wait(minutes=3)
    assert desk.case().assignees == ("li",), "who was asked in the first round is asked again"


def test_lowering_needs_a_note_and_gives_the_longer_times():
    desk = Desk()
    desk.alarm(category="0299", level="L2")
    assert refused(desk, "level", "chen", level="L4", reason="小事").facts["fields"] == ["note"]
    assert refused(desk, "level", "chen", level="L2", reason="小事").code == "bad_level"
    desk.act("take", "wang")
    stale = desk.case().timers["stale"]
    case = desk.act("level", "chen", level="L4", reason="小事", note="没有人受伤")
    assert case.timers["resolve"] == T0 + timedelta(days=7), "from the opening"
    assert case.timers["stale"] == desk.now + timedelta(days=3) > stale
    assert "arrive" not in case.timers


def test_a_raised_case_gets_the_plan_of_its_level_and_is_sent_at_once():
    desk = Desk()
    case = desk.alarm(category="0299", level="L3")
    assert (case.plan.id, case.state) == ("level.L3", "pending_verify")
    case = desk.act("level", "chen", level="L1", reason="有人受伤")
    assert (case.plan.id, case.state, case.plan.need_acks) == ("level.L1", "dispatched", 2)
    assert desk.sent("case.all")
    back = desk.act("undo", "chen")
    assert (back.level, back.state, back.plan.id) == ("L3", "pending_verify", "level.L3")


def test_a_resting_case_that_is_raised_has_less_time_when_it_goes_on():
    desk = Desk()
    desk.alarm(category="0299", level="L3")
    desk.act("take", "wang")
    desk.act("suspend", "chen", reason="等备件", until=desk.now + timedelta(days=10))
    case = desk.act("level", "chen", level="L2", reason="漏到楼下")
    assert case.timers["suspend"] == desk.now + timedelta(days=3)
    assert case.paused["resolve"] == TIMES["resolve"]["L2"].seconds


def test_merging_moves_pictures_alerts_those_told_and_whoever_waits_for_an_answer():
    desk = Desk()
    desk.world.people["hu"] = Person(id="hu", name="胡", roles=("resident",))
    first = desk.alarm(category="0602", level="L4", rule="bin", key={"n": 1})
    report = {"category": "0602", "text": "满了", "place": {"building": "b2"}}
    number = desk.give(Action(name="report", by="hu", roles=("resident",), fields=report)).result["incident"]
    desk.act("take", "sun", desk.act("dispatch", "chen", number, assignee="sun"))
    child = desk.act("merge", "chen", number, into=first.number)
    assert (child.state, set(child.timers)) == ("merged", {"reopen"})
    primary = desk.case(first.number)
    assert primary.watchers == ("hu",)
    assert "sun" in primary.told
    assert ("case.merged", "lan", "sun") in desk.sent()
    told = next(row for row in desk.decisions[-1].timeline if row.incident == first.number)
    assert (told.action, told.facts["told"]) == ("merge", list(child.told))
    desk.act("settle", "chen", first, note="清空了")
    desk.act("close", "li", first)
    assert [who for _, _, who in desk.sent("case.closed")] == ["hu"]


def test_a_grave_case_is_not_merged_into_a_milder_one_nor_a_drill_into_a_real_one():
    desk = Desk()
    mild = desk.alarm(category="0206", level="L3")
    grave = desk.alarm(alert="a2", key={"n": 2}, level="L2", category="0205", device="sos-9")
    assert refused(desk, "merge", "chen", grave, into=mild.number).code == "milder_primary"
    desk.world.set_mode({"drill": True})
    drill = desk.alarm(alert="a3", key={"n": 3}, level="L3", category="0206", device="sos-9")
    assert refused(desk, "merge", "chen", drill, into=mild.number).code == "bad_primary"


def test_a_merge_by_mistake_is_undone():
    desk = Desk()
    first = intrusion(desk)
    second = intrusion(desk, alert="a2", device="sos-9", key={"device": "sos-9"})
    desk.act("merge", "wang", second, into=first.number)
    back = desk.act("undo", "wang", second)
    assert (back.state, back.primary, back.timers) == ("pending_verify", None, second.timers)
    assert desk.world.case_of_alert("a2").number == second.number
    assert desk.case(first.number).alert_keys == first.alert_keys


def test_a_case_merged_twice_finds_its_way_back():
    desk = Desk()
    cases = [intrusion(desk, alert=f"a{n}", key={"n": n}, device=None) for n in range(3)]
    desk.act("merge", "chen", cases[0], into=cases[1].number)
    desk.act("merge", "chen", cases[1], into=cases[2].number)
    assert desk.world.case_of_alert("a0").number == cases[2].number
    back = desk.act("split", "chen", cases[0], reason="不是一回事")
    assert back.alerts == ("a0",)
    assert desk.world.case_of_alert("a0").number == cases[0].number
    assert desk.case(cases[2].number).alerts == ("a2", "a1")


def test_a_split_case_is_due_as_if_it_had_never_been_merged_and_half_the_time_remains():
    desk = Desk()
    first = intrusion(desk)
    second = intrusion(desk, alert="a2", device="sos-9", key={"device": "sos-9"})
    desk.act("merge", "chen", second, into=first.number)
    desk.now += timedelta(minutes=10)
    case = desk.act("split", "chen", second, reason="不是一回事")
    assert case.timers["resolve"] == T0 + timedelta(hours=1), "an hour from the opening"
    desk.act("merge", "chen", second, into=first.number)
    desk.now += timedelta(hours=3)
    case = desk.act("split", "chen", second, reason="不是一回事")
    assert case.timers["resolve"] == desk.now + timedelta(minutes=30)


def test_nothing_is_undone_once_a_second_one_has_joined():
    desk = Desk()
    desk.alarm(level="L1", category="0101", device="smoke-3", key={"device": "smoke-3"}, rule="fire.smoke")
    desk.act("take", "zhao")
    desk.act("take", "wang")
    assert refused(desk, "undo", "zhao").code == "nothing_to_undo"


@pytest.mark.parametrize(
    ("before", "action", "by", "fields"),
    [
        ("taken", "suspend", "chen", {"reason": "x", "until": T0 + timedelta(hours=1)}),
        ("taken", "transfer", "chen", {"agency": "a", "person": "p", "contact": "1"}),
        ("resolved", "rework", "he", {"note": "x"}),
        ("closed", "reopen", "chen", {"reason": "x"}),
    ],
)  # fmt: skip
def test_every_decision_can_be_taken_back(before, action, by, fields):
    desk = Desk()
    intrusion(desk)
    case = desk.act("take", "wang")
    if before != "taken":
        case = desk.act("resolve", "wang", **DONE)
    if before == "closed":
        case = desk.act("close", "li")
    desk.act(action, by, **fields)
    desk.now += timedelta(seconds=3)
    back = desk.act("undo", by)
    kept = {
        name: getattr(case, name)
        for name in ("state", "timers", "takers", "resolver", "close_code", "paused")
    }
    assert {name: getattr(back, name) for name in kept} == kept


def test_one_guard_at_night_does_not_check_himself_the_manager_does():
    night = Roster(shifts=(Shift(id="n", role="guard", begin=time(20), end=time(8), people=("wang",)),))
    desk = Desk(site(roster=night, people={p.id: p for p in PEOPLE if p.id not in ("he", "qian")}))
    intrusion(desk)
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    assert {who for _, _, who in desk.sent("case.check")} == {"chen", "site"}
    assert {channel for _, channel, who in desk.sent("case.check") if who == "chen"} == {"lan"}, (
        "not out of bed"
    )
    assert "manager_checks" in desk.lines()
    assert refused(desk, "close", "wang").code == "own_work"
    desk.wait(hours=24)
    assert ("case.late", "lan", "chen") in desk.sent()
    assert desk.act("close", "chen").state == "closed"


def test_a_recalled_case_is_checked_by_another_one_too():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="wang")
    desk.act("recall", "chen", code="false_device")
    assert {"li", "wang"} <= {who for _, _, who in desk.sent("case.check")}
    assert refused(desk, "close", "chen").code == "own_work"


def test_small_things_stay_in_the_grid_and_leaving_it_is_said_with_its_reason():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="wang")
    assert desk.case().reach == "grid"
    desk.wait(minutes=6)
    row = line_of(desk, "went_up")
    assert desk.case().reach == "community"
    assert (row.reason, row.facts) == ("untaken", {"ends_at": "grid", "reach": "community"})
    assert row.text["zh"] == "按规定应在网格办结，现请社区参与：无人接单"
    assert desk.lines().count("went_up") == 1


def test_what_should_end_in_the_community_reaches_it_without_a_word():
    categories = dict(site().categories)
    categories["0203"] = msgspec.structs.replace(categories["0203"], ends_at="community")
    desk = Desk(site(categories=categories))
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="qian")
    assert (desk.case().reach, "went_up" in desk.lines()) == ("community", False)


def test_a_reopened_case_begins_its_ladder_anew_and_keeps_its_count_of_rework():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="wang")
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    desk.act("rework", "he", note="x")
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    desk.act("close", "he")
    case = desk.act("reopen", "chen", reason="又来了")
    assert (case.rework, case.reopened, case.asked) == (1, 1, case.assignees)
    assert line_of(desk, "reopen").facts["count"] == 1


def test_a_graver_alert_of_the_same_case_starts_the_plan_and_its_checklist_anew():
    desk = Desk()
    desk.alarm(category="0299", level="L3")
    desk.act("tick", "wang", step=0)
    desk.give(change(change="stepped_up", level="L1", respond=False, category="0299"))
    assert (desk.case().plan.id, desk.case().ticks) == ("level.L1", ())
