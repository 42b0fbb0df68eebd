"""Uploads: photos and voice notes in chunks, over links that break. Every request may be repeated."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Annotated

from fastapi import Depends, Header, Path
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import IdempotencyKey, answer, errors, own_key, services
from gateway.api.permissions import Require, Viewer
from gateway.api.routes.incidents import visible_case
from gateway.api.routes.noun import noun
from gateway.api.schemas.uploads import UploadedFile, UploadRequest, UploadView
from gateway.evidence.limits import CHUNK_BYTES
from gateway.response.model import Action, Photo
from gateway.store.uploads import Announced, Kept, Upload

router = noun("uploads")
Id = Annotated[
    str, Path(alias="id", pattern=r"^[0-9a-f]{32}$", examples=["0f8fad5bd9cb469fa16570867728950e"])
]
Sender = Annotated[Viewer, Depends(Require("uploads.add"))]
_CHUNK = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "maxLength": CHUNK_BYTES}}},
    }
}  # fmt: skip
_PROGRESS = {
    "Upload-Offset": {"schema": {"type": "integer"}, "description": "how many bytes are there"},
    "Upload-Length": {"schema": {"type": "integer"}, "description": "how many bytes the whole has"},
}


@router.post(
    "/api/uploads",
    summary="Announce an upload",
    response_model=UploadView,
    responses=errors(404, 409, 429),
    status_code=201,
)
async def announce_upload(
    body: UploadRequest, request: Request, key: IdempotencyKey, viewer: Sender
) -> Response:
    """Begin an upload, or find the one begun with this key: `offset` says where to go on.

    409 `key_reused`: the key belongs to another file. 422 `upload_size`: larger than is taken.
    """
    if body.incident is not None:
        await visible_case(request, body.incident, viewer)
    given = services(request)
    skew = body.phone_at - given.now() - given.offset() if body.phone_at else None
    announced = Announced(
        kind=body.kind,
        sha256=body.sha256,
        size=body.size,
        mime=body.mime,
        captured_at=body.captured_at.astimezone(UTC) if body.captured_at else None,
        skew_ms=round(skew.total_seconds() * 1000) if skew is not None else None,
        incident=body.incident,
    )
    upload, offset = await given.uploads.announce(announced, by=viewer.id, key=key)
    return answer(_view(upload, offset, request), status=201)


@router.get(
    "/api/uploads/{id}",
    summary="How far an upload has come",
    response_model=UploadView,
    responses=errors(404),
)
async def one_upload(upload_id: Id, request: Request, viewer: Sender) -> Response:
    """Return an upload of mine, with what came of it once it is finished."""
    upload, offset = await services(request).uploads.find(upload_id, by=viewer.id)
    return answer(_view(upload, offset, request))


@router.head(
    "/api/uploads/{id}",
    summary="Where to go on",
    responses={**errors(404), 200: {"headers": _PROGRESS, "description": "in the headers"}},
    response_class=Response,
)
async def upload_offset(upload_id: Id, request: Request, viewer: Sender) -> Response:
    """Return offset and length in headers only: the cheapest question on a bad link."""
    upload, offset = await services(request).uploads.find(upload_id, by=viewer.id)
    return Response(headers=_progress(upload, offset))


@router.patch(
    "/api/uploads/{id}",
    summary="Add a chunk",
    responses={
        **errors(404, 409, 413),
        204: {"headers": _PROGRESS, "description": "taken, or already there"},
    },
    response_class=Response,
    status_code=204,
    openapi_extra=_CHUNK,
)
async def add_chunk(
    upload_id: Id,
    request: Request,
    viewer: Sender,
    offset: Annotated[
        int, Header(alias="Upload-Offset", ge=0, le=2**31 - 1, description="where this chunk begins")
    ],
    checksum: Annotated[
        str,
        Header(alias="Upload-Checksum", pattern=r"^[0-9a-f]{64}$", description="SHA-256 of this chunk, hex"),
    ],
) -> Response:
    """Add bytes at an offset. What is already there is compared, so that a chunk may come twice.

    409 `upload_offset`: something before it is missing. 409 `upload_differs`: other bytes lie there.
    422 `upload_damaged`: the chunk changed on its way; send it again. Each says where to go on.
    """
    upload, held = await services(request).uploads.add(
        upload_id, offset, await request.body(), sha256=checksum, by=viewer.id
    )
    return Response(status_code=204, headers=_progress(upload, held))


@router.post(
    "/api/uploads/{id}/finish",
    summary="Finish an upload",
    response_model=UploadView,
    responses=errors(404, 409),
)
async def finish_upload(upload_id: Id, request: Request, viewer: Sender) -> Response:
    """Check and keep the file and put it on its case. A repeat gets the first answer, or the first refusal.

    409 `upload_incomplete`: more is to come. 422 `upload_mismatch`: not the file that was announced; all of it
    has to be sent again. 422 `bad_picture`, `bad_voice`: it is not taken, whatever is done.
    """

    async def attach(upload: Upload, photo: Photo) -> None:
        number = upload.announced.incident
        if number is None:
            return
        await visible_case(request, number, viewer)
        action = Action(
            name="note",
            by=viewer.id,
            roles=viewer.person.roles,
            incident=number,
            key=own_key(viewer.id, f"upload-{upload.id}"),
            fields={"photos": (photo,)},
        )
        await asyncio.wrap_future(services(request).writer.act(action))
        services(request).pages.touched([number])

    uploads = services(request).uploads
    kept = await uploads.finish(upload_id, by=viewer.id, attach=attach)
    upload, offset = await uploads.find(upload_id, by=viewer.id)
    return answer(_view(upload, offset, request, kept))


def _progress(upload: Upload, offset: int) -> dict[str, str]:
    return {
        "Upload-Offset": str(offset),
        "Upload-Length": str(upload.announced.size),
        "Cache-Control": "no-store",
    }


def _view(upload: Upload, offset: int, request: Request, kept: Kept | None = None) -> UploadView:
    return UploadView(
        id=upload.id,
        state=upload.state,
        offset=offset,
        size=upload.announced.size,
        chunk_bytes=CHUNK_BYTES,
        incident=upload.announced.incident,
        file=_file(kept or upload.kept, request),
    )


def _file(kept: Kept | None, request: Request) -> UploadedFile | None:
    if kept is None:
        return None
    photo = kept.photo
    return UploadedFile(
        sha256=photo.sha256,
        mime=photo.mime,
        size=photo.size,
        width=kept.width,
        height=kept.height,
        length_s=photo.length_s,
        captured_at=photo.captured_at,
        received_at=photo.received_at + services(request).offset(),
        skew_ms=photo.skew_ms,
    )
