"""History: a data folder opened only for reading, beside a gateway that runs on it or after one that stopped.

What was taken in (the journal) is read in short slices, each a transaction of its own: a long one would keep a
running gateway from shortening its log. Nothing is decoded but what the reader asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from gateway.clock import to_us
from gateway.errors import StoreError
from gateway.store.engine import open_database, translated
from gateway.store.inputs import Acknowledged, Other
from gateway.store.journal import first_since
from gateway.store.packing import unpacked
from gateway.store.rule_versions import newest_documents
from gateway.store.tables import alert_changes, alerts, documents, event_index, incidents, journal
from rules.change import Change

SLICE = 64  # rows of the journal read in one transaction
_NAMES = 500  # ids asked for in one statement
T = TypeVar("T")
_change = msgspec.json.Decoder(Change)


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """From where to where the journal reaches: numbers, engine times in microseconds, the newest wall − E."""

    first_seq: int
    last_seq: int
    first_us: int
    last_us: int
    offset_us: int


class Row(msgspec.Struct, frozen=True):
    """One row of the journal: its numbers, the engine time of its last input, and the inputs as stored, unpacked."""

    first_seq: int
    last_seq: int
    e_us: int
    plain: bytes


class Half(msgspec.Struct, Generic[T], frozen=True, array_like=True):
    """A batch of which the events are decoded as far as `T` asks (`msgspec.Raw`: not at all)."""

    events: T
    ages: list[int]
    others: list[Other]
    acknowledged: list[Acknowledged] = []


class RaisedAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that the live rules raised; `close_code` is that of its case, when it has one."""

    id: str
    changes: list[Change]
    incident: str | None = None
    close_code: str | None = None


class LastHeard(msgspec.Struct, frozen=True, kw_only=True):
    """The newest event of a device up to a moment; `at_us` as the device's time was believed."""

    id: str
    kind: str
    at_us: int


class History:
    """A store open for reading; may be used from one thread at a time. Build it with `open_history`."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self.name = name
        self._engine = engine

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one consistent state and cannot write; keep it only for a moment."""
        with translated(f"reading {self.name}"), self._engine.connect() as connection:
            yield connection

    def extent(self) -> Extent | None:
        """Return how far the journal reaches, None when nothing was ever taken in."""
        ends = sa.select(sa.func.min(journal.c.first_seq), sa.func.max(journal.c.first_seq))
        with self.read() as connection:
            first, last = connection.execute(ends).one()
            if first is None:
                return None
            begin, end = (
                connection.execute(sa.select(journal).where(journal.c.first_seq == seq)).one()
                for seq in (first, last)
            )
        return Extent(
            first_seq=first,
            last_seq=end.last_seq,
            first_us=first_time(begin),
            last_us=end.e_us,
            offset_us=end.offset_us,
        )

    def seq_since(self, e_us: int) -> int:
        """Return the first number of the first row that ends at this engine time or later."""
        with self.read() as connection:
            return first_since(connection, e_us)

    def rows(self, first_seq: int, last_seq: int) -> Iterator[Row]:
        """Yield the rows that hold these numbers, in order, checking that none is missing.

        Raises:
            StoreError: a number is missing inside the range; the text names it.
        """
        columns = (journal.c.first_seq, journal.c.last_seq, journal.c.e_us, journal.c.inputs)
        slice_ = sa.select(*columns).order_by(journal.c.first_seq).limit(SLICE)
        at = self._holding(first_seq)
        while at <= last_seq:
            with self.read() as connection:
                found = connection.execute(
                    slice_.where(journal.c.first_seq >= at, journal.c.first_seq <= last_seq)
                ).all()
            if not found:
                return
            for first, last, e_us, blob in found:
                if first != at:
                    raise StoreError(
                        f"{self.name}: journal: number {at} is missing (the next row begins with {first}); "
                        "run `gateway verify`"
                    )
                at = last + 1
                yield Row(first, last, e_us, unpacked(blob))

    def _holding(self, seq: int) -> int:
        newest = sa.select(sa.func.max(journal.c.first_seq)).where(journal.c.first_seq <= seq)
        with self.read() as connection:
            found = connection.execute(newest).scalar()
            if found is None:
                found = connection.execute(sa.select(sa.func.min(journal.c.first_seq))).scalar()
        return int(found or 0)

    def documents(self, prefix: str) -> dict[str, tuple[int, str]]:
        """Return the newest version of each saved document whose name begins so: name -> (version, text)."""
        with self.read() as connection:
            return {row.name: (row.version, row.body) for row in newest_documents(connection, prefix)}

    def document_at(self, name: str, at_us: int) -> tuple[int, str] | None:
        """Return the version of a document that was the newest at a moment, and its text; None: there was none."""
        query = (
            sa.select(documents.c.version, documents.c.body)
            .where(documents.c.name == name, documents.c.at_us <= at_us)
            .order_by(documents.c.version.desc())
            .limit(1)
        )
        with self.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.version, row.body)

    def last_heard(self, device: str, at_us: int) -> LastHeard | None:
        """Return the newest event of a device up to a moment, None when there was none."""
        query = (
            sa.select(event_index.c.id, event_index.c.kind, event_index.c.at_us)
            .where(event_index.c.device == device, event_index.c.at_us <= at_us)
            .order_by(event_index.c.at_us.desc())
            .limit(1)
        )
        with self.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else LastHeard(id=row.id, kind=row.kind, at_us=row.at_us)

    def versions_between(self, name: str, since_us: int, until_us: int) -> int:
        """Return how often a document was saved in a span of time."""
        query = sa.select(sa.func.count()).where(
            documents.c.name == name, documents.c.at_us >= since_us, documents.c.at_us < until_us
        )
        with self.read() as connection:
            return int(connection.execute(query).scalar_one())

    def alert_keys(self, ids: Collection[str]) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return rule and key of these alerts; unknown ids are left out."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        for some in _slices(sorted(ids), _NAMES):
            query = sa.select(alerts.c.id, alerts.c.body).where(alerts.c.id.in_(some))
            with self.read() as connection:
                for row in connection.execute(query):
                    change = _change.decode(row.body)
                    found[row.id] = (change.rule, change.key)
        return found

    def alerts_of(self, rules: Collection[str] | None, since_us: int, until_us: int) -> list[RaisedAlert]:
        """Return the alerts of these rules (None: of all) that were open at some moment of the span, in order of opening."""
        query = (
            sa.select(alerts.c.id, alerts.c.incident)
            .where(
                alerts.c.opened_us < until_us,
                sa.or_(alerts.c.open, alerts.c.cleared_us >= since_us),
            )
            .order_by(alerts.c.opened_us, alerts.c.id)
        )
        if rules is not None:
            query = query.where(alerts.c.rule.in_(sorted(rules)))
        with self.read() as connection:
            rows = connection.execute(query).all()
            changes = self._changes(connection, [row.id for row in rows])
            codes = _close_codes(connection, {row.incident for row in rows if row.incident})
        return [
            RaisedAlert(
                id=row.id,
                changes=changes.get(row.id, []),
                incident=row.incident,
                close_code=codes.get(row.incident),
            )
            for row in rows
        ]

    @staticmethod
    def _changes(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        for some in _slices(ids, _NAMES):
            query = (
                sa.select(alert_changes.c.alert, alert_changes.c.body)
                .where(alert_changes.c.alert.in_(some))
                .order_by(alert_changes.c.id)
            )
            for row in connection.execute(query):
                found.setdefault(row.alert, []).append(_change.decode(row.body))
        return found


def _close_codes(connection: sa.Connection, numbers: Collection[str]) -> dict[str | None, str | None]:
    found: dict[str | None, str | None] = {}
    for some in _slices(sorted(numbers), _NAMES):
        query = sa.select(incidents.c.number, incidents.c.body).where(incidents.c.number.in_(some))
        for row in connection.execute(query):
            found[row.number] = msgspec.json.decode(row.body, type=_Closed).close_code
    return found


class _Closed(msgspec.Struct):
    close_code: str | None = None


def _slices(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def open_history(where: Path) -> History:
    """Open the data folder of a gateway, running or stopped, for reading.

    Raises:
        StoreError: there is no database in it, or it cannot be read.
    """
    file = where / "gateway.sqlite3"
    if not file.is_file():
        below = where / "data" / "gateway.sqlite3"
        hint = f"; did you mean --data {below.parent}?" if below.is_file() else ""
        raise StoreError(f"{where}: no journal here (gateway.sqlite3); name the data folder of a site{hint}")
    database = open_database(f"sqlite:///file:{file}?mode=ro&uri=true")
    database.write.dispose()
    history = History(database.read, str(where))
    try:
        with history.read() as connection:
            connection.execute(sa.select(journal.c.first_seq).limit(1))
    except StoreError as error:
        history.close()
        raise StoreError(f"{where}: cannot be read as a data folder: {error}") from error
    return history


def half_decoder(events: Any) -> Callable[[bytes], Half[Any]]:
    """Return a decoder of unpacked rows that decodes each event list as `events`."""
    return msgspec.msgpack.Decoder(Half[events]).decode


_bare = half_decoder(msgspec.Raw)


def first_time(row: Any) -> int:
    """Return the engine time of the first input of a row of the table, in microseconds."""
    half = _bare(unpacked(row.inputs))
    times = [row.e_us - age for age in half.ages]
    times += [to_us(each.at) for each in half.others]
    return min(times, default=int(row.e_us))
