"""How a case stands: lines of the checklist that are done, and calls that people made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.errors import ActionRefused
from tests.gateway.response.estate import Desk


def refused(desk, *args, **fields):
    with pytest.raises(ActionRefused) as caught:
        desk.act(*args, **fields)
    return caught.value.code


def test_a_line_of_the_checklist_is_done_by_somebody_at_a_time():
    desk = Desk()
    desk.alarm()
    desk.now += timedelta(minutes=1)
    case = desk.act("tick", "wang", step=1)
    assert [(tick.step, tick.by, tick.at) for tick in case.ticks] == [(1, "wang", desk.now)]
    row = desk.decisions[-1].timeline[-1]
    assert (row.action, row.facts["step"]) == ("tick", 1)
    assert row.text["zh"] == f"完成：{case.plan.checklist[1]['zh']}"
    case = desk.act("tick", "li", step=0)
    assert [tick.step for tick in case.ticks] == [0, 1]
    assert case.state == "pending_verify"


def test_a_line_is_ticked_once_and_a_slip_is_taken_back():
    desk = Desk()
    desk.alarm()
    assert refused(desk, "tick", "wang", step=0, done=False) == "not_ticked"
    desk.act("tick", "wang", step=0)
    assert refused(desk, "tick", "li", step=0) == "already_ticked"
    assert desk.act("tick", "wang", step=0, done=False).ticks == ()
    assert desk.decisions[-1].timeline[-1].text["zh"].startswith("改为未完成")


@pytest.mark.parametrize("step", [-1, 3, "1", True, 1.0])
def test_a_line_that_is_not_there_is_refused(step):
    desk = Desk()
    desk.alarm()
    assert refused(desk, "tick", "wang", step=step) == "unknown_step"


def test_a_note_on_a_line_ticks_it():
    desk = Desk()
    desk.alarm()
    case = desk.act("note", "wang", note="看过了", step=2)
    assert [tick.step for tick in case.ticks] == [2]
    assert desk.act("note", "wang", note="没有这一步", step=99).ticks == case.ticks


def test_ticking_does_not_make_another_view_stale_and_survives_an_undo():
    desk = Desk()
    seen = desk.alarm(category="0203")
    desk.act("dispatch", "chen", assignee="wang")
    case = desk.act("tick", "li", step=0)
    assert case.decided < case.version
    back = desk.act("undo", "chen", seen)
    assert (back.state, [tick.step for tick in back.ticks]) == ("pending_verify", [0])


def test_a_call_to_an_agency_is_recorded_and_hands_nothing_over():
    desk = Desk()
    desk.alarm(level="L1", category="0101", device="smoke-3", key={"device": "smoke-3"}, rule="fire.smoke")
    desk.now += timedelta(minutes=5)
    assert refused(desk, "called", "wang", agency="消防", number="119") == "missing_field"
    at = desk.now - timedelta(minutes=2)
    call = {
        "agency": "消防",
        "number": "119",
        "person": "3 号接警员",
        "note": "一号楼三层冒烟",
        "called_at": at,
    }
    case = desk.act("called", "wang", **call)
    assert case.state == "dispatched"
    assert [(c.agency, c.number, c.at, c.by) for c in case.calls] == [("消防", "119", at, "wang")]
    row = desk.decisions[-1].timeline[-1]
    assert row.text["zh"] == "03-06 22:03 致电 消防（119），接听人 3 号接警员：一号楼三层冒烟"
    assert row.facts == {"agency": "消防", "number": "119", "person": "3 号接警员", "called_at": at}
    late = {**call, "called_at": desk.now + timedelta(hours=1)}
    assert refused(desk, "called", "wang", **late) == "bad_call_time"


def test_a_call_without_a_time_was_made_now_and_is_news_of_the_one_who_went():
    desk = Desk()
    desk.alarm(category="0203")
    desk.act("take", "wang")
    desk.now += timedelta(minutes=20)
    case = desk.act("called", "wang", agency="派出所", number="110", note="已报警")
    assert case.calls[0].at == desk.now
    assert case.timers["stale"] == desk.now + timedelta(minutes=30)


def test_administrators_auditors_and_residents_tick_nothing():
    desk = Desk()
    desk.alarm()
    assert refused(desk, "tick", "nobody-known", step=0) == "role"
