"""Swaps and leave: asked, agreed, in force; laws over any roster."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ActionRefused
from gateway.response.model import Person
from gateway.response.roster import Leave, Override, Roster, Shift, Swap, duties
from gateway.response.roster_spans import stints
from gateway.response.swaps import (
    Estate,
    Requests,
    answer_leave,
    answer_swap,
    ask_leave,
    ask_swap,
    pruned,
    withdraw,
)
from rules.workday import Workdays

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = ("a", "b", "c", "d")
PEOPLE = {name: Person(id=name, name=name, roles=("guard",)) for name in NAMES} | {
    "w": Person(id="w", name="w", roles=("worker",))
}
DAY = Shift(id="day", role="guard", begin=time(8), end=time(20), people=("a",))
NIGHT = Shift(id="night", role="guard", begin=time(20), end=time(8), people=("b",))
NOW = datetime(2026, 3, 6, 4, tzinfo=UTC)
SUNDAY = date(2026, 3, 8)


BOTH = Roster(shifts=(DAY, NIGHT))


def estate(roster=BOTH, now=NOW):
    return Estate(roster=roster, people=PEOPLE, zone=ZONE, now=now)


def swap(**more):
    return Swap(**{"id": "s1", "asker": "a", "other": "c", "shift": "day", "day": SUNDAY, **more})


def agreed(*swaps, roster=BOTH, now=NOW):
    requests = Requests()
    for each in swaps:
        whole = msgspec.structs.replace(roster, overrides=(*roster.overrides, *requests.overrides))
        requests = ask_swap(estate(whole, now), requests, each)
        requests = answer_swap(estate(whole, now), requests, each.id, by=each.other, agree=True)
    return msgspec.structs.replace(roster, overrides=(*roster.overrides, *requests.overrides)), requests


def who(roster, at):
    found = ((duty.person, duty.role, duty.grid, duty.shift) for duty in duties(roster, at, ZONE))
    return sorted(found, key=repr)  # a duty without a grid beside one with


def refused(call):
    with pytest.raises(ActionRefused) as error:
        call()
    return error.value.code


def test_nothing_changes_until_the_other_agrees():
    requests = ask_swap(estate(), Requests(), swap())
    assert requests.overrides == ()
    assert requests.swaps[0].state == "asked"
    declined = answer_swap(estate(), requests, "s1", by="c", agree=False)
    assert (declined.overrides, declined.swaps[0].state) == ((), "declined")
    assert refused(lambda: answer_swap(estate(), requests, "s1", by="a", agree=True)) == "not_yours"
    assert refused(lambda: answer_swap(estate(), declined, "s1", by="c", agree=True)) == "answered"


def test_an_agreed_swap_changes_that_shift_of_that_day_only():
    roster, _ = agreed(swap())
    noon = datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert who(roster, noon) == [("c", "guard", None, "day")]
    assert who(roster, noon + timedelta(days=1)) == [("a", "guard", None, "day")]
    assert who(roster, noon + timedelta(hours=12)) == [("b", "guard", None, "night")]


def test_a_day_for_a_night_in_return():
    roster, _ = agreed(swap(other="b", back_shift="night", back_day=SUNDAY))
    assert who(roster, datetime(2026, 3, 8, 4, tzinfo=UTC)) == [("b", "guard", None, "day")]
    assert who(roster, datetime(2026, 3, 8, 16, tzinfo=UTC)) == [("a", "guard", None, "night")]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"asker": "c", "other": "a"}, "swap_not_yours"),
        ({"other": "w"}, "swap_unfit"),
        ({"other": "nobody"}, "unknown_person"),
        ({"shift": "late"}, "unknown_shift"),
        ({"day": date(2026, 3, 6)}, "swap_past"),
        ({"day": date(2030, 3, 6)}, "unknown_shift"),
        ({"shift": "night", "asker": "b", "other": "b"}, "swap_busy"),
        ({"back_shift": "night", "back_day": SUNDAY}, "swap_not_yours"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(more, code):
    assert refused(lambda: ask_swap(estate(), Requests(), swap(**more))) == code


def test_who_is_on_duty_or_away_cannot_stand_in():
    second = Shift(id="gate", role="guard", begin=time(6), end=time(10), people=("c",))
    assert refused(lambda: ask_swap(estate(Roster(shifts=(DAY, second))), Requests(), swap())) == "swap_busy"
    leave = Leave(person="c", begin=SUNDAY, end=SUNDAY)
    away = Roster(shifts=(DAY,), leave=(leave,))
    assert refused(lambda: ask_swap(estate(away), Requests(), swap())) == "swap_busy"
    only_asked = msgspec.structs.replace(away, leave=(msgspec.structs.replace(leave, state="asked"),))
    assert ask_swap(estate(only_asked), Requests(), swap()).swaps


def test_what_changed_between_asking_and_agreeing_is_seen():
    requests = ask_swap(estate(), Requests(), swap())
    later = estate(now=datetime(2026, 3, 8, 1, tzinfo=UTC))
    assert refused(lambda: answer_swap(later, requests, "s1", by="c", agree=True)) == "swap_past"
    assert refused(lambda: ask_swap(estate(), requests, swap(id="s2", other="d"))) == "swap_twice"
    again = withdraw(requests, "s1", by="a", now=NOW)
    assert ask_swap(estate(), again, swap(id="s2", other="d")).swaps[-1].state == "asked"
    assert refused(lambda: withdraw(again, "s1", by="a", now=NOW)) == "answered"
    assert refused(lambda: withdraw(requests, "s1", by="c", now=NOW)) == "not_yours"


def test_leave_counts_when_it_is_granted_and_nobody_grants_their_own():
    asked = ask_leave(estate(), Requests(), Leave(id="l1", person="a", begin=SUNDAY, end=SUNDAY))
    assert refused(lambda: answer_leave(asked, "l1", by="a", grant=True, now=NOW)) == "own_leave"
    noon = datetime(2026, 3, 8, 4, tzinfo=UTC)
    assert who(Roster(shifts=(DAY,), leave=asked.leave), noon)
    granted = answer_leave(asked, "l1", by="chen", grant=True, now=NOW)
    assert who(Roster(shifts=(DAY,), leave=granted.leave), noon) == []
    assert refused(lambda: answer_leave(granted, "l1", by="chen", grant=False, now=NOW)) == "answered"
    past = Leave(id="l2", person="a", begin=date(2026, 1, 1), end=date(2026, 1, 2))
    assert refused(lambda: ask_leave(estate(), Requests(), past)) == "leave_past"
    assert (
        refused(lambda: ask_leave(estate(), Requests(), msgspec.structs.replace(past, end=date(2025, 1, 1))))
        == "leave_span"
    )
    assert refused(lambda: answer_leave(granted, "l9", by="chen", grant=True, now=NOW)) == "unknown_request"


def test_what_is_long_over_is_dropped():
    requests = agreed(swap())[1]
    assert pruned(requests, NOW) == requests
    assert pruned(requests, NOW + timedelta(days=200)) == Requests()


# --- laws ---------------------------------------------------------------------------------------------

DAYS = st.lists(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun", "workday", "restday"]),
    min_size=1,
    max_size=4,
).map(tuple)
MARCH = st.dates(date(2026, 3, 1), date(2026, 3, 20))
HOURS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 20), timezones=st.just(UTC))


@st.composite
def rosters(draw):
    shifts = tuple(
        Shift(
            id=f"s{number}", role="guard", begin=time(draw(st.integers(0, 23))), end=time(draw(st.integers(0, 23))),
            days=draw(DAYS), people=tuple(draw(st.sets(st.sampled_from(NAMES), max_size=2))),
            rotation=tuple(draw(st.lists(st.sampled_from([("a",), ("b", "c"), ("d",)]), max_size=3))),
            start=date(2026, 3, 2), turn_days=draw(st.integers(1, 4)), grid=draw(st.sampled_from([None, "g1"])),
        )
        for number in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    leave = tuple(
        Leave(
            person=draw(st.sampled_from(NAMES)),
            begin=(first := draw(MARCH)),
            end=first + timedelta(days=draw(st.integers(0, 5))),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    overrides = tuple(
        Override(
            begin=(begin := draw(HOURS)), end=begin + timedelta(hours=draw(st.integers(1, 40))), role="guard",
            grid=draw(st.sampled_from([None, "g1"])), add=tuple(draw(st.sets(st.sampled_from(NAMES), max_size=1))),
            remove=tuple(draw(st.sets(st.sampled_from(NAMES), max_size=2))),
            shift=draw(st.sampled_from([None, "s0"])),
        )
        for _ in range(draw(st.integers(0, 2)))
    )  # fmt: skip
    table = {date(2026, 3, 8): True, date(2026, 3, 9): False}
    return Roster(shifts=shifts, leave=leave, overrides=overrides, workdays=Workdays(table))


@given(roster=rosters(), at=HOURS)
def test_spans_and_instants_say_the_same(roster, at):
    begin, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 21, tzinfo=UTC)
    by_span = {
        (each.person, each.role, each.grid)
        for each in stints(roster, begin, end, ZONE)
        if each.begin <= at < each.end
    }
    assert by_span == {(duty.person, duty.role, duty.grid) for duty in duties(roster, at, ZONE)}


@given(roster=rosters(), at=HOURS)
def test_who_is_on_duty_changes_at_edges_only(roster, at):
    spans = stints(roster, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC), ZONE)
    edges = sorted({edge for each in spans for edge in (each.begin, each.end)})
    until = next((edge for edge in edges if edge > at), at + timedelta(hours=1))
    for when in (at + (until - at) / 2, until - timedelta(microseconds=1)):
        assert who(roster, when) == who(roster, at)


@given(roster=rosters(), person=st.sampled_from(NAMES), day=MARCH)
def test_leave_removes_from_every_shift_that_begins_then(roster, person, day):
    away = msgspec.structs.replace(
        roster, overrides=(), leave=(*roster.leave, Leave(person=person, begin=day, end=day))
    )
    begin = datetime.combine(day, time(0), ZONE).astimezone(UTC)
    for each in stints(away, begin, begin + timedelta(days=1), ZONE):
        assert each.person != person or each.begin == begin, "only what began the day before"
    kept = {each for each in stints(roster, begin, begin + timedelta(days=1), ZONE) if each.person != person}
    assert roster.overrides or kept == {
        each for each in stints(away, begin, begin + timedelta(days=1), ZONE) if each.person != person
    }


@given(
    begin=st.integers(0, 23),
    end=st.integers(0, 23),
    others=st.lists(st.sampled_from([("c",), ("c", "d"), ("d",)]), min_size=1, max_size=3),
    grid=st.sampled_from([None, "g1"]),
    day=MARCH,
)
def test_a_swap_and_its_return_leave_all_as_it_was(begin, end, others, grid, day):
    mine = Shift(id="s0", role="guard", begin=time(begin), end=time(end), people=("a",), grid=grid)
    theirs = Shift(
        id="s1",
        role="guard",
        begin=time(end),
        end=time(begin),
        rotation=tuple(others),
        start=date(2026, 3, 2),
    )
    roster = Roster(shifts=(mine, theirs))
    there, back = (
        Swap(id=name, asker=one, other=other, shift="s0", day=day)
        for name, one, other in (("x", "a", "b"), ("y", "b", "a"))
    )
    once, _ = agreed(there, roster=roster, now=datetime(2026, 2, 1, tzinfo=UTC))
    twice, _ = agreed(back, roster=once, now=datetime(2026, 2, 1, tzinfo=UTC))
    span = (datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 3, 25, tzinfo=UTC))
    assert stints(twice, *span, ZONE) == stints(roster, *span, ZONE)
    assert stints(once, *span, ZONE) != stints(roster, *span, ZONE)
