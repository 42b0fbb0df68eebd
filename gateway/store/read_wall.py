"""What a wall screen counts: alerts by hour and level, and what a day brought."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gateway.clock import to_us
from gateway.store.read import Connection
from gateway.store.tables import alerts, incidents

_HOUR_US = timedelta(hours=1) // timedelta(microseconds=1)


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """What a span brought: alerts opened, cases opened and closed in it, and how many of those closed were false."""

    alerts: int
    cases: int
    closed: int
    false: int


def by_hour(connection: Connection, since: datetime) -> dict[tuple[int, str], int]:
    """Return how many alerts opened in each hour from `since` on, by (hour from there, level)."""
    begin = to_us(since)
    hour = ((alerts.c.opened_us - begin) // _HOUR_US).label("hour")
    query = (
        sa.select(hour, alerts.c.level, sa.func.count())
        .where(alerts.c.opened_us >= begin)
        .group_by(hour, alerts.c.level)
    )
    return {(int(row[0]), row[1]): int(row[2]) for row in connection.execute(query)}


def day_count(connection: Connection, begin: datetime, end: datetime) -> DayCount:
    """Return what [begin, end) brought; drills do not count."""
    first, last = to_us(begin), to_us(end)
    real = sa.select(sa.func.count()).select_from(incidents).where(~incidents.c.drill)
    closed = real.where(incidents.c.closed_us >= first, incidents.c.closed_us < last, ~incidents.c.open)
    opened = sa.select(sa.func.count()).select_from(alerts)
    counts = [
        int(connection.execute(query).scalar_one())
        for query in (
            opened.where(alerts.c.opened_us >= first, alerts.c.opened_us < last),
            real.where(incidents.c.opened_us >= first, incidents.c.opened_us < last),
            closed,
            closed.where(incidents.c.body.contains('"close_code":"false_', autoescape=True)),
        )
    ]
    return DayCount(alerts=counts[0], cases=counts[1], closed=counts[2], false=counts[3])


def first_alert(connection: Connection) -> int | None:
    """Return when the oldest alert opened, in microseconds; None: there was none yet."""
    oldest: int | None = connection.execute(sa.select(sa.func.min(alerts.c.opened_us))).scalar()
    return oldest
