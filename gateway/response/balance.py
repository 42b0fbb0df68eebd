"""Balance: is the work of a community's grids alike, and which whole buildings would change hands to make it so. Pure.

Each grid should be alike in households, in cases and in the hours spent on them. The measure is the spread: the mean,
over these three, of the standard deviation between the grids divided by their mean; 0 is perfectly even. A proposal
is a list of moves, each of one building to a neighbouring grid of the same community, each making the spread smaller;
a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import hypot, sqrt

import msgspec

from devices.registry import Registry
from gateway.response.grid import Grid, Place

NEAREST = 4  # buildings around one that make their grids its neighbours
MOST_MOVES = 20
LEAST_GAIN = 0.005  # of the spread, for a move to be worth the trouble


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What lies in a building or grid: households, cases of a period, seconds of work on them."""

    households: int = 0
    incidents: int = 0
    work_s: float = 0.0

    def __add__(self, other: Load) -> Load:
        return Load(
            households=self.households + other.households,
            incidents=self.incidents + other.incidents,
            work_s=self.work_s + other.work_s,
        )


class GridLoad(msgspec.Struct, frozen=True, kw_only=True):
    """One grid with its buildings and what lies in it; `elsewhere` is what belongs to it without a building."""

    grid: str
    buildings: tuple[str, ...]
    load: Load
    elsewhere: Load = Load()


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """The grids of one community (None: those in none), and how unlike they are."""

    community: str | None
    grids: tuple[GridLoad, ...]
    spread: float


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One building that would change its grid, with what it brings and what the spread would become."""

    building: str
    source: str
    target: str
    load: Load
    before: float
    after: float
    reason: dict[str, str]


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A more even cut of one community; without moves it is as even as moving whole buildings makes it."""

    before: Balance
    after: Balance
    moves: tuple[Move, ...] = ()


def households_of(registry: Registry, grids: Mapping[str, Grid]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many households each building holds, and how many belong to a grid apart from its buildings."""
    home = {building: grid.id for grid in grids.values() for building in grid.buildings}
    inside: dict[str, int] = {}
    apart: dict[str, int] = {}
    for household in registry.households.values():
        building = household.building
        if building in home and household.grid in (None, home[building]):
            inside[building] = inside.get(building, 0) + 1
        elif household.grid is not None:
            apart[household.grid] = apart.get(household.grid, 0) + 1
    return inside, apart


def balances(
    grids: Mapping[str, Grid], buildings: Mapping[str, Load], elsewhere: Mapping[str, Load]
) -> tuple[Balance, ...]:
    """Return the balance of every community, in the order of the grids. `elsewhere` is by grid, without a building."""
    inner = {grid.parent for grid in grids.values()}
    by_community: dict[str | None, list[GridLoad]] = {}
    for grid in grids.values():
        if grid.id in inner or grid.kind != "grid":
            continue
        own = elsewhere.get(grid.id, Load())
        entry = GridLoad(
            grid=grid.id, buildings=grid.buildings, load=_sum(grid.buildings, buildings, own), elsewhere=own
        )
        by_community.setdefault(grid.parent, []).append(entry)
    return tuple(_balance(community, found) for community, found in by_community.items())


def proposal(balance: Balance, buildings: Mapping[str, Load], places: Mapping[str, Place]) -> Proposal:
    """Return the moves that make a community more even, best first; the same input gives the same answer."""
    now = balance
    moves: list[Move] = []
    near = _near(balance, places)
    while len(moves) < MOST_MOVES:
        tried = [
            (_moved(now, building, source.grid, target, buildings), building, source.grid, target)
            for source in now.grids
            if len(source.buildings) > 1
            for building in source.buildings
            for target in _targets(building, source.grid, now, near)
        ]
        best = min(tried, key=lambda each: (round(each[0].spread, 9), each[1], each[3]), default=None)
        if best is None or now.spread - best[0].spread < LEAST_GAIN:
            break
        after, building, source, target = best
        moves.append(_move(now, after, building, source, target, buildings.get(building, Load())))
        now = after
    return Proposal(before=balance, after=now, moves=tuple(moves))


def spread_of(loads: Sequence[Load]) -> float:
    """Return how unlike grids are: the mean of the three relative standard deviations that can be told."""
    parts = []
    for values in (
        [float(each.households) for each in loads],
        [float(each.incidents) for each in loads],
        [each.work_s for each in loads],
    ):
        mean = sum(values) / len(values) if values else 0.0
        if mean > 0:
            parts.append(sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean)
    return sum(parts) / len(parts) if parts else 0.0


def _balance(community: str | None, grids: Iterable[GridLoad]) -> Balance:
    found = tuple(grids)
    return Balance(community=community, grids=found, spread=spread_of([each.load for each in found]))


def _sum(names: Iterable[str], loads: Mapping[str, Load], start: Load) -> Load:
    found = start
    for name in names:
        found += loads.get(name, Load())
    return found


def _moved(balance: Balance, building: str, source: str, target: str, loads: Mapping[str, Load]) -> Balance:
    def changed(each: GridLoad) -> GridLoad:
        if each.grid == source:
            names = tuple(name for name in each.buildings if name != building)
        elif each.grid == target:
            names = (*each.buildings, building)
        else:
            return each
        return msgspec.structs.replace(each, buildings=names, load=_sum(names, loads, each.elsewhere))

    return _balance(balance.community, map(changed, balance.grids))


def _targets(building: str, source: str, now: Balance, near: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the grids that a building may go to: those around it, or any of the community when nobody knows where it is."""
    around = near.get(building)
    return [
        each.grid
        for each in now.grids
        if each.grid != source and (around is None or set(around) & set(each.buildings))
    ]


def _near(balance: Balance, places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    """Return the nearest buildings of each building whose place on the plan is known."""
    spots = {
        name: (place.x, place.y)
        for each in balance.grids
        for name in each.buildings
        if (place := places.get(name)) is not None and place.x is not None and place.y is not None
    }
    found: dict[str, tuple[str, ...]] = {}
    for name, (x, y) in spots.items():
        others = sorted((hypot(x - a, y - b), other) for other, (a, b) in spots.items() if other != name)
        found[name] = tuple(other for _, other in others[:NEAREST])
    return found


def _move(before: Balance, after: Balance, building: str, source: str, target: str, load: Load) -> Move:
    was = {each.grid: each.load for each in before.grids}
    hours = load.work_s / 3600
    percent = f"{before.spread:.1%} → {after.spread:.1%}"
    reason = {
        "zh": f"原网格 {was[source].households} 户、{was[source].incidents} 件，新网格 {was[target].households} 户、"
        f"{was[target].incidents} 件；移 {load.households} 户、{load.incidents} 件、{hours:.1f} 工时，差异 {percent}",
        "en": f"the old grid has {was[source].households} households and {was[source].incidents} cases, the new one "
        f"{was[target].households} and {was[target].incidents}; moving {load.households} households, "
        f"{load.incidents} cases and {hours:.1f} h of work takes the spread from {percent.replace('→', 'to')}",
    }
    return Move(
        building=building, source=source, target=target, load=load, before=before.spread, after=after.spread, reason=reason
    )  # fmt: skip
