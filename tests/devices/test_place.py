"""Places: a tree, the way to a place, and the names people say."""

from devices.place import Place, PlaceTree

TREE = PlaceTree(
    [
        Place(id="b3", kind="building", name={"zh": "3号楼", "en": "Building 3"}, aliases=("三栋",)),
        Place(id="b3-1", kind="unit", parent="b3"),
        Place(id="b3-1-5", kind="floor", parent="b3-1"),
        Place(id="lost", kind="area", parent="nowhere"),
        Place(id="x", kind="area", parent="y"),
        Place(id="y", kind="area", parent="x"),
    ]
)


def test_the_way_leads_from_outside_in() -> None:
    assert [place.id for place in TREE.way("b3-1-5")] == ["b3", "b3-1", "b3-1-5"]
    assert TREE.way("unknown") == ()


def test_what_lies_in_a_place() -> None:
    assert [place.id for place in TREE.below("b3")] == ["b3-1"]
    assert [place.id for place in TREE.below()] == ["b3", "lost"]
    assert len(TREE) == 6


def test_a_loop_in_the_data_ends() -> None:
    assert [place.id for place in TREE.way("x")] == ["y", "x"]


def test_people_say_names_and_aliases() -> None:
    assert [place.id for place in TREE.find("三栋")] == ["b3"]
    assert [place.id for place in TREE.find(" building 3 ")] == ["b3"]
    assert list(TREE.find("四栋")) == []
