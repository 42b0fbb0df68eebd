"""Commands: ask one device to do one thing, and see what became of it. There is no route for several devices."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from devices.command import command_name
from devices.registry import Device
from gateway.api.answers import IdempotencyKey, answer, errors, own_key, read, services, wrong
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.incidents import Number, visible_case
from gateway.api.routes.noun import noun
from gateway.api.schemas.commands import CommandList, CommandRequest, CommandView
from gateway.api.views.commands import command_view, offers_of, planned
from gateway.api.views.lens import lens_of
from gateway.command.orders import Asked, Orders
from gateway.errors import ActionRefused
from gateway.response.ordering import devices_of
from gateway.store import commands

router = noun("commands")
LISTED = 50
DeviceId = Annotated[str, Path(min_length=1, max_length=80)]
CommandId = Annotated[str, Path(min_length=1, max_length=80)]
Reading = Annotated[Viewer, Depends(Require("commands.read"))]
Ordering = Annotated[Viewer, Depends(Require("devices.command"))]


@router.post(
    "/api/devices/{id}/commands",
    summary="Command a device",
    status_code=201,
    response_model=CommandView,
    responses=errors(404, 409),
)
async def order(
    id: DeviceId,  # noqa: A002 - the name in the API
    body: CommandRequest,
    request: Request,
    key: IdempotencyKey,
    viewer: Ordering,
) -> Response:
    """Record a command; it is sent at once if nothing speaks against it, and its outcome follows in its own time.

    A repeat with the same key gets the first one, as it is now. 409 `command_unconfirmed`: a door needs
    `confirmed`. 409 `command_waits`: another door of yours, or this one, is under way.
    """
    _device(request, viewer, id)
    if body.incident is not None:
        await _check_case(request, body, id, viewer)
    orders = _orders(request)
    if orders is None:
        raise ApiError("command_not_offered", device=id, offers="–")
    asked = Asked(
        device=id,
        name=body.name,
        by=viewer.id,
        role=viewer.person.roles[0],
        reason=body.reason,
        key=own_key(viewer.id, key),
        incident=body.incident,
        line=body.line,
        confirmed=body.confirmed,
    )
    try:
        kept = await asyncio.wrap_future(orders.ask(asked))
    except ActionRefused as refused:
        raise ApiError(refused.code, **refused.facts) from None
    return answer(command_view(kept, lens_of(request)), status=201)


@router.get(
    "/api/devices/{id}/commands",
    summary="Commands of a device",
    response_model=CommandList,
    responses=errors(404),
)
async def of_device(id: DeviceId, request: Request, viewer: Reading) -> Response:  # noqa: A002 - the name in the API
    """Return what this device may be asked, and what it was asked lately."""
    device, lens = _device(request, viewer, id), lens_of(request)
    found = await read(request, lambda connection: commands.of_device(connection, id, limit=LISTED))
    return answer(
        CommandList(
            offers=offers_of(device, _orders(request)), items=[command_view(each, lens) for each in found]
        )
    )


@router.get("/api/commands/{id}", summary="One command", response_model=CommandView, responses=errors(404))
async def one_command(id: CommandId, request: Request, viewer: Reading) -> Response:  # noqa: A002 - the name in the API
    """Return a command as it is now."""
    found = await read(request, lambda connection: commands.command(connection, id))
    lens = lens_of(request)
    device = lens.community.device(found.device) if found is not None else None
    if found is None or not viewer.sees_grid(device.grid if device is not None else None):
        raise ApiError("not_found", what=id)
    return answer(command_view(found, lens))


@router.get(
    "/api/incidents/{number}/commands",
    summary="Commands of a case",
    response_model=CommandList,
    responses=errors(404),
)
async def of_incident(number: Number, request: Request, viewer: Reading) -> Response:
    """Return what the plan of a case asks of devices, and what was asked for it."""
    case, lens = (await visible_case(request, number, viewer)).incident, lens_of(request)
    found = await read(request, lambda connection: commands.of_incident(connection, number))
    return answer(
        CommandList(
            offers=planned(case, _orders(request), lens) if case.is_open else [],
            items=[command_view(each, lens) for each in reversed(found)],
        )
    )


def _orders(request: Request) -> Orders | None:
    here = services(request).estate
    return here.orders if here is not None else None


def _device(request: Request, viewer: Viewer, device_id: str) -> Device:
    device = lens_of(request).community.device(device_id)
    if device is None or not viewer.sees_grid(device.grid):
        raise ApiError("not_found", what=device_id)
    return device


async def _check_case(request: Request, body: CommandRequest, device: str, viewer: Viewer) -> None:
    """Refuse an order for a case that is not mine to see, is over, or whose plan means another device.

    Raises:
        ApiError: `not_found`, `case_over` or `invalid_input`.
    """
    case = (await visible_case(request, body.incident or "", viewer)).incident
    if not case.is_open:
        raise ApiError("case_over", number=case.number)
    if body.line is None:
        return
    if body.line >= len(case.plan.commands):
        raise wrong("body.line", "预案里没有这条指令", "the plan has no such command")
    wanted = case.plan.commands[body.line]
    meant = devices_of(lens_of(request).community.registry, case, wanted)
    if command_name(wanted.kind) != body.name or device not in {each.id for each in meant}:
        raise wrong(
            "body.line",
            "预案里的这条指令说的是别的设备或动作",
            "this command of the plan means another device or deed",
        )
