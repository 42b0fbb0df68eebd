"""Roll-ups of the telemetry file: hours and days out of minutes, each minute once, whatever happens in between.

`position` is the newest minute that is in its hour and day. It moves in the transaction that puts minutes
there, so a process that is killed at any moment neither loses a minute nor counts one twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from gateway.rollup import STEPS, Span, Step, begin_us, rolled, together

metadata = sa.MetaData()
minutes = sa.Table(
    "minutes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("metric", sa.Text, nullable=False),
    sa.Column("at_us", sa.Integer, nullable=False),  # of the first sample in the row
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("mean", sa.Float, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
    sa.Column("last", sa.Float, nullable=False),
    sa.Column("last_us", sa.Integer),  # of the newest sample; empty in rows of older files: as `at_us`
    sa.Index("minutes_series", "device", "metric", "at_us"),
    sa.Index("minutes_at", "at_us"),
    sa.Index("minutes_written", "device", "metric", "id"),  # what of a series is not rolled up yet
    sqlite_autoincrement=True,  # a position is never used twice, even after retention deleted the newest row
)
position = sa.Table("position", metadata, sa.Column("rolled", sa.Integer, nullable=False))


def _rolled_table(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("metric", sa.Text, primary_key=True),
        sa.Column("at_us", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("total", sa.Float, nullable=False),
        sa.Column("low", sa.Float, nullable=False),
        sa.Column("high", sa.Float, nullable=False),
        sa.Column("last", sa.Float, nullable=False),
        sa.Column("last_us", sa.Integer, nullable=False),
        sa.Index(f"{name}_at", "at_us"),
        sqlite_with_rowid=False,
    )


hours, days = _rolled_table("hours"), _rolled_table("days")
TABLES: dict[Step, sa.Table] = {"minute": minutes, "hour": hours, "day": days}


def _putting(table: sa.Table) -> Any:
    """Return the INSERT that puts a span into the one that is there, by the law of `gateway.rollup.together`."""
    insert = sqlite.insert(table)
    new, old = insert.excluded, table.c
    later = sa.or_(new.last_us > old.last_us, sa.and_(new.last_us == old.last_us, new.last > old.last))
    return insert.on_conflict_do_update(
        index_elements=["device", "metric", "at_us"],
        set_={
            "count": old.count + new.count,
            "total": old.total + new.total,
            "low": sa.func.min(old.low, new.low),
            "high": sa.func.max(old.high, new.high),
            "last": sa.case((later, new.last), else_=old.last),
            "last_us": sa.func.max(old.last_us, new.last_us),
        },
    )


_PUT = {"hour": _putting(hours), "day": _putting(days)}


def mend(connection: sa.Connection) -> None:
    """Bring a file of an older version up to date: the time of the newest sample, indexes, and where roll-ups stand."""
    names = {column["name"] for column in sa.inspect(connection).get_columns("minutes")}
    if "last_us" not in names:
        connection.exec_driver_sql("ALTER TABLE minutes ADD COLUMN last_us INTEGER")
    for index in minutes.indexes:
        index.create(connection, checkfirst=True)
    if connection.execute(sa.select(position.c.rolled)).first() is None:
        connection.execute(position.insert().values(rolled=0))


def roll_up(connection: sa.Connection, *, zone: tzinfo, most: int) -> int:
    """Put the next `most` minutes into hours and days and move the position; return how many."""
    since = _position(connection)
    query = sa.select(minutes).where(minutes.c.id > since).order_by(minutes.c.id).limit(most)
    rows = connection.execute(query).mappings().all()
    if not rows:
        return 0
    series: dict[tuple[str, str], list[Span]] = {}
    for row in rows:
        series.setdefault((row["device"], row["metric"]), []).append(_of_minute(row))
    for step in STEPS[1:]:
        put = [
            {"device": device, "metric": metric, **_columns(span)}
            for (device, metric), found in series.items()
            for span in rolled(found, step, zone)
        ]
        connection.execute(_PUT[step], put)
    connection.execute(position.update().values(rolled=rows[-1]["id"]))
    return len(rows)


def forget_before(connection: sa.Connection, at_us: int, *, step: Step, most: int) -> int:
    """Delete old rows of one step, the oldest first; return how many."""
    if step == "minute":
        old = sa.select(minutes.c.id).where(minutes.c.at_us < at_us, minutes.c.id <= _position(connection))
        return int(connection.execute(minutes.delete().where(minutes.c.id.in_(old.limit(most)))).rowcount)
    table = TABLES[step]
    keys = (table.c.device, table.c.metric, table.c.at_us)
    gone = sa.select(*keys).where(table.c.at_us < at_us).order_by(table.c.at_us).limit(most)
    return int(connection.execute(table.delete().where(sa.tuple_(*keys).in_(gone))).rowcount)


def count_before(connection: sa.Connection, at_us: int, *, step: Step, most: int) -> int:
    """Return how many rows of one step are older, counted up to `most`; minutes that wait for their hour too."""
    table = TABLES[step]
    old = sa.select(sa.literal(1)).where(table.c.at_us < at_us).limit(most).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(old)).scalar_one())


def spans(
    connection: sa.Connection,
    series: tuple[str, str],
    *,
    step: Step,
    between: tuple[int, int],
    zone: tzinfo,
    limit: int,
) -> list[Span]:
    """Return the spans of a series that begin within `between`, oldest first, at most `limit`."""
    since_us, until_us = between
    if since_us > begin_us(step, since_us, zone):  # a span that began before is not given in part
        since_us = _next_us(step, since_us, zone)
    found = {
        span.at_us: span for span in _stored(connection, series, step, (since_us, until_us), zone, limit)
    }
    if step != "minute":
        for span in rolled(_waiting(connection, series), step, zone):
            if since_us <= span.at_us < until_us:
                found[span.at_us] = together(found[span.at_us], span) if span.at_us in found else span
    return [found[at_us] for at_us in sorted(found)[:limit]]


def newest(connection: sa.Connection, device: str, *, zone: tzinfo) -> list[tuple[str, Span]]:
    """Return each metric of a device with its newest day."""
    latest = sa.select(days.c.metric, sa.func.max(days.c.at_us).label("at_us")).where(days.c.device == device)
    by_metric = latest.group_by(days.c.metric).subquery()
    joined = sa.and_(days.c.metric == by_metric.c.metric, days.c.at_us == by_metric.c.at_us)
    query = sa.select(days).join(by_metric, joined).where(days.c.device == device)
    found = {row["metric"]: _of_row(row) for row in connection.execute(query).mappings()}
    # `concat` keeps it to the few newest ids: the index has all of a device's minutes
    for row in connection.execute(_tail(connection, minutes.c.device.concat("") == device)).mappings():
        for span in rolled([_of_minute(row)], "day", zone):
            there = found.get(row["metric"])
            if there is None or span.at_us > there.at_us:
                found[row["metric"]] = span
            elif span.at_us == there.at_us:
                found[row["metric"]] = together(there, span)
    return sorted(found.items())


def _stored(
    connection: sa.Connection,
    series: tuple[str, str],
    step: Step,
    between: tuple[int, int],
    zone: tzinfo,
    limit: int,
) -> Iterator[Span]:
    """Yield what the table of a step has; a minute may lie there in several rows, of late samples or a restart."""
    table = TABLES[step]
    wanted = (table.c.device == series[0], table.c.metric == series[1])
    query = sa.select(table).where(*wanted, table.c.at_us >= between[0], table.c.at_us < between[1])
    rows = connection.execute(query.order_by(table.c.at_us).execution_options(yield_per=500)).mappings()
    if step != "minute":
        yield from (_of_row(row) for _, row in zip(range(limit), rows, strict=False))
        rows.close()
        return
    gathered: list[Span] = []
    count = 0
    for row in rows:
        span = _of_minute(row)
        if gathered and begin_us(step, span.at_us, zone) != begin_us(step, gathered[0].at_us, zone):
            yield from rolled(gathered, step, zone)
            gathered, count = [], count + 1
            if count == limit:
                break
        gathered.append(span)
    rows.close()
    yield from rolled(gathered, step, zone)


def _waiting(connection: sa.Connection, series: tuple[str, str]) -> Iterator[Span]:
    """Yield the minutes of a series that are not rolled up yet."""
    wanted = sa.and_(minutes.c.device == series[0], minutes.c.metric == series[1])
    for row in connection.execute(_tail(connection, wanted)).mappings():
        yield _of_minute(row)


def _tail(connection: sa.Connection, wanted: Any) -> sa.Select[Any]:
    """Return the query of rows not rolled up."""
    return sa.select(minutes).where(minutes.c.id > _position(connection), wanted)


def _position(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(position.c.rolled)).scalar_one())


def _next_us(step: Step, at_us: int, zone: tzinfo) -> int:
    """Return where the next span begins; a day has 23 to 25 hours."""
    begin = begin_us(step, at_us, zone)
    length = {"minute": 60_000_000, "hour": 3_600_000_000, "day": 26 * 3_600_000_000}[step]
    return begin_us(step, begin + length, zone)


def _of_minute(row: Mapping[Any, Any]) -> Span:
    return Span(
        at_us=row["at_us"],
        count=row["count"],
        total=row["mean"] * row["count"],
        low=row["low"],
        high=row["high"],
        last=row["last"],
        last_us=row["at_us"] if row["last_us"] is None else row["last_us"],
    )


def _of_row(row: Mapping[Any, Any]) -> Span:
    return Span(**{name: row[name] for name in Span.__struct_fields__})


def _columns(span: Span) -> dict[str, Any]:
    return {name: getattr(span, name) for name in Span.__struct_fields__}
