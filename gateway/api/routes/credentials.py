"""Credentials of devices that push over HTTP: list, make (shown once), take away."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.credentials import CredentialList, CredentialMade, CredentialView, NewCredential
from gateway.api.views.lens import lens_of
from gateway.push.credential_desk import CredentialDesk

router = noun("credentials")
Keeper = Annotated[Viewer, Depends(Require("devices.credentials"))]
DeviceId = Annotated[
    str, Path(min_length=1, max_length=80, description="a device's id, or the `user` of several")
]


@router.get(
    "/api/credentials",
    summary="Credentials of pushing devices",
    response_model=CredentialList,
    responses=errors(),
)
async def credentials(request: Request, _: Keeper) -> Response:
    """Return who has a credential, since when and by whom; never what it is."""
    lens = lens_of(request)
    items = [
        CredentialView(
            sender=each.sender,
            device_name=lens.device_name(each.sender),
            scheme=each.scheme,
            made_at=lens.shown(each.made_at),
            made_by=each.made_by,
        )
        for each in await _desk(request).all()
    ]
    return answer(CredentialList(items=items))


@router.post(
    "/api/devices/{id}/credential",
    summary="Make a device's credential",
    response_model=CredentialMade,
    status_code=201,
    responses=errors(404),
)
async def make_credential(
    device: Annotated[DeviceId, Path(alias="id")], body: NewCredential, request: Request, viewer: Keeper
) -> Response:
    """Return what is typed into the device, this once; an earlier one ends within two seconds."""
    registry = lens_of(request).community.registry
    made = await _desk(request).issue(device, registry, scheme=body.scheme, by=viewer.id)
    if made is None:
        raise ApiError("not_found", what=device)
    shown = CredentialMade(
        sender=made.sender, scheme=made.scheme, secret=made.secret, profiles=list(made.profiles)
    )
    return answer(shown, status=201)


@router.delete(
    "/api/devices/{id}/credential",
    summary="Take a device's credential away",
    status_code=204,
    responses=errors(404),
)
async def revoke_credential(
    device: Annotated[DeviceId, Path(alias="id")], request: Request, viewer: Keeper
) -> Response:
    """Let the device in no more, within two seconds; also one that the site no longer has."""
    if not await _desk(request).revoke(device, lens_of(request).community.registry, by=viewer.id):
        raise ApiError("not_found", what=device)
    return Response(status_code=204)


def _desk(request: Request) -> CredentialDesk:
    made_with = services(request)
    return CredentialDesk(made_with.access, made_with.sealer.seal)
