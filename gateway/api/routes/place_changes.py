"""Places as a tree: seen, found by what people call them, made from a line, renamed, taken away."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors
from gateway.api.errors import ApiError
from gateway.api.estate_desk import desk, estate_saved
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, save, seen, versions
from gateway.api.schemas.estate import EstateSaved, LayoutRequest, LayoutView, PlaceList
from gateway.api.schemas.saved import SiteDrop, SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.estate import layout_view, mistaken, place_view
from gateway.estate.generator import Layout, read_layout
from gateway.estate.places import Growth, grown, near, shared_names, standing_in

router = noun("places")
PlaceId = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
Reader = Annotated[Viewer, Depends(Require("places.read"))]
Editor = Annotated[Viewer, Depends(Require("places.edit"))]
MOST = 500


@router.get(
    "/api/places/tree", summary="Places directly in a place", response_model=PlaceList, responses=errors(404)
)
async def places_in(
    request: Request,
    _: Reader,
    within: Annotated[
        str | None, Query(alias="in", max_length=80, description="a place; the top when left out")
    ] = None,
) -> Response:
    """Return the places directly in one place (the first 500), each with its names, aliases and version."""
    book = desk(request).book
    tree = book.view.places
    if within is not None and tree.get(within) is None:
        raise ApiError("not_found", what=within)
    found = tree.below(within)[:MOST]
    items = [place_view(tree, place, book.version(f"place:{place.id}")) for place in found]
    shared = {name: list(ids) for name, ids in shared_names(tree).items()}
    return answer(PlaceList(items=items, total=len(tree), shared=shared))


@router.get(
    "/api/places/find",
    summary="Find a place by what people call it",
    response_model=PlaceList,
    responses=errors(),
)
async def find_place(
    request: Request, _: Reader, q: Annotated[str, Query(min_length=1, max_length=200)]
) -> Response:
    """Return the places that people mean by these words: id, name or alias; else those in whose names all of them stand."""
    book = desk(request).book
    tree = book.view.places
    found = await asyncio.to_thread(near, tree, q)
    items = [place_view(tree, place, book.version(f"place:{place.id}")) for place in found[:MOST]]
    return answer(PlaceList(items=items, total=len(tree), shared={}))


@router.post(
    "/api/places/preview",
    summary="What a line would make",
    response_model=LayoutView,
    responses=errors(),
)
async def preview_layout(body: LayoutRequest, request: Request, _: Editor) -> Response:
    """Return the places that a line such as “1–30 栋, 3 单元, 18 层, 每层 4 户” would make, and nothing is saved."""
    at = desk(request)
    layout, wrong = read_layout(body.line)
    if layout is None:
        return answer(mistaken(wrong))
    growth = await asyncio.to_thread(grown, at.view, layout, households=body.households)
    return answer(layout_view(layout, growth))


@router.post(
    "/api/places/generate",
    summary="Make the places of a line",
    response_model=EstateSaved,
    responses=errors(409),
)
async def generate(body: LayoutRequest, request: Request, viewer: Editor) -> Response:
    """Save the places of a line as one step. Places that are there keep their names; every mistake is answered at once."""
    at = desk(request)
    layout, wrong = read_layout(body.line)
    if layout is None:
        raise ApiError("invalid_input", count=len(wrong), fields=[
            {"path": f"body.line: {each.part}", "message": {"zh": each.zh, "en": each.en}} for each in wrong
        ])  # fmt: skip
    growth = await asyncio.to_thread(_fitting, request, layout, households=body.households)
    reason = body.reason or body.line
    return answer(
        await estate_saved(at, lambda: at.amend(growth.bodies(), by=viewer.id, reason=reason[:400]))
    )


def _fitting(request: Request, layout: Layout, *, households: bool) -> Growth:
    growth = grown(desk(request).view, layout, households=households)
    if growth.clashing:
        raise ApiError("invalid_input", count=len(growth.clashing), fields=[
            {"path": "body.line", "message": {"zh": f"编号 {each} 已是别的地点", "en": f"the id {each} is another place already"}}
            for each in growth.clashing[:50]
        ])  # fmt: skip
    return growth


@router.get(
    "/api/places/{id}/versions",
    summary="Versions of a place",
    response_model=SiteVersionList,
    responses=errors(404),
)
async def place_versions(name: PlaceId, request: Request, _: Editor) -> Response:
    """Return who made what of a place, newest first."""
    if desk(request).view.places.get(name) is None:
        raise ApiError("not_found", what=name)
    return answer(await versions(request, f"place:{name}"))


@router.put("/api/places/{id}", summary="Save a place", response_model=SiteSaved, responses=errors(409))
async def save_place(
    name: PlaceId, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a place: its kind, names, what it lies in, and the aliases that people say."""
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"place:{name}", body.entry, viewer=viewer, expected=expected, reason=body.reason)
    )


@router.post(
    "/api/places/{id}/drop", summary="Take a place away", response_model=SiteSaved, responses=errors(404, 409)
)
async def drop_place(
    name: PlaceId, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Delete a place in which nothing stands and no other place lies."""
    view = desk(request).view
    if view.places.get(name) is None:
        raise ApiError("not_found", what=name)
    inside = [
        *(each.id for each in view.places.below(name)),
        *await asyncio.to_thread(standing_in, view, name),
    ]
    if inside:
        raise ApiError("place_in_use", what=name, count=len(inside), inside=", ".join(inside[:5]))
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"place:{name}", None, viewer=viewer, expected=expected, reason=body.reason)
    )
