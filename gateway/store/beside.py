"""A short look or write in the database of a data folder while a gateway may be running on it, or before it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from gateway.clock import from_us
from gateway.errors import StoreError
from gateway.store import tables
from gateway.store.engine import open_database, translated
from gateway.store.rule_versions import newest_documents

T = TypeVar("T")
_FILE = "gateway.sqlite3"


def write_beside(folder: Path, job: Callable[[sa.Connection, datetime], T]) -> T:
    """Run a job in one transaction and return its answer; it gets the engine time of the last commit.

    Only rows that the running gateway reads anew each time may be written: links, accounts, the audit log.

    Raises:
        StoreError: there is no database in the folder, or it cannot be written.
    """
    file = folder / _FILE
    if not file.exists():
        raise StoreError(
            f"{folder}: no gateway has run here yet, it holds no gateway.sqlite3; run `gateway run SITE` once first"
            f" / 这里还没有运行过网关，没有 gateway.sqlite3；请先执行一次 `gateway run SITE`"
        )
    database = open_database(f"sqlite:///{file}")
    try:
        with translated("writing beside the gateway"), database.write.begin() as connection:
            last = connection.execute(sa.select(sa.func.max(tables.journal.c.e_us))).scalar() or 0
            return job(connection, from_us(last))
    finally:
        database.close()


def documents_beside(folder: Path, prefix: str) -> dict[str, str]:
    """Return the newest text of every document whose name begins so; nothing where no gateway has run yet.

    Raises:
        StoreError: the database cannot be read.
    """
    file = folder / _FILE
    if not file.exists():
        return {}
    database = open_database(f"sqlite:///{file}")
    try:
        with translated("looking beside the gateway"), database.read.connect() as connection:
            if not sa.inspect(connection).has_table(tables.documents.name):
                return {}
            return {row.name: row.body for row in newest_documents(connection, prefix)}
    finally:
        database.close()
