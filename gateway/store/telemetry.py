"""The telemetry file: one-minute rows of measurements, in a database of their own; hours and days in `rollups.py`.

`synchronous=NORMAL`: a power cut may cost the last rows, and nothing else; the journal's file is not
touched. `id` grows with writing and is the position that a sink acknowledges, and up to which rows are rolled up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gateway.rollup import Span, Step
from gateway.store import rollups
from gateway.store.engine import translated
from gateway.store.rollups import metadata, minutes

__all__ = ["Minute", "TelemetryFile"]


class Minute(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one metric of one device within one minute, put together; `last_us`: when `last` was taken."""

    device: str
    metric: str
    at_us: int
    count: int
    mean: float
    low: float
    high: float
    last: float
    last_us: int | None = None
    id: int = 0


class TelemetryFile:
    """The file; what writes belongs to one thread at a time, reads may come from any. `zone`: where days begin."""

    def __init__(self, path: Path, *, zone: tzinfo = UTC) -> None:
        self.zone = zone
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        sa.event.listen(self._engine, "connect", _pragmas)
        self._writing = threading.Lock()
        with translated("opening the telemetry file"):
            metadata.create_all(self._engine)
            with self._engine.begin() as connection:
                rollups.mend(connection)

    def add(self, rows: Iterable[Minute]) -> None:
        """Append rows in one transaction; raises StoreError or StoreFull when that is not possible."""
        values = [
            {name: v for name, v in msgspec.structs.asdict(row).items() if name != "id"} for row in rows
        ]
        if not values:
            return
        with self._writing, translated("writing telemetry"), self._engine.begin() as connection:
            connection.execute(minutes.insert(), values)

    def roll_up(self, *, most: int = 20_000) -> int:
        """Put the next minutes into their hours and days, each exactly once; return how many rows were taken.

        Rows and the position up to which they are rolled up change in one transaction.
        """
        with self._writing, translated("rolling telemetry up"), self._engine.begin() as connection:
            return rollups.roll_up(connection, zone=self.zone, most=most)

    def forget_before(self, at_us: int, *, step: Step = "minute", most: int = 10_000) -> int:
        """Delete rows older than `at_us`, at most `most` at a time; minutes only once they are rolled up."""
        with self._writing, translated("deleting telemetry"), self._engine.begin() as connection:
            return rollups.forget_before(connection, at_us, step=step, most=most)

    def count_before(self, at_us: int, *, step: Step = "minute", most: int) -> int:
        """Return how many rows `forget_before` would delete in all, counted up to `most`."""
        with self._moment() as connection:
            return rollups.count_before(connection, at_us, step=step, most=most)

    def after(self, position: int, *, limit: int) -> list[Minute]:
        """Return the next rows after a position, in order of writing."""
        return self._read(
            sa.select(minutes).where(minutes.c.id > position).order_by(minutes.c.id).limit(limit)
        )

    def spans(
        self, device: str, metric: str, *, step: Step, since_us: int, until_us: int, limit: int = 1000
    ) -> list[Span]:
        """Return one metric of one device by step, the spans that begin within [since, until), oldest first.

        What is not rolled up yet is put in from its minutes: an answer is never behind the file.
        """
        with self._moment() as connection:
            return rollups.spans(
                connection,
                (device, metric),
                step=step,
                between=(since_us, until_us),
                zone=self.zone,
                limit=limit,
            )

    def series(
        self, device: str, metric: str, *, since_us: int, until_us: int, limit: int = 10_000
    ) -> list[Minute]:
        """Return the rows of one metric of one device within [since, until), oldest first."""
        wanted = (minutes.c.device == device, minutes.c.metric == metric)
        span = (minutes.c.at_us >= since_us, minutes.c.at_us < until_us)
        return self._read(sa.select(minutes).where(*wanted, *span).order_by(minutes.c.at_us).limit(limit))

    def latest(self, device: str) -> list[tuple[str, Span]]:
        """Return each metric of a device with its newest day: what it was, and when it was last heard."""
        with self._moment() as connection:
            return rollups.newest(connection, device, zone=self.zone)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _moment(self) -> Iterator[sa.Connection]:
        """One moment for all that is read: what is rolled up meanwhile is seen neither twice nor not at all."""
        with translated("reading telemetry"), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[Minute]:
        with translated("reading telemetry"), self._engine.connect() as connection:
            return [Minute(**row) for row in connection.execute(query).mappings()]


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection, untyped here
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
