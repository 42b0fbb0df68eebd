"""Shelf: the store as the keepers of proof use it from the event loop: reads in a thread, writes in the writer's queue."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from gateway.clock import to_us
from gateway.response.model import TimelineRow
from gateway.store.read import Connection

T = TypeVar("T")


class Stored(Protocol):
    """What of the store is used here."""

    def read(self) -> AbstractContextManager[Connection]: ...

    def blob_path(self, sha256: str) -> Path: ...

    def save_blob(
        self, data: bytes, mime: str, by: str, *, at_us: int
    ) -> tuple[str, Callable[[Connection], None]]: ...

    def append_timeline(self, connection: Connection, rows: Sequence[TimelineRow]) -> None: ...


class Written(Protocol):
    """What of the writer is used here."""

    def call(self, job: Callable[[Connection], T]) -> Future[T]: ...


class Shelf:
    """One store and its writer."""

    def __init__(self, store: Stored, writer: Written) -> None:
        self.store, self._writer = store, writer

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query in a worker thread."""

        def run() -> T:
            with self.store.read() as connection:
                return query(connection)

        return await asyncio.to_thread(run)

    async def write(self, job: Callable[[Connection], T]) -> T:
        """Run a job in the writer's queue and wait for its commit."""
        return await asyncio.wrap_future(self._writer.call(job))

    async def keep(self, data: bytes, mime: str, by: str, *, at: datetime) -> str:
        """Keep a file by its hash; return the hash."""
        sha256, record = await asyncio.to_thread(self.store.save_blob, data, mime, by, at_us=to_us(at))
        await self.write(record)
        return sha256

    async def hash_of(self, sha256: str) -> str | None:
        """Return the hash of the bytes that lie under this name, None when there are none."""
        return await asyncio.to_thread(file_hash, self.store.blob_path(sha256))

    def append(self, connection: Connection, rows: Sequence[TimelineRow]) -> None:
        """Add rows to timelines inside a job."""
        self.store.append_timeline(connection, rows)


def file_hash(path: Path) -> str | None:
    """Return the hash of a file, None when it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
