"""What every read query shares: the connection, the place in a long list, the number up to which all is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from gateway.store.tables import journal

__all__ = ["Connection", "Found", "Place", "last_seq"]

T = TypeVar("T")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """The last row that a reader has seen: its time in microseconds and its key, which breaks ties."""

    us: int
    key: str


class Found(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of rows, and where the next one begins (None: this was the last)."""

    rows: Sequence[T]
    next: Place | None


def last_seq(connection: Connection) -> int:
    """Return the number of the newest journaled input, 0 when there is none."""
    found = connection.execute(sa.select(sa.func.max(journal.c.last_seq))).scalar()
    return int(found or 0)


def before(us: sa.ColumnElement[Any], key: sa.ColumnElement[Any], place: Place) -> sa.ColumnElement[bool]:
    """Return the condition for rows that come after `place` in a list with the newest first."""
    return sa.tuple_(us, key) < sa.tuple_(sa.literal(place.us), sa.literal(place.key))
