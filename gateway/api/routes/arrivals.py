"""Add a device: it arrives, is claimed, gets name and place, is tried. And what waits until something is mended."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from devices.kinds import KINDS
from devices.problem import nearest
from devices.registry import Device, DeviceState
from gateway.api.answers import PAGE, Limit, answer, errors, read, services, wrong
from gateway.api.errors import ApiError
from gateway.api.estate_desk import desk, registrar
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.saving import done
from gateway.api.schemas.arrivals import (
    ArrivalList,
    Claim,
    Claimed,
    DeviceTrialRequest,
    DeviceTrialView,
    Labelled,
    ReplayView,
    WaitingGroups,
)
from gateway.api.views.arrivals import arrival_view, trial_event, waiting_group
from gateway.api.views.lens import lens_of
from gateway.errors import ActionRefused
from gateway.estate.arrivals import UNKNOWN, Arrival, arrivals, by_ident, free_id
from gateway.estate.code import scanned
from gateway.estate.labels import MOST, labels
from gateway.in_chinese import hint_in_chinese
from gateway.store.quarantine_groups import groups

router = noun("devices")
Claimer = Annotated[Viewer, Depends(Require("devices.claim"))]
Editor = Annotated[Viewer, Depends(Require("devices.edit"))]
GroupId = Annotated[str, Path(alias="id", min_length=1, max_length=40)]
DeviceId = Annotated[str, Path(alias="id", min_length=1, max_length=80)]
_PRINTED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_PAGE = {
    "content": {"text/html": {"schema": {"type": "string"}}},
    "description": "labels, three in a row on A4",
}


@router.get(
    "/api/quarantine/groups",
    summary="What waits for a mend",
    response_model=WaitingGroups,
    responses=errors(),
)
async def waiting_groups(
    request: Request, _: Annotated[Viewer, Depends(Require("quarantine.read"))], limit: Limit = PAGE
) -> Response:
    """Return the messages nobody could read, those that one mend would make readable counted together."""
    lens = lens_of(request)
    found = await read(request, lambda connection: groups(connection, limit=limit))
    return answer(WaitingGroups(items=[waiting_group(each, lens) for each in found]))


@router.post(
    "/api/quarantine/groups/{id}/replay",
    summary="Read a group anew",
    response_model=ReplayView,
    responses=errors(404, 409),
)
async def replay_group(
    name: GroupId, request: Request, viewer: Annotated[Viewer, Depends(Require("quarantine.replay"))]
) -> Response:
    """Read the messages of a group again with the profiles and devices of now; each counts at most once.

    They keep the time at which they came: what is late by now raises as the rules say of late events, or not at all.
    """
    try:
        made = await asyncio.to_thread(registrar(request).replay.replay, name)
    except ActionRefused as refused:
        if refused.code == "replay_unfinished":  # what was handed in goes on: the audit log says who began it
            await services(request).accounts.audit(
                viewer.id, "quarantine.replay", name, {"refused": refused.code}
            )
        raise
    if made is None:
        raise ApiError("not_found", what=name)
    facts = {"stored": made.stored, "unread": made.unread}
    await services(request).accounts.audit(viewer.id, "quarantine.replay", name, facts)
    return answer(
        ReplayView(
            stored=made.stored, duplicate=made.duplicate, ignored=made.ignored, unread=made.unread, gone=made.gone,
            reason=made.reason,
        )
    )  # fmt: skip


@router.get(
    "/api/arrivals",
    summary="Devices that wait to be claimed",
    response_model=ArrivalList,
    responses=errors(),
)
async def waiting_devices(request: Request, _: Claimer, limit: Limit = PAGE) -> Response:
    """Return devices that speak a known profile and that nobody has registered, heard last first."""
    lens = lens_of(request)
    found = await _arrivals(request)
    return answer(ArrivalList(items=[arrival_view(each, lens) for each in found[:limit]]))


@router.post(
    "/api/arrivals/claim", summary="Claim a device", response_model=Claimed, responses=errors(404, 409)
)
async def claim_device(body: Claim, request: Request, viewer: Claimer) -> Response:
    """Claim a device by the code on it, or one of the arrivals. It is `claimed`: somebody else puts it into service."""
    at = desk(request)
    name, fields, state = await _claimed(request, body)
    if state is not None and state != "seen":
        return answer(Claimed(device=name, state=state, already=True))
    await done(lambda: at.step(name, "claim", by=viewer.id, fields=fields, reason="claim"))
    return answer(Claimed(device=name, state="claimed", already=False))


async def _claimed(request: Request, body: Claim) -> tuple[str, dict[str, str], DeviceState | None]:
    """Return the id of the device that is meant, what is known of a new one, and the state of one that is there.

    Raises:
        ActionRefused: nobody has this code, or several have.
    """
    at = desk(request)
    registry = at.view.registry
    if body.code is None:
        profile, ident = (body.profile or "").partition("@")[0], body.ident or ""
        known = registry.resolve(profile, ident)
        if known is not None:
            return known.id, {}, known.state
        return body.id or free_id(ident, registry), {"profile": profile, "ident": ident}, None
    code = scanned(body.code)
    labelled = await asyncio.to_thread(at.codes.find, code, list(registry))
    if labelled is not None:
        return labelled.id, {}, labelled.state
    found = by_ident(await _arrivals(request), code)
    registered = [each for each in registry if each.ident and each.ident.casefold() == code.casefold()]
    if len(found) + len(registered) != 1:
        which = "unknown_claim" if not found and not registered else "several_claims"
        raise ActionRefused(which, code[:80])
    if registered:
        return registered[0].id, {}, registered[0].state
    (arrival,) = found
    fields = {"profile": arrival.profile, "ident": arrival.ident}
    return body.id or arrival.proposed, fields, None


@router.get(
    "/api/devices/by-code/{code}",
    summary="The device a label is of",
    response_model=Labelled,
    responses=errors(404),
)
async def labelled_device(
    code: Annotated[str, Path(min_length=1, max_length=80)],
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("devices.read"))],
) -> Response:
    """Return the device whose label carries a code, so that whoever scans it sees its page; nothing is claimed."""
    at = desk(request)
    device = await asyncio.to_thread(at.codes.find, scanned(code), list(at.view.registry))
    if device is None or not viewer.sees_grid(device.grid):
        raise ActionRefused("unknown_claim", code)
    return answer(Labelled(device=device.id, state=device.state))


@router.post(
    "/api/devices/{id}/trial",
    summary="Try a device",
    response_model=DeviceTrialView,
    responses=errors(404),
)
async def try_device(name: DeviceId, body: DeviceTrialRequest, request: Request, _: Claimer) -> Response:
    """Return what the rules in force would say if the device said something. Nothing is journaled, raised or sent.

    With `group` the newest message of that group is read as if it were this device's; else an event is made up.
    """
    at, trials = desk(request), registrar(request).trials
    device = at.view.registry.get(name)
    if device is None:
        raise ApiError("not_found", what=name)
    if body.group is not None:
        group = await asyncio.to_thread(registrar(request).replay.group, body.group)
        if group is None:
            raise ApiError("not_found", what=body.group)
        heard, refused = await asyncio.to_thread(trials.heard, _as_heard(device, group.ident), group)
        return answer(
            DeviceTrialView(
                events=[trial_event(each, at.view) for each in heard],
                refused=[each.reason for each in refused],
            )
        )
    if body.kind not in KINDS:
        near = nearest(body.kind or "", KINDS)
        raise wrong("body.kind", f"没有这种事件{hint_in_chinese(near)}", f"there is no such kind{near}")
    made = await asyncio.to_thread(trials.made_up, device, body.kind, body.data)
    return answer(DeviceTrialView(events=[trial_event(made, at.view)], refused=[]))


def _as_heard(device: Device, ident: str | None) -> Device:
    return device if device.ident or ident in (None, device.id) else Device(id=device.id, ident=ident or "")


@router.get(
    "/api/estate/labels",
    summary="Printable labels of devices",
    response_class=Response,
    responses={**errors(), 200: _PAGE},
)
async def device_labels(
    request: Request,
    _: Editor,
    building: Annotated[str | None, Query(max_length=80)] = None,
    state: Annotated[str | None, Query(max_length=20, examples=["seen"])] = None,
    device: Annotated[list[Annotated[str, Query(max_length=80)]] | None, Query(max_length=200)] = None,
) -> Response:
    """Return a page to print with a code for each device (of a building, in a state, or these); at most 2,000."""
    at = desk(request)
    base = (services(request).settings.public_url or str(request.base_url)).rstrip("/")
    wanted = [
        each
        for each in sorted(at.view.registry, key=lambda each: (each.building or "", each.id))
        if (building is None or each.building == building)
        and (state is None or each.state == state)
        and (device is None or each.id in device)
        and each.profile
    ]
    page = await asyncio.to_thread(labels, wanted[:MOST], at.view, at.codes, base=base)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _PRINTED}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


async def _arrivals(request: Request) -> list[Arrival]:
    registry = desk(request).view.registry
    found = await read(request, lambda connection: groups(connection, limit=2000, code=UNKNOWN))
    return arrivals(found, registry)
