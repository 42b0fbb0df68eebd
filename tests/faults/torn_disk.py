"""A disk that loses its power: what was synced stays, of what was written since then any half may be there.

`TornDisk` is a SQLite VFS (apsw) that remembers every file as of its last sync and the writes since. At
the chosen operation it takes an image: for each file the synced bytes plus a random half of the pending
512-byte sectors; after that every operation fails. `driver` makes apsw look like the driver that
SQLAlchemy expects, so that the product's own store runs on this disk.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import apsw

SECTOR = 512


class PowerCut(Exception):
    """The power is gone."""


class TornDisk(apsw.VFS):
    """One disk; `cut_at` is the number of the write or sync at which the power goes."""

    def __init__(self, name: str, *, seed: int, cut_at: int) -> None:
        self.name = name
        self.operations = 0
        self.image: dict[str, bytes] | None = None
        self.scrapped = False  # nobody looks at it any more: what is left of the process may close its files
        self._cut_at = cut_at
        self._chance = random.Random(seed)
        self._synced: dict[str, bytes] = {}
        self._pending: dict[str, list[tuple[int, bytes | None]]] = {}
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> TornFile:  # noqa: N802 - SQLite's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        if path not in self._synced:
            self._synced[path] = Path(path).read_bytes() if Path(path).exists() else b""
            self._pending[path] = []
        return TornFile(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._count()
        super().xDelete(filename, syncdir)
        self._synced.pop(filename, None)
        self._pending.pop(filename, None)

    def wrote(self, path: str, offset: int, content: bytes | None) -> None:
        """Note a write; None: the file was cut off at `offset`."""
        self._count()
        self._pending[path].append((offset, content))

    def synced(self, path: str) -> None:
        """Note a sync."""
        self._count()
        self._synced[path] = Path(path).read_bytes()
        self._pending[path] = []

    def _count(self) -> None:
        if self.scrapped:
            return
        self.operations += 1
        if self.operations == self._cut_at:
            self.image = {path: self._torn(path) for path in self._synced}
        if self.image is not None:
            raise PowerCut

    def _torn(self, path: str) -> bytes:
        content = bytearray(self._synced[path])
        sectors = [
            (offset + start, part[start : start + SECTOR - (offset + start) % SECTOR])
            for offset, part in self._pending[path]
            if part is not None
            for start in _starts(offset, len(part))
        ]
        for offset, part in self._chance.sample(sectors, len(sectors) // 2):
            content.extend(b"\0" * (offset + len(part) - len(content)))
            content[offset : offset + len(part)] = part
        return bytes(content)


def _starts(offset: int, length: int) -> Iterable[int]:
    """Return where the sectors begin that a write of `length` bytes at `offset` touches."""
    start = 0
    while start < length:
        yield start
        start += SECTOR - (offset + start) % SECTOR


class TornFile(apsw.VFSFile):
    """A file on that disk; reads see every write, as on a running machine."""

    def __init__(self, disk: TornDisk, path: str, name: Any, flags: list[int]) -> None:
        self._disk, self._path = disk, path
        super().__init__("", name, flags)

    def xWrite(self, content: bytes, offset: int) -> None:  # noqa: N802
        self._disk.wrote(self._path, offset, bytes(content))
        super().xWrite(content, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.wrote(self._path, size, None)
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._disk.synced(self._path)


class Cursor:
    """The part of a DB-API cursor that SQLAlchemy uses."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid = 0

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        self.description = None
        cursor = self._connection.cursor()
        cursor.exec_trace = self._describe
        before = self._connection.total_changes()
        self._rows = list(cursor.execute(statement, tuple(parameters)))
        self.rowcount = self._connection.total_changes() - before
        self.lastrowid = self._connection.last_insert_rowid()
        return self

    def executemany(self, statement: str, many: Iterable[Sequence[Any]]) -> Cursor:
        self._connection.cursor().executemany(statement, [tuple(each) for each in many])
        return self

    def _describe(self, cursor: apsw.Cursor, _statement: str, _bindings: Any) -> bool:
        described = cursor.get_description()
        self.description = tuple((name, *(None,) * 6) for name, *_ in described) if described else None
        return True

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        self._rows = []


class Connection:
    """The part of a DB-API connection that SQLAlchemy uses."""

    isolation_level: str | None = None

    def __init__(self, path: str, disk: TornDisk) -> None:
        self._apsw = apsw.Connection(path, vfs=disk.name)

    def cursor(self) -> Cursor:
        return Cursor(self._apsw)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Cursor:
        return self.cursor().execute(statement, parameters)

    def create_function(self, name: str, count: int, function: Any, **options: Any) -> None:
        self._apsw.create_scalar_function(name, function, count, **options)

    def commit(self) -> None:
        if self._apsw.in_transaction:
            self._apsw.execute("COMMIT")

    def rollback(self) -> None:
        if self._apsw.in_transaction:
            self._apsw.execute("ROLLBACK")

    def close(self) -> None:
        self._apsw.close()


def driver(disk: TornDisk) -> ModuleType:
    """Return a DB-API module whose connections live on this disk."""
    module = ModuleType("torn")
    for name in dir(sqlite3):
        setattr(module, name, getattr(sqlite3, name))
    module.connect = lambda path, **_: Connection(path, disk)  # type: ignore[attr-defined]  # a module made here
    module.Error = apsw.Error  # type: ignore[attr-defined]  # a module made here
    return module
