"""Calendars: the hours in which a rule watches or notifies, in the site's zone, DST and holidays included.

A span [from, to) belongs to the day it starts, also over midnight; `from` = `to` is 24 hours. A local time
that DST skips counts as the end of the gap, a doubled one as its first pass, so spans that meet on the clock
meet in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from rules.workday import Workdays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_WORDS = (*WEEKDAYS, "workday", "restday")
HORIZON_DAYS = 400  # a calendar that has not changed by then never does: every week and holiday has passed

_DAY = timedelta(days=1)
_FIRST_DAY = date(2, 1, 1).toordinal()
_LAST_DAY = date(9998, 1, 1).toordinal()


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of a day, on certain days; no days: every day."""

    start: time
    end: time
    days: tuple[str, ...] = ()


class Calendar:
    """Named hours. Pure; it only remembers the stretch of time it answered last."""

    def __init__(self, name: str, spans: tuple[Span, ...], zone: tzinfo, holidays: Workdays) -> None:
        self.name = name
        self.spans = spans
        self.zone = zone
        self.holidays = holidays
        self._known: tuple[datetime, datetime, bool] | None = None

    def contains(self, at: datetime) -> bool:
        """Tell whether an instant lies in one of the spans."""
        known = self._known
        if known is not None and known[0] <= at < known[1]:
            return known[2]
        answer = any(start <= at < end for start, end in self._around(at))
        until = self.next_change(at)
        if until is not None:
            self._known = (at, until, answer)
        return answer

    def next_change(self, after: datetime) -> datetime | None:
        """Return the first instant after `after` at which `contains` changes (UTC), or None: it never does."""
        inside_until: datetime | None = None
        for start, end in self._stretches(after):
            if end <= after:
                continue
            if start > after:
                return inside_until or start
            inside_until = end
        if inside_until is None or inside_until - after > timedelta(days=HORIZON_DAYS - 2):
            return None
        return inside_until

    def unknown_year(self, year: int) -> bool:
        """Tell whether this calendar needs the swapped days of a year that nobody has told it."""
        asks = any(day in {"workday", "restday"} for span in self.spans for day in span.days)
        return asks and self.holidays.unknown_year(year)

    def _stretches(self, after: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Join spans that overlap or meet, in order, from the day before `after` up to the horizon."""
        open_from: datetime | None = None
        open_to = after
        for start, end in self._spans(after, HORIZON_DAYS):
            if open_from is None:
                open_from, open_to = start, end
            elif start <= open_to:
                open_to = max(open_to, end)
            else:
                yield open_from, open_to
                open_from, open_to = start, end
        if open_from is not None:
            yield open_from, open_to

    def _around(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        return self._spans(at, 1)

    def _spans(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        # Two days back: an instant close to midnight may lie a day further on the other side of a zone change.
        first = _local_day(at, self.zone).toordinal()
        for number in range(max(first - 2, _FIRST_DAY), min(first + days, _LAST_DAY) + 1):
            day = date.fromordinal(number)
            for span in sorted(self.spans, key=lambda span: span.start):
                if self._on(span, day):
                    last = day if span.end > span.start else day + _DAY
                    start = _instant(day, span.start, self.zone)
                    end = _instant(last, span.end, self.zone)
                    if start < end:
                        yield start, end

    def _on(self, span: Span, day: date) -> bool:
        if not span.days or WEEKDAYS[day.weekday()] in span.days:
            return True
        if "workday" not in span.days and "restday" not in span.days:
            return False
        return ("workday" if self.holidays.is_workday(day) else "restday") in span.days


def add_work_time(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """Return the instant (UTC) at which `hours` of the calendar's time have passed since `start`.

    Time outside the calendar does not count; if it never opens again, hours are natural ones.
    """
    left = timedelta(hours=max(0.0, hours))
    at = start.astimezone(UTC)
    while left:
        change = calendar.next_change(at)
        if change is None:
            return at + left
        if calendar.contains(at):
            if change - at >= left:
                return at + left
            left -= change - at
        at = change
    return at


def local_instant(local: datetime, zone: tzinfo) -> datetime:
    """Return the instant (UTC) of a local clock time: a skipped one is the end of the gap, a doubled one the first."""
    first = local.replace(tzinfo=zone, fold=0)
    early, late = first.utcoffset(), local.replace(tzinfo=zone, fold=1).utcoffset()
    if early is None or late is None or early >= late:  # an ordinary time, or a doubled one
        return first.astimezone(UTC)
    # In a gap: between these two lies the moment at which the clock jumps.
    before = (local - late).replace(tzinfo=UTC)
    after = (local - early).replace(tzinfo=UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == early:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    return local_instant(datetime.combine(day, clock), zone)


def _local_day(at: datetime, zone: tzinfo) -> date:
    try:
        return at.astimezone(zone).date()
    except OverflowError:  # within a day of the years 1 and 9999
        return at.date()
