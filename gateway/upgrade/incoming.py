"""A package on its way in: announced by somebody who has proven who they are, streamed to the disk, never into memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec

from gateway.errors import PackageRefused

LASTS = timedelta(minutes=10)  # from the announcement to the first byte
ROOM_BYTES = 256 << 20  # what an upload leaves free: events must never wait for room
QUIET_S = 60.0  # a sender that says nothing for so long has gone
_PIECE = 1 << 20


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """An upload that may begin."""

    id: str
    by: str
    size: int  # bytes
    until: datetime


class Announcements:
    """Those that wait for their bytes; each is good once, for who announced it. They do not outlive the process."""

    def __init__(self) -> None:
        self._waiting: dict[str, Announced] = {}

    def add(self, *, by: str, size: int, now: datetime) -> Announced:
        """Let somebody send so many bytes; what they announced before no longer holds."""
        made = Announced(id=secrets.token_hex(16), by=by, size=size, until=now + LASTS)
        self._waiting = {
            name: each for name, each in self._waiting.items() if each.by != by and each.until > now
        }
        self._waiting[made.id] = made
        return made

    def take(self, name: str, *, by: str, now: datetime) -> Announced | None:
        """Return an announcement and forget it; None when it is not theirs, or too old."""
        found = self._waiting.get(name)
        if found is None or found.by != by or found.until <= now:
            return None
        return self._waiting.pop(name)


def room(folder: Path) -> int:
    """Return how many bytes the disk below a folder, which may not be there yet, still takes."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def fit(size: int, *, most: int, free: int) -> None:
    """Refuse what is too large or has no room.

    Raises:
        PackageRefused: `upload_size` or `upgrade_room`.
    """
    if size > most:
        raise PackageRefused(
            "upload_size", f"{size} bytes, at most {most} are taken", size=size, limit_bytes=most
        )
    if free < size + ROOM_BYTES:
        facts = {"needed_mb": (size + ROOM_BYTES) >> 20, "free_mb": free >> 20}
        raise PackageRefused("upgrade_room", f"{free} bytes are free, too few for {size}", **facts)


async def stream_to(file: Path, content: AsyncIterator[bytes], *, size: int) -> str:
    """Write exactly `size` bytes to a fresh file; return their SHA-256. Whatever goes wrong, the caller takes it away.

    Raises:
        PackageRefused: `upload_overrun`, `upload_incomplete` or `upgrade_room`.
        OSError: the disk is full or fails.
    """
    digest, written, waiting = hashlib.sha256(), 0, bytearray()
    await asyncio.to_thread(file.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    with await asyncio.to_thread(_fresh, file) as target:
        async for piece in _patient(content):
            waiting += piece
            if written + len(waiting) > size:
                end = written + len(waiting)
                raise PackageRefused("upload_overrun", "more than was announced", size=size, end=end)
            if len(waiting) >= _PIECE:
                digest.update(waiting)
                written += await asyncio.to_thread(_write, target, bytes(waiting))
                waiting.clear()
        digest.update(waiting)
        written += await asyncio.to_thread(_write, target, bytes(waiting))
        await asyncio.to_thread(target.flush)
        if written != size:
            raise PackageRefused("upload_incomplete", "less than was announced", size=size, offset=written)
        await asyncio.to_thread(os.fsync, target.fileno())
    return digest.hexdigest()


async def _patient(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give what comes, until the sender says nothing for too long: then there is less than was announced."""
    while True:
        try:
            async with asyncio.timeout(QUIET_S):
                piece = await anext(content)
        except (StopAsyncIteration, TimeoutError):
            return
        yield piece


def _fresh(file: Path) -> IO[bytes]:
    file.unlink(missing_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(target: IO[bytes], content: bytes) -> int:
    disk = os.fstatvfs(target.fileno())
    free = disk.f_bavail * disk.f_frsize
    if free < ROOM_BYTES:  # somebody else fills it meanwhile
        facts = {"needed_mb": ROOM_BYTES >> 20, "free_mb": free >> 20}
        raise PackageRefused("upgrade_room", f"only {free} bytes are free now", **facts)
    return target.write(content)
