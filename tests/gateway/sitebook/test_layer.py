"""Saved documents over a site file: what stands where, and mistakes led back to whoever wrote them."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st

from devices.document import parse_document, path_text
from devices.problem import Problem
from gateway.sitebook.layer import entries_in, layered, path_of, placed
from gateway.sitebook.names import split_name

FILE = """\
site: demo
grids:
- {id: g1, name: {zh: 一, en: One}}
- {id: g2, parent: g9}
people:
- {id: wang, name: 王强, roles: [guard]}
- {id: li, name: 李娜, roles: [guard]}
roster: {shifts: []}
"""
WORDS = st.sampled_from(["g1", "g2", "g3", "wang"])
BODIES = st.dictionaries(
    st.sampled_from(["grid:g1", "grid:g2", "grid:g3", "person:wang", "person:neu", "roster"]),
    st.none() | st.fixed_dictionaries({"name": st.text(max_size=5)}),
)


def whole(bodies):
    return layered(parse_document(FILE, "site.yaml").value, bodies)


def test_a_saved_entry_stands_in_the_place_of_the_files_own():
    layer = whole({"grid:g1": {"id": "g1", "buildings": ["b1"]}, "grid:g3": {"id": "g3"}})
    assert [each["id"] for each in layer.value["grids"]] == ["g1", "g2", "g3"]
    assert layer.value["grids"][0] == {"id": "g1", "buildings": ["b1"]}
    assert layer.origins[("grids", 0)] == "grid:g1"
    assert layer.origins[("grids", 1)] == 1


def test_what_was_deleted_is_left_out_and_a_roster_is_taken_as_a_whole():
    layer = whole({"person:wang": None, "roster": {"shifts": [{"id": "day"}]}})
    assert [each["id"] for each in layer.value["people"]] == ["li"]
    assert layer.value["roster"] == {"shifts": [{"id": "day"}]}
    assert layer.wholes == {"roster"}


def test_a_mistake_is_led_back_to_the_document_or_the_line():
    file = parse_document(FILE, "site.yaml")
    layer = layered(file.value, {"person:wang": None, "person:neu": {"id": "neu"}, "roster": {}})

    def told(path):
        found = placed(Problem(file="site.yaml", line=1, path=path, message="wrong"), layer, file)
        return found.file, found.line, found.path

    assert told("people[0].roles[0]") == ("site.yaml", 7, "people[1].roles[0]")
    assert told("people[1].roles") == ("person:neu", 1, "roles")
    assert told("roster.shifts[2].role") == ("roster", 1, "shifts[2].role")
    assert told("grids[1].parent") == ("site.yaml", 4, "grids[1].parent")


@given(bodies=BODIES)
def test_nothing_is_lost_and_nothing_is_changed(bodies):
    base = parse_document(FILE, "site.yaml").value
    before = copy.deepcopy(base)
    layer = layered(base, bodies)
    assert base == before
    for what, key in (("grid", "grids"), ("person", "people")):
        named = {split_name(name)[1]: body for name, body in bodies.items() if name.startswith(f"{what}:")}
        untouched = [each for each in base[key] if each["id"] not in named]
        assert [each for each in untouched if each not in layer.value[key]] == []
        assert len(layer.value[key]) == len(untouched) + sum(body is not None for body in named.values())


@given(path=st.lists(st.integers(0, 99) | st.from_regex(r"[a-z_]+", fullmatch=True), max_size=5))
def test_a_path_is_read_as_it_is_written(path):
    assert path_of(path_text(tuple(path))) == tuple(path)


def test_the_file_is_asked_by_the_name_of_a_document():
    base = parse_document(FILE, "site.yaml").value
    assert entries_in(base)["person:li"]["name"] == "李娜"
    assert entries_in(base)["roster"] == {"shifts": []}
    assert "person:nobody" not in entries_in(base)
    assert "rule:x" not in entries_in(base)
    assert split_name("person:") is None
