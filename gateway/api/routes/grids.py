"""Grids: the tree, how even the work is between them, and another cut of it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, done, save, seen, site_problem, sitebook, versions
from gateway.api.schemas.grids import BalanceReport, CutReport, CutSave, CutSaved, GridTree
from gateway.api.schemas.saved import SiteDrop, SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.grids import balance_views, grid_tree, loads_of, proposal_view
from gateway.api.views.lens import lens_of
from gateway.report.record import CaseRecord
from gateway.response.balance import balances, proposal
from gateway.response.categories import plain
from gateway.sitebook.layer import Bodies
from gateway.sitebook.trial import Present
from gateway.store.read_ledger import cases_between

router = noun("grids")
GridId = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
Reader = Annotated[Viewer, Depends(Require("grids.read"))]
Planner = Annotated[Viewer, Depends(Require("grids.plan"))]
Editor = Annotated[Viewer, Depends(Require("grids.edit"))]
Begin = Annotated[
    date | None, Query(alias="from", description="first day; 30 days before `to` when left out")
]
End = Annotated[date | None, Query(alias="to", description="last day, included; today when left out")]
LONGEST = timedelta(days=400)
USUAL = timedelta(days=30)


@router.get("/api/grids", summary="The tree of grids", response_model=GridTree, responses=errors())
async def grids(request: Request, _: Reader) -> Response:
    """Return street, communities and grids with their buildings, households, devices and people."""
    return answer(grid_tree(sitebook(request)))


@router.get(
    "/api/grids/balance", summary="How even the grids are", response_model=BalanceReport, responses=errors()
)
async def grid_balance(request: Request, _: Planner, begin: Begin = None, end: End = None) -> Response:
    """Return households, cases and hours of work of each grid in a period, and how unlike the grids are."""
    first, after = _period(request, begin, end)
    cases = await _cases(request, first, after)
    items = await asyncio.to_thread(balance_views, sitebook(request).view, cases)
    return answer(BalanceReport(begin=first, end=after, items=items))


@router.get("/api/grids/proposal", summary="A more even cut", response_model=CutReport, responses=errors())
async def grid_proposal(request: Request, _: Planner, begin: Begin = None, end: End = None) -> Response:
    """Return, for each community, which whole buildings would go to a neighbouring grid. Nothing is changed by it."""
    first, after = _period(request, begin, end)
    cases = await _cases(request, first, after)
    site = sitebook(request).view

    def make() -> CutReport:
        buildings, elsewhere = loads_of(site, cases)
        found = [
            proposal(each, buildings, site.buildings) for each in balances(site.grids, buildings, elsewhere)
        ]
        return CutReport(begin=first, end=after, items=[proposal_view(site, each) for each in found])

    return answer(await asyncio.to_thread(make))


@router.post(
    "/api/grids/cut", summary="Save another cut", response_model=CutSaved, responses=errors(404, 409)
)
async def save_cut(body: CutSave, request: Request, viewer: Editor) -> Response:
    """Give several grids other buildings, all at once. Households that name their grid go with their building."""
    book = sitebook(request)
    wanted = {each.grid: tuple(dict.fromkeys(each.buildings)) for each in body.grids}
    for name in wanted:
        if name not in book.view.grids:
            raise ApiError("not_found", what=name)
    home = {building: name for name, buildings in wanted.items() for building in buildings}

    def make(present: Present) -> Bodies:
        site = book.view
        bodies = {
            f"grid:{name}": {
                **(present(f"grid:{name}") or plain(site.grids[name])),
                "buildings": list(buildings),
            }
            for name, buildings in wanted.items()
            if name in site.grids
        }
        for household in site.registry.households.values():
            target = home.get(household.building or "")
            if target is not None and household.grid is not None and household.grid != target:
                entry = present(f"household:{household.id}") or plain(household)
                bodies[f"household:{household.id}"] = {**entry, "grid": target}
        return bodies

    saved = await done(lambda: book.amend(make, by=viewer.id, reason=body.reason))
    stay = [
        device.id
        for device in book.view.registry
        if device.grid is not None and home.get(device.building or "", device.grid) != device.grid
    ]
    versions = {
        name.removeprefix("grid:"): number
        for name, number in saved.versions.items()
        if name.startswith("grid:")
    }
    warnings = [site_problem(each) for each in saved.lint]
    return answer(CutSaved(versions=versions, unchanged=saved.unchanged, stay=stay, warnings=warnings))


@router.get(
    "/api/grids/{id}/versions",
    summary="Versions of a grid",
    response_model=SiteVersionList,
    responses=errors(404),
)
async def grid_versions(name: GridId, request: Request, _: Reader) -> Response:
    """Return who made what of a grid, newest first."""
    if name not in sitebook(request).view.grids:
        raise ApiError("not_found", what=name)
    return answer(await versions(request, f"grid:{name}"))


@router.put("/api/grids/{id}", summary="Save a grid", response_model=SiteSaved, responses=errors(409))
async def save_grid(
    name: GridId, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a grid: its kind, name, parent, buildings, official number."""
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"grid:{name}", body.entry, viewer=viewer, expected=expected, reason=body.reason)
    )


@router.post(
    "/api/grids/{id}/drop", summary="Take a grid away", response_model=SiteSaved, responses=errors(404, 409)
)
async def drop_grid(
    name: GridId, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Delete a grid that nothing names any more."""
    if name not in sitebook(request).view.grids:
        raise ApiError("not_found", what=name)
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"grid:{name}", None, viewer=viewer, expected=expected, reason=body.reason)
    )


def _period(request: Request, begin: date | None, end: date | None) -> tuple[datetime, datetime]:
    """Return the instants from the start of the first day to the end of the last."""
    lens = lens_of(request)
    zone = sitebook(request).view.zone
    last = end or lens.shown(lens.now).astimezone(zone).date()
    try:
        first = begin or last - USUAL
        if not timedelta(0) <= last - first <= LONGEST:
            raise wrong(
                "query.from", "应早于 to，且相隔不超过 400 天", "expected a day before `to`, within 400 days"
            )
        after = datetime.combine(last + timedelta(days=1), time(0), zone)
        return datetime.combine(first, time(0), zone), after
    except OverflowError:
        raise wrong("query.to", "日期超出范围", "the day is out of range") from None


async def _cases(request: Request, begin: datetime, end: datetime) -> list[CaseRecord]:
    lens = lens_of(request)
    found = await read(request, lambda connection: cases_between(connection, begin, end, offset=lens.offset))
    return [case for case in found if not case.drill]
