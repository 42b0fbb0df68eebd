"""Printed codes of places: to look at, to print, to renew; and how content residents are."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services, write
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.public import door_of
from gateway.api.schemas.common import Bilingual, WallTime
from gateway.api.schemas.public import PlaceCode, PlaceCodes, SatisfactionRow, SatisfactionTable, SpotView
from gateway.api.views.lens import Lens, both, lens_of
from gateway.resident.sheet import ONLY_HERE, only_here, sheets, svg_of
from gateway.resident.spot import Spot, spots_of
from gateway.store.ratings import By, Satisfaction, satisfaction

router = noun("places")
USUAL = timedelta(days=365)
_PRINTED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@router.get(
    "/api/places/codes", summary="Printed codes of all places", response_model=PlaceCodes, responses=errors()
)
async def place_codes(request: Request, _: Annotated[Viewer, Depends(Require("places.codes"))]) -> Response:
    """Return every place with its code: what it opens, and the image."""
    return answer(await _codes(request))


@router.get(
    "/api/places/codes/sheets",
    summary="Printable sheets of all places",
    response_class=Response,
    responses={
        **errors(),
        200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "one A4 page a place"},
    },
)
async def place_sheets(request: Request, _: Annotated[Viewer, Depends(Require("places.codes"))]) -> Response:
    """Return a page to print: the code, the place, the month's code if one is asked for, and whom to call first."""
    lens = lens_of(request)
    found = await _spots(request, lens)
    code = door_of(request).lobby_code(lens.shown(lens.now), lens.community.timezone)
    page = sheets(found, site=both(lens.community.name, lens.community.id), lobby_code=code)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _PRINTED}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


@router.post(
    "/api/places/codes/renew",
    summary="Let all printed codes stop working",
    response_model=PlaceCodes,
    responses=errors(),
)
async def renew_codes(
    request: Request, viewer: Annotated[Viewer, Depends(Require("places.codes"))]
) -> Response:
    """Make new codes for all places; the old sheets have to be replaced."""
    number = await write(request, door_of(request).renew)
    await services(request).accounts.audit(viewer.id, "places.codes.renew", "places", {"round": number})
    return answer(await _codes(request))


@router.get(
    "/api/reports/satisfaction",
    summary="How content residents are",
    response_model=SatisfactionTable,
    responses=errors(),
)
async def satisfaction_table(
    request: Request,
    _: Annotated[Viewer, Depends(Require("reports.satisfaction"))],
    by: Annotated[By, Query(description="what a row stands for")] = "category",
    since: Annotated[WallTime | None, Query(description="first rated from then on; else a year back")] = None,
    until: Annotated[WallTime | None, Query(description="and before then; else now")] = None,
) -> Response:
    """Return counts and rates of ratings; 4 and 5 count as satisfied."""
    lens = lens_of(request)
    end = until - lens.offset if until else lens.now + timedelta(seconds=1)
    begin = since - lens.offset if since else end - USUAL
    zone = ZoneInfo(lens.community.timezone)
    rows = await read(request, lambda c: satisfaction(c, since=begin, until=end, by=by, zone=zone))
    return answer(SatisfactionTable(rows=[_row(row, by, lens) for row in rows]))


async def _spots(request: Request, lens: Lens) -> list[tuple[Spot, str]]:
    door = door_of(request)
    round_ = await read(request, door.round)
    base = (services(request).settings.public_url or str(request.base_url)).rstrip("/")
    site = lens.community.id
    return [
        (spot, f"{base}/report?p={door.token(spot, site=site, round_=round_)}") for spot in spots_of(lens)
    ]


async def _codes(request: Request) -> PlaceCodes:
    door, lens = door_of(request), lens_of(request)
    found = await _spots(request, lens)
    return PlaceCodes(
        round=await read(request, door.round),
        lobby_code=door.lobby_code(lens.shown(lens.now), lens.community.timezone),
        warning=Bilingual(**ONLY_HERE) if any(only_here(url) for _, url in found) else None,
        items=[
            PlaceCode(spot=SpotView(key=spot.key, kind=spot.kind, name=spot.name), url=url, svg=svg_of(url))
            for spot, url in found
        ],
    )


def _row(row: Satisfaction, by: By, lens: Lens) -> SatisfactionRow:
    return SatisfactionRow(
        key=row.key, name=_name(row.key, by, lens), count=row.count, satisfied=row.satisfied,
        rate=round(row.rate, 4), average=row.average,
    )  # fmt: skip


def _name(key: str, by: By, lens: Lens) -> Bilingual:
    if by == "category":
        return lens.category(key)
    if by == "grid" and key:
        return both(lens.community.grid_name(key), key)
    return (
        Bilingual(zh="全部", en="all") if by == "all" else Bilingual(zh=key or "无网格", en=key or "no grid")
    )
