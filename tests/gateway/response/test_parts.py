"""Grids, times, categories, plans and messages, each by itself."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from devices.registry import Device, Household, Registry
from gateway.response.categories import parse_categories, parse_span
from gateway.response.grid import Grid, chain, covers, distance, grid_of
from gateway.response.message import TEXTS, TITLES, render
from gateway.response.model import Message, Span
from gateway.response.notices import place_words
from gateway.response.plans import parse_plans
from gateway.response.timers import add_span, next_timer, reminders, span_of, without
from tests.gateway.response.estate import T0, Desk, site

GRIDS = {
    g.id: g
    for g in (
        Grid(id="s", kind="street"),
        Grid(id="c", kind="community", parent="s"),
        Grid(id="g", parent="c", buildings=("b1",)),
        Grid(id="x", parent="y"),
        Grid(id="y", parent="x"),
    )
}


def test_the_tree_of_grids():
    assert chain(GRIDS, "g") == ("g", "c", "s")
    assert chain(GRIDS, "x") == ("x", "y"), "a loop ends the walk"
    assert chain(GRIDS, "nowhere") == ()
    assert covers(GRIDS, ("c",), "g")
    assert not covers(GRIDS, ("g",), "c")
    assert covers(GRIDS, (), "g"), "no grids: the whole site"
    assert [distance(GRIDS, own, "g") for own in (("g",), ("c",), ("s", "c"), ())] == [0, 1, 1, 3]


def test_a_device_finds_its_grid_by_itself_its_household_or_its_building():
    registry = Registry([], [Household(id="h", grid="g")])
    assert grid_of(GRIDS, registry, Device(id="1", grid="c")) == "c"
    assert grid_of(GRIDS, registry, Device(id="2", household="h")) == "g"
    assert grid_of(GRIDS, registry, Device(id="3", building="b1")) == "g"
    assert grid_of(GRIDS, registry, Device(id="4", building="b9")) is None
    assert grid_of(GRIDS, registry, None) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("3m", Span(180)),
        ("90s", Span(90)),
        ("2hW", Span(7200, True)),
        ("5dW", Span(5 * 8 * 3600, True)),
        ("7d", Span(604800)),
        ("3", None),
        ("", None),
        ("-1m", None),
    ],
)
def test_times_as_people_write_them(text, span):
    assert parse_span(text) == span


def test_every_category_that_ships_is_bilingual_and_has_a_way():
    view = site()
    assert len(view.categories) >= 45
    for category in view.categories.values():
        assert category.name["zh"]
        assert category.name["en"]
        assert category.plan is None or category.plan in view.plans
        assert (category.level == "L1") == category.auto_accept, category.code
    codes = [code for category in view.categories.values() for code in category.contact_id]
    assert len(codes) == len(set(codes)), "a Contact-ID code means one category"


def test_every_plan_that_ships_ends_with_somebody_who_is_told_off_duty_too():
    for plan in site().plans.values():
        assert plan.steps[-1].off_duty, plan.id
        assert plan.checklist
        assert plan.need_acks == (2 if plan.loops < 0 else 1), plan.id


def test_mistakes_in_categories_are_all_found_with_their_place():
    _, problems = parse_categories(
        [
            {"code": "207", "name": {"zh": "x", "en": "x"}, "level": "L3"},
            {
                "code": "0280",
                "name": {"zh": "甲"},
                "level": "L5",
                "take": "soon",
                "colour": "red",
                "responders": ["gardener"],
            },
            {"code": "0281"},
            "x",
        ],
        {},
    )
    places = [path for path, _ in problems]
    assert {
        (0, "code"),
        (1, "name"),
        (1, "level"),
        (1, "take"),
        (1, "colour"),
        (1, "responders"),
        (2,),
        (3,),
    } == set(places)


def test_a_site_changes_one_thing_of_a_category():
    base = site().categories
    found, problems = parse_categories([{"code": "0205", "level": "L1", "arrive": "none"}], base)
    assert problems == []
    assert (found["0205"].level, found["0205"].arrive, found["0205"].no_arrive) == ("L1", None, True)
    assert found["0205"].take == base["0205"].take


def test_mistakes_in_plans_are_all_found_with_their_place():
    _, problems = parse_plans(
        [
            {
                "id": "p",
                "ladder": [{"to": ["gardener"], "wait": "soon", "channels": ["pigeon"], "x": 1}, "y"],
                "loop_every": "often",
                "z": 2,
            },
            {"id": "q"},
            3,
        ],
        {},
        {"lan": None},
    )
    assert {
        (0, "ladder", 0, "to"),
        (0, "ladder", 0, "wait"),
        (0, "ladder", 0, "channels"),
        (0, "ladder", 0, "x"),
        (0, "ladder", 1),
        (0, "loop_every"),
        (0, "z"),
        (1, "ladder"),
        (2,),
    } == {path for path, _ in problems}


def test_times_of_level_and_category():
    categories = site().categories
    assert span_of("take", "L2", categories["0203"]) == Span(120)
    assert span_of("take", "L1", categories["0203"]) == Span(60), (
        "raised above its level it keeps the shorter promise"
    )
    assert span_of("arrive", "L3", categories["0210"]) is None
    assert span_of("dispatch", "L2", categories["0203"]) == Span(120)
    assert span_of("verify", "L4", categories["0601"]) == Span(4 * 3600, work=True)


def test_reminders_and_what_stops_them():
    due = T0 + timedelta(minutes=30)
    found = reminders("resolve", T0, due, "L1")
    assert found == {
        "remind.resolve.1": T0 + timedelta(minutes=15),
        "remind.resolve.2": T0 + timedelta(minutes=24),
    }
    assert reminders("take", T0, due, "L1") == {}
    assert reminders("resolve", T0, T0 + timedelta(days=7), "L4") == {
        "remind.resolve.1": T0 + timedelta(days=6)
    }
    running = {"resolve": due, "take": T0, **found}
    assert without(running, ("resolve",)) == {"take": T0}
    assert without(running, ("*",)) == {}
    assert next_timer({**found, "resolve": due}) == ("resolve", due)
    assert next_timer({}) is None


def test_work_time_without_a_calendar_is_natural_time():
    assert add_span(T0, Span(7200, True), None) == T0 + timedelta(hours=2)


@pytest.mark.parametrize("template", sorted(TITLES))
def test_every_template_speaks_both_languages_and_fills_its_facts(template):
    assert set(TITLES) == set(TEXTS)
    duty = ("other", "day", "shift", "note", "begin", "end", "gaps", "lines", "count")
    facts = dict.fromkeys(("who", "agency", "due", "why", "into", "left", *duty), "x") | {
        name: {"zh": "甲", "en": "b"} for name in ("title", "place", "reason", "prompt", "report")
    }
    message = Message(
        id="1",
        incident="demo-20260306-001",
        alert=None,
        channel="lan",
        recipient="wang",
        template=template,
        params=facts,
        level="L2",
        created_at=T0,
        not_after=T0,
        drill=True,
    )
    for language, mark in (("zh-CN", "【演练】"), ("en", "[DRILL] ")):
        words = render(message, language)
        assert words.title.startswith(mark)
        assert "–" not in words.title + words.text, "a fact is missing"
        assert "{" not in words.title + words.text


def test_a_place_in_words():
    place = {
        "device_zh": "北门",
        "device_en": "North gate",
        "building": "b1",
        "building_zh": "1 号楼",
        "building_en": "Building 1",
        "floor": "3",
        "unit": None,
    }
    assert place_words(place) == {"zh": "北门 1 号楼 3 层", "en": "North gate, Building 1, floor 3"}
    assert place_words({}) == {"zh": "位置未知", "en": "place unknown"}


def test_after_a_restart_the_world_is_the_same():
    from gateway.response.world import World

    desk = Desk()
    desk.alarm()
    desk.act("take", "wang")
    desk.alarm(alert="a2", device="sos-9", key={"device": "sos-9"})
    again = World(desk.world.site, incidents=desk.world.incidents.values())
    assert again.next_due() == desk.world.next_due()
    assert again.number_for(desk.now) == desk.world.number_for(desk.now)
    assert again.load("wang") == desk.world.load("wang") == 4
    assert (
        again.case_of_key('access.forced|{"device":"gate-n1"}') == desk.world.incidents["demo-20260306-001"]
    )
    far = desk.now + timedelta(days=30)
    assert again.due(far) == desk.world.due(far)
    assert again.due(far) == again.due(far), "looking does not change anything"


def test_the_offset_of_the_clock_moves_the_roster_and_the_numbers_only():
    desk = Desk()
    desk.world.set_offset(timedelta(hours=3))  # the engine's clock is three hours behind the wall
    case = desk.alarm()
    assert case.number == "demo-20260307-001"
    assert case.timers["verify"] == T0 + timedelta(minutes=3)
    assert ZoneInfo("Asia/Shanghai") == desk.world.site.zone
