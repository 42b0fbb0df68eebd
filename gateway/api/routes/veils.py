"""Pictures without faces and plates, and lifting the veil for a reason that is written down first."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import answer, errors, read, services
from gateway.api.errors import ApiError
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.evidence import visible_file
from gateway.api.routes.noun import noun
from gateway.api.schemas.evidence import Revealed, RevealRequest
from gateway.api.views.lens import lens_of

router = noun("evidence")
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get(
    "/api/evidence/{sha256}/veiled",
    summary="A picture without faces and plates",
    response_class=Response,
    responses={
        **errors(404),
        200: {
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
            "description": "the picture in 48 grains a side: what happens is seen, who it is not",
        },
    },
)
async def veiled(
    sha256: Hash, request: Request, viewer: Annotated[Viewer, Depends(Require("evidence.read"))]
) -> Response:
    """Return a picture as pages show it before anybody gave a reason. It is no look at the evidence."""
    given = services(request)
    found, _ = await read(request, lambda connection: visible_file(connection, sha256, viewer, given.now()))
    path = given.store.blob_path(sha256)
    there = found is not None and found.mime.startswith("image/") and await asyncio.to_thread(path.is_file)
    picture = await given.veils.of(sha256, path) if there else None
    if picture is None:
        raise ApiError("not_found", what=sha256)
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(picture, media_type="image/jpeg", headers=headers)


@router.post(
    "/api/evidence/{sha256}/reveal",
    summary="Lift the veil of a picture",
    response_model=Revealed,
    responses=errors(404),
)
async def reveal(
    sha256: Hash,
    body: RevealRequest,
    request: Request,
    viewer: Annotated[Viewer, Depends(Require("evidence.reveal"))],
) -> Response:
    """Write down who wants to see faces and plates of a picture and why; then `GET /api/evidence/{sha256}` answers them with it."""
    given, lens = services(request), lens_of(request)
    found, cases = await read(
        request, lambda connection: visible_file(connection, sha256, viewer, given.now())
    )
    if found is None:
        raise ApiError("not_found", what=sha256)
    await given.accounts.audit(viewer.id, "reveal", f"evidence {sha256[:12]}", {"reason": body.reason})
    await given.custody.revealed(viewer.person, cases, sha256, body.reason)
    return answer(Revealed(sha256=sha256, at=lens.shown(lens.now)))
