"""Life: what ordinary people and machines say all day. The hours of the day have their shares; a seed decides the rest.

Ordinary life raises no alert (`restraint`). It is drawn up a minute at a time, so that a busy estate needs no memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.estate import ZONE, Estate
from gateway.simulate.restraint import Restraint
from gateway.simulate.sensors import at_home, uplinks
from gateway.simulate.speech import Fact
from gateway.simulate.streams import STREAMS, Happened, Said, Visit, daily, fetched

# Share of a day's comings and goings in each hour, in percent, from midnight on.
HOURS = (.6, .3, .2, .2, .4, 1.2, 4, 9.5, 8, 4.5, 3.8, 5, 5.5, 3.8, 3.4, 3.8, 5.2, 9, 10.5, 7.5, 5.2, 4.2, 2.6, 1.6)  # fmt: skip
STEP = timedelta(minutes=1)
OPEN_AT_MOST = timedelta(seconds=30)  # a door, cell or barrier in ordinary life
EVEN = 100 / 24  # percent: an hour like any other

__all__ = ["HOURS", "Said", "closes", "opens", "ordinary"]


def ordinary(
    estate: Estate, begin: datetime, end: datetime, *, seed: str, rate: float = 1.0, even: bool = False
) -> Iterator[Said]:
    """Yield ordinary life between two moments in order of time.

    `rate` multiplies everything; `even` takes every hour for an average one, for loads that stay the same.
    """
    life = _Life(estate, seed, rate, even=even)
    minute = begin.astimezone(ZoneInfo(ZONE))
    while minute < end:
        for said in life.minute(minute):
            if begin <= said.at < end and not (opens(said.fact) and end - said.at < OPEN_AT_MOST):
                yield said
        minute += STEP


def opens(fact: Fact) -> bool:
    """Return whether something stands open after this, until it is closed."""
    return fact.kind in {"contact.opened", "parcel.door_open"} or fact.data.get("position") == "open"


def closes(fact: Fact) -> bool:
    return fact.kind in {"contact.closed", "parcel.door_closed"} or fact.data.get("position") == "closed"


class _Life:
    """The minutes of one estate, one after the other."""

    def __init__(self, estate: Estate, seed: str, rate: float, *, even: bool) -> None:
        self._estate, self._seed, self._rate, self._even = estate, seed, rate, even
        self._restraint = Restraint()
        self._waiting: list[tuple[datetime, int, Happened]] = []
        self._order = 0
        self._minutes = 0

    def minute(self, minute: datetime) -> Iterator[Said]:
        """Yield what is said in this minute, in order."""
        random = Random(f"{self._seed}|{self._estate.site}|{self._minutes}")  # noqa: S311  # repeatable, not secret
        share = (EVEN if self._even else HOURS[minute.hour]) / 100 / 60 * self._rate
        for stream, count in zip(STREAMS, msgspec.structs.astuple(daily(self._estate)), strict=True):
            for _ in range(_poisson(random, count * share)):
                self._keep(*stream(self._estate, random, minute + timedelta(seconds=random.random() * 60)))
        self._keep(*uplinks(self._estate, random, minute, self._rate, elapsed_s=60.0 * self._minutes))
        self._keep(*at_home(self._estate, random, minute, self._rate))
        self._minutes += 1
        while self._waiting and self._waiting[0][0] < minute + STEP:
            happened = heapq.heappop(self._waiting)[2]
            if isinstance(happened, Visit):
                self._enter(happened, random)
            elif happened.fact.kind == "access.denied":
                yield self._restraint.refuse(happened)
            else:
                yield happened

    def _keep(self, *several: Happened) -> None:
        for one in several:
            heapq.heappush(self._waiting, (one.at, self._order, one))
            self._order += 1

    def _enter(self, visit: Visit, random: Random) -> None:
        """Let somebody open a cell now or a little later; what a courier put in is fetched some hours after."""
        entered = self._restraint.enter(visit)
        if entered is None:
            return
        if entered.at > visit.at:
            self._keep(entered)
            return
        self._keep(*entered.said())
        if entered.put:
            self._keep(fetched(entered, random))


def _poisson(random: Random, mean: float) -> int:
    """Return how many come when `mean` are expected (exact for small means, normal for large)."""
    if mean > 50:
        return max(0, round(random.gauss(mean, mean**0.5)))
    count, passed, limit = 0, random.random(), 2.718281828459045 ** (-mean)
    while passed > limit:
        count += 1
        passed *= random.random()
    return count
