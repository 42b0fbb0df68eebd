"""The table of devices as a page shows it: searched, narrowed, ordered and cut into pages here, for thousands of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read
from gateway.api.estate_desk import desk
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.devices import known_of
from gateway.api.routes.noun import noun
from gateway.api.schemas.device_table import DeviceTable
from gateway.api.views.device_table import Wanted, device_table, rows_of
from gateway.api.views.lens import lens_of
from gateway.store.read import Connection

router = noun("devices")
Narrowing = Annotated[str, Query(max_length=80)]
State = Literal["", "online", "offline", "unstable", "never", "low"]
Life = Literal["", "seen", "claimed", "active", "suspended", "retired"]


@router.get(
    "/api/estate/devices", summary="Devices, page by page", response_model=DeviceTable, responses=errors()
)
async def device_pages(
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("devices.read"))],
    q: Annotated[
        str, Query(max_length=200, description="words that stand in name, id, place, tags, model")
    ] = "",
    place: Annotated[str, Query(max_length=80, description="a place or what lies in it, or a grid")] = "",
    type: Narrowing = "",  # noqa: A002 - the name in the API
    state: State = "",
    life: Life = "",
    profile: Narrowing = "",
    sort: Annotated[
        str, Query(pattern=r"^-?(name|type|place|state|heard|battery|alerts)$|^$", examples=["-heard"])
    ] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Return one page of the devices in my scope that fit, how many there are in each state, and what to narrow by."""
    lens, tree = lens_of(request), desk(request).view.places
    wanted = Wanted(q=q, place=place, type=type, state=state, life=life, profile=profile, sort=sort)
    mine = [device for device in lens.community.registry if viewer.sees_grid(device.grid)]

    def query(connection: Connection) -> DeviceTable:
        known = known_of(connection)
        rows = rows_of(mine, known, tree)
        return device_table(rows, wanted, known, lens, tree, page=page, limit=limit)

    return answer(await read(request, query))
