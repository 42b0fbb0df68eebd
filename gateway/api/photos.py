"""A picture that comes in one request: checked, encoded anew, hashed, stored. Phones use uploads, which resume."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import UploadFile
from starlette.requests import Request

from gateway.api.answers import services, write
from gateway.api.errors import ApiError
from gateway.api.schemas.incidents import PhotoStored
from gateway.clock import to_us
from gateway.evidence.picture import clean_picture
from gateway.response.model import Photo

MAX_UPLOAD = 10 * 1024 * 1024
AT_ONCE = 2  # each child may use much memory


async def store_photo(
    request: Request, file: UploadFile, captured_at: datetime | None, *, by: str
) -> tuple[Photo, PhotoStored]:
    """Keep an uploaded picture and return it as proof and as the answer to the upload.

    Raises:
        ApiError: `too_large`.
        UploadRefused: `bad_picture`.
    """
    if (file.size or 0) > MAX_UPLOAD:
        raise ApiError("too_large", limit_bytes=MAX_UPLOAD)
    async with services(request).darkroom:  # before it is read: many at once wait on the disk, not in memory
        picture = await clean_picture(await file.read(MAX_UPLOAD + 1))
    store, now = services(request).store, services(request).now()
    sha256, record = await asyncio.to_thread(
        store.save_blob, picture.data, "image/jpeg", by, at_us=to_us(now)
    )
    await write(request, record)
    photo = Photo(
        sha256=sha256,
        mime="image/jpeg",
        size=len(picture.data),
        captured_at=captured_at.astimezone(UTC) if captured_at else picture.taken,
        received_at=now,
        by=by,
        where=picture.where,
    )
    stored = PhotoStored(
        sha256=sha256,
        mime="image/jpeg",
        size=photo.size,
        width=picture.width,
        height=picture.height,
        captured_at=photo.captured_at,
        received_at=now + services(request).offset(),
    )
    return photo, stored
