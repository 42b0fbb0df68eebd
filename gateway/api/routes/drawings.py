"""Floor plans: uploaded, shown, and what stands where on them. Places are named in bodies, since some hold a slash."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import Depends, File, Path, Query, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import answer, errors, read, services, write
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import save, sitebook, versions
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.drawings import (
    DrawingDrop,
    DrawingList,
    DrawingPicture,
    DrawingSave,
    DrawingView,
    DrawnSpot,
)
from gateway.api.schemas.saved import SiteSaved, SiteVersionList
from gateway.api.views.lens import Lens, both, lens_of
from gateway.clock import to_us
from gateway.estate.drawing_upload import clean_drawing
from gateway.response.drawing import WHOLE, Drawing, Spot
from gateway.store.read_devices import blob

router = noun("drawings")
Editor = Annotated[Viewer, Depends(Require("drawings.edit"))]
Reader = Annotated[Viewer, Depends(Require("drawings.read"))]
MAX_UPLOAD = 10 * 1024 * 1024
KEEPER = "drawing"  # whose pictures these are in the store: no piece of evidence can be named as a drawing


@router.get("/api/drawings", summary="Floor plans", response_model=DrawingList, responses=errors())
async def drawings(request: Request, _: Reader) -> Response:
    """Return every drawing with what stands where on it. A place without one is drawn from the places (`/api/places`)."""
    lens, book = lens_of(request), services(request).sitebook
    items = [
        drawing_view(each, lens, 0 if book is None else book.version(f"drawing:{each.id}"))
        for each in lens.community.drawings.values()
    ]
    return answer(DrawingList(items=items))


@router.get(
    "/api/drawings/pictures/{sha256}",
    summary="The picture of a floor plan",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
            "description": "PNG, JPEG or SVG, as it was made anew",
        },
    },
)
async def drawing_picture(
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], request: Request, _: Reader
) -> Response:
    """Return the picture of a drawing by its hash; it never changes."""
    found = await read(request, lambda connection: blob(connection, sha256))
    path = services(request).store.blob_path(sha256)
    if found is None or found.by != KEEPER or not await asyncio.to_thread(path.is_file):
        raise ApiError("not_found", what=sha256)
    return FileResponse(
        path,
        media_type=found.mime,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        },
    )


@router.post(
    "/api/drawings/pictures",
    summary="Upload the picture of a floor plan",
    response_model=DrawingPicture,
    responses=errors(413),
    status_code=201,
)
async def upload_drawing(
    request: Request,
    _: Editor,
    file: Annotated[UploadFile, File(description="PNG or JPEG of at most 10 MB, or SVG of at most 4 MB")],
) -> Response:
    """Take a picture in: pixels are encoded anew (at most 4096 a side), of an SVG only harmless shapes and words stay."""
    if (file.size or 0) > MAX_UPLOAD:
        raise ApiError("too_large", limit_bytes=MAX_UPLOAD)
    async with services(request).darkroom:
        clean = await clean_drawing(await file.read(MAX_UPLOAD + 1))
    store, now = services(request).store, services(request).now()
    sha256, record = await asyncio.to_thread(
        store.save_blob, clean.data, clean.mime, KEEPER, at_us=to_us(now)
    )
    await write(request, record)
    return answer(
        DrawingPicture(sha256=sha256, mime=clean.mime, width=clean.width, height=clean.height), status=201
    )


@router.post("/api/drawings", summary="Save a floor plan", response_model=SiteSaved, responses=errors(409))
async def save_drawing(body: DrawingSave, request: Request, viewer: Editor) -> Response:
    """Make this the drawing of its place; everything that is wrong is said at once, and nothing is saved until it is right."""
    lens = lens_of(request)
    kept = await read(request, lambda connection: blob(connection, body.picture))
    known, devices = place_ids(lens), {each.id for each in lens.community.registry}
    fields = [
        *([] if body.place in known else [_strange("body.place", body.place)]),
        *(_strange(f"body.devices.{each}", each) for each in body.devices if each not in devices),
        *(_strange(f"body.places.{each}", each) for each in body.places if each not in known),
    ]
    if kept is None or kept.by != KEEPER:
        words = {"zh": "先上传这张图", "en": "upload this picture first"}
        fields.append({"path": "body.picture", "message": words})
    if fields or kept is None:
        raise ApiError("invalid_input", count=len(fields), fields=fields[:50])
    entry = {
        "id": body.place, "picture": body.picture, "mime": kept.mime, "width": body.width, "height": body.height,
        "devices": _plain(body.devices), "places": _plain(body.places),
    }  # fmt: skip
    return answer(
        await save(
            request,
            f"drawing:{body.place}",
            {name: value for name, value in entry.items() if value != {}},
            viewer=viewer,
            expected=body.version,
            reason=body.reason,
        )
    )


@router.post(
    "/api/drawings/drop",
    summary="Take a floor plan away",
    response_model=SiteSaved,
    responses=errors(404, 409),
)
async def drop_drawing(body: DrawingDrop, request: Request, viewer: Editor) -> Response:
    """Take a place's drawing away; its versions stay, and the plan is drawn from the places again."""
    name = f"drawing:{body.place}"
    if sitebook(request).present(name) is None:
        raise ApiError("not_found", what=body.place)
    return answer(await save(request, name, None, viewer=viewer, expected=body.version, reason=body.reason))


@router.get(
    "/api/drawings/versions",
    summary="Versions of a floor plan",
    response_model=SiteVersionList,
    responses=errors(),
)
async def drawing_versions(
    request: Request, _: Editor, place: Annotated[str, Query(min_length=1, max_length=120)]
) -> Response:
    """Return who made what of a place's drawing, newest first; none when there never was one."""
    return answer(await versions(request, f"drawing:{place}"))


def drawing_view(drawing: Drawing, lens: Lens, version: int) -> DrawingView:
    """Return a drawing with the spots of what the site still has."""
    devices = {each.id for each in lens.community.registry}
    return DrawingView(
        place=drawing.id,
        name=_name(drawing.id, lens),
        picture=drawing.picture,
        mime=drawing.mime,
        width=drawing.width,
        height=drawing.height,
        version=version,
        devices=_spots(drawing.devices, devices),
        places=_spots(drawing.places, place_ids(lens)),
    )


def place_ids(lens: Lens) -> set[str]:
    """Return every place that may have a drawing, or a spot on one."""
    return {WHOLE, *(place.id for place in lens.community.places)}


def _name(place: str, lens: Lens) -> Bilingual:
    community = lens.community
    if place == WHOLE:
        return both(community.name, community.id)
    names = {each.id: each for each in community.places}
    found = names.get(place)
    if found is None:
        return both(None, place)
    own, around = both(found.name, place), names.get(found.parent or "")
    if around is None:
        return own
    outer = both(around.name, around.id)
    return both({"zh": f"{outer.zh}{own.zh}", "en": f"{own.en}, {outer.en}"}, place)


def _spots(spots: Mapping[str, Spot], known: Collection[str]) -> list[DrawnSpot]:
    return [DrawnSpot(id=name, x=x, y=y) for name, (x, y) in spots.items() if name in known]


def _plain(spots: Mapping[str, Spot]) -> dict[str, list[float]]:
    return {name: [round(x, 4), round(y, 4)] for name, (x, y) in spots.items()}


def _strange(path: str, name: str) -> dict[str, Any]:
    return {"path": path, "message": {"zh": f"没有“{name}”", "en": f"there is no '{name}'"}}
