"""Periods: a day, a week (Monday to Sunday) or a month of the site, as the span of wall time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

Kind: TypeAlias = Literal["daily", "weekly", "monthly"]


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """[begin, end) in UTC; `first` and `last` are its days in the site's zone."""

    kind: Kind
    first: date
    last: date
    begin: datetime
    end: datetime

    @property
    def title(self) -> dict[str, str]:
        """What it is called on paper."""
        if self.kind == "daily":
            return {"zh": f"{self.first:%Y-%m-%d} 日报", "en": f"Daily ledger {self.first:%Y-%m-%d}"}
        if self.kind == "monthly":
            return {"zh": f"{self.first:%Y-%m} 月报", "en": f"Monthly ledger {self.first:%Y-%m}"}
        year, week, _ = self.first.isocalendar()
        span = f"{self.first:%m-%d} – {self.last:%m-%d}"
        return {
            "zh": f"{year} 年第 {week} 周周报（{span}）",
            "en": f"Weekly ledger {year}-W{week:02d} ({span})",
        }


def period_of(kind: Kind, day: date, zone: ZoneInfo) -> Period:
    """Return the day, week or month in which `day` lies; days of 23 and 25 hours are as long as they are."""
    if kind == "daily":
        first, after = day, day + timedelta(days=1)
    elif kind == "weekly":
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    else:
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
    return Period(
        kind=kind,
        first=first,
        last=after - timedelta(days=1),
        begin=datetime.combine(first, time(), zone).astimezone(UTC),
        end=datetime.combine(after, time(), zone).astimezone(UTC),
    )


def before(period: Period, zone: ZoneInfo) -> Period:
    """Return the period just before (环比)."""
    return period_of(period.kind, period.first - timedelta(days=1), zone)


def year_before(period: Period, zone: ZoneInfo) -> Period:
    """Return the same period a year ago (同比): the same month or date; a week is that of the same number of days."""
    if period.kind == "weekly":
        return period_of("weekly", period.first - timedelta(days=364), zone)
    leap = period.first.month == 2 and period.first.day == 29
    day = period.first.replace(year=period.first.year - 1, day=28 if leap else period.first.day)
    return period_of(period.kind, day, zone)
