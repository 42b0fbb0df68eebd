"""A line becomes the places of an estate: all of them, each once, each in what it lies in; mistakes are all named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.place import PlaceTree
from gateway.estate.generator import Layout, floors_of, places_of, read_layout, size_of
from gateway.estate.tree import LIES_IN, parts_of


@pytest.mark.parametrize(
    "line",
    [
        "1–30 栋, 3 单元, 18 层, 每层 4 户",
        "1-30栋，3单元，18层，每层4户",
        "１－３０号楼、每栋3单元、18层、每层４户",
        "1-30 buildings, 3 units, 18 floors, 4 homes per floor",
        "buildings 1-30; units 3; floors 18; homes 4",
    ],
)
def test_the_ways_in_which_people_say_it(line):
    layout, wrong = read_layout(line)
    assert wrong == ()
    assert layout == Layout(buildings=tuple(map(str, range(1, 31))), units=3, floors=18, homes=4)


def test_letters_single_numbers_and_floors_that_are_left_out():
    layout, wrong = read_layout("A-C座,2单元,6层,不含4层,每层2户")
    assert wrong == ()
    assert layout.buildings == ("A", "B", "C")
    assert floors_of(layout) == (1, 2, 3, 5, 6, 7)
    layout, wrong = read_layout("1,3,5-7栋")
    assert (wrong, layout.buildings, layout.units) == ((), ("1", "3", "5", "6", "7"), 0)


def test_every_mistake_of_a_line_is_named():
    layout, wrong = read_layout("很多栋, 3 单元, 0 层, 每层 四 户, 带花园")
    assert layout is None
    assert {each.part for each in wrong} >= {"很多栋", "每层 四 户", "带花园", "0"}
    assert all(each.zh and each.en for each in wrong)


@pytest.mark.parametrize(("line", "zh"), [("A栋", "A座"), ("3栋", "3号楼")])
def test_a_building_is_called_as_people_call_it(line, zh):
    (place,) = places_of(read_layout(line)[0])
    assert (place.kind, place.name["zh"]) == ("building", zh)


def test_more_than_can_be_meant_is_refused():
    layout, (wrong,) = read_layout("1-300栋,20单元,30层,每层10户")
    assert layout is None
    assert "20000" in wrong.en


def test_a_place_says_what_devices_say_of_it():
    tree = PlaceTree(places_of(read_layout("3栋,2单元,5层,每层2户")[0]))
    assert parts_of(tree, "b3-u2-5-502") == {"building": "b3", "unit": "u2", "floor": "5"}
    assert tree.get("b3-u2-5-502").name == {"zh": "502室", "en": "Flat 502"}


LAYOUTS = st.builds(
    Layout,
    buildings=st.lists(st.integers(1, 40).map(str), min_size=1, max_size=4, unique=True).map(tuple),
    units=st.integers(0, 3),
    floors=st.integers(0, 6),
    homes=st.integers(0, 3),
    without=st.frozensets(st.integers(1, 8), max_size=3),
)


@given(LAYOUTS)
def test_a_layout_makes_a_tree(layout):
    places = places_of(layout)
    assert len(places) == size_of(layout) == len({place.id for place in places})
    tree = PlaceTree(places)
    seen = set()
    for place in places:
        if place.parent is not None:
            assert place.parent in seen  # each after what it lies in
            assert tree.get(place.parent).kind in LIES_IN[place.kind]
        seen.add(place.id)
    assert not {int(place.part) for place in places if place.kind == "floor"} & layout.without


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_every_mistake_named(line):
    layout, wrong = read_layout(line)
    assert (layout is None) == bool(wrong)
