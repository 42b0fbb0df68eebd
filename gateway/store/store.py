"""The store: one data folder or database, opened once, written by one thread, read by many."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gateway.batch import Batch, Position
from gateway.clock import ClockMark
from gateway.errors import StoreError, StoreFull
from gateway.response.model import TimelineRow
from gateway.store import chain
from gateway.store.commit import Commit
from gateway.store.counts import Counts
from gateway.store.engine import Database, open_database, translate, translated
from gateway.store.folder import RESERVE_BYTES, Folder, write_whole
from gateway.store.schema import migrate
from gateway.store.tables import action_results, blobs, counters, journal, meta, timeline, timeline_text

Connection: TypeAlias = sa.Connection
Job: TypeAlias = tuple[Callable[[Connection], Any], "Future[Any]"]


class Store:
    """An open store. Everything that writes is called from the writer's thread, `read` from any.

    Build it with `Store.open`.
    """

    def __init__(self, database: Database, folder: Folder) -> None:
        self.database = database
        self.folder = folder
        self._commit = Commit(database)
        self._counts = Counts(put_counter=database.upsert(counters), put_meta=database.upsert(meta))
        with translated("reading the store"), database.read.connect() as connection:
            self._counts.load(connection)
            last = connection.execute(_NEWEST).one_or_none()
            mark = connection.execute(
                sa.select(meta.c.value).where(meta.c.name == "clock")
            ).scalar_one_or_none()
        self.last_seq: int = last.last_seq if last else 0
        self.last_us: int | None = last.e_us if last else None
        self.last_offset_us: int | None = last.offset_us if last else None
        self.seal_key = b""
        self.mark = msgspec.json.decode(mark, type=ClockMark) if mark else None

    @classmethod
    def open(
        cls,
        where: str | Path,
        *,
        folder: Path | None = None,
        reserve_bytes: int = RESERVE_BYTES,
        module: ModuleType | None = None,
    ) -> Store:
        """Open a data folder, or a database URL with a `folder` for blobs; create and migrate what is needed.

        Raises:
            StoreError: another gateway holds it, a newer version wrote it, or the file is damaged.
            StoreFull: there is no room, or the disk cannot be written.
        """
        url = str(where) if "://" in str(where) else None
        if url and folder is None:
            raise StoreError(f"{url}: a database URL needs a data folder for pictures; give one with --data")
        with ExitStack() as undo:
            held = Folder(folder or Path(where), reserve_bytes=reserve_bytes)
            undo.callback(held.close)
            database = open_database(url or f"sqlite:///{held.database}", module=module)
            undo.callback(database.close)
            with translated("opening the database"):
                database.claim()
                migrate(database)
                store = cls(database, held)
            undo.pop_all()  # nothing failed: it is the store's to close now
        held.fill_reserve()
        return store

    def close(self) -> None:
        """Close the database and let the folder go; nothing is written."""
        self.database.close()
        self.folder.close()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one consistent state and cannot write."""
        with translated("reading"), self.database.read.connect() as connection:
            yield connection

    def commit(self, batch: Batch, position: Position) -> None:
        """Write one batch in one transaction, pictures first; on any error nothing of it is stored.

        Raises:
            StoreFull: no room or a failing disk; the same batch may be tried again.
            StoreError: anything else; the process must not go on.
        """
        for each in batch.blobs:
            self._keep_blob(each.sha256, each.data)
        with translated("committing"), self.database.write.begin() as connection:
            self._commit.write(connection, batch, position=position, counts=self._counts)
        self._counts.settled(batch)
        self.last_seq = position.last_seq
        self.last_us, self.last_offset_us = position.e_us, position.offset_us

    def run(self, jobs: Sequence[Job]) -> None:
        """Run other writes in one transaction, each on its own savepoint, and answer their futures after it.

        Raises:
            StoreFull, StoreError: as `commit`; no job took effect and each future carries the error.
        """
        answers: list[Callable[[], None]] = []
        try:
            with translated("committing"), self.database.write.begin() as connection:
                for work, future in jobs:
                    answers.append(_attempt(connection, work, future))
        except StoreError as error:
            for _, future in jobs:
                if not future.done():
                    future.set_exception(error)
            raise
        for answer in answers:
            answer()

    def counters(self) -> dict[str, int]:
        """Return the committed totals by name."""
        return dict(self._counts.totals)

    def first_result(self, key: str) -> dict[str, Any] | None:
        """Return what the action with this idempotency key answered the first time, or None."""
        with translated("reading"), self.database.read.connect() as connection:
            found = connection.execute(
                sa.select(action_results.c.result).where(action_results.c.key == key)
            ).scalar_one_or_none()
        return msgspec.json.decode(found, type=dict[str, Any]) if found else None

    def blob_path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie (two levels, so that no folder grows without end).

        Raises:
            StoreError: the text is not a SHA-256 in lower-case hex.
        """
        if len(sha256) != 64 or not set(sha256) <= _HEX:
            raise StoreError(f"'{sha256[:80]}' is not a SHA-256 hash in lower-case hex")
        return self.folder.blobs / sha256[:2] / sha256

    def save_blob(
        self, data: bytes, mime: str, by: str, *, at_us: int
    ) -> tuple[str, Callable[[sa.Connection], None]]:
        """Write a picture to disk; return its hash and the job that records it (give that to the writer).

        May be called from any thread. Raises StoreFull when there is no room.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        self._keep_blob(sha256, data)
        row = {"sha256": sha256, "mime": mime, "size": len(data), "at_us": at_us, "by": by}
        statement = self.database.insert_new(blobs)
        return sha256, lambda connection: _discard(connection.execute(statement, row))

    @property
    def uploads(self) -> Path:
        """Where the partial files of uploads lie."""
        return self.folder.uploads

    def seal_with(self, key: bytes) -> None:
        """Seal the heads of the hash chains with the site's key from now on."""
        self.seal_key = key
        self._commit.seal_with(key)

    def append_timeline(self, connection: sa.Connection, rows: Sequence[TimelineRow]) -> None:
        """Add timeline rows inside a job of the writer (receipts, views); they stand at the newest number."""
        numbered = [(self.last_seq, row) for row in rows]
        chained, texts, head = chain.timeline_rows(chain.read_head(connection, "timeline"), numbered)
        if chained:
            connection.execute(timeline.insert(), chained)
            connection.execute(timeline_text.insert(), texts)
            chain.write_head(connection, "timeline", head, key=self.seal_key)

    def append_audit(
        self,
        connection: sa.Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        facts: dict[str, Any],
    ) -> None:
        """Add one row to the audit log inside a job of the writer."""
        chain.append_audit(
            connection, at=at, actor=actor, action=action, subject=subject, facts=facts, key=self.seal_key
        )

    def verify(self) -> chain.BadRow | None:
        """Walk the hash chains; return the first bad row, or None."""
        with self.read() as connection:
            return chain.verify(connection, key=self.seal_key)

    def check(self) -> list[str]:
        """Return what a quick integrity check of the database found; empty when it is sound."""
        with translated("checking the database"):
            return self.database.check()

    def _keep_blob(self, sha256: str, data: bytes) -> None:
        path = self.blob_path(sha256)
        try:
            if path.exists():
                path.touch()  # young again: what nothing names is swept by its age
            else:
                write_whole(path, data)
        except OSError as error:
            raise StoreFull(f"writing a picture: {error}") from error


_HEX = frozenset("0123456789abcdef")
_NEWEST = (
    sa.select(journal.c.last_seq, journal.c.e_us, journal.c.offset_us)
    .order_by(journal.c.first_seq.desc())
    .limit(1)
)


def _attempt(
    connection: sa.Connection, work: Callable[[sa.Connection], Any], future: Future[Any]
) -> Callable[[], None]:
    """Run one job; return what answers its future once the transaction is durable."""
    point = connection.begin_nested()
    try:
        result = work(connection)
        point.commit()
    except Exception as error:  # task boundary: a job's own mistake is its caller's answer
        if isinstance(error, DBAPIError) and isinstance(translate(error, ""), StoreFull):
            raise  # the disk or the connection: no job of this transaction can be kept
        point.rollback()
        failure = error
        return lambda: future.set_exception(failure)
    return lambda: future.set_result(result)


def _discard(_: object) -> None:
    """Let a statement's result go."""
