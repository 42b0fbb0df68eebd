"""Roll-up: what is kept of the measurements of one minute, hour or day, and how two of them become one. Pure.

Putting together is associative and does not ask for an order: hours made of minutes are hours made of samples,
whatever came late and however the work was cut. Hours and days begin on the site's clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

import msgspec

from gateway.clock import from_us, to_us

Step: TypeAlias = Literal["minute", "hour", "day"]
STEPS: tuple[Step, ...] = ("minute", "hour", "day")
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
_LENGTH_US = {"minute": MINUTE_US, "hour": HOUR_US}


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How long minutes, hours and days stay in the file."""

    minute: timedelta = timedelta(days=7)
    hour: timedelta = timedelta(days=366)
    day: timedelta = timedelta(days=5 * 366)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The samples of one metric within one span of time; times in µs since 1970, `at_us` is where the span begins."""

    at_us: int
    count: int
    total: float
    low: float
    high: float
    last: float
    last_us: int  # when the newest sample was taken

    @property
    def mean(self) -> float:
        """Return the mean, which lies between the lowest and the highest whatever rounding did."""
        return min(max(self.total / self.count, self.low), self.high)


def together(first: Span, second: Span) -> Span:
    """Return two spans as one that begins where the earlier begins; of two newest samples the later counts."""
    newest = max(first, second, key=lambda span: (span.last_us, span.last))
    return Span(
        at_us=min(first.at_us, second.at_us),
        count=first.count + second.count,
        total=first.total + second.total,
        low=min(first.low, second.low),
        high=max(first.high, second.high),
        last=newest.last,
        last_us=newest.last_us,
    )


def begin_us(step: Step, at_us: int, zone: tzinfo) -> int:
    """Return where the minute, hour or day of a moment begins on the clock of `zone`."""
    if step == "minute":
        return at_us - at_us % MINUTE_US
    local = from_us(at_us).astimezone(zone)
    if step == "day":
        return to_us(datetime(local.year, local.month, local.day, tzinfo=zone))
    offset_us = (
        to_us(local.replace(tzinfo=from_us(0).tzinfo)) - at_us
    )  # zones of half hours have hours of their own
    return at_us - (at_us + offset_us) % _LENGTH_US[step]


def rolled(spans: Iterable[Span], step: Step, zone: tzinfo) -> list[Span]:
    """Return spans put together by minute, hour or day, the earliest first."""
    found: dict[int, Span] = {}
    for span in spans:
        at_us = begin_us(step, span.at_us, zone)
        placed = msgspec.structs.replace(span, at_us=at_us)
        found[at_us] = together(found[at_us], placed) if at_us in found else placed
    return [found[at_us] for at_us in sorted(found)]
