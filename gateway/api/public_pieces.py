"""Pictures and voice of a public report: each made anew by a child process; stored only when all of them are good.

A file is noted in the transaction that keeps its report: a file that no row names is swept away (`evidence/stray`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import BinaryIO

import msgspec
from fastapi import UploadFile
from starlette.requests import Request

from gateway.api.answers import services
from gateway.api.errors import ApiError
from gateway.api.schemas.public import PublicReport
from gateway.clock import to_us
from gateway.evidence.limits import Limits
from gateway.evidence.picture import clean_picture
from gateway.evidence.voice import clean_voice
from gateway.response.model import Photo
from gateway.store.read import Connection

_LIMITS = Limits()
_READ = 1024 * 1024
_HEAD = 64  # bytes by which a recording is recognised


class Pieces(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one report on the disk, and the jobs that note them together with it."""

    photos: tuple[Photo, ...]
    records: tuple[Callable[[Connection], None], ...]


async def sent_hashes(said: PublicReport) -> tuple[str, ...]:
    """Return the hashes of the files as they were sent, in order; nothing is decoded.

    Raises:
        ApiError: `too_large`.
    """
    files = [(file, _LIMITS.photo_bytes) for file in said.photos]
    files += [(said.voice, _LIMITS.voice_bytes)] if said.voice is not None else []
    return tuple([await _hash(file, limit) for file, limit in files if file.size])


async def keep_pieces(request: Request, said: PublicReport, who: str) -> Pieces:
    """Return the pictures, then the voice, as they lie on the disk; nothing of them is noted yet.

    Raises:
        UploadRefused: `bad_picture`, `bad_voice`; nothing was stored.
    """
    good = [await _picture(request, file, who) for file in said.photos if file.size]
    if said.voice is not None and said.voice.size:
        good.append(await _voice(request, said.voice, who))
    kept = [await _kept(request, piece, data) for piece, data in good]
    return Pieces(photos=tuple(piece for piece, _ in kept), records=tuple(record for _, record in kept))


async def _hash(file: UploadFile, limit: int) -> str:
    if (file.size or 0) > limit:
        raise ApiError("too_large", limit_bytes=limit)
    return await asyncio.to_thread(_digest, file.file)


def _digest(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while chunk := file.read(_READ):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


async def _picture(request: Request, file: UploadFile, who: str) -> tuple[Photo, bytes]:
    async with services(request).darkroom:
        picture = await clean_picture(await file.read())
    return _piece(request, picture.data, "image/jpeg", who, captured_at=picture.taken), picture.data


async def _voice(request: Request, file: UploadFile, who: str) -> tuple[Photo, bytes]:
    async with services(request).darkroom:
        head = await file.read(_HEAD)
        await file.seek(0)
        voice = await clean_voice(file.file, head, file.content_type or "", _LIMITS)
    return _piece(request, voice.data, voice.mime, who, length_s=voice.length_s), voice.data


def _piece(request: Request, data: bytes, mime: str, who: str, **known: object) -> Photo:
    fields = {"captured_at": None, **known, "sha256": "", "mime": mime, "size": len(data), "by": who}
    return msgspec.convert({**fields, "received_at": services(request).now()}, Photo)


async def _kept(request: Request, piece: Photo, data: bytes) -> tuple[Photo, Callable[[Connection], None]]:
    store, now = services(request).store, services(request).now()
    sha256, record = await asyncio.to_thread(store.save_blob, data, piece.mime, piece.by, at_us=to_us(now))
    return msgspec.structs.replace(piece, sha256=sha256), record
