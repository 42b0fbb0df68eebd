"""Upgrades: bring a package in, have it proven and installed beside. No route turns to a version: the machine does."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path as File
from typing import Annotated

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Depends, Path
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.routes.session import refuse
from gateway.api.schemas.common import PersonName
from gateway.api.schemas.upgrades import (
    PackagePart,
    PackageView,
    Standing,
    UpgradeAnnounce,
    UpgradeUpload,
    UpgradeView,
    VersionView,
)
from gateway.api.views.lens import Lens, lens_of
from gateway.errors import PackageRefused, UpgradeError
from gateway.session import LoginError
from gateway.upgrade.bundle import public_key
from gateway.upgrade.by_hand import back_command, service, use_command
from gateway.upgrade.desk import UpgradeDesk
from gateway.upgrade.held import Held
from gateway.upgrade.switch import newest_switch
from gateway.upgrade.versions import CURRENT, PREVIOUS, Installed

router = noun("upgrades")
Loader = Annotated[Viewer, Depends(Require("upgrades.load"))]
_PACKAGE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/api/upgrades", summary="Versions and upgrades", response_model=UpgradeView, responses=errors(409)
)
async def upgrades(request: Request, _: Annotated[Viewer, Depends(Require("upgrades.read"))]) -> Response:
    """Return the version that runs, those that are installed, the package that waits, and the commands that come next."""
    return await _all(request)


@router.post(
    "/api/upgrades/uploads",
    summary="Announce a package",
    response_model=UpgradeUpload,
    responses=errors(409, 429),
    status_code=201,
)
async def announce_package(body: UpgradeAnnounce, request: Request, viewer: Loader) -> Response:
    """Prove who I am once more and say how large the package is; it is refused here when it is too large or has no room."""
    desk, accounts = _desk(request), services(request).accounts
    try:
        await accounts.own_password(viewer.session, body.current)
        await accounts.own_code(viewer.session, body.code)
    except LoginError as error:
        if error.code in {"code_wrong", "code_required"}:
            raise ApiError("code_refused") from error
        raise refuse(error) from error
    try:
        announced = desk.announce(body.size, by=viewer.id)
    except PackageRefused as error:
        raise _said(error) from error
    return answer(UpgradeUpload(id=announced.id, size=announced.size, until=announced.until), status=201)


@router.put(
    "/api/upgrades/uploads/{id}",
    summary="Send a package",
    response_model=UpgradeView,
    responses=errors(404, 409, 413),
    openapi_extra=_PACKAGE,
)
async def send_package(
    upload: Annotated[str, Path(alias="id", max_length=40)], request: Request, viewer: Loader
) -> Response:
    """Take the announced bytes in, prove signature, files and version, and keep the package. What does not hold is gone at once."""
    desk, accounts = _desk(request), services(request).accounts
    try:
        held = await desk.receive(upload, request.stream(), by=viewer.id)
    except PackageRefused as error:
        await accounts.audit(viewer.id, "upgrade.refused", "package", {"why": error.code})
        raise _said(error) from error
    except UpgradeError as error:
        raise ApiError("upgrade_failed", why=str(error)) from error
    except ClientDisconnect as error:  # nobody reads this answer
        raise ApiError("upload_incomplete", size="…", offset="…") from error
    except OSError as error:
        raise ApiError("store_full") from error
    if held is None:
        raise ApiError("not_found", what=upload)
    about = {"version": held.version, "sha256": held.sha256, "bytes": held.size}
    await accounts.audit(viewer.id, "upgrade.loaded", held.version, about)
    return await _all(request)


@router.post(
    "/api/upgrades/install",
    summary="Install beside",
    response_model=UpgradeView,
    responses=errors(404, 409),
    status_code=202,
)
async def install_package(request: Request, viewer: Loader) -> Response:
    """Install the waiting package beside the running version; ask `GET /api/upgrades` until `doing` is null. Nothing is turned."""
    desk = _desk(request)
    held = await _waiting(desk)
    try:
        desk.install()
    except PackageRefused as error:
        raise _said(error) from error
    await services(request).accounts.audit(
        viewer.id, "upgrade.install", held.version, {"sha256": held.sha256}
    )
    return await _all(request, status=202)


@router.delete(
    "/api/upgrades/package",
    summary="Drop the waiting package",
    response_model=UpgradeView,
    responses=errors(404, 409),
)
async def drop_package(request: Request, viewer: Loader) -> Response:
    """Take the waiting package away; what is installed stays."""
    desk = _desk(request)
    held = await _waiting(desk)
    try:
        desk.drop()
    except PackageRefused as error:
        raise _said(error) from error
    await services(request).accounts.audit(
        viewer.id, "upgrade.dropped", held.version, {"sha256": held.sha256}
    )
    return await _all(request)


def _desk(request: Request) -> UpgradeDesk:
    desk = services(request).upgrades
    if desk is None:
        raise ApiError("upgrade_off")
    return desk


async def _waiting(desk: UpgradeDesk) -> Held:
    """Return the package that waits; without one there is nothing to do."""
    held = await asyncio.to_thread(desk.shelf.held)
    if held is None:
        raise ApiError("not_found", what="package")
    return held


def _said(error: PackageRefused) -> ApiError:
    return ApiError(error.code, **error.facts)


async def _all(request: Request, status: int = 200) -> Response:
    desk, lens = _desk(request), lens_of(request)
    return answer(await asyncio.to_thread(upgrade_view, desk, lens), status=status)


def upgrade_view(desk: UpgradeDesk, lens: Lens) -> UpgradeView:
    """Return everything as it stands; reads the disk, so call it in a thread."""
    unit, versions = service(), desk.versions
    installed, held = versions.all(), desk.shelf.held()
    folder = versions.folder.absolute()
    standing: dict[File | None, Standing] = {
        versions.linked(PREVIOUS): "previous",
        versions.linked(CURRENT): "current",
    }

    def one(each: Installed) -> VersionView:
        place = standing.get(versions.prefix(each.version).resolve(), "beside")
        use = None if place == "current" else use_command(each.version, folder, desk.base, unit)
        return VersionView(
            version=each.version, installed_at=each.installed_at, published_at=each.published_at,
            standing=place, use=use,
        )  # fmt: skip

    def package(held: Held) -> PackageView:
        return PackageView(
            version=held.version, published_at=held.published_at, size_bytes=held.size, sha256=held.sha256,
            parts=[PackagePart(name=each.name, size_bytes=each.size) for each in held.wheels],
            by=PersonName(id=held.by, name=lens.name(held.by) or held.by), at=held.at,
            installed=any(each.version == held.version for each in installed),
            use=use_command(held.version, folder, desk.base, unit),
        )  # fmt: skip

    turned = newest_switch(desk.data) is not None and versions.linked(PREVIOUS) is not None
    return UpgradeView(
        version=desk.version,
        configured=desk.key_file is not None,
        key=_fingerprint(desk.key_file),
        most_bytes=desk.most_bytes,
        free_bytes=desk.free_bytes(),
        doing=desk.doing,
        failed=desk.failed,
        package=None if held is None else package(held),
        installed=[one(each) for each in installed],
        can_install=desk.can_install(),
        service=unit,
        back=back_command(folder, desk.base, unit) if turned else None,
    )


def _fingerprint(file: File | None) -> str | None:
    try:
        key = None if file is None else public_key(file)
    except UpgradeError:
        return None  # the page says that it cannot be read
    if key is None:
        return None
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
