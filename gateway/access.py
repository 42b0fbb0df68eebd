"""Access: reads, writes and audit rows for parts that live in the event loop and must never wait for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

from gateway.store.read import Connection

T = TypeVar("T")
Read: TypeAlias = Callable[[], AbstractContextManager[Any]]
"""`Store.read`: a connection that cannot write."""


class Write(Protocol):
    """`Writer.call`: run a job with the write connection, in its own transaction."""

    def __call__(self, job: Callable[[Any], T], /) -> Future[T]: ...


class Reads(Protocol):
    """The store as its readers see it, and the audit log for a job of the writer."""

    def read(self) -> AbstractContextManager[Connection]: ...

    def append_audit(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        facts: dict[str, Any],
    ) -> None: ...


class Writes(Protocol):
    """The writer thread: everything that changes anything is a job in its queue."""

    def call(self, job: Callable[[Connection], T]) -> Future[T]: ...


class Access:
    """Read connections in worker threads, writes in the writer's queue; `now` is engine time."""

    def __init__(self, *, store: Reads, writer: Writes, now: Callable[[], datetime]) -> None:
        self._store, self._writer, self.now = store, writer, now

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a read connection."""

        def run() -> T:
            with self._store.read() as connection:
                return query(connection)

        return await asyncio.to_thread(run)

    async def write(self, job: Callable[[Connection], T]) -> T:
        """Run a job in the writer's transaction and wait for its commit."""
        return await asyncio.wrap_future(self._writer.call(job))

    def send(self, job: Callable[[Connection], Any]) -> None:
        """Have a job done for whose end nobody waits."""
        self._writer.call(job)

    def note(
        self, connection: Connection, *, actor: str, action: str, about: str, facts: dict[str, Any]
    ) -> None:
        """Append a row to the audit chain inside a job: it stands there exactly when the job's change does."""
        self._store.append_audit(
            connection, at=self.now(), actor=actor, action=action, subject=about, facts=facts
        )

    async def audit(self, actor: str, action: str, about: str, facts: dict[str, Any]) -> None:
        """Append a row to the audit chain and wait until it is on disk."""
        await self.write(
            lambda connection: self.note(connection, actor=actor, action=action, about=about, facts=facts)
        )
