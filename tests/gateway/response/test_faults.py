"""What goes wrong around a case: double taps, stale pages, wrong roles, clocks that jump, empty rosters, kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import ClockMark, to_us
from gateway.errors import ActionRefused, StaleVersion
from gateway.response.model import Action
from gateway.response.roster import Roster
from rules.calendar import Calendar, Span
from rules.workday import Workdays
from tests.gateway.response.estate import PEOPLE, SHANGHAI, T0, Desk, site
from tests.gateway.response.office import Office

FIRE = {
    "level": "L1",
    "category": "0101",
    "device": "smoke-3",
    "rule": "fire.smoke",
    "key": {"device": "smoke-3"},
}


@contextmanager
def office(folder: Path, view: Any = None) -> Iterator[Office]:
    """An office that is closed at the end."""
    it = Office(folder, view)
    try:
        yield it
    finally:
        it.store.close()


# --- people -----------------------------------------------------------------------------------------------


def test_a_double_tap_takes_a_case_once(tmp_path):
    with office(tmp_path) as it:
        it.say("gate-n1", "access.forced")
        number = it.cases()[0].number
        first = it.act("take", "wang", number, key="tap-1", version=1)
        assert it.act("take", "wang", number, key="tap-1", version=1) == first
        it.kill()
        assert it.act("take", "wang", number, key="tap-1", version=1) == first, "after a restart too"
        assert [line[0] for line in it.lines(number)].count("take") == 1
        with pytest.raises(ActionRefused) as caught:
            it.act("take", "wang", number, key="tap-2")
        assert caught.value.code == "already_yours"


def test_a_stale_page_is_told_who_did_what_and_nothing_changes(tmp_path):
    with office(tmp_path) as it:
        it.say("gate-n1", "access.forced")
        seen = it.cases()[0]
        it.act("dispatch", "chen", seen.number, assignee="wang")
        before = it.case(seen.number)
        with pytest.raises(StaleVersion) as caught:
            it.act("reject", "chen", seen.number, version=seen.version, code="false_device")
        assert (caught.value.facts["by"], caught.value.facts["changed"]) == ("chen", "dispatch")
        assert it.case(seen.number) == before


@pytest.mark.parametrize("role", ["resident", "auditor", "administrator", "checker"])
def test_a_wrong_role_is_refused_by_name_and_changes_nothing(role):
    desk = Desk()
    case = desk.alarm()
    for name in ("accept", "dispatch", "reject", "merge", "transfer", "settle", "level"):
        fields = {
            "code": "false_device", "into": "x", "agency": "a", "person": "p", "contact": "1", "note": "n",
            "level": "L1", "reason": "r",
        }  # fmt: skip
        with pytest.raises(ActionRefused) as caught:
            desk.give(Action(name=name, by="x", roles=(role,), incident=case.number, fields=fields))
        assert caught.value.code in ("role", "not_allowed"), name
        assert caught.value.facts["state"] == "pending_verify"
    assert desk.world.incidents[case.number] == case


# --- rosters and calendars --------------------------------------------------------------------------------


def test_with_an_empty_roster_a_fire_reaches_leader_and_manager_and_rings_until_taken():
    desk = Desk(site(roster=Roster()))
    case = desk.alarm(**FIRE)
    assert set(case.assignees) == {"qian", "chen"}
    desk.wait(minutes=20)
    heard = Counter(who for _, channel, who in desk.sent("case.climbed") if channel == "lan")
    assert heard["chen"] >= 9
    assert desk.act("take", "chen").owner == "chen"


def test_with_nobody_known_at_all_the_desk_is_told_and_it_is_tried_again():
    desk = Desk(site(people={}, roster=Roster()))
    desk.alarm(**FIRE)
    desk.wait(minutes=5)
    assert {who for _, _, who in desk.sent("case.nobody")} == {"site"}
    desk.world.replace_site(site())
    desk.wait(minutes=2)
    assert set(desk.case().told) >= {"wang", "li", "zhao"}, "who comes on duty later is sent"


def test_a_year_without_holidays_counts_monday_to_friday():
    office_hours = Calendar(
        "office", (Span(days=("workday",), start=time(9), end=time(17, 30)),), SHANGHAI, Workdays()
    )
    start = T0.replace(year=2043, month=4, day=2, hour=1)  # a Thursday, nine in the morning
    assert office_hours.unknown_year(2043)
    desk = Desk(site(calendar=office_hours), start=start)
    case = desk.alarm(level="L4", category="0602", t=start)
    assert case.timers["verify"] == start + timedelta(hours=4)
    desk.act("take", "wang")
    assert desk.case().timers["resolve"] == start + timedelta(hours=4)


# --- clocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1)]
)
def test_a_wall_clock_that_jumps_moves_no_timer_and_loses_no_step(tmp_path, jump):
    with office(tmp_path) as it:
        it.say("gate-n1", "access.forced")
        number = it.cases()[0].number
        it.act("dispatch", "chen", number, assignee="wang")
        before = it.case(number)
        mark = ClockMark(
            boot="b", base_us=to_us(T0), offset_us=jump // timedelta(microseconds=1), synchronised=True
        )
        it.pump.offset(mark, it.now)
        it.pump.commit()
        assert it.case(number) == before, "timers are in engine time"
        it.wait(minutes=2, seconds=59)
        assert it.case(number).step == 0
        it.wait(seconds=2)
        assert it.case(number).step == 1, "three minutes passed, whatever the clock on the wall says"
        assert it.world.wall(it.now) == it.now + jump
        it.say("sos-9", "access.forced")
        day = (it.now + jump).astimezone(SHANGHAI).strftime("%Y%m%d")
        assert f"-{day}-" in next(case.number for case in it.cases() if case.device == "sos-9")
        it.kill()
        it.wait(minutes=3)
        assert it.case(number).step == 2
        assert it.store.verify() is None


def test_after_a_day_of_downtime_each_timer_speaks_once_and_the_ladder_goes_on(tmp_path):
    with office(tmp_path) as it:
        it.say("gate-n1", "access.forced")
        number = it.cases()[0].number
        it.act("dispatch", "chen", number, assignee="wang")
        told = len(it.messages())
        it.store.close()
        it.now += timedelta(days=1)
        it.open()
        it.pump.restart(it.now, timedelta(days=1))
        it.pump.commit()
        it.wait(seconds=1)
        case = it.case(number)
        assert (case.state, case.step) == ("dispatched", 1)
        per_person = Counter(recipient for _, _, recipient, _ in it.messages()[told:])
        assert max(per_person.values()) <= 6, per_person
        assert min(case.timers.values()) > it.now


# --- kills ------------------------------------------------------------------------------------------------

LIFE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "wang", {}),
    ("note", "wang", {"note": "看了视频，有人"}),
    ("take", "wang", {}),
    ("tick", "wang", {"step": 0}),
    ("arrive", "wang", {}),
    ("called", "wang", {"agency": "派出所", "number": "110", "note": "请出警"}),
    ("suspend", "chen", {"reason": "等民警", "until": T0 + timedelta(hours=1)}),
    ("resume", "chen", {}),
    ("resolve", "wang", {"note": "人已带走", "code": "true_handled", "photos": ()}),
    ("rework", "he", {"note": "说明去向"}),
    ("take", "wang", {}),
    ("resolve", "wang", {"note": "移交派出所", "code": "true_handled"}),
    ("close", "he", {}),
    ("reopen", "chen", {"reason": "又来了"}),
)


def live(it: Office, *, die_after: int | None = None, answered: bool = True) -> str:
    """Live a case's life; die after one of its steps, before or after it was answered."""
    it.say("gate-n1", "access.forced", 1)
    number = it.cases()[0].number
    for index, (name, by, fields) in enumerate(LIFE):
        it.now += timedelta(seconds=10)
        dies = index == die_after
        it.act(name, by, number, key=f"k{index}", commit=answered or not dies, **fields)
        if dies:
            it.kill()
            it.act(name, by, number, key=f"k{index}", **fields)  # the phone had no answer, or asks again
    return number


def essence(it: Office, number: str) -> tuple[Any, ...]:
    """Return everything that must be the same: the case, its lines, its messages."""
    return it.case(number), it.lines(number), it.messages()


@pytest.mark.parametrize("answered", [True, False], ids=["after the answer", "before the answer"])
def test_a_kill_between_any_two_steps_changes_nothing(tmp_path, answered):
    with office(tmp_path / "whole") as it:
        whole = essence(it, live(it))
        assert whole[0].state == "dispatched"
        assert len({message for message, *_ in whole[2]}) == len(whole[2])
    for index in range(len(LIFE)):
        with office(tmp_path / str(index)) as it:
            number = live(it, die_after=index, answered=answered)
            assert essence(it, number) == whole, LIFE[index]
            assert it.store.verify() is None


def test_a_kill_between_any_two_timers_changes_nothing(tmp_path):
    def night(folder: Path, kill_after: int | None) -> tuple[Any, ...]:
        with office(folder) as it:
            it.say("gate-n1", "access.forced", 1)
            number = it.cases()[0].number
            for index in range(24):  # ninety seconds each: verify, dispatch, the whole ladder, its loops
                it.wait(seconds=90)
                if index == kill_after:
                    it.kill()
            assert it.store.verify() is None
            return essence(it, number)

    whole = night(tmp_path / "whole", None)
    assert whole[0].step == 2
    for index in range(0, 24, 3):
        assert night(tmp_path / str(index), index) == whole, index


def test_people_of_the_estate_are_all_told_in_a_case_where_nobody_acts(tmp_path):
    with office(tmp_path) as it:
        it.say("gate-n1", "access.forced")
        it.wait(hours=3)
        case = it.cases()[0]
        assert {"wang", "li", "qian", "chen"} <= set(case.told) <= {person.id for person in PEOPLE}
        assert case.timers, "an open case is never without a timer"
