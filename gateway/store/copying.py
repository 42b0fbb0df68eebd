"""Copy a SQLite database while a gateway writes it: one consistent moment, without making anybody wait.

In WAL mode a reader holds no writer up, so the whole copy is one read of one moment.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.errors import StoreError

BUSY_S = 10.0


def copy_database(source: Path, target: Path) -> None:
    """Write a copy of `source` as it stands now to `target`, one file without a log beside it, and check it.

    Raises:
        StoreError: it cannot be read or written, or what was copied is damaged; `target` is then of no use.
    """
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_S)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.execute("PRAGMA query_only=ON")
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")
            damage = _damage(writing)
    except sqlite3.Error as error:
        raise StoreError(f"{source}: cannot be copied to {target}: {error}") from error
    if damage:
        raise StoreError(f"{source}: the database is damaged: {damage}; keep the backups there are")


def form_of(file: Path) -> str:
    """Return a mark of the form of a database: its tables and indexes, and the migration to which it was brought.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
            made = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master ORDER BY type, name")]
            known = any("alembic_version" in (sql or "") for sql in made)
            brought = (
                connection.execute("SELECT version_num FROM alembic_version").fetchall() if known else []
            )
    except sqlite3.Error as error:
        raise StoreError(f"{file}: cannot be read: {error}") from error
    return hashlib.sha256(repr((made, brought)).encode()).hexdigest()


def put_back(source: Path, target: Path) -> None:
    """Put a copy in the place of a database that nobody has open; a kill leaves the old one or the new one.

    Raises:
        StoreError: the copy is damaged or cannot be written; the target is then as it was.
    """
    fresh = target.with_name(f".{target.name}.back")
    try:
        with closing(sqlite3.connect(target, timeout=BUSY_S)) as connection:
            # the log belongs to the old file: beside the new one it would be read into it
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
        fresh.unlink(missing_ok=True)
        copy_database(source, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: cannot be put back: {error}") from error


def damage_of(file: Path) -> str:
    """Return what is wrong with a database file; empty when it is sound."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            return _damage(connection)
    except sqlite3.Error as error:
        return str(error)


def _damage(connection: sqlite3.Connection) -> str:
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    return "" if found == ["ok"] else "; ".join(found)
