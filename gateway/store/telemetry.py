"""The telemetry file: one-minute rows of measurements that no rule reads, in a database of their own.

`synchronous=NORMAL`: a power cut may cost the last rows, and nothing else; the journal's file is not
touched. `id` grows with writing and is the position that a sink acknowledges.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gateway.store.engine import translated

_metadata = sa.MetaData()
minutes = sa.Table(
    "minutes",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("metric", sa.Text, nullable=False),
    sa.Column("at_us", sa.Integer, nullable=False),  # of the first sample in the row
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("mean", sa.Float, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
    sa.Column("last", sa.Float, nullable=False),
    sa.Index("minutes_series", "device", "metric", "at_us"),
    sa.Index("minutes_at", "at_us"),
    sqlite_autoincrement=True,  # a position is never used twice, even after retention deleted the newest row
)


class Minute(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one metric of one device within one minute, put together."""

    device: str
    metric: str
    at_us: int
    count: int
    mean: float
    low: float
    high: float
    last: float
    id: int = 0


class TelemetryFile:
    """The file; `add` and `forget_before` belong to one thread at a time, reads may come from any."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        sa.event.listen(self._engine, "connect", _pragmas)
        self._writing = threading.Lock()
        with translated("opening the telemetry file"):
            _metadata.create_all(self._engine)

    def add(self, rows: Iterable[Minute]) -> None:
        """Append rows in one transaction; raises StoreError or StoreFull when that is not possible."""
        values = [
            {name: v for name, v in msgspec.structs.asdict(row).items() if name != "id"} for row in rows
        ]
        if not values:
            return
        with self._writing, translated("writing telemetry"), self._engine.begin() as connection:
            connection.execute(minutes.insert(), values)

    def forget_before(self, at_us: int, *, most: int = 10_000) -> int:
        """Delete rows older than `at_us`, at most `most` at a time; return how many went."""
        old = sa.select(minutes.c.id).where(minutes.c.at_us < at_us).limit(most)
        with self._writing, translated("deleting telemetry"), self._engine.begin() as connection:
            return int(connection.execute(minutes.delete().where(minutes.c.id.in_(old))).rowcount)

    def after(self, position: int, *, limit: int) -> list[Minute]:
        """Return the next rows after a position, in order of writing."""
        return self._read(
            sa.select(minutes).where(minutes.c.id > position).order_by(minutes.c.id).limit(limit)
        )

    def series(
        self, device: str, metric: str, *, since_us: int, until_us: int, limit: int = 10_000
    ) -> list[Minute]:
        """Return one metric of one device within [since, until), oldest first."""
        wanted = (minutes.c.device == device, minutes.c.metric == metric)
        span = (minutes.c.at_us >= since_us, minutes.c.at_us < until_us)
        return self._read(sa.select(minutes).where(*wanted, *span).order_by(minutes.c.at_us).limit(limit))

    def latest(self, device: str) -> list[Minute]:
        """Return the newest row of each metric of a device."""
        newest = (
            sa.select(sa.func.max(minutes.c.id)).where(minutes.c.device == device).group_by(minutes.c.metric)
        )
        return self._read(sa.select(minutes).where(minutes.c.id.in_(newest)).order_by(minutes.c.metric))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _read(self, query: sa.Select[tuple[object, ...]]) -> list[Minute]:
        with translated("reading telemetry"), self._engine.connect() as connection:
            return [Minute(**row) for row in connection.execute(query).mappings()]


def _pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection, untyped here
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
