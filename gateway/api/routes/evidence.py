"""Pictures, clips and sounds by their hash, only for those who may see what they belong to."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import DETAIL_AFTER_CLOSE, Require, Viewer, involved
from gateway.api.routes.noun import noun
from gateway.store.read import Connection
from gateway.store.read_alerts import alerts_by_id
from gateway.store.read_devices import BlobRow, blob
from gateway.store.read_events import events_by_id
from gateway.store.read_incidents import cases_of

router = noun("evidence")
SHOWN = {"image/jpeg", "image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/wav", "audio/ogg", "audio/webm", "audio/mp4"}


@router.get(
    "/api/evidence/{sha256}",
    summary="A piece of evidence",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the file, as its own media type when a page may show it",
        },
    },
)
async def evidence(
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("evidence.read"))],
) -> Response:
    """Return a file. What is not a picture, clip or sound is only ever downloaded, never shown."""
    now = services(request).now()
    found = await read(request, lambda connection: _visible(connection, sha256, viewer, now))
    path = services(request).store.blob_path(sha256)
    if found is None or not await asyncio.to_thread(path.is_file):
        raise ApiError("not_found", what=sha256)
    shown = found.mime in SHOWN
    return FileResponse(
        path,
        media_type=found.mime if shown else "application/octet-stream",
        filename=f"{sha256[:16]}.{found.mime.partition('/')[2]}" if shown else f"{sha256[:16]}.bin",
        content_disposition_type="inline" if shown else "attachment",
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _visible(connection: Connection, sha256: str, viewer: Viewer, now: datetime) -> BlobRow | None:
    """Return the file's row if the viewer may have it.

    Whoever sees cases of others learns a hash only from what they may see. Those who see only their own are
    held to it: the file is theirs, a picture of their case, or came with an event of its alerts.
    """
    row = blob(connection, sha256)
    if row is None or viewer.scope != "own" or row.by == viewer.id:
        return row
    since = now - DETAIL_AFTER_CLOSE
    mine = [case for case in cases_of(connection, viewer.id, closed_after=since) if involved(case, viewer.id)]
    if any(photo.sha256 == sha256 for case in mine for photo in case.photos):
        return row
    alerts = alerts_by_id(connection, [alert for case in mine for alert in case.alerts])
    events = events_by_id(connection, [event for alert in alerts for event in alert.change.events])
    return row if any(piece.sha256 == sha256 for event in events for piece in event.evidence) else None
