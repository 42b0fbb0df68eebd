"""Ledgers: periods, rates, the load in ISA-18.2's figures, the league of noise, and what leaves as a file."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from gateway.report.form import to_csv, to_xlsx
from gateway.report.ledger import Ledger, ledger_of, line_of
from gateway.report.load import load_of
from gateway.report.paper import ledger_page
from gateway.report.period import period_of
from gateway.report.record import AlertRecord, CaseRecord
from gateway.report.sheet import Column, Names, Sheet, sheets

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAY = period_of("daily", date(2026, 3, 6), SHANGHAI)
NAMES = Names(category=str, grid=str, rule=str, device=str)


def case(number: str, minute: int = 0, **more: object) -> CaseRecord:
    given = {
        "category": "0205",
        "level": "L2",
        "opened_at": DAY.begin + timedelta(minutes=minute),
        "grid": "g1",
    }
    return CaseRecord(number=number, **{**given, **more})  # type: ignore[arg-type]  # plain facts


def alarm(minute: float, **more: object) -> AlertRecord:
    given = {"rule": "door", "key": "gate-1", "level": "L2", "opened_at": DAY.begin + timedelta(minutes=minute), "device": "gate-1"}  # fmt: skip
    return AlertRecord(**{**given, **more})  # type: ignore[arg-type]  # plain facts


def made(cases: list[CaseRecord], alarms: list[AlertRecord] | None = None) -> Ledger:
    return ledger_of(cases, alarms or [], period=DAY, day_of=lambda at: f"{at.astimezone(SHANGHAI):%Y-%m-%d}", seats=2)  # fmt: skip


# --- periods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("daily", date(2026, 3, 6), date(2026, 3, 6), date(2026, 3, 6)),
        ("weekly", date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),  # a week over the new year
        ("monthly", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("monthly", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_made_of_whole_days_of_the_site(kind, day, first, last):
    period = period_of(kind, day, SHANGHAI)
    assert (period.first, period.last) == (first, last)
    assert period.begin == datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    assert period.end == datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)


def test_a_day_is_as_long_as_the_clock_change_makes_it():
    short, long = (period_of("daily", day, BERLIN) for day in (date(2026, 3, 29), date(2026, 10, 25)))
    assert (short.end - short.begin, long.end - long.begin) == (timedelta(hours=23), timedelta(hours=25))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["daily", "weekly", "monthly"]))
def test_periods_follow_each_other_without_a_gap(day, kind):
    period = period_of(kind, day, BERLIN)
    assert period.first <= day <= period.last
    assert period_of(kind, period.last + timedelta(days=1), BERLIN).begin == period.end
    assert {*period.title} == {"zh", "en"}


# --- figures ---------------------------------------------------------------------------------------------


def test_the_figures_of_a_day():
    ledger = made(
        [
            case("1", state="closed", close_code="true_handled", taken_s=60, arrived_s=300, resolved_s=900, ratings=(5,)),
            case("2", state="closed", close_code="false_device", taken_s=120, resolved_s=1800, late=frozenset({"resolve"})),
            case("3", state="closed", close_code="test_drill", taken_s=30, resolved_s=60, rework=1, ratings=(2,)),
            case("4", state="taken", taken_s=240, late=frozenset({"take"}), level="L1", grid=None, reported=True),
            case("5", state="dispatched", category="0602", drill=True),
        ]
    )  # fmt: skip
    whole = ledger.whole
    assert (whole.opened, whole.done, whole.still_open, whole.reported, whole.late) == (4, 3, 1, 1, 2)
    assert whole.on_time == pytest.approx(2 / 3, abs=1e-4)
    assert (whole.false_alarms, whole.false_rate) == (1, 0.5)  # a drill's code is no finding
    assert (whole.rework, whole.rework_rate) == (1, pytest.approx(1 / 3, abs=1e-4))
    assert (whole.taken_s, whole.arrived_s, whole.resolved_s) == (90, 300, 900)
    assert (whole.rated, whole.satisfied) == (2, 0.5)
    assert (ledger.drills, [line.name for line in ledger.by_category]) == (1, ["0205"])
    assert [(line.name, line.opened) for line in ledger.by_level] == [("L1", 1), ("L2", 3)]
    assert [(line.name, line.opened) for line in ledger.by_grid] == [("", 1), ("g1", 3)]
    assert ledger.by_day == (("2026-03-06", 4, 0),)


def test_a_day_counts_what_was_closed_on_it_however_old():
    ledger = ledger_of(
        [case("1")], [], period=DAY, day_of=lambda at: f"{at.astimezone(SHANGHAI):%m-%d}",
        closed=[DAY.begin + timedelta(hours=30), DAY.begin + timedelta(hours=31)],
    )  # fmt: skip
    assert ledger.by_day == (("03-06", 1, 0), ("03-07", 0, 2))


def test_hours_before_the_gateway_listened_are_not_quiet_ones():
    alarms = [alarm(minute) for minute in range(1200, 1260)]
    wanted = {"period": DAY, "day_of": lambda at: f"{at:%m-%d}"}
    young = ledger_of([], alarms, since=DAY.begin + timedelta(hours=20), **wanted)
    assert (young.load.hours, young.load.per_hour) == (4.0, 15.0)
    old = ledger_of([], alarms, since=DAY.begin - timedelta(days=9), **wanted)
    assert (old.load.hours, old.load.per_hour) == (24.0, 2.5)
    later = ledger_of([], [], since=DAY.end + timedelta(days=1), **wanted)
    assert (later.load.hours, later.load.per_hour) == (0.0, 0.0)


def test_nothing_is_not_nought_per_cent():
    line = line_of("", [])
    assert (line.opened, line.on_time, line.false_rate, line.rework_rate, line.taken_s, line.satisfied) == (0, None, None, None, None, None)  # fmt: skip


cases_of_a_day = st.lists(
    st.builds(
        case,
        number=st.uuids().map(str),
        minute=st.integers(0, 1439),
        category=st.sampled_from(["0101", "0205", "0602"]),
        level=st.sampled_from(["L1", "L2", "L3", "L4"]),
        grid=st.sampled_from(["g1", "g2", None]),
        state=st.sampled_from(["closed", "rejected", "taken", "merged"]),
        close_code=st.sampled_from([None, "true_handled", "false_rule", "nuisance"]),
        resolved_s=st.none() | st.floats(0, 1e6),
        late=st.frozensets(st.sampled_from(["take", "arrive", "resolve", "check"])),
        rework=st.integers(0, 2),
        drill=st.booleans(),
    ),
    max_size=30,
)


@given(cases_of_a_day)
def test_every_case_is_in_one_line_of_each_sheet(cases):
    ledger = made(cases)
    assert ledger.whole.opened + ledger.drills == len(cases)
    for lines in (ledger.by_category, ledger.by_level, ledger.by_grid, ledger.by_building):
        for figure in ("opened", "done", "still_open", "late", "false_alarms", "rework", "reopened"):
            assert sum(getattr(line, figure) for line in lines) == getattr(ledger.whole, figure)
    for rate in (ledger.whole.on_time, ledger.whole.false_rate, ledger.whole.rework_rate):
        assert rate is None or 0 <= rate <= 1
    assert sum(opened for _, opened, _ in ledger.by_day) == ledger.whole.opened


# --- load ------------------------------------------------------------------------------------------------


def test_a_flood_begins_above_ten_and_ends_below_five():
    counts = [2, 11, 6, 5, 4, 10, 12, 0]  # calm, flood, still, still, over, not yet one, flood, over
    alarms = [alarm(10 * window + n * 0.5, key=f"{window}.{n}") for window, count in enumerate(counts) for n in range(count)]  # fmt: skip
    load = load_of(alarms, begin=DAY.begin, end=DAY.begin + timedelta(minutes=80), seats=2)
    assert (load.alarms, load.worst_window, load.worst_at) == (50, 12, DAY.begin + timedelta(minutes=60))
    assert (load.floods, load.flood_share, load.calm_share) == (2, 0.5, 0.25)
    assert (load.per_hour, load.per_hour_and_seat) == (37.5, 18.75)


def test_chattering_standing_and_the_ten_that_speak_most():
    chatter = [alarm(5, key="a"), alarm(5.4, key="a"), alarm(5.9, key="a")]
    slow = [alarm(100, key="b"), alarm(101, key="b"), alarm(102.5, key="b")]
    old = [
        alarm(-60 * 30, key="stands"),
        alarm(-60 * 30, key="gone", cleared_at=DAY.begin + timedelta(hours=1)),
    ]
    load = load_of([*chatter, *slow, *old], begin=DAY.begin, end=DAY.end, seats=None)
    assert (load.chattering, load.standing, load.per_hour_and_seat) == (("door a",), 1, None)
    assert (load.alarms, load.top_share) == (6, 1.0)


@given(st.lists(st.floats(0, 1439.9), max_size=80))
def test_windows_count_each_alarm_once(minutes):
    load = load_of([alarm(minute) for minute in minutes], begin=DAY.begin, end=DAY.end, seats=1)
    assert load.alarms == len(minutes) == sum(load.levels.values())
    assert load.worst_window <= load.alarms
    assert load.calm_share is not None
    assert (load.calm_share < 1) == (load.worst_window > 2)
    assert load.flood_share is not None
    assert (load.floods > 0) == (load.worst_window > 10)


def test_the_league_of_noise_names_rules_devices_and_what_people_found():
    cases = [case("1", state="closed", close_code="false_rule"), case("2", state="closed", close_code="true_handled"), case("d", drill=True)]  # fmt: skip
    alarms = [
        alarm(1, incident="1"), alarm(2, incident="1"), alarm(3, incident="2", device="gate-2"),
        alarm(4, rule="smoke", incident="d"), alarm(5, rule="leak", key="cellar", device=None),
    ]  # fmt: skip
    first, second = made(cases, alarms).noisy
    assert (first.rule, first.alarms, first.share, first.cases, first.false, first.found) == ("door", 3, 0.75, 2, 1, 2)  # fmt: skip
    assert first.devices == (("gate-1", 2), ("gate-2", 1))
    assert (second.rule, second.cases, second.devices) == ("leak", 0, ())  # the drill's alarm is nowhere


# --- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_figures_stand_in_csv_xlsx_and_on_paper(lang):
    tables = sheets(made([case("1", state="closed", close_code="false_rule", resolved_s=90.0)], [alarm(3)]), NAMES, lang)  # fmt: skip
    rows = list(csv.reader(io.StringIO(to_csv(tables, "title", "foot").removeprefix("\ufeff"))))
    book = load_workbook(io.BytesIO(to_xlsx(tables, "title", "foot")))
    html = ledger_page(tables, "title", "site", "foot", lang)
    assert [page.title for page in book] == [sheet.title for sheet in tables]
    for sheet, page in zip(tables, book, strict=True):
        header = [cell.value for cell in page[3]][: len(sheet.columns)]
        assert header == [column.name for column in sheet.columns]
        shares = [column.form == "share" for column in sheet.columns]
        assert [f"{name} (%)" if share else name for name, share in zip(header, shares, strict=True)] in rows
        for number, row in enumerate(sheet.rows, start=4):
            kept = [cell.value for cell in page[number]][: len(row)]
            assert kept == [None if value == "" else value for value in row]
            percent = [
                round(value * 100, 1) if share and value is not None else value
                for value, share in zip(row, shares, strict=True)
            ]
            assert ["" if value is None else str(value) for value in percent] in rows, "one scale of shares"
        assert f"<h2>{sheet.title}</h2>" in html
    assert ("处置用时" in html) == (lang == "zh")


def test_no_cell_becomes_a_formula_and_no_name_becomes_a_tag():
    nasty = Sheet(title="a/b[c]?" * 9, columns=(Column(name="=1+1", form="text"),), rows=(('=HYPERLINK("x")',), ("<script>x</script>",)))  # fmt: skip
    text = to_csv([nasty], "t", "f")
    assert "'=1+1" in text
    assert '"\'=HYPERLINK(""x"")"' in text
    page = load_workbook(io.BytesIO(to_xlsx([nasty], "t", "f"))).worksheets[0]
    assert (page["A4"].value, page["A4"].data_type) == ('=HYPERLINK("x")', "s")
    html = ledger_page([nasty], "t", "s", "f", "zh")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_empty_ledger_says_so():
    html = ledger_page(sheets(made([]), NAMES, "zh"), "t", "s", "f", "zh")
    assert html.count("本期没有") == 6
