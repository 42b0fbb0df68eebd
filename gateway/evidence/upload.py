"""Uploads of photos and voice notes over links that break: announce, add chunks, finish; every step may be repeated.

An id is made from the person and their idempotency key, so that the same announcement finds the same upload.
What has arrived lies in a file (`partial.py`), what was announced and answered in the database: both survive a
restart. At the end the bytes must be what was announced; then they are made anew in a child process and stored.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog

from gateway.evidence.limits import CHUNK_BYTES, Limits
from gateway.evidence.partial import Partials
from gateway.evidence.picture import Picture, clean_picture, is_picture
from gateway.evidence.picture import refused as picture_refused
from gateway.evidence.refused import UploadRefused
from gateway.evidence.shelf import Shelf
from gateway.evidence.voice import Voice, clean_voice
from gateway.response.model import Photo
from gateway.store.read import Connection
from gateway.store.uploads import (
    Announced,
    Kept,
    Upload,
    announce,
    forget_uploads,
    open_uploads,
    received,
    settle,
    upload,
)

_log = structlog.get_logger("uploads")
_MINUTE = timedelta(minutes=1)


class Uploads:
    """The uploads of one gateway. Belongs to the event loop; disk and database are touched in worker threads."""

    def __init__(
        self,
        shelf: Shelf,
        folder: Path,
        *,
        now: Callable[[], datetime],
        limits: Limits,
        darkroom: asyncio.Semaphore,
    ) -> None:
        """`now` gives engine time; `darkroom` bounds how many files are opened in child processes at once."""
        self.limits = limits
        self._shelf, self._now, self._darkroom = shelf, now, darkroom
        self._partials = Partials(folder)
        self._locks: dict[str, asyncio.Lock] = {}
        self._announced: dict[str, deque[datetime]] = {}

    async def announce(self, wanted: Announced, *, by: str, key: str) -> tuple[Upload, int]:
        """Return the upload for this key and how much of it is there; a new one if there was none.

        Raises:
            UploadRefused: `upload_size`, `upload_busy`, `too_many`, `key_reused`.
        """
        most = self.limits.most(wanted.kind)
        if wanted.size > most:
            raise UploadRefused("upload_size", size=wanted.size, limit_bytes=most)
        upload_id = hashlib.sha256(f"{by}\0{key}".encode()).hexdigest()[:32]
        found = await self._shelf.read(lambda connection: upload(connection, upload_id))
        if found is None:
            await self._room_for(wanted, by)
            now = self._now()
            found = await self._shelf.write(
                lambda connection: announce(connection, upload_id, wanted, by=by, at=now)
            )
        if not _same(found.announced, wanted):
            raise UploadRefused("key_reused")
        return found, await self._offset(found)

    async def find(self, upload_id: str, *, by: str) -> tuple[Upload, int]:
        """Return one of this person's uploads and how much of it is there.

        Raises:
            UploadRefused: `not_found`, also for an upload of somebody else.
        """
        found = await self._shelf.read(lambda connection: upload(connection, upload_id))
        if found is None or found.by != by:
            raise UploadRefused("not_found", what=upload_id)
        return found, await self._offset(found)

    async def add(
        self, upload_id: str, offset: int, chunk: bytes, *, sha256: str, by: str
    ) -> tuple[Upload, int]:
        """Add a chunk; return how much is there now. A chunk of an upload that has ended changes nothing.

        Raises:
            UploadRefused: `not_found`, `upload_chunk`, and what `Partials.add` refuses.
            StoreFull: no room; nothing changed.
        """
        if len(chunk) > CHUNK_BYTES:
            raise UploadRefused("upload_chunk", limit_bytes=CHUNK_BYTES)
        async with self._lock(upload_id):
            found, held = await self.find(upload_id, by=by)
            if found.state != "open":
                return found, held
            size = found.announced.size
            held = await asyncio.to_thread(
                lambda: self._partials.add(upload_id, offset, chunk, size=size, sha256=sha256)
            )
        return found, held

    async def finish(self, upload_id: str, *, by: str, attach: Callable[[Upload, Photo], Any]) -> Kept:
        """Check, clean and keep what has arrived; the same answer or refusal whenever it is asked again.

        `attach` puts the file where it belongs (a coroutine function; it is repeated after a crash, so it must
        bear that) before the answer is written down.

        Raises:
            UploadRefused: `not_found`, `upload_incomplete`, `upload_mismatch`, `bad_picture`, `bad_voice`.
        """
        async with self._lock(upload_id):
            found, held = await self.find(upload_id, by=by)
            if found.state == "open":
                found = await self._settle(found, held, attach)
        self._locks.pop(upload_id, None)
        result = found.result or {}
        if found.state == "refused":
            raise UploadRefused(result["code"], **result["facts"])
        return msgspec.convert(result, Kept)

    async def sweep(self) -> int:
        """Delete what was abandoned, and files that belong to no upload; return how many went."""
        now = self._now()
        before, ended = now - self.limits.abandoned_after, now - self.limits.remembered_for
        gone = await self._shelf.write(
            lambda connection: forget_uploads(connection, open_before=before, ended_before=ended)
        )
        still = {each.id for each in await self._shelf.read(open_uploads)}
        strays = await asyncio.to_thread(self._partials.ids) - still
        for upload_id in strays:
            await asyncio.to_thread(self._partials.drop, upload_id)
        self._announced.clear()
        if gone or strays:
            _log.info("abandoned uploads deleted", uploads=len(gone), files=len(strays))
        return len(strays)

    # --- steps ------------------------------------------------------------------------------------

    async def _room_for(self, wanted: Announced, by: str) -> None:
        now, times = self._now(), self._announced.setdefault(by, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self.limits.announced_a_minute:
            wait = (times[0] + _MINUTE - now).total_seconds()
            raise UploadRefused("too_many", wait_s=max(1, round(wait)))
        everything = await self._shelf.read(open_uploads)
        mine = [each.announced.size for each in everything if each.by == by]
        whole = sum(each.announced.size for each in everything)
        if len(mine) >= self.limits.open_each or sum(mine) + wanted.size > self.limits.open_each_bytes:
            raise UploadRefused("upload_busy", open=len(mine), wait_s=60)
        if whole + wanted.size > self.limits.open_all_bytes:
            raise UploadRefused("upload_busy", open=len(everything), wait_s=600)
        times.append(now)

    async def _offset(self, found: Upload) -> int:
        if found.state != "open":
            return found.announced.size
        return await asyncio.to_thread(self._partials.offset, found.id)

    async def _settle(self, found: Upload, held: int, attach: Callable[[Upload, Photo], Any]) -> Upload:
        said, upload_id = found.announced, found.id
        if held < said.size:
            raise UploadRefused("upload_incomplete", offset=held, size=said.size)
        if await asyncio.to_thread(self._partials.sha256, upload_id) != said.sha256:
            await asyncio.to_thread(
                self._partials.drop, upload_id
            )  # which byte is wrong nobody knows: from the start
            raise UploadRefused("upload_mismatch", offset=0)
        try:
            kept, data = await self._clean(found)
        except UploadRefused as error:
            return await self._end(found, "refused", {"code": error.code, "facts": error.facts})
        await self._shelf.keep(data, kept.photo.mime, found.by, at=kept.photo.received_at)
        await attach(found, kept.photo)
        return await self._end(found, "done", msgspec.to_builtins(kept))

    async def _clean(self, found: Upload) -> tuple[Kept, bytes]:
        said, upload_id, now = found.announced, found.id, self._now()
        at = await self._shelf.write(lambda connection: received(connection, upload_id, at=now))
        head = await asyncio.to_thread(self._partials.head, upload_id)
        if said.kind == "photo" and not is_picture(head):
            raise picture_refused("format")
        photo = Photo(
            sha256="", mime="image/jpeg", size=0, captured_at=said.captured_at, received_at=at, by=found.by,
            skew_ms=said.skew_ms,
        )  # fmt: skip
        with self._partials.path(upload_id).open("rb") as file:
            async with self._darkroom:
                if said.kind == "photo":
                    return _kept_picture(photo, await clean_picture(file))
                return _kept_voice(photo, await clean_voice(file, head, said.mime, self.limits))

    async def _end(self, found: Upload, state: Any, result: dict[str, Any]) -> Upload:
        def job(connection: Connection) -> Upload | None:
            settle(connection, found.id, state, result)
            return upload(connection, found.id)

        ended = await self._shelf.write(job)
        await asyncio.to_thread(self._partials.drop, found.id)
        assert ended is not None  # swept only when it is old, and the lock is held
        return ended

    def _lock(self, upload_id: str) -> asyncio.Lock:
        return self._locks.setdefault(upload_id, asyncio.Lock())


def _kept_picture(photo: Photo, picture: Picture) -> tuple[Kept, bytes]:
    kept = msgspec.structs.replace(
        photo,
        sha256=hashlib.sha256(picture.data).hexdigest(),
        size=len(picture.data),
        captured_at=photo.captured_at or picture.taken,
        where=picture.where,
    )
    return Kept(photo=kept, width=picture.width, height=picture.height), picture.data


def _kept_voice(photo: Photo, voice: Voice) -> tuple[Kept, bytes]:
    kept = msgspec.structs.replace(
        photo,
        sha256=hashlib.sha256(voice.data).hexdigest(),
        mime=voice.mime,
        size=len(voice.data),
        length_s=voice.length_s,
    )
    return Kept(photo=kept), voice.data


def _same(one: Announced, other: Announced) -> bool:
    """Tell whether two announcements mean the same file; a phone's clock may have been set right in between."""
    return msgspec.structs.replace(one, skew_ms=None) == msgspec.structs.replace(other, skew_ms=None)
