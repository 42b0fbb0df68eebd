"""Undo, hand on, rest, transfer, merge, split, reopen, levels, recall, reports."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.errors import ActionRefused
from gateway.response.guards import Attempt
from gateway.response.incident import allowed
from gateway.response.model import Action, Person
from tests.gateway.response.estate import T0, Desk, change

DONE = {"note": "已处理", "code": "true_handled"}


def intrusion(desk, **fields):
    return desk.alarm(category="0203", **fields)


def refused(desk, *args, **fields):
    with pytest.raises(ActionRefused) as caught:
        desk.act(*args, **fields)
    return caught.value.code


def test_undo_within_eight_seconds_puts_everything_back():
    desk = Desk()
    before = intrusion(desk)
    desk.act("reject", "chen", code="false_rule")
    desk.now += timedelta(seconds=8)
    case = desk.act("undo", "chen", before)
    assert (case.state, case.timers, case.close_code) == ("pending_verify", before.timers, None)
    assert case.version > before.version
    assert desk.world.case_of_alert("a1") == case


def test_undo_belongs_to_the_same_person_and_ends():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "li", assignee="wang")
    assert refused(desk, "undo", "chen") == "undo_own_only"
    desk.now += timedelta(seconds=9)
    assert refused(desk, "undo", "li") == "undo_too_late"


def test_nothing_is_undone_once_something_followed():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "li", assignee="wang")
    desk.act("take", "wang")
    assert refused(desk, "undo", "li") == "undo_own_only"
    case = desk.act("undo", "wang")
    assert (case.state, case.owner) == ("dispatched", None)
    assert refused(desk, "undo", "li") == "nothing_to_undo"


def test_undo_keeps_what_the_machine_added_meanwhile():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "li", assignee="wang")
    intrusion(desk, alert="a2", rule="r2", key={"x": 1})
    case = desk.act("undo", "li")
    assert (case.state, case.alerts) == ("pending_verify", ("a1", "a2"))


def test_the_guard_takes_a_case_nobody_was_sent_to():
    desk = Desk()
    intrusion(desk)
    case = desk.act("take", "li")
    assert (case.state, case.owner, case.assignees) == ("taken", "li", ("li",))
    assert desk.act("undo", "li").state == "pending_verify"


def test_a_closed_case_can_be_undone_by_the_checker_for_eight_seconds():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="wang")
    desk.act("take", "wang")
    resolved = desk.act("resolve", "wang", note="fixed", code="true_handled")
    desk.act("close", "chen")
    assert refused(desk, "undo", "wang") == "undo_own_only"
    case = desk.act("undo", "chen")
    assert (case.state, case.closed_at, case.checker) == ("resolved", None, None)
    assert case.timers == resolved.timers
    desk.act("close", "chen")
    desk.now += timedelta(seconds=9)
    assert refused(desk, "undo", "chen") == "undo_too_late"


def test_whoever_reported_it_hears_that_the_answer_was_taken_back():
    desk = Desk()
    desk.world.people["hu"] = Person(id="hu", name="胡", roles=("resident",))
    desk.give(
        Action(name="report", by="hu", roles=("resident",), fields={"category": "0602", "text": "满了"})
    )
    desk.act("settle", "chen", note="emptied")
    desk.act("close", "li")
    desk.act("undo", "li")
    assert [each for each in desk.sent("case.closed") if each[2] == "hu"]
    assert [each for each in desk.sent("case.undone") if each[2] == "hu"]


def test_an_undone_take_lets_the_ladder_climb_again():
    """The engine goes on taking the alert for acknowledged; that nobody has the case is the case's own affair."""
    desk = Desk()
    intrusion(desk)
    sent = desk.act("dispatch", "chen", assignee="wang")
    desk.act("take", "wang")
    assert ("a1", "wang") in desk.decisions[-1].acknowledge
    case = desk.act("undo", "wang")
    assert (case.timers["take"], case.takers) == (sent.timers["take"], ())
    desk.wait(minutes=3)
    assert desk.case().step == sent.step + 1
    assert desk.sent("case.climbed")


def test_a_worker_of_another_grid_cannot_take():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "chen", assignee="zhao")
    assert refused(desk, "take", "sun") == "not_sent"


def test_handing_on_to_somebody_named():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    case = desk.act("reassign", "wang", reason="下班", assignee="zhao")
    assert (case.state, case.owner, case.assignees) == ("dispatched", None, ("zhao",))
    assert refused(desk, "reassign", "qian", reason="x", assignee="nobody") == "unknown_person"


def test_rest_and_resume_keep_what_is_left_of_the_time():
    desk = Desk()
    case = intrusion(desk)
    desk.act("take", "wang")
    left = desk.case().timers["resolve"] - desk.now
    until = desk.now + timedelta(hours=5)
    assert refused(desk, "suspend", "wang", reason="等备件", until=until) == "role"
    desk.act("ask_suspend", "wang", reason="等备件", until=until.isoformat())
    assert ("case.ask_suspend", "lan", "chen") in desk.sent()
    case = desk.act("suspend", "chen", reason="等备件", until=until.isoformat())
    assert (case.state, set(case.timers)) == ("suspended", {"suspend"})
    desk.wait(hours=5)
    case = desk.case()
    assert (case.state, case.owner) == ("taken", "wang")
    assert case.timers["resolve"] - desk.now == left
    assert refused(desk, "suspend", "chen", reason="x", until=desk.now + timedelta(days=31)) == "bad_until"


def test_transfer_comes_back_or_is_answered():
    desk = Desk()
    intrusion(desk)
    case = desk.act("transfer", "wang", agency="派出所", person="值班民警", contact="110")
    assert (case.state, case.transfer["agency"]) == ("transferred", "派出所")
    desk.wait(minutes=31)
    assert desk.sent("case.late")
    assert desk.act("return", "wang", reason="不属于").state == "dispatched"
    desk.act("transfer", "wang", agency="派出所", person="值班民警", contact="110")
    assert desk.act("feedback", "li", note="已处理").state == "resolved"


def test_merging_moves_the_alerts_and_splitting_takes_them_back():
    desk = Desk()
    first = intrusion(desk)
    second = desk.alarm(alert="a2", device="sos-9", key={"device": "sos-9"}, category="0203")
    child = desk.act("merge", "chen", second, into=first.number)
    assert (child.state, child.primary) == ("merged", first.number)
    assert desk.world.case_of_alert("a2").number == first.number
    assert (
        desk.alarm(alert="a3", device="sos-9", key={"device": "sos-9"}, category="0203").number
        == first.number
    )
    back = desk.act("split", "chen", second, reason="不是一回事")
    assert back.state == "dispatched"
    assert desk.world.case_of_alert("a2").number == second.number
    assert desk.case(first.number).alerts == ("a1", "a3")
    assert refused(desk, "merge", "chen", second, into=second.number) == "bad_primary"


def test_a_merged_case_counts_for_the_check():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    case = desk.act("resolve", "wang", **DONE)
    assert desk.act("rework", "he", note="照片看不清").state == "dispatched"
    case = desk.case()
    assert (case.rework, case.assignees) == (1, ("wang",))
    assert case.timers["resolve"] - desk.now == timedelta(minutes=30), "half of the hour"


def test_reopening_in_its_window_and_never_beside_an_open_case():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    closed = desk.act("close", "he")
    other = intrusion(desk, alert="a2")
    assert refused(desk, "reopen", "chen", closed, reason="又来了") == "open_elsewhere"
    desk.act("reject", "chen", other, code="false_rule")
    case = desk.act("reopen", "chen", closed, reason="又来了")
    assert (case.state, case.reopened) == ("dispatched", 1)


def test_levels_go_up_by_anybody_of_the_machine_and_down_by_the_manager_only():
    desk = Desk()
    intrusion(desk)
    assert refused(desk, "level", "wang", level="L3", reason="x") == "role"
    case = desk.act("level", "chen", level="L3", reason="小事", note="门口堆物，没有人受伤")
    assert case.level == "L3"
    assert case.timers["verify"] == T0 + timedelta(minutes=15)


def test_calling_everybody_back_needs_a_false_code_and_tells_them():
    desk = Desk()
    intrusion(desk)
    desk.act("dispatch", "li", assignee="wang")
    assert refused(desk, "recall", "li", code="true_handled") == "unknown_code"
    case = desk.act("recall", "li", code="false_environment")
    assert (case.state, case.close_code) == ("resolved", "false_environment")
    assert ("case.recalled", "lan", "wang") in desk.sent()


def test_settling_on_the_spot_by_telephone():
    desk = Desk()
    intrusion(desk, level="L3")
    case = desk.act("settle", "wang", note="业主忘记关门,已关")
    assert (case.state, case.resolver) == ("resolved", "wang")


def test_calling_for_support_lets_one_more_take_it():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    assert refused(desk, "take", "li") == "already_taken"
    desk.act("support", "wang")
    assert ("case.support", "lan", "li") in desk.sent()
    assert desk.act("take", "li").takers == ("wang", "li")


def test_nudging_reaches_whoever_has_it():
    desk = Desk()
    intrusion(desk)
    desk.act("take", "wang")
    desk.act("nudge", "chen")
    assert {who for _, _, who in desk.sent("case.nudge")} == {"wang"}


def test_an_l4_whose_condition_cleared_closes_by_itself():
    desk = Desk()
    desk.alarm(level="L4", category="0603")
    desk.act("take", "wang")
    desk.act("resolve", "wang", **DONE)
    desk.wait(days=7)
    assert desk.case().state == "resolved", "the condition still holds"
    desk.give(change(change="cleared", respond=False, notify=False))
    desk.wait(days=7)
    assert (desk.case().state, desk.case().close_code) == ("closed", "true_handled")


def test_a_resident_reports_and_gets_an_answer():
    desk = Desk()
    report = Action(
        name="report",
        by="resident-7",
        roles=("resident",),
        fields={"text": "楼道灯坏了", "place": {"building": "b1"}, "category": "0307"},
    )
    result = desk.give(report).result
    case = desk.case(result["incident"])
    assert (case.state, case.grid, case.level, case.origin) == ("pending_verify", "g1", "L4", "report")
    for fields, code in (
        ({"text": " "}, "missing_field"),
        ({"text": "x", "category": "0999"}, "unknown_category"),
    ):
        with pytest.raises(ActionRefused) as caught:
            desk.give(Action(name="report", by="r", roles=("resident",), fields=fields))
        assert caught.value.code == code


def test_what_nobody_knows_is_refused_by_name():
    desk = Desk()
    intrusion(desk)
    assert refused(desk, "dance", "wang") == "unknown_action"
    assert refused(desk, "open", "wang") == "unknown_action"
    assert refused(desk, "take", "wang", "demo-20200101-001") == "unknown_incident"


def test_what_a_person_may_do_is_listed_and_all_of_it_works():
    desk = Desk()
    case = intrusion(desk)

    def options(by):
        roles = desk.world.people[by].roles
        attempt = Attempt(world=desk.world, incident=desk.case(), by=by, roles=roles, now=desk.now)
        return {option.action: option.needs for option in allowed(attempt)}

    assert set(options("wang")) == {
        "accept",
        "dispatch",
        "take",
        "transfer",
        "merge",
        "settle",
        "nudge",
        "note",
        "tick",
        "called",
    }
    assert options("chen")["reject"] == ("code",)
    assert set(options("zhao")) == {"nudge", "note", "tick", "called"}
    desk.act("take", "wang", case)
    assert set(options("wang")) >= {"arrive", "resolve", "reassign", "undo", "support"}
    assert "resolve" not in options("li")


def test_a_raised_case_has_half_of_its_new_time_left_when_all_of_it_is_over():
    desk = Desk()
    intrusion(desk, level="L3")
    desk.act("take", "wang")
    desk.now += timedelta(hours=2)
    case = desk.act("level", "chen", level="L2", reason="人员受伤")
    assert case.timers["resolve"] == desk.now + timedelta(minutes=30), "an hour from the opening is over"


def test_only_those_in_charge_choose_the_level_of_a_report():
    desk = Desk()
    for by, roles, level in (("r", ("resident",), "L4"), ("wang", ("guard",), "L2")):
        fields = {"text": "漏水", "category": "0307", "level": "L2"}
        result = desk.give(Action(name="report", by=by, roles=roles, fields=fields)).result
        assert desk.case(result["incident"]).level == level
