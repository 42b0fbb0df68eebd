"""Ratings: what residents think of how their reports were handled, and the rates that ledgers show."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.tables_reports import report_ratings

By: TypeAlias = Literal["all", "category", "grid", "month"]
SATISFIED = 4  # this score and above count as satisfied


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """What one resident thinks of one case. `words` are sealed."""

    report: str
    incident: str
    category: str
    grid: str | None
    score: int
    words: str | None
    first_at: datetime
    at: datetime


class Satisfaction(msgspec.Struct, frozen=True, kw_only=True):
    """The rate of one row of a ledger: `satisfied` of `count` gave 4 or 5; `average` of the scores."""

    key: str
    count: int
    satisfied: int
    average: float

    @property
    def rate(self) -> float:
        """Return the satisfied share, 0 to 1."""
        return self.satisfied / self.count


def put(connection: sa.Connection, rating: Rating) -> None:
    """Keep a rating; an earlier one of the same report is replaced, its first time stays."""
    first = connection.execute(
        sa.select(report_ratings.c.first_us).where(report_ratings.c.report == rating.report)
    ).scalar_one_or_none()
    connection.execute(report_ratings.delete().where(report_ratings.c.report == rating.report))
    connection.execute(
        report_ratings.insert().values(
            report=rating.report,
            incident=rating.incident,
            category=rating.category,
            grid=rating.grid,
            score=rating.score,
            words=rating.words,
            first_us=to_us(rating.first_at) if first is None else first,
            at_us=to_us(rating.at),
        )
    )


def rating_of(connection: sa.Connection, report: str) -> Rating | None:
    """Return the rating of a report, or None."""
    row = connection.execute(sa.select(report_ratings).where(report_ratings.c.report == report)).one_or_none()
    if row is None:
        return None
    return Rating(
        report=row.report, incident=row.incident, category=row.category, grid=row.grid, score=row.score,
        words=row.words, first_at=from_us(row.first_us), at=from_us(row.at_us),
    )  # fmt: skip


def satisfaction(
    connection: sa.Connection, *, since: datetime, until: datetime, by: By, zone: ZoneInfo
) -> list[Satisfaction]:
    """Return the rates of ratings first given in [since, until), by key; a month is one of the site's zone."""
    rows = connection.execute(
        sa.select(
            report_ratings.c.category,
            report_ratings.c.grid,
            report_ratings.c.score,
            report_ratings.c.first_us,
        ).where(report_ratings.c.first_us >= to_us(since), report_ratings.c.first_us < to_us(until))
    )
    scores: dict[str, list[int]] = {}
    for row in rows:
        key = {
            "all": "all",
            "category": row.category,
            "grid": row.grid or "",
            "month": f"{from_us(row.first_us).astimezone(zone):%Y-%m}",
        }[by]
        scores.setdefault(key, []).append(row.score)
    return [
        Satisfaction(
            key=key,
            count=len(given),
            satisfied=sum(score >= SATISFIED for score in given),
            average=round(sum(given) / len(given), 2),
        )
        for key, given in sorted(scores.items())
    ]
