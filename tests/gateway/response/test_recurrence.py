"""A condition that returns: within the window the same case where the site wants it, later a new one that names it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.response.docket import PAST_KEYS, Docket
from gateway.response.world import Settings, World
from tests.gateway.response.estate import Desk, change, site

DONE = {"note": "关好了", "code": "true_handled"}


def desk_that_reopens():
    return Desk(site(settings=Settings(reopen_on_recurrence=True)))


def closed(desk, **fields):
    case = desk.alarm(**{"category": "0203", **fields})
    desk.act("take", "wang", case)
    desk.act("resolve", "wang", case, **DONE)
    return desk.act("close", "li", case)


def links(desk, number):
    rows = [row for d in desk.decisions for row in d.timeline if row.incident == number]
    return [row.facts["incident"] for row in rows if row.action == "linked"]


def test_inside_the_window_the_closed_case_is_taken_up_again():
    desk = desk_that_reopens()
    old = closed(desk)
    desk.wait(hours=71)
    case = desk.alarm(alert="a2", category="0203")
    assert (case.number, case.state, case.reopened) == (old.number, "dispatched", 1)
    assert (case.alerts, case.open_alerts[-1]) == (("a1", "a2"), "a2")
    assert (case.resolver, case.closed_at, case.close_code) == (None, None, None)
    row = next(row for row in desk.decisions[-1].timeline if row.action == "reopen")
    assert (row.reason, row.facts) == ("recurrence", {"alert": "a2", "count": 1})


def test_outside_the_window_a_new_case_names_the_past_one():
    desk = desk_that_reopens()
    old = closed(desk)
    desk.wait(hours=73)
    assert old.number not in desk.world.incidents
    case = desk.alarm(alert="a2", category="0203")
    assert case.number != old.number
    assert links(desk, case.number) == [old.number]


def test_where_the_site_does_not_ask_for_it_a_new_case_names_the_closed_one():
    desk = Desk()
    old = closed(desk)
    case = desk.alarm(alert="a2", category="0203")
    assert (case.number != old.number, links(desk, case.number)) == (True, [old.number])


def test_an_alarm_that_returns_graver_raises_the_case_it_reopens():
    desk = desk_that_reopens()
    old = closed(desk, level="L3", category="0299")
    case = desk.alarm(alert="a2", level="L1", category="0299")
    assert (case.number, case.level, case.state) == (old.number, "L1", "dispatched")
    assert desk.sent("case.all")


@pytest.mark.parametrize("what", ["silent", "drill"])
def test_a_silent_alarm_and_a_drill_get_their_own_case(what):
    desk = desk_that_reopens()
    old = closed(desk)
    desk.world.set_mode({"drill": what == "drill"})
    case = desk.alarm(alert="a2", category="0203", notify=what != "silent")
    assert (case.number != old.number, links(desk, case.number)) == (True, [old.number])


def test_what_was_rejected_is_not_reopened():
    desk = desk_that_reopens()
    case = desk.alarm(category="0203")
    desk.act("reject", "chen", case, code="false_device")
    again = desk.alarm(alert="a2", category="0203")
    assert (again.number != case.number, links(desk, again.number)) == (True, [])


def test_a_reopened_case_that_is_closed_again_can_be_reopened_again():
    desk = desk_that_reopens()
    old = closed(desk)
    for count in (1, 2):
        case = desk.alarm(alert=f"again{count}", category="0203")
        assert (case.number, case.reopened) == (old.number, count)
        desk.act("take", "wang", case)
        desk.act("resolve", "wang", case, **DONE)
        desk.act("close", "li", case)
        desk.now += timedelta(hours=50)  # the window begins anew with every close


def test_links_survive_a_restart_and_do_not_grow_without_end():
    desk = desk_that_reopens()
    closed(desk)
    desk.wait(hours=73)
    old = desk.case("demo-20260306-001")
    desk.world = World(desk.world.site, incidents=[old])
    assert links(desk, desk.alarm(alert="a2", category="0203").number) == [old.number]
    docket = Docket()
    docket._past_of_key = {str(n): "x" for n in range(PAST_KEYS)}
    docket._bury(old)
    assert len(docket._past_of_key) == PAST_KEYS
    assert docket.past_with_key(old.alert_keys[0]) == old.number


def test_the_same_alert_that_rings_again_after_its_case_was_closed_reopens_it_too():
    desk = desk_that_reopens()
    old = closed(desk)
    desk.give(change(change="reopened", category="0203", respond=False))
    assert (desk.case().number, desk.case().reopened) == (old.number, 1)
