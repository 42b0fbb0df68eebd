"""On duty: weekly shifts, rotations, leave, overrides, midnight, gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from gateway.response.grid import Grid
from gateway.response.model import Person
from gateway.response.roster import Leave, Override, Roster, Shift, duties, on_duty
from gateway.response.roster_gaps import gaps, overlaps, wanted_of
from rules.workday import Workdays

ZONE = ZoneInfo("Asia/Shanghai")
PEOPLE = {p: Person(id=p, name=p, roles=("guard", "worker")) for p in ("a", "b", "c", "d")}
DAY = Shift(id="day", role="guard", begin=time(8), end=time(20), people=("a",))
NIGHT = Shift(id="night", role="guard", begin=time(20), end=time(8), days=("fri",), people=("b",))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def who(roster, when):
    return [duty.person for duty in duties(roster, at(when), ZONE)]


def test_a_night_belongs_to_the_day_it_starts():
    roster = Roster(shifts=(NIGHT,))
    assert who(roster, "2026-03-06T20:00") == ["b"]
    assert who(roster, "2026-03-07T07:59:59") == ["b"]
    assert who(roster, "2026-03-07T08:00") == []
    assert who(roster, "2026-03-06T01:00") == [], "that is Thursday's night"


def test_leave_counts_by_the_day_the_shift_starts():
    roster = Roster(shifts=(NIGHT,), leave=(Leave(person="b", begin=date(2026, 3, 7), end=date(2026, 3, 9)),))
    assert who(roster, "2026-03-07T01:00") == ["b"]
    roster = Roster(shifts=(NIGHT,), leave=(Leave(person="b", begin=date(2026, 3, 6), end=date(2026, 3, 6)),))
    assert who(roster, "2026-03-07T01:00") == []


def test_a_rotation_comes_round():
    turns = Shift(
        id="r",
        role="guard",
        begin=time(0),
        end=time(0),
        rotation=(("a",), ("b",), ("c", "d")),
        start=date(2026, 3, 2),
        turn_days=2,
    )
    seen = [who(Roster(shifts=(turns,)), f"2026-03-{day:02d}T12:00") for day in range(1, 9)]
    assert seen == [["c", "d"], ["a"], ["a"], ["b"], ["b"], ["c", "d"], ["c", "d"], ["a"]]


def test_an_override_swaps_for_a_while():
    swap = Override(
        begin=at("2026-03-06T12:00"), end=at("2026-03-06T14:00"), role="guard", add=("c",), remove=("a",)
    )
    roster = Roster(shifts=(DAY,), overrides=(swap,))
    assert [who(roster, f"2026-03-06T{hour}") for hour in ("11:59", "12:00", "13:59", "14:00")] == [
        ["a"],
        ["c"],
        ["c"],
        ["a"],
    ]


def test_a_shift_of_a_grid_serves_what_lies_in_it():
    grids = {
        g.id: g
        for g in (Grid(id="c1", kind="community"), Grid(id="g1", parent="c1"), Grid(id="g2", parent="c1"))
    }
    roster = Roster(
        shifts=(
            Shift(id="s", role="worker", begin=time(0), end=time(0), people=("a",), grid="g1"),
            Shift(id="t", role="worker", begin=time(0), end=time(0), people=("b",), grid="c1"),
        )
    )
    now = duties(roster, at("2026-03-06T12:00"), ZONE)
    assert [p.id for p in on_duty(now, PEOPLE, grids, "g1", "worker")] == ["a", "b"]
    assert [p.id for p in on_duty(now, PEOPLE, grids, "g2", "worker")] == ["b"]
    assert on_duty(now, PEOPLE, grids, "g1", "guard") == ()


def test_gaps_are_found_with_their_times():
    found = gaps(
        Roster(shifts=(DAY,)), PEOPLE, {}, [(None, "guard")], start=at("2026-03-06T00:00"), days=1, zone=ZONE
    )
    assert [(gap.begin, gap.end) for gap in found] == [
        (at("2026-03-06T00:00"), at("2026-03-06T08:00")),
        (at("2026-03-06T20:00"), at("2026-03-07T00:00")),
    ]


def test_two_shifts_at_once_are_named():
    second = Shift(id="gate", role="guard", begin=time(18), end=time(22), people=("a", "b"))
    assert overlaps(Roster(shifts=(DAY, second)), zone=ZONE, monday=date(2026, 3, 2)) == (
        ("a", "day", "gate"),
    )
    assert overlaps(Roster(shifts=(DAY, NIGHT)), zone=ZONE, monday=date(2026, 3, 2)) == ()


def test_a_night_over_the_change_of_clocks_has_no_hole():
    berlin = ZoneInfo("Europe/Berlin")
    night = Shift(id="n", role="guard", begin=time(22), end=time(6), people=("a",))
    day = Shift(id="d", role="guard", begin=time(6), end=time(22), people=("b",))
    for first in (datetime(2026, 3, 28, tzinfo=berlin), datetime(2026, 10, 24, tzinfo=berlin)):
        assert (
            gaps(
                Roster(shifts=(night, day)),
                PEOPLE,
                {},
                [(None, "guard")],
                start=first.astimezone(UTC),
                days=3,
                zone=berlin,
            )
            == ()
        )


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_a_shift_and_its_complement_fill_the_day(now, begin, end):
    one = Shift(id="1", role="guard", begin=time(begin), end=time(end), people=("a",))
    other = Shift(id="2", role="guard", begin=time(end), end=time(begin), people=("b",))
    found = {duty.person for duty in duties(Roster(shifts=(one, other)), now, ZONE)}
    assert found == ({"a", "b"} if begin == end else found & {"a", "b"})
    assert len(found) == (2 if begin == end else 1)
    assert all(
        duty.until > now and duty.until - now <= timedelta(days=1)
        for duty in duties(Roster(shifts=(one,)), now, ZONE)
    )


def test_days_follow_the_holiday_calendar_with_its_swapped_days():
    work = Shift(id="w", role="guard", begin=time(8), end=time(18), days=("workday",), people=("a",))
    rest = Shift(id="r", role="guard", begin=time(20), end=time(8), days=("restday",), people=("b",))
    swapped = Workdays({date(2026, 3, 7): True, date(2026, 3, 9): False})  # a Saturday worked, a Monday free
    roster = Roster(shifts=(work, rest), workdays=swapped)
    assert who(roster, "2026-03-07T12:00") == ["a"]
    assert who(roster, "2026-03-09T12:00") == []
    assert who(roster, "2026-03-09T21:00") == ["b"]
    assert who(roster, "2026-03-10T07:59") == ["b"], "the night of a free day reaches into a working one"
    assert who(roster, "2026-03-07T21:00") == []


def test_the_first_of_october_is_a_holiday_for_the_shifts_too():
    shift = Shift(id="s", role="guard", begin=time(8), end=time(18), days=("holiday",), people=("a",))
    assert who(Roster(shifts=(shift,)), "2026-10-01T12:00") == ["a"]
    assert who(Roster(shifts=(shift,)), "2026-09-30T12:00") == []


def test_what_a_roster_wants_is_what_it_fills():
    grids = {
        g.id: g
        for g in (Grid(id="c", kind="community"), Grid(id="g1", parent="c"), Grid(id="g2", parent="c"))
    }
    worker = Shift(id="w", role="worker", begin=time(0), end=time(0), people=("a",), grid="g1")
    roster = Roster(shifts=(DAY, worker))
    assert wanted_of(roster, grids) == ((None, "guard"), ("g1", "worker"), ("g2", "worker"))
    found = gaps(
        roster, PEOPLE, grids, wanted_of(roster, grids), start=at("2026-03-06T00:00"), days=1, zone=ZONE
    )
    assert [(gap.grid, gap.role) for gap in found] == [(None, "guard"), (None, "guard"), ("g2", "worker")]
