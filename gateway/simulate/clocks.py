"""Clocks: which devices do not know the time, and what they believe it is. Chosen by the seed, for a whole run.

Minutes off are what a gateway learns and corrects; eight hours are a zone misunderstood; 1970, 2000 and 2036 are clocks
without a battery. What opens and closes is only ever ahead: see `behind`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from gateway.simulate.estate import Estate, Thing

CLOCKED = frozenset({"own", "gate", "locker", "shelly2", "axis"})  # formats whose times are the device's own
DOORS = frozenset({"unit_door", "home_door", "parcel_locker", "vehicle_gate", "access_gate"})
YEARS = (1970, 2000, 2036)


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of all devices, 0 to 1."""

    minutes_off: float = 0.03
    hours_off: float = 0.01
    wrong_year: float = 0.002


class WrongClock(msgspec.Struct, frozen=True, kw_only=True):
    """One device's clock: off by so much, or counting from the beginning of a year."""

    off: timedelta = timedelta()
    year: int | None = None
    since: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self, at: datetime) -> datetime:
        """Return what the device believes at this moment."""
        if self.year is None:
            return at + self.off
        return datetime(self.year, 1, 1, tzinfo=UTC) + (at - self.since)

    @property
    def behind(self) -> bool:
        """Whether what it says seems old until the gateway has learned it: nothing is owed for such a device."""
        return self.off < timedelta()


def wrong_clocks(
    estate: Estate, since: datetime, *, seed: str, shares: Shares | None = None
) -> dict[str, WrongClock]:
    """Return the devices with a wrong clock."""
    shares = shares or Shares()
    random = Random(f"{seed}|clocks")  # noqa: S311  # repeatable, not secret
    able = [thing for thing in estate.things if thing.format in CLOCKED]
    random.shuffle(able)
    left, all_things = iter(able), len(estate.things)

    def some(share: float) -> Iterator[Thing]:
        for _ in range(round(share * all_things)):
            thing = next(left, None)
            if thing is not None:
                yield thing

    found = {thing.id: WrongClock(off=_minutes(thing, random)) for thing in some(shares.minutes_off)}
    found |= {thing.id: WrongClock(off=timedelta(hours=8)) for thing in some(shares.hours_off)}
    years = [WrongClock(year=year, since=since) for year in YEARS]
    found |= {thing.id: years[n % len(years)] for n, thing in enumerate(some(shares.wrong_year))}
    return found


def _minutes(thing: Thing, random: Random) -> timedelta:
    off = timedelta(minutes=random.uniform(1, 10))
    return off if thing.type in DOORS or random.random() < 0.5 else -off
