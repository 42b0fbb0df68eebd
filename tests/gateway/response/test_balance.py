"""Balance of grids: the measure, the proposal and its laws."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.registry import Household, Registry
from gateway.response.balance import LEAST_GAIN, Load, balances, households_of, proposal, spread_of
from gateway.response.grid import Grid, Place

GRIDS = {
    g.id: g
    for g in (
        Grid(id="s", kind="street"),
        Grid(id="c1", kind="community", parent="s"),
        Grid(id="c2", kind="community", parent="s"),
        Grid(id="g1", parent="c1", buildings=("b1", "b2", "b3")),
        Grid(id="g2", parent="c1", buildings=("b4",)),
        Grid(id="g3", parent="c2", buildings=("b5",)),
    )
}
LOADS = {name: Load(households=100, incidents=10, work_s=3600) for name in ("b1", "b2", "b3", "b4", "b5")}


def test_each_community_is_judged_by_itself():
    first, second = balances(GRIDS, LOADS, {})
    assert (first.community, [(each.grid, each.load.households) for each in first.grids]) == (
        "c1",
        [("g1", 300), ("g2", 100)],
    )
    assert first.spread == 0.5, "200 on average, 100 off"
    assert (second.community, second.spread) == ("c2", 0.0)


def test_a_proposal_moves_one_whole_building_and_says_why():
    (first, second) = balances(GRIDS, LOADS, {})
    made = proposal(first, LOADS, {})
    (move,) = made.moves
    assert (move.building, move.source, move.target, move.before, move.after) == ("b1", "g1", "g2", 0.5, 0.0)
    assert "50.0% → 0.0%" in move.reason["zh"]
    assert "moving 100 households" in move.reason["en"]
    assert made.after.spread == 0.0
    assert proposal(second, LOADS, {}).moves == ()


def test_only_a_neighbour_takes_a_building():
    grids = {
        g.id: g
        for g in (
            Grid(id="c", kind="community"),
            Grid(id="west", parent="c", buildings=("w1", "w2", "w3", "w4", "w5", "w6")),
            Grid(id="east", parent="c", buildings=("e1",)),
        )
    }
    places = {f"w{n}": Place(id=f"w{n}", x=n / 100, y=0.0) for n in range(1, 7)} | {
        "e1": Place(id="e1", x=0.9, y=0.0)
    }
    loads = dict.fromkeys(places, Load(households=50))
    (balance,) = balances(grids, loads, {})
    moved = {move.building for move in proposal(balance, loads, places).moves}
    assert moved == set(), "four of its own stand nearer to each than the east"
    assert len(proposal(balance, loads, {}).moves) == 2


def test_what_belongs_to_a_grid_without_a_building_stays():
    (balance, _) = balances(GRIDS, LOADS, {"g2": Load(households=200, incidents=20, work_s=7200)})
    assert balance.spread == 0.0
    assert proposal(balance, LOADS, {}).moves == ()


def test_households_count_where_they_live_or_where_they_say_they_belong():
    registry = Registry(
        (), [Household(id="1", building="b1"), Household(id="2", building="b1", grid="g1"), Household(id="3", grid="g3"),
             Household(id="4", building="b1", grid="g2"), Household(id="5", building="b9")]
    )  # fmt: skip
    assert households_of(registry, GRIDS) == ({"b1": 2}, {"g3": 1, "g2": 1})


def test_the_measure_is_told_by_what_can_be_told():
    assert spread_of([]) == 0.0
    assert spread_of([Load(), Load()]) == 0.0
    assert spread_of([Load(households=2), Load()]) == 1.0
    assert spread_of([Load(households=1, incidents=2), Load(households=1)]) == 0.5


LOAD = st.builds(
    Load,
    households=st.integers(0, 300),
    incidents=st.integers(0, 50),
    work_s=st.integers(0, 10**5).map(float),
)


@st.composite
def estates(draw):
    count = draw(st.integers(1, 12))
    names = [f"b{n}" for n in range(count)]
    cut = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
    grids = {"c": Grid(id="c", kind="community")} | {
        f"g{k}": Grid(
            id=f"g{k}", parent="c", buildings=tuple(n for n, g in zip(names, cut, strict=True) if g == k)
        )
        for k in range(4)
    }
    loads = {name: draw(LOAD) for name in names}
    places = {
        name: Place(id=name, x=draw(st.integers(0, 100)) / 100, y=draw(st.integers(0, 100)) / 100)
        for name in names
        if draw(st.booleans())
    }
    return grids, loads, places


@given(estate=estates())
def test_no_building_is_lost_no_grid_is_emptied_and_the_spread_never_grows(estate):
    grids, loads, places = estate
    (balance,) = balances(grids, loads, {})
    made = proposal(balance, loads, places)
    before = sorted(name for each in made.before.grids for name in each.buildings)
    assert sorted(name for each in made.after.grids for name in each.buildings) == before
    emptied = [
        a.grid
        for a, b in zip(made.after.grids, made.before.grids, strict=True)
        if b.buildings and not a.buildings
    ]
    assert emptied == []
    spreads = [made.before.spread, *(move.after for move in made.moves)]
    assert all(earlier - later >= LEAST_GAIN for earlier, later in pairwise(spreads))
    assert made == proposal(balance, loads, places)
    total = sum((each.load.households for each in made.after.grids), 0)
    assert total == sum(each.load.households for each in made.before.grids)
