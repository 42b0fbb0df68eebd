"""Pictures, clips and sounds by their hash, only for those who may see what they belong to."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.api.answers import errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer, involved
from gateway.api.routes.noun import noun
from gateway.store.read import Connection
from gateway.store.read_devices import BlobRow, blob
from gateway.store.read_incidents import cases_with_evidence

router = noun("evidence")
SHOWN = {"image/jpeg", "image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/wav", "audio/ogg"}


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
    found = await read(request, lambda connection: _visible(connection, sha256, viewer))
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


def _visible(connection: Connection, sha256: str, viewer: Viewer) -> BlobRow | None:
    row = blob(connection, sha256)
    if row is None or viewer.scope != "own":
        return row
    cases = cases_with_evidence(connection, sha256, involves=viewer.id)
    return row if row.by == viewer.id or any(involved(case, viewer.id) for case in cases) else None
