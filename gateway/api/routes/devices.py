"""Devices: the list for plan and table, and one device with what it did lately."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.site import DeviceDetail, DeviceList
from gateway.api.views.alerts import alert_views
from gateway.api.views.availability import clock_view, held_values, wanted_values
from gateway.api.views.events import event_view
from gateway.api.views.lens import lens_of
from gateway.api.views.site import Known, device_view
from gateway.store.clocks import kept_clocks
from gateway.store.commands import of_device
from gateway.store.read import Connection
from gateway.store.read_alerts import AlertFilter, list_alerts
from gateway.store.read_availability import held
from gateway.store.read_devices import device_states, shadow, troubles
from gateway.store.read_events import EventFilter, search_events

router = noun("devices")
LATELY = 20


@router.get("/api/devices", summary="List devices", response_model=DeviceList, responses=errors())
async def devices(request: Request, viewer: Annotated[Viewer, Depends(Require("devices.read"))]) -> Response:
    """Return every device in my scope with its state and the worst of its open alerts."""
    lens = lens_of(request)

    def query(connection: Connection) -> DeviceList:
        known = known_of(connection)
        return DeviceList(
            items=[
                device_view(device, known, lens)
                for device in lens.community.registry
                if viewer.sees_grid(device.grid)
            ]
        )

    return answer(await read(request, query))


@router.get("/api/devices/{id}", summary="One device", response_model=DeviceDetail, responses=errors(404))
async def one_device(
    id: Annotated[str, Path(min_length=1, max_length=80)],  # noqa: A002 - the name in the API
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("devices.read"))],
) -> Response:
    """Return a device with its newest events and alerts."""
    lens = lens_of(request)
    device = lens.community.device(id)
    if device is None or not viewer.sees_grid(device.grid):
        raise ApiError("not_found", what=id)

    def query(connection: Connection) -> DeviceDetail:
        known, said = known_of(connection), shadow(connection, id)
        kept = known.clocks.get(id)
        events = search_events(connection, EventFilter(device=id), after=None, limit=LATELY)
        alerts = list_alerts(connection, AlertFilter(device=id), after=None, limit=LATELY)
        return DeviceDetail(
            device=device_view(device, known, lens),
            clock=clock_view(kept, lens) if kept is not None else None,
            held=held_values(said, lens) if said is not None else [],
            desired=wanted_values(of_device(connection, id, limit=LATELY), said, lens),
            events=[event_view(each, lens) for each in events.rows],
            alerts=alert_views(connection, alerts.rows, lens),
        )

    return answer(await read(request, query))


def known_of(connection: Connection) -> Known:
    """Return what the store knows of all devices."""
    return Known(
        states=device_states(connection),
        troubles=troubles(connection),
        held=held(connection),
        clocks=kept_clocks(connection),
    )
