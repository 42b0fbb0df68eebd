"""The site file: the example is right, and every mistake is named with its place, all at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.in_chinese import in_chinese
from gateway.site import built_in_categories, built_in_plans, load_site_file

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / "deploy" / "site.example.yaml").read_text(encoding="utf-8")
TODAY = date(2026, 3, 6)


def said(text):
    return [str(problem) for problem in load_site_file(text, "site.yaml", today=TODAY)[1]]


def test_the_example_is_right():
    site, problems = load_site_file(EXAMPLE, "site.example.yaml", today=TODAY)
    assert [str(problem) for problem in problems] == []
    view = site.view
    assert (view.id, str(view.zone), view.name["en"], view.demo) == (
        "demo",
        "Asia/Shanghai",
        "Example Estate",
        False,
    )
    assert view.people["qian"].grids == ("community",)
    assert view.plans["gate_check"].steps[1].wait.seconds == 180
    assert view.categories["0680"].level == "L4"
    assert set(built_in_categories()) < set(view.categories)
    assert set(built_in_plans()) == set(view.plans)
    assert view.settings.auto_dispatch == ("L1", "L2")
    assert view.calendar is site.rules.calendars["office"]
    assert view.buildings["b1"].floors == 18
    assert view.roster.overrides[0].begin == datetime(2026, 3, 10, 0, tzinfo=UTC), "a local time of the site"


def test_the_gaps_of_the_roster_are_warnings():
    site, _ = load_site_file(EXAMPLE, "site.example.yaml", today=TODAY)
    words = [str(problem) for problem in site.lint]
    assert any(
        "nobody on duty as maintenance in the site from Fri 03-06 18:00 to Mon 03-09 08:00" in w
        for w in words
    )
    assert not any("as guard" in w for w in words)


MISTAKES = [
    ("{id: b1-301, building: b1, unit: \"1\", floor: \"3\", grid: g1,", "{id: b1-301, building: b1, unit: \"1\", floor: \"3\", grid: g9,", "households[0].grid: unknown grid 'g9'"),
    ("people: [wang, li]}", "people: [wang, lii]}", "roster.shifts[0].people[1]: unknown person 'lii'; did you mean 'li'?"),
    ("rotation: [[zhou, wang], [zhou, li]]", "rotation: [[zhou, wang], [zhao]]", "roster.shifts[1].rotation[1][0]: 'zhao' is worker, not guard"),
    ("start: \"2026-03-02\"", "turn: 1", "roster.shifts[1].turn: unknown field 'turn'"),
    ("parent: street,", "parent: strett,", "grids[1].parent: unknown grid 'strett'; did you mean 'street'?"),
    ("{id: street, kind: street,", "{id: street, kind: street, parent: g1,", "lies in itself: "),
    ("roles: [leader]", "roles: [boss]", "people[5].roles[0]: expected one of guard, worker, leader"),
    ("{sms: \"13800000001\"}", "{smss: \"13800000001\"}", "people[0].contacts.smss: unknown channel 'smss'; did you mean 'sms'?"),
    ("auto_dispatch: [L1, L2]", "auto_dispatch: [L1, L9]", "dispatch.auto_dispatch[1]: expected one of L1, L2, L3, L4, not 'L9'"),
    ("work_calendar: office", "work_calendar: ofice", "dispatch.work_calendar: unknown calendar 'ofice'; did you mean 'office'?"),
    ("{code: \"0680\",", "{code: \"680\",", "categories[0].code: expected four digits in quotes, not '680'"),
    ("{to: [guard]}", "{to: [gard]}", "plans[0].ladder[0].to: unknown role 'gard'"),
    ("person: sun,", "person: sunn,", "roster.leave[0].person: unknown person 'sunn'; did you mean 'sun'?"),
    ("remove: [li]", "remove: [lu]", "roster.overrides[0].remove[0]: unknown person 'lu'"),
    ("kind: lan}", "kind: lan, url: x}", "channels[0].url: unknown field 'url'"),
    ("{id: workers, role: worker,", "{id: guard-day, role: worker,", "roster.shifts[2]: 'guard-day' is there twice"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "instead", "words"), MISTAKES, ids=lambda value: value[:24])
def test_each_mistake_has_its_place(written, instead, words):
    assert EXAMPLE.count(written) >= 1
    text = EXAMPLE.replace(written, instead, 1)
    found = said(text)
    assert any(words in line for line in found), found
    line = next(line for line in found if words in line)
    assert int(line.split(":")[1]) == text[: text.index(instead)].count("\n") + 1


def test_all_mistakes_are_named_at_once():
    text = EXAMPLE
    picked = [m for m in MISTAKES if m[0] not in ("{id: street, kind: street,", "roles: [leader]")]
    for written, instead, _ in picked:
        text = text.replace(written, instead, 1)
    found = "\n".join(said(text))
    assert [words for _, _, words in picked if words not in found] == []


def test_somebody_in_two_shifts_at_once_is_named():
    text = EXAMPLE.replace("people: [wang, li]}", "people: [wang, li, zhou]}").replace(
        'from: "20:00"', 'from: "19:00"'
    )
    assert any("'zhou' is in 'guard-day' and 'guard-night' at the same time" in line for line in said(text))


def test_a_plan_that_reaches_nobody_is_named():
    text = EXAMPLE.replace("roles: [leader], grids: [community]", "roles: [resident]").replace(
        "roles: [manager]", "roles: [resident]"
    )
    text = text.replace("{to: [guard]}", "{to: [leader]}").replace(
        "{to: [guard, leader], wait: 3m}", "{to: [leader], wait: 3m}"
    )
    assert any("plans[0].ladder: nobody of this site is leader or manager" in line for line in said(text))


def test_an_id_that_looks_like_a_number_is_the_word_that_was_written():
    text = "site: s\nbuildings: [{id: 24e12, name: {zh: 一, en: One}}, {id: 3}]\npeople: [{id: 1e5, name: 5, roles: [guard]}]\n"
    site, _ = load_site_file(text, "s.yaml", today=TODAY)
    assert site is not None
    assert list(site.view.people) == ["1e5"]
    assert site.view.people["1e5"].name == "5"
    assert {"24e12", "3"} <= set(site.view.buildings)


def test_the_smallest_site_has_everything_it_needs():
    site, problems = load_site_file("site: s\n", "s.yaml", today=TODAY)
    assert problems == []
    assert site.lint == []
    assert len(site.view.categories) >= 45
    assert site.view.calendar is not None
    assert site.view.calendar.contains(datetime(2026, 3, 6, 2, tzinfo=UTC))
    assert not site.view.calendar.contains(datetime(2026, 3, 7, 2, tzinfo=UTC)), "a Saturday"


KEYS = [
    "name",
    "demo",
    "grids",
    "people",
    "roster",
    "categories",
    "plans",
    "channels",
    "dispatch",
    "buildings",
    "zones",
    "devices",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["g1", "wang", "", "L1", "08:00", "é", "2026-03-02"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "code",
                    "to",
                    "ladder",
                    "shifts",
                    "people",
                    "role",
                    "roles",
                    "from",
                    "to",
                    "days",
                    "grid",
                    "name",
                    "level",
                    "rotation",
                    "start",
                    "take",
                    "plan",
                    "parent",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_nothing_a_person_can_write_breaks_it(value):
    import msgspec

    site, problems = load_site_file(
        msgspec.json.encode({"site": "s", **value}).decode(), "s.yaml", today=TODAY
    )
    assert site.view.id == "s"
    assert all(str(problem).startswith("s.yaml:") for problem in problems)


def test_a_device_type_that_nothing_knows_is_warned_about() -> None:
    text = "site: s1\ntimezone: Asia/Shanghai\ndevices:\n- {id: d1, type: unit_dor}\n- {id: d2, type: unit_door}\n- {id: d3}\n"
    found, problems = load_site_file(text, "site.yaml", today=date(2026, 3, 6))
    assert problems == []
    (warning,) = [str(each) for each in found.lint]
    assert warning.startswith(
        "site.yaml:4: devices[0].type: no built-in rule knows the device type 'unit_dor'"
    )
    assert "unit_door" in warning


def test_days_of_a_shift_that_are_none_and_parts_that_are_none_are_named():
    text = """\
site: demo
people: [{id: a, name: A, roles: [guard]}]
roster:
  shifts: [{id: s, role: guard, from: "08:00", to: "20:00", days: [workday, montag], people: [a], turn_days: 0}]
  swaps: []
requests:
  leave: [{person: gone, from: "2026-01-01", to: "2026-01-02", id: l1, state: granted}]
"""
    found = said(text)
    assert any(
        "roster.shifts[0].days[1]: unknown day 'montag', expected some of mon" in each for each in found
    )
    assert any("roster.shifts[0].turn_days: expected 1 or more days, found 0" in each for each in found)
    assert any("roster.swaps: unknown part 'swaps'" in each for each in found)
    assert len(found) == 3, found


def test_a_worker_without_a_grid_is_worth_a_warning():
    text = EXAMPLE.replace("roles: [worker], grids: [g1]", "roles: [worker], grids: []", 1)
    site, problems = load_site_file(text, "site.yaml", today=TODAY)
    assert problems == []
    (found,) = (each for each in site.lint if each.path == "people[3].grids")
    assert found.message.startswith("'zhao' is a grid worker without a grid")
    assert in_chinese(found.message).startswith("网格员“zhao”没有网格")


def test_a_device_that_stands_nowhere_or_hangs_on_nothing_is_worth_a_warning():
    devices = """
  - {id: a, building: b9}
  - {id: b, building: b1, unit: u9}
  - {id: c, building: b1, unit: u1, floor: "9"}
  - {id: d, building: b1, unit: u1, floor: "1", parent: nope}
  - {id: e, zone: anywhere}
"""
    places = """
  - {id: b1, kind: building}
  - {id: b1-u1, kind: unit, parent: b1, part: u1}
  - {id: b1-u1-1, kind: floor, parent: b1-u1, part: "1"}
"""
    text = f"site: c1\ntimezone: Asia/Shanghai\nplaces:{places}devices:{devices}"
    site, problems = load_site_file(text, "s.yaml", today=date(2026, 3, 4))
    assert problems == []
    assert [(each.path, each.message) for each in site.lint if each.path.startswith("devices")] == [
        ("devices[3].parent", "'nope' is no device of this file"),
        ("devices[0].building", "this site has no building 'b9', expected some of b1"),
        ("devices[1].unit", "this site has no unit 'u9', expected some of u1"),
        ("devices[2].floor", "this site has no floor '9', expected some of 1"),
    ]
