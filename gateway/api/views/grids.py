"""Grids as the pages show them: the tree, how even it is, what a proposal would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from gateway.api.schemas.common import Bilingual, PersonName
from gateway.api.schemas.grids import CutMove, CutProposal, GridBalance, GridLoadView, GridNode, GridTree
from gateway.api.views.lens import both
from gateway.report.record import CaseRecord
from gateway.response.balance import Balance, Load, Proposal, balances, households_of
from gateway.response.categories import plain
from gateway.response.grid import Grid, grid_of
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook


def grid_tree(book: Sitebook) -> GridTree:
    """Return the tree with what lies in each grid and below it."""
    site = book.view
    inside, apart = households_of(site.registry, site.grids)
    devices = Counter(grid_of(site.grids, site.registry, device) for device in site.registry)
    homes = {
        grid.id: sum(inside.get(building, 0) for building in grid.buildings) + apart.get(grid.id, 0)
        for grid in site.grids.values()
    }
    people: dict[str, list[PersonName]] = {}
    for person in site.people.values():
        for grid in person.grids:
            people.setdefault(grid, []).append(PersonName(id=person.id, name=person.name))

    def node(grid: Grid, above: frozenset[str]) -> GridNode:
        children = [
            node(each, above | {grid.id})
            for each in site.grids.values()
            if each.parent == grid.id and each.id not in above
        ]
        return GridNode(
            id=grid.id, kind=grid.kind, name=both(grid.name, grid.id), parent=grid.parent, code=grid.code,
            buildings=list(grid.buildings), people=people.get(grid.id, []), version=book.version(f"grid:{grid.id}"),
            households=homes[grid.id] + sum(each.households for each in children),
            devices=devices[grid.id] + sum(each.devices for each in children), entry=plain(grid), children=children,
        )  # fmt: skip

    roots = [grid for grid in site.grids.values() if grid.parent not in site.grids]
    placed = {building for grid in site.grids.values() for building in grid.buildings}
    known = {*site.buildings, *(each.building for each in site.registry if each.building)}
    return GridTree(
        items=[node(grid, frozenset({grid.id})) for grid in roots], outside=sorted(known - placed)
    )


def loads_of(site: SiteView, cases: Iterable[CaseRecord]) -> tuple[dict[str, Load], dict[str, Load]]:
    """Return what lies in each building, and in each grid apart from its buildings."""
    inside, apart = households_of(site.registry, site.grids)
    home = {building: grid.id for grid in site.grids.values() for building in grid.buildings}
    buildings = {name: Load(households=count) for name, count in inside.items()}
    elsewhere = {name: Load(households=count) for name, count in apart.items()}
    for case in cases:
        done = case.resolved_s is not None and case.taken_s is not None
        work = max((case.resolved_s or 0.0) - (case.taken_s or 0.0), 0.0) if done else 0.0
        load = Load(incidents=1, work_s=work)
        if case.building in home and case.grid in (None, home[case.building]):
            buildings[case.building] = buildings.get(case.building, Load()) + load
        elif case.grid is not None:
            elsewhere[case.grid] = elsewhere.get(case.grid, Load()) + load
    return buildings, elsewhere


def balance_views(site: SiteView, cases: Iterable[CaseRecord]) -> list[GridBalance]:
    """Return the balance of every community."""
    buildings, elsewhere = loads_of(site, cases)
    return [_balance(site, each) for each in balances(site.grids, buildings, elsewhere)]


def proposal_view(site: SiteView, proposed: Proposal) -> CutProposal:
    """Return a proposal with the names of buildings and grids."""
    before = proposed.before
    return CutProposal(
        community=before.community, name=_name(site.grids, before.community), before=_balance(site, before),
        after=_balance(site, proposed.after),
        moves=[
            CutMove(
                building=move.building, name=_building(site, move.building), source=move.source, target=move.target,
                households=move.load.households, incidents=move.load.incidents, work_h=_hours(move.load),
                before=round(move.before, 4), after=round(move.after, 4), reason=Bilingual(**move.reason),
            )
            for move in proposed.moves
        ],
    )  # fmt: skip


def _balance(site: SiteView, balance: Balance) -> GridBalance:
    return GridBalance(
        community=balance.community, name=_name(site.grids, balance.community), spread=round(balance.spread, 4),
        grids=[
            GridLoadView(
                grid=each.grid, name=_name(site.grids, each.grid), buildings=list(each.buildings),
                households=each.load.households, incidents=each.load.incidents, work_h=_hours(each.load),
            )
            for each in balance.grids
        ],
    )  # fmt: skip


def _name(grids: Mapping[str, Grid], name: str | None) -> Bilingual:
    if name is None:
        return Bilingual(zh="不属于任何社区", en="in no community")
    grid = grids.get(name)
    return both(grid.name if grid is not None else None, name)


def _building(site: SiteView, name: str) -> Bilingual:
    place = site.buildings.get(name)
    return both(place.name if place is not None else None, name)


def _hours(load: Load) -> float:
    return round(load.work_s / 3600, 2)
