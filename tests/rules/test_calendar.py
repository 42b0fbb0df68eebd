"""Calendars: nights, holidays, daylight saving, and the law that `next_change` is where `contains` changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import DAY_WORDS, Calendar, Span, add_work_time, local_instant
from rules.workday import LAST_PUBLISHED, Workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # a jump of half an hour


def span(start: str, end: str, *days: str) -> Span:
    return Span(start=time.fromisoformat(start), end=time.fromisoformat(end), days=days)


def calendar(*spans: Span, zone: ZoneInfo = SHANGHAI, table: dict[date, bool] | None = None) -> Calendar:
    return Calendar("c", spans, zone, Workdays(table))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_night_belongs_to_the_day_it_starts() -> None:
    friday_night = calendar(span("22:00", "06:00", "fri"))
    assert friday_night.contains(at("2026-03-07 01:00")), "Saturday 01:00"
    assert not friday_night.contains(at("2026-03-06 01:00")), "Friday 01:00"
    assert friday_night.contains(at("2026-03-06 22:00"))
    assert not friday_night.contains(at("2026-03-07 06:00")), "the end is not inside"
    assert friday_night.next_change(at("2026-03-06 23:00")) == at("2026-03-07 06:00")
    assert friday_night.next_change(at("2026-03-07 06:00")) == at("2026-03-13 22:00")


def test_same_from_and_to_is_a_whole_day() -> None:
    sunday = calendar(span("08:00", "08:00", "sun"))
    assert sunday.contains(at("2026-03-08 08:00"))
    assert sunday.contains(at("2026-03-09 07:59"))
    assert not sunday.contains(at("2026-03-09 08:00"))


def test_every_day_all_day_never_changes() -> None:
    always = calendar(span("00:00", "00:00"))
    assert always.contains(at("2026-03-08 12:00"))
    assert always.next_change(at("2026-03-08 12:00")) is None
    assert calendar().next_change(at("2026-03-08 12:00")) is None
    assert not calendar().contains(at("2026-03-08 12:00"))


def test_spans_that_meet_are_one_stretch() -> None:
    day = calendar(span("08:00", "12:00"), span("12:00", "18:00"), span("17:00", "19:00"))
    assert day.next_change(at("2026-03-08 09:00")) == at("2026-03-08 19:00")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-01-04", True),  # a Sunday, worked for the New Year's holiday
        ("2026-02-14", True),  # a Saturday before Spring Festival
        ("2026-02-17", False),  # Spring Festival
        ("2026-02-23", False),  # a Monday, swapped
        ("2026-05-09", True),  # a Saturday after Labour Day
        ("2026-10-01", False),
        ("2026-03-08", False),  # an ordinary Sunday
        ("2026-03-09", True),
        ("2025-01-26", True),
        ("2027-10-01", False),  # statutory, also in a year not yet published
        ("1901-01-01", True),
    ],
)
def test_workdays_of_china(day: str, worked: bool) -> None:
    assert Workdays().is_workday(date.fromisoformat(day)) is worked
    office = calendar(span("09:00", "17:00", "workday"))
    assert office.contains(at(f"{day} 10:00")) is worked
    assert calendar(span("09:00", "17:00", "restday")).contains(at(f"{day} 10:00")) is not worked


def test_the_site_table_is_on_top() -> None:
    table = {date(2026, 5, 12): False, date(2026, 5, 16): True}
    office = calendar(span("09:00", "17:00", "workday"), table=table)
    assert not office.contains(at("2026-05-12 10:00"))
    assert office.contains(at("2026-05-16 10:00"))


def test_years_nobody_has_told() -> None:
    office = calendar(span("09:00", "17:00", "workday"))
    assert not office.unknown_year(LAST_PUBLISHED)
    assert office.unknown_year(LAST_PUBLISHED + 1)
    assert not calendar(span("09:00", "17:00", "mon")).unknown_year(LAST_PUBLISHED + 1)
    told = calendar(span("09:00", "17:00", "workday"), table={date(LAST_PUBLISHED + 1, 2, 1): True})
    assert not told.unknown_year(LAST_PUBLISHED + 1)


def test_daylight_saving() -> None:
    night = calendar(span("22:00", "06:00", "sat"), zone=BERLIN)
    assert night.next_change(at("2026-03-28 22:00", BERLIN)) == datetime(2026, 3, 29, 4, tzinfo=UTC), (
        "seven hours"
    )
    assert night.next_change(at("2026-10-24 22:00", BERLIN)) == datetime(2026, 10, 25, 5, tzinfo=UTC), (
        "nine hours"
    )
    skipped = calendar(span("02:30", "04:00"), zone=BERLIN)
    assert skipped.next_change(at("2026-03-29 00:00", BERLIN)) == datetime(2026, 3, 29, 1, tzinfo=UTC), (
        "from 03:00"
    )
    gone = calendar(span("02:10", "02:50", "sun"), zone=BERLIN)
    assert gone.next_change(at("2026-03-28 22:00", BERLIN)) == at("2026-04-05 02:10", BERLIN)


def test_local_instants() -> None:
    assert local_instant(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert local_instant(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_instant(datetime(2026, 10, 4, 2, 10), LORD_HOWE) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert local_instant(datetime(2026, 7, 1, 12), SHANGHAI) == datetime(2026, 7, 1, 4, tzinfo=UTC)


def test_the_ends_of_time_do_not_raise() -> None:
    night = calendar(span("22:00", "06:00", "workday"))
    for edge in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
        assert night.contains(edge) in {True, False}
        night.next_change(edge)


def test_work_time() -> None:
    office = calendar(span("09:00", "12:00", "workday"), span("13:00", "18:00", "workday"))
    assert add_work_time(at("2026-03-06 17:00"), 2, office) == at("2026-03-09 10:00"), "over a week-end"
    assert add_work_time(at("2026-03-06 11:00"), 1, office) == at("2026-03-06 12:00")
    assert add_work_time(at("2026-03-06 11:30"), 1, office) == at("2026-03-06 13:30"), "over lunch"
    assert add_work_time(at("2026-02-13 18:00"), 8, office) == at("2026-02-14 18:00"), (
        "a Saturday that is worked"
    )
    assert add_work_time(at("2026-03-07 03:00"), 0, office) == at("2026-03-07 03:00")
    assert add_work_time(at("2026-03-07 03:00"), 5, calendar()) == at("2026-03-07 08:00")


TIMES = st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0))
SPANS = st.builds(
    Span,
    start=TIMES,
    end=TIMES,
    days=st.lists(st.sampled_from(DAY_WORDS), max_size=3, unique=True).map(tuple),
)
ZONES = st.sampled_from([SHANGHAI, BERLIN, LORD_HOWE, ZoneInfo("America/New_York"), UTC])
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(st.lists(SPANS, min_size=1, max_size=3), ZONES, INSTANTS, st.integers(1, 90_000))
def test_nothing_changes_before_the_next_change(
    spans: list[Span], zone: ZoneInfo, now: datetime, ahead: int
) -> None:
    fresh = [Calendar("c", tuple(spans), zone, Workdays()) for _ in range(4)]
    change = fresh[0].next_change(now)
    later = now + timedelta(seconds=ahead)
    if change is None or later < change:
        assert fresh[1].contains(later) == fresh[2].contains(now)
    if change is not None:
        assert change > now
        assert fresh[3].contains(change) != fresh[2].contains(now)
        assert fresh[3].contains(change - timedelta(microseconds=1)) == fresh[2].contains(now)
        assert fresh[2].contains(change) == fresh[3].contains(change), "what it remembers is true"


@given(SPANS, INSTANTS)
def test_without_daylight_saving_the_wall_clock_decides(one: Span, now: datetime) -> None:
    local = now.astimezone(SHANGHAI)
    workdays = Workdays()

    def on(day: date) -> bool:
        word = "workday" if workdays.is_workday(day) else "restday"
        return not one.days or bool(
            {word, ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]} & set(one.days)
        )

    clock, today = local.time(), local.date()
    if one.end > one.start:
        expected = on(today) and one.start <= clock < one.end
    else:
        expected = (on(today) and clock >= one.start) or (on(today - timedelta(days=1)) and clock < one.end)
    assert calendar(one).contains(now) is expected


@given(st.lists(SPANS, min_size=1, max_size=2), INSTANTS, st.floats(0.1, 20), st.floats(0.1, 20))
def test_work_time_adds_up(spans: list[Span], start: datetime, first: float, second: float) -> None:
    office = calendar(*spans)
    if office.next_change(start) is None:
        return
    in_two = add_work_time(add_work_time(start, first, office), second, office)
    assert abs(in_two - add_work_time(start, first + second, office)) < timedelta(milliseconds=1)
