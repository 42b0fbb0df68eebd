"""Pictures and voice of a public report: each made anew by a child process; stored only when all of them are good."""

from __future__ import annotations

import asyncio

import msgspec
from fastapi import UploadFile
from starlette.requests import Request

from gateway.api.answers import services, write
from gateway.api.errors import ApiError
from gateway.api.schemas.public import PublicReport
from gateway.clock import to_us
from gateway.evidence.limits import Limits
from gateway.evidence.picture import clean_picture
from gateway.evidence.voice import clean_voice
from gateway.response.model import Photo

_LIMITS = Limits()
_HEAD = 64  # bytes by which a recording is recognised


async def keep_pieces(request: Request, said: PublicReport, who: str) -> tuple[Photo, ...]:
    """Return the pictures, then the voice, as they were stored.

    Raises:
        ApiError: `too_large`; nothing was stored.
        UploadRefused: `bad_picture`, `bad_voice`; nothing was stored.
    """
    good = [await _picture(request, file, who) for file in said.photos if file.size]
    if said.voice is not None and said.voice.size:
        good.append(await _voice(request, said.voice, who))
    return tuple([await _kept(request, piece, data) for piece, data in good])


async def _picture(request: Request, file: UploadFile, who: str) -> tuple[Photo, bytes]:
    _check_size(file, _LIMITS.photo_bytes)
    async with services(request).darkroom:
        picture = await clean_picture(await file.read())
    return _piece(request, picture.data, "image/jpeg", who, captured_at=picture.taken), picture.data


async def _voice(request: Request, file: UploadFile, who: str) -> tuple[Photo, bytes]:
    _check_size(file, _LIMITS.voice_bytes)
    async with services(request).darkroom:
        head = await file.read(_HEAD)
        await file.seek(0)
        voice = await clean_voice(file.file, head, file.content_type or "", _LIMITS)
    return _piece(request, voice.data, voice.mime, who, length_s=voice.length_s), voice.data


def _check_size(file: UploadFile, limit: int) -> None:
    if (file.size or 0) > limit:
        raise ApiError("too_large", limit_bytes=limit)


def _piece(request: Request, data: bytes, mime: str, who: str, **known: object) -> Photo:
    fields = {"captured_at": None, **known, "sha256": "", "mime": mime, "size": len(data), "by": who}
    return msgspec.convert({**fields, "received_at": services(request).now()}, Photo)


async def _kept(request: Request, piece: Photo, data: bytes) -> Photo:
    store, now = services(request).store, services(request).now()
    sha256, record = await asyncio.to_thread(store.save_blob, data, piece.mime, piece.by, at_us=to_us(now))
    await write(request, record)
    return msgspec.structs.replace(piece, sha256=sha256)
