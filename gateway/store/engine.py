"""Open a database: one write connection, read connections, and the few words in which dialects differ.

Only this module knows SQLite from PostgreSQL. SQLite runs in WAL with `synchronous=FULL` (NORMAL loses
commits at a power cut); transactions are begun by us with BEGIN IMMEDIATE, because a deferred BEGIN that
later wants to write fails instead of waiting. Readers have their own connections and cannot write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from gateway.errors import StoreError, StoreFull

BUSY_MS = 10_000
SYNCHRONOUS = "FULL"  # every commit is on the disk before anybody is told of it
PAGE_BYTES = 1024
"""A small batch touches some ten pages, and the log gets each of them whole: 4096 wrote twice as much an event."""
WAL_PAGES = 4000  # a checkpoint copies this many pages; larger makes rarer and longer ones
# Primary SQLite result codes under which the disk is to blame: READONLY, IOERR, FULL, CANTOPEN.
_SQLITE_DISK = frozenset({8, 10, 13, 14})
_SQLITE_CORRUPT = frozenset({11, 26})
# PostgreSQL: disk full, I/O error, read-only transaction, connection gone, server going down.
_POSTGRES_DISK = ("53100", "58030", "25006", "08", "57P")


_SITE_LOCK = 0x5C6A7E


class Database:
    """The two doors of one open database. `write` belongs to one thread; `read` may be used from any."""

    def __init__(self, write: sa.Engine, read: sa.Engine) -> None:
        self.write = write
        self.read = read
        self.is_sqlite = write.dialect.name == "sqlite"

    def upsert(self, table: sa.Table, *, keep: Sequence[str] = ()) -> Any:
        """Return an INSERT that updates the row with the same primary key, except the columns in `keep`."""
        keys = [column.name for column in table.primary_key]
        insert = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        fresh = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in (*keys, *keep)}
        return insert.on_conflict_do_update(index_elements=keys, set_=fresh)

    def insert_new(self, table: sa.Table) -> Any:
        """Return an INSERT that leaves an existing row with the same primary key as it is."""
        insert = sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)
        return insert.on_conflict_do_nothing()

    def insert_plain(self, table: sa.Table) -> Callable[[sa.Connection, Sequence[tuple[Any, ...]]], None]:
        """Return a function that inserts rows of numbers and texts, in the order of the columns, as the driver takes them.

        Past SQLAlchemy's look at every value, which costs more than the insertion.
        """
        names = [column.name for column in table.columns]
        compiled = table.insert().compile(dialect=self.write.dialect)
        assert compiled.positiontup in (None, names)
        text = str(compiled)

        def insert(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
            many: Any = rows if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows]
            connection.exec_driver_sql(text, many)

        return insert

    def check(self) -> list[str]:
        """Return what the quick integrity check found; empty when the file is sound (always for PostgreSQL)."""
        if not self.is_sqlite:
            return []
        with self.read.connect() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(20)")]
        return [] if found == ["ok"] else found

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the database file without blocking readers (SQLite)."""
        if self.is_sqlite:
            with (
                self.write.connect() as connection
            ):  # the driver's own cursor: a transaction would lock it out
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")

    def claim(self) -> None:
        """Take the lock that keeps a second gateway off the same PostgreSQL database.

        For SQLite the lock file of the data folder stands for it.

        Raises:
            StoreError: another gateway holds it.
        """
        if self.is_sqlite:
            return
        with self.write.begin() as connection:
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(_SITE_LOCK))).scalar_one():
                raise StoreError(
                    f"{self.write.url}: another gateway already uses this database; stop it first"
                )

    def close(self) -> None:
        """Close every connection."""
        self.read.dispose()
        self.write.dispose()


def open_database(url: str, *, module: ModuleType | None = None) -> Database:
    """Open both doors. `module` replaces the SQLite driver (power-cut tests run on another build of it)."""
    if not url.startswith("sqlite"):
        return Database(
            sa.create_engine(url, pool_size=1, max_overflow=0),
            sa.create_engine(
                url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True}
            ),
        )
    extra: dict[str, Any] = {"module": module} if module else {}
    threads = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
    write = sa.create_engine(url, poolclass=StaticPool, connect_args=threads, **extra)
    read = sa.create_engine(url, pool_size=8, max_overflow=24, connect_args=threads, **extra)
    sa.event.listen(
        write,
        "connect",
        _pragmas(
            f"page_size={PAGE_BYTES}",
            "journal_mode=WAL",
            f"synchronous={SYNCHRONOUS}",
            f"wal_autocheckpoint={WAL_PAGES}",
        ),
    )
    sa.event.listen(write, "begin", _begin_immediate)
    sa.event.listen(read, "connect", _pragmas("query_only=ON"))
    sa.event.listen(read, "begin", _begin)
    return Database(write, read)


def _pragmas(*pragmas: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", "temp_store=MEMORY", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return on_connect


def _begin(connection: sa.Connection) -> None:
    """Let all that one reader asks see the same moment: without this each statement sees its own."""
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn a driver's error into ours: StoreFull when the disk is to blame, StoreError otherwise."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error, doing) from error


def translate(error: DBAPIError, doing: str) -> StoreError:
    """Return our error for a driver's error."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    state = getattr(error.orig, "sqlstate", None)
    text = f"{doing}: {error.orig}"
    if isinstance(code, int):
        if code & 0xFF in _SQLITE_DISK:
            return StoreFull(text)
        if code & 0xFF in _SQLITE_CORRUPT:
            return StoreError(
                f"{text}: the database file is damaged; stop and run `gateway restore` from the newest backup"
            )
    if isinstance(state, str) and state.startswith(_POSTGRES_DISK):
        return StoreFull(text)
    return StoreFull(text) if error.connection_invalidated else StoreError(text)
