"""The places with most cases."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.report.spot import spots_of
from tests.gateway.report.records import case


def test_the_three_with_most_come_first():
    cases = [
        *(case(f"a{n}", building="b1") for n in range(3)),
        *(case(f"b{n}", zone="north", building=None) for n in range(4)),
        case("c", building="b2", zone="north"),  # a case of a building counts for the building alone
        case("d", building="b3"), case("e"),
    ]  # fmt: skip
    found = spots_of(cases)
    assert [(each.building, each.zone, each.cases) for each in found] == [
        (None, "north", 4), ("b1", None, 3), ("b2", None, 1),
    ]  # fmt: skip
    assert found[0].share == 0.4
    assert spots_of([]) == ()


@given(st.lists(st.sampled_from([None, "b1", "b2", "b3", "b4"]), max_size=30))
def test_no_case_is_counted_twice(buildings):
    cases = [case(str(n), building=building) for n, building in enumerate(buildings)]
    found = spots_of(cases, most=10)
    assert sum(each.cases for each in found) == sum(building is not None for building in buildings)
    assert [each.cases for each in found] == sorted((each.cases for each in found), reverse=True)
