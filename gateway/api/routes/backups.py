"""Backups: look at them, have one made, have one read from end to end, take one away."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import answer, errors, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.noun import noun
from gateway.api.schemas.backups import BackupList, BackupView
from gateway.backup.desk import BackupDesk
from gateway.backup.order import Made
from gateway.errors import BackupError

router = noun("backups")
Name = Annotated[str, Path(max_length=120, examples=["my-site-20260306T193000Z.scgb"])]


@router.get("/api/backups", summary="Backups", response_model=BackupList, responses=errors())
async def backups(request: Request, _: Annotated[Viewer, Depends(Require("backups.read"))]) -> Response:
    """Return every backup that is kept, and how making them stands."""
    return answer(_all(services(request).backups))


@router.post(
    "/api/backups",
    summary="Make a backup now",
    status_code=202,
    response_model=BackupList,
    responses=errors(409),
)
async def make_backup(
    request: Request, viewer: Annotated[Viewer, Depends(Require("backups.make"))]
) -> Response:
    """Have one made beside the running gateway; ask `GET /api/backups` until `running_since` is null. 409 when one is under way."""
    desk = _desk(request)
    if not desk.ask(viewer.id):
        raise ApiError("backup_runs")
    await services(request).accounts.audit(viewer.id, "backup", "site", {})
    return answer(_all(desk), status=202)


@router.post(
    "/api/backups/{name}/verify",
    summary="Read a backup from end to end",
    response_model=BackupView,
    responses=errors(404, 409),
)
async def verify_backup(
    name: Name, request: Request, viewer: Annotated[Viewer, Depends(Require("backups.make"))]
) -> Response:
    """Open it with the passphrase, compare every file in it with its manifest, and return it with the time of it."""
    desk = _desk(request)
    made = await _made(desk, name)
    try:
        fresh = await desk.verify(made)
    except BackupError as error:
        raise ApiError("backup_bad", why=str(error)) from error
    await services(request).accounts.audit(viewer.id, "backup.verify", name, {})
    return answer(_view(fresh))


@router.get(
    "/api/backups/{name}/file",
    summary="Take a backup away",
    response_class=Response,
    responses={
        **errors(404, 409),
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the file, encrypted with the passphrase of the site",
        },
    },
)
async def take_backup(
    name: Name, request: Request, viewer: Annotated[Viewer, Depends(Require("backups.take"))]
) -> Response:
    """Return the file to be kept elsewhere; who took it is recorded."""
    desk = _desk(request)
    made = await _made(desk, name)
    await services(request).accounts.audit(viewer.id, "backup.take", name, {"sha256": made.sha256})
    headers = {"Cache-Control": "no-store"}
    return FileResponse(
        desk.shelf.path(made), media_type="application/octet-stream", filename=made.name, headers=headers
    )


def _desk(request: Request) -> BackupDesk:
    desk = services(request).backups
    if desk is None:
        raise ApiError("backup_off")
    return desk


async def _made(desk: BackupDesk, name: str) -> Made:
    made = await asyncio.to_thread(desk.shelf.one, name)
    if made is None:
        raise ApiError("not_found", what=name)
    return made


def _all(desk: BackupDesk | None) -> BackupList:
    if desk is None:
        return BackupList(
            configured=False, folder=None, next_at=None, keep_days=0, keep_weeks=0, keep_months=0,
            running_since=None, failed=None, items=[],
        )  # fmt: skip
    keep = desk.keep
    return BackupList(
        configured=True,
        folder=str(desk.shelf.folder),
        next_at=desk.next_due(),
        keep_days=keep.days,
        keep_weeks=keep.weeks,
        keep_months=keep.months,
        running_since=desk.running_since,
        failed=desk.failed,
        items=[_view(each) for each in desk.known],
    )


def _view(made: Made) -> BackupView:
    return BackupView(
        name=made.name, made_at=made.made_at, by=made.by, version=made.version, size_bytes=made.size_bytes,
        sha256=made.sha256, files=made.files, seconds=made.seconds, verified_at=made.verified_at,
    )  # fmt: skip
