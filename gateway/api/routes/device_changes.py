"""Devices and homes as they are registered: saved, moved through their life, taken away; what was made of them."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import LONGEST_PAGE, PAGE, answer, errors
from gateway.api.errors import ApiError
from gateway.api.estate_desk import desk, estate_saved, may
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import IfMatch, done, save, saved_view, seen, versions
from gateway.api.schemas.estate import DeviceStep, EstateSaved, HouseholdList, RegisteredDevice
from gateway.api.schemas.saved import SiteDrop, SiteSave, SiteSaved, SiteVersionList
from gateway.api.views.estate import household_view, registered
from gateway.api.views.lens import lens_of

router = noun("devices")
Id = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
Claimer = Annotated[Viewer, Depends(Require("devices.claim"))]
Editor = Annotated[Viewer, Depends(Require("devices.edit"))]


@router.get(
    "/api/devices/{id}/registration",
    summary="A device as it is registered",
    response_model=RegisteredDevice,
    responses=errors(404),
)
async def registration(name: Id, request: Request, _: Claimer) -> Response:
    """Return what is registered of a device, what hangs on it, and the steps of its life that may follow."""
    at = desk(request)
    device = at.view.registry.get(name)
    if device is None:
        raise ApiError("not_found", what=name)
    view = registered(at.book, device, at.codes.of(name))
    return answer(view, etag=f'"{view.version}"')


@router.get(
    "/api/devices/{id}/versions",
    summary="Versions of a device",
    response_model=SiteVersionList,
    responses=errors(404),
)
async def device_versions(name: Id, request: Request, _: Claimer) -> Response:
    """Return who made what of a device, newest first."""
    at = desk(request)
    if at.view.registry.get(name) is None and at.book.version(f"device:{name}") == 0:
        raise ApiError("not_found", what=name)
    return answer(await versions(request, f"device:{name}"))


@router.put("/api/devices/{id}", summary="Save a device", response_model=SiteSaved, responses=errors(409))
async def save_device(
    name: Id, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save what is known of a device; it is in force at once. A new one is `claimed`; its state changes by steps."""
    at, expected = desk(request), seen(body.version, if_match)
    entry = {key: value for key, value in body.entry.items() if value is not None}
    saved = await done(lambda: at.save(name, entry, by=viewer.id, expected=expected, reason=body.reason))
    return answer(saved_view(saved, f"device:{name}"))


@router.post(
    "/api/devices/{id}/step",
    summary="A step of a device's life",
    response_model=EstateSaved,
    responses=errors(409),
)
async def device_step(
    name: Id, body: DeviceStep, request: Request, viewer: Claimer, if_match: IfMatch = None
) -> Response:
    """Claim, put into service, suspend, resume, retire or bring back a device, with the fields that change.

    Which step leads where, who may take it and what it asks for stands in one table; another one is refused.
    """
    at, expected = desk(request), seen(body.version, if_match)
    return answer(
        await estate_saved(
            at,
            lambda: at.step(
                name, body.step, by=viewer.id, fields=dict(body.fields), place=body.place, may=may(viewer),
                expected=expected, reason=body.reason,
            ),
        )
    )  # fmt: skip


@router.post(
    "/api/devices/{id}/drop",
    summary="Take a device away",
    response_model=SiteSaved,
    responses=errors(404, 409),
)
async def drop_device(
    name: Id, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Delete a device that was never in service; others are retired, so that what they said keeps a name."""
    at, expected = desk(request), seen(body.version, if_match)
    if at.view.registry.get(name) is None:
        raise ApiError("not_found", what=name)
    saved = await done(lambda: at.drop(name, by=viewer.id, expected=expected, reason=body.reason))
    return answer(saved_view(saved, f"device:{name}"))


@router.get("/api/households", summary="Homes", response_model=HouseholdList, responses=errors())
async def households(
    request: Request,
    _: Editor,
    building: Annotated[str | None, Query(max_length=80)] = None,
    after: Annotated[
        str | None, Query(max_length=80, description="the id of the last home of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> Response:
    """Return homes with their place, care reasons and devices, by id; nobody's name is among them."""
    book = desk(request).book
    homes = book.view.registry.households
    wanted = sorted(
        name
        for name, each in homes.items()
        if (building is None or each.building == building) and (after is None or name > after)
    )
    lens = lens_of(request)
    items = await asyncio.to_thread(
        lambda: [household_view(book, homes[name], lens) for name in wanted[:limit]]
    )
    return answer(HouseholdList(items=items, total=len(homes)))


@router.put("/api/households/{id}", summary="Save a home", response_model=SiteSaved, responses=errors(409))
async def save_household(
    name: Id, body: SiteSave, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Save a home: its place, grid, care reasons and tags. Names and phones of its people are not kept here."""
    expected = seen(body.version, if_match)
    return answer(
        await save(
            request, f"household:{name}", body.entry, viewer=viewer, expected=expected, reason=body.reason
        )
    )


@router.post(
    "/api/households/{id}/drop",
    summary="Take a home away",
    response_model=SiteSaved,
    responses=errors(404, 409),
)
async def drop_household(
    name: Id, body: SiteDrop, request: Request, viewer: Editor, if_match: IfMatch = None
) -> Response:
    """Delete a home that no person and no device names any more."""
    view = desk(request).view
    if name not in view.registry.households:
        raise ApiError("not_found", what=name)
    inside = [each.id for each in view.registry if each.household == name]
    if inside:
        raise ApiError("place_in_use", what=name, count=len(inside), inside=", ".join(inside[:5]))
    expected = seen(body.version, if_match)
    return answer(
        await save(request, f"household:{name}", None, viewer=viewer, expected=expected, reason=body.reason)
    )
