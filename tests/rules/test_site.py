"""The site file: what it gives, and every mistake in it at once, each with its place."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.site import Site, load_site

GOOD = """\
site: green-court
timezone: Asia/Shanghai
people: [{id: wang}]
devices:
- {id: gate-n1, type: access_gate, name: {zh: 北门, en: North gate}, building: b2, floor: 3, zone: north, grid: g1, parent: sw-1, tags: [main]}
- {id: sw-1, type: switch, x: 0.5, y: 1}
- {id: sos-7, type: sos, household: h-7, profile: generic.mqtt@1, ident: AB12}
households:
- {id: h-7, building: b2, care: [alone]}
calendars:
  night: [{from: "22:00", to: "06:00"}]
  office: [{days: [workday], from: 09:00, to: 18:00}, {days: [sat], from: "9:00", to: "24:00"}]
holidays: {"2026-05-12": restday, 2026-05-16: workday}
"""


def said(text: str) -> list[str]:
    return [str(problem) for problem in load_site(text, "site.yaml")[1]]


def test_a_whole_site() -> None:
    site, problems = load_site(GOOD, "site.yaml", extra_keys=("people",))
    assert not problems, [str(p) for p in problems]
    assert site.id == "green-court"
    assert site.zone == ZoneInfo("Asia/Shanghai")
    gate = site.registry.get("gate-n1")
    assert gate is not None
    assert (gate.type, gate.building, gate.floor, gate.tags) == ("access_gate", "b2", "3", ("main",))
    assert site.registry.parents("gate-n1") == ("sw-1",)
    assert site.registry.resolve("generic.mqtt@2", "AB12") is site.registry.get("sos-7")
    assert site.registry.households["h-7"].care == ("alone",)
    assert site.holidays.table == {date(2026, 5, 12): False, date(2026, 5, 16): True}
    tuesday = datetime(2026, 5, 12, 10, tzinfo=site.zone)
    assert not site.calendars["office"].contains(tuesday)
    assert site.calendars["office"].contains(datetime(2026, 5, 2, 23, 59, tzinfo=site.zone))
    assert site.calendars["night"].contains(datetime(2026, 5, 12, 23, tzinfo=site.zone))
    assert site.lint == ()


def test_a_site_may_be_nothing_but_its_name() -> None:
    site, problems = load_site("site: a", "site.yaml")
    assert not problems
    assert site.zone == ZoneInfo("Asia/Shanghai")
    assert len(site.registry) == 0


def test_all_mistakes_at_once() -> None:
    text = """\
sit: a
timezone: Asia/Shangai
devices:
- {id: a, typ: camera, tags: 5}
- {id: a, state: retird}
- {type: camera, x: 3}
- gate
- {id: b, parent: c, name: {fr: porte}}
- {id: c, parent: b}
households: {id: h}
calendars:
  night: [{from: "25:00", to: "06:00", day: [mon]}, {days: [tues], from: "1:00"}]
  none: []
holidays: {2026-13-01: restday, 2026-05-12: holiday}
"""
    assert sorted(said(text)) == sorted(
        [
            "site.yaml:1: sit: unknown key 'sit'; did you mean 'site'?",
            "site.yaml:1: site: the id of the site is missing",
            "site.yaml:2: timezone: unknown time zone 'Asia/Shangai'; did you mean 'Asia/Shanghai'?",
            "site.yaml:4: devices[0].tags: expected a list of words such as [main], found 5",
            "site.yaml:4: devices[0].typ: unknown key 'typ'; did you mean 'type'?",
            "site.yaml:5: devices[1].id: the id 'a' stands twice, first in line 4",
            "site.yaml:5: devices[1].state: unknown state 'retird', expected one of seen, claimed, active, suspended, retired; did you mean 'retired'?",
            "site.yaml:6: devices[2].x: expected a share of the plan between 0 and 1, found 3",
            "site.yaml:6: devices[2]: 'id' is missing",
            "site.yaml:7: devices[3]: expected a mapping, found 'gate'",
            "site.yaml:8: devices[4].name.fr: unknown language 'fr', expected zh or en",
            "site.yaml:8: devices[4].parent: 'b' hangs on itself: b → c → b",
            "site.yaml:9: devices[5].parent: 'c' hangs on itself: c → b → c",
            "site.yaml:10: households: expected a list, found {'id': 'h'}",
            "site.yaml:12: calendars.night[0].from: expected a time of day such as 22:00, found '25:00'",
            "site.yaml:12: calendars.night[0].day: unknown key 'day'; did you mean 'days'?",
            "site.yaml:12: calendars.night[1].days[0]: unknown day 'tues'; did you mean 'tue'?",
            "site.yaml:12: calendars.night[1]: 'to' is missing",
            "site.yaml:13: calendars.none: expected a list such as [{from: \"22:00\", to: \"06:00\"}], found an empty list",
            "site.yaml:14: holidays.2026-13-01: '2026-13-01' is no date; expected YYYY-MM-DD such as 2026-05-12",
            "site.yaml:14: holidays.2026-05-12: expected restday or workday, found 'holiday'",
        ]
    )  # fmt: skip


def test_an_id_is_what_was_written_whatever_number_it_looks_like() -> None:
    words = ["24e1240000001234", "24e12", "0x1F", "0017", "1.50", "3"]
    rows = "".join(f"- {{id: d{n}, ident: {word}, floor: {word}}}\n" for n, word in enumerate(words))
    site, problems = load_site(f"site: a\ndevices:\n{rows}", "site.yaml")
    assert not problems, [str(p) for p in problems]
    assert [device.ident for device in site.registry] == words
    assert [device.floor for device in site.registry] == words
    assert said("site: a\ndevices:\n- {id: true}\n") == [
        "site.yaml:3: devices[0].id: expected text, found true"
    ]
    assert "put it in quotes if it is a code" in said("site: a\ndevices:\n- {id: 99999999999999999999}\n")[0]


def test_a_broken_file_says_where() -> None:
    site, problems = load_site("site: a\ndevices:\n\t- {id: b}\n", "site.yaml")
    assert isinstance(site, Site)
    assert [p.line for p in problems] == [3]
    assert said("- a\n")[0].endswith("expected a mapping, found ['a']")
    assert load_site(b"site: \xff", "site.yaml")[1][0].message.startswith("not UTF-8")


def test_what_hangs_on_nothing_listed_is_only_a_warning() -> None:
    site, problems = load_site(
        "site: a\ndevices:\n- {id: cam-1, parent: sw1, household: h1}\n- {id: sw-1}\n", "s"
    )
    assert not problems
    assert [str(p) for p in site.lint] == [
        "s:3: devices[0].parent: 'sw1' is no device of this file; did you mean 'sw-1'?",
        "s:3: devices[0].household: 'h1' is no household of this file",
    ]


KEYS = st.sampled_from(
    ["site", "timezone", "devices", "households", "calendars", "holidays", "id", "from", "to", "days"]
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "22:00", "mon", "2026-05-12", "Europe/../x", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(ANY)
def test_nothing_written_raises(value: object) -> None:
    site, problems = load_site(json.dumps(value), "site.yaml")
    assert isinstance(site, Site)
    assert all(p.line == 1 for p in problems)
