"""The main line: an alarm becomes a case, somebody goes, acts, and another one checks it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.errors import ActionRefused, StaleVersion
from gateway.response.model import Action
from tests.gateway.response.estate import T0, Desk, change, site

DONE = {"note": "锁舌复位", "code": "true_handled", "photos": ()}


def photo():
    from gateway.response.model import Photo

    return Photo(sha256="ab" * 32, mime="image/jpeg", size=1000, captured_at=T0, received_at=T0, by="wang")


def test_an_l2_alarm_waits_for_the_guard_and_everybody_on_the_page_hears_of_it():
    desk = Desk()
    case = desk.alarm()
    assert (case.number, case.state, case.level, case.grid) == (
        "demo-20260306-001",
        "pending_verify",
        "L2",
        "g1",
    )
    assert case.timers == {"verify": T0 + timedelta(minutes=3)}
    assert ("case.verify", "lan", "site") in desk.sent()
    assert ("case.verify", "lan", "wang") in desk.sent()


def test_the_whole_way_to_closed():
    desk = Desk()
    desk.alarm()
    case = desk.act("dispatch", "li", assignee="wang")
    assert (case.state, case.assignees) == ("dispatched", ("wang",))
    assert set(case.timers) == {"take", "arrive", "resolve", "remind.resolve.1"}
    case = desk.act("take", "wang")
    assert (case.state, case.owner) == ("taken", "wang")
    assert set(case.timers) == {"arrive", "resolve", "stale", "remind.resolve.1", "remind.stale.1"}
    assert desk.decisions[-1].acknowledge == (("a1", "wang"),)
    assert desk.decisions[-1].withdraw == ((case.number, "*"),)
    case = desk.act("arrive", "wang")
    assert (case.state, set(case.timers)) == (
        "on_scene",
        {"resolve", "stale", "remind.resolve.1", "remind.stale.1"},
    )
    case = desk.act("resolve", "wang", **{**DONE, "photos": (photo(),)})
    assert (case.state, case.resolver, case.close_code) == ("resolved", "wang", "true_handled")
    assert set(case.timers) == {"check"}
    case = desk.act("close", "he")
    assert (case.state, case.checker, set(case.timers)) == ("closed", "he", {"reopen"})
    desk.wait(hours=73)
    assert not desk.world.incidents
    assert desk.case(case.number).timers == {}


def test_nobody_verifies_an_l2_so_the_system_sends():
    desk = Desk()
    desk.alarm()
    desk.wait(minutes=3)
    case = desk.case()
    assert case.state == "dispatched"
    assert len(case.assignees) == 1
    assert case.assignees[0] in ("wang", "li")


def test_an_l3_that_nobody_verifies_stays_and_the_manager_hears_of_it_again_and_again():
    desk = Desk()
    desk.alarm(level="L3", category="0206")
    desk.wait(minutes=31)
    assert desk.case().state == "pending_verify"
    assert len([m for m in desk.sent("case.verify_late") if m[2] == "chen" and m[1] == "lan"]) == 2


def test_the_resolver_may_not_check_their_own_work():
    desk = Desk()
    desk.alarm()
    desk.act("take", "wang")
    desk.act("resolve", "wang", **{**DONE, "photos": (photo(),)})
    with pytest.raises(ActionRefused) as refused:
        desk.act("close", "wang")
    assert refused.value.code == "own_work"
    assert desk.act("close", "li").state == "closed"


def test_a_forced_door_is_not_resolved_without_a_picture():
    desk = Desk()
    desk.alarm()
    desk.act("take", "wang")
    with pytest.raises(ActionRefused) as refused:
        desk.act("resolve", "wang", **DONE)
    assert refused.value.code == "photo_needed"
    assert desk.case().state == "taken"


def test_a_refusal_names_the_state_and_what_is_allowed():
    desk = Desk()
    desk.alarm()
    with pytest.raises(ActionRefused) as refused:
        desk.act("arrive", "wang")
    facts = refused.value.facts
    assert refused.value.code == "not_allowed"
    assert facts["state"] == "pending_verify"
    assert {"accept", "dispatch", "take"} <= set(facts["allowed"])
    assert "reject" not in facts["allowed"], "an L2 is the manager's to reject"


def test_rejecting_an_l2_takes_the_manager_and_a_reason():
    desk = Desk()
    desk.alarm()
    with pytest.raises(ActionRefused, match="manager"):
        desk.act("reject", "wang", code="false_device")
    with pytest.raises(ActionRefused) as refused:
        desk.act("reject", "chen", code="true_handled")
    assert refused.value.code == "unknown_code"
    case = desk.act("reject", "chen", code="false_device")
    assert (case.state, set(case.timers)) == ("rejected", {"undo"})
    assert desk.decisions[-1].acknowledge == (("a1", "chen"),)
    desk.wait(seconds=9)
    assert not desk.world.incidents


def test_an_older_view_is_refused_with_what_changed_and_who_did_it():
    desk = Desk()
    seen = desk.alarm().version
    desk.act("dispatch", "li", assignee="wang")
    late = Action(name="dispatch", by="chen", roles=("manager",), incident=desk.case().number, version=seen)
    with pytest.raises(StaleVersion) as stale:
        desk.give(late)
    assert (stale.value.facts["by"], stale.value.facts["changed"]) == ("li", "dispatch")
    assert "李娜" in str(stale.value)


def test_a_tap_is_not_stale_because_the_machine_added_something():
    desk = Desk()
    desk.alarm()
    seen = desk.act("dispatch", "li", assignee="wang").version
    desk.give(change(change="cleared", respond=False, notify=False))  # the door was shut meanwhile
    desk.wait(minutes=4)  # and the ladder climbed
    assert desk.case().version > seen
    take = Action(name="take", by="wang", roles=("guard",), incident=desk.case().number, version=seen)
    desk.give(take)
    assert desk.case().owner == "wang"


def test_two_take_at_the_same_moment_and_the_second_learns_who_was_first():
    desk = Desk()
    desk.alarm()
    seen = desk.act("dispatch", "chen", assignees=["wang", "li"]).version
    desk.act("take", "wang")
    with pytest.raises(StaleVersion) as stale:
        desk.give(Action(name="take", by="li", roles=("guard",), incident=desk.case().number, version=seen))
    assert stale.value.facts["by"] == "wang"


def test_a_clear_never_closes_a_case():
    desk = Desk()
    desk.alarm()
    desk.give(change(change="cleared", respond=False, notify=False))
    case = desk.case()
    assert (case.state, case.open_alerts) == ("pending_verify", ())
    assert "alert" in desk.lines()


def test_a_warning_reaches_the_page_and_no_phone():
    desk = Desk()
    desk.give(change(stage="warning", level="L3", respond=False))
    assert desk.sent() == [("alert.warning", "lan", "site")]
    assert not desk.world.incidents


def test_a_demonstration_site_reaches_nothing_outside():
    desk = Desk(site(demo=True))
    desk.alarm(level="L1", category="0101", device="smoke-3")
    desk.wait(minutes=30)
    assert {channel for _, channel, _ in desk.sent()} == {"lan"}


def test_a_drill_is_marked_on_the_case_and_on_every_message():
    desk = Desk()
    desk.world.set_mode({"drill": True})
    assert desk.alarm(level="L1").drill
    messages = [m for d in desk.decisions for m in d.messages]
    assert messages
    assert all(m.drill for m in messages)
    desk.world.set_mode({"drill": False})
    real = desk.alarm(level="L1", alert="a2", key={"device": "smoke-3"}, device="smoke-3")
    assert not real.drill
    assert real.number.endswith("-002"), "a real alarm does not hide in a drill"


def test_numbers_count_by_the_day_of_the_site():
    desk = Desk()
    assert desk.alarm().number == "demo-20260306-001"
    desk.now += timedelta(hours=2)  # after midnight in Shanghai
    second = desk.alarm(alert="a2", key={"device": "sos-9"}, device="sos-9", category="0402")
    assert second.number == "demo-20260307-001"


def test_the_same_causes_give_the_same_messages():
    first, second = Desk(), Desk()
    for desk in (first, second):
        desk.alarm(level="L1")
        desk.wait(minutes=5)
    assert [m.id for d in first.decisions for m in d.messages] == [
        m.id for d in second.decisions for m in d.messages
    ]
    assert len({m.id for d in first.decisions for m in d.messages}) == len(
        [m for d in first.decisions for m in d.messages]
    )


def test_a_note_of_somebody_else_does_not_make_a_decision_stale():
    desk = Desk()
    seen = desk.alarm().version
    desk.act("note", "chen", note="我在看录像")
    dispatch = Action(
        name="dispatch",
        by="li",
        roles=("guard",),
        incident=desk.case().number,
        version=seen,
        fields={"assignee": "wang"},
    )
    assert desk.give(dispatch).result["state"] == "dispatched"


def test_a_take_from_an_older_view_counts_when_the_table_allows_it():
    desk = Desk()
    desk.alarm()
    seen = desk.act("dispatch", "li", assignee="wang").version
    desk.act("reassign", "chen", reason="王强在忙", assignees=["zhao"])
    desk.give(Action(name="take", by="wang", roles=("guard",), incident=desk.case().number, version=seen))
    assert desk.case().owner == "wang", "he was told, he is near, he goes"
