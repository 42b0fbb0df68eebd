"""Pictures that people send: checked, re-encoded in a child process, hashed, stored.

The child has a memory and a time limit and sees nothing but the bytes, so a picture built to exhaust or
break the decoder ends there. What is kept is a new JPEG without anything the phone added; only the time at
which it was taken is carried over, as a fact beside it.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from fastapi import UploadFile
from starlette.requests import Request

from gateway.api.answers import services, write
from gateway.api.errors import ApiError
from gateway.api.schemas.incidents import PhotoStored
from gateway.clock import to_us
from gateway.response.model import Photo

MAX_UPLOAD = 10 * 1024 * 1024
CHILD_SECONDS = 20
AT_ONCE = 2  # each child may use much memory
_CHILD = Path(__file__).with_name("photo_child.py")  # run by its path: it needs nothing of ours
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


_WHY = {
    "format": {"zh": "只收 JPEG、PNG 或 WebP 图片", "en": "only JPEG, PNG and WebP are taken"},
    "slow": {"zh": "处理时间太长", "en": "it takes too long to read"},
    "broken": {"zh": "图片已损坏", "en": "it is damaged"},
    "pixels": {"zh": "像素太多，最多 4000 万", "en": "it has more than 40 million pixels"},
}


class _Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says before the bytes of the new picture."""

    width: int = 0
    height: int = 0
    taken: str | None = None
    fault: str | None = None


async def store_photo(
    request: Request, file: UploadFile, captured_at: datetime | None, *, by: str
) -> tuple[Photo, PhotoStored]:
    """Keep an uploaded picture and return it as proof and as the answer to the upload.

    Raises:
        ApiError: `too_large`, `bad_picture`.
    """
    raw = await file.read(MAX_UPLOAD + 1)
    if len(raw) > MAX_UPLOAD:
        raise ApiError("too_large", limit_bytes=MAX_UPLOAD)
    if not raw.startswith(_SIGNATURES):
        raise _refused("format")
    decoded, picture = await reencode(raw, services(request).darkroom)
    store, now = services(request).store, services(request).now()
    sha256, record = await asyncio.to_thread(store.save_blob, picture, "image/jpeg", by, at_us=to_us(now))
    await write(request, record)
    taken = captured_at.astimezone(UTC) if captured_at else _time_of(decoded.taken)
    photo = Photo(
        sha256=sha256, mime="image/jpeg", size=len(picture), captured_at=taken, received_at=now, by=by
    )
    stored = PhotoStored(
        sha256=sha256,
        mime="image/jpeg",
        size=len(picture),
        width=decoded.width,
        height=decoded.height,
        captured_at=taken,
        received_at=now + services(request).offset(),
    )
    return photo, stored


async def reencode(raw: bytes, places: asyncio.Semaphore) -> tuple[_Decoded, bytes]:
    """Return size and time of a picture, and the picture as a clean JPEG.

    Raises:
        ApiError: `bad_picture` when the child refuses it, runs out of memory or takes too long.
    """
    async with places:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_CHILD),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            out, _ = await asyncio.wait_for(child.communicate(raw), CHILD_SECONDS)
        except TimeoutError:
            raise _refused("slow") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    line, _, picture = out.partition(b"\n")
    try:
        decoded = msgspec.json.decode(line, type=_Decoded)
    except msgspec.DecodeError:
        raise _refused("broken") from None  # the child died: out of memory or of time
    if decoded.fault is not None or not picture:
        raise _refused(decoded.fault or "broken")
    return decoded, picture


def _refused(why: str) -> ApiError:
    return ApiError("bad_picture", why=_WHY.get(why, _WHY["broken"]))


def _time_of(taken: str | None) -> datetime | None:
    """Return the time a camera wrote (UTC only when it said so); a time without a zone is not a time."""
    try:
        at = datetime.fromisoformat(taken) if taken else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
