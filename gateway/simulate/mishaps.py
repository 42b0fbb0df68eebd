"""Mishaps of devices in a run: absences with a backlog after them, restarts that begin counting anew, swapped devices.

Shares hold for a day of the estate; `rate` makes its days as many times shorter, and absences with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

import msgspec

from gateway.simulate.estate import Estate, Thing

AWAY_A_DAY, RESTARTS_A_DAY, SWAPS_A_DAY = 0.02, 0.01, 1 / 7  # of all devices; of all; devices
AWAY_H = (1.0, 24.0)
UNSURE = (timedelta(seconds=150), timedelta(seconds=240))
LONGEST = 0.4  # of the run
AWAY_AT_LEAST = timedelta(seconds=20)
MARGIN = timedelta(seconds=45)  # at both ends of a run
STORED = (
    "access.granted",
    "access.denied",
    "contact.opened",
    "contact.closed",
    "vehicle.plate",
    "vehicle.barrier",
)
"""What a controller keeps while it is away, and says afterwards as what it is: history."""


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """A device that loses its connection and finds it again."""

    thing: str
    begin: datetime
    end: datetime


class Restart(msgspec.Struct, frozen=True, kw_only=True):
    """A device that starts anew, itself or another one under its name."""

    thing: str
    at: datetime
    swapped: bool = False


def absences(
    estate: Estate, begin: datetime, end: datetime, *, seed: str, rate: float, free_at: Mapping[str, datetime]
) -> list[Away]:
    """Return who is away when; only controllers with a session of their own, which the broker misses."""
    random = Random(f"{seed}|away")  # noqa: S311  # repeatable, not secret
    able = [thing for thing in estate.things if _controller(thing) and thing.id not in free_at]
    days = (end - begin) / timedelta(days=1) * rate
    found: list[Away] = []
    for thing in random.sample(able, min(len(able), _about(random, AWAY_A_DAY * len(estate.things) * days))):
        lasts = min(timedelta(hours=random.uniform(*AWAY_H)) / rate, (end - begin) * LONGEST)
        lasts = max(lasts, AWAY_AT_LEAST)
        if UNSURE[0] < lasts < UNSURE[1]:  # whether it counts as silent would hang on a second
            lasts = UNSURE[0]
        at = begin + MARGIN + (end - begin - 2 * MARGIN) * random.random()
        if at + lasts + MARGIN < end:
            found.append(Away(thing=thing.id, begin=at, end=at + lasts))
    return found


def restarts(estate: Estate, begin: datetime, end: datetime, *, seed: str, rate: float) -> list[Restart]:
    """Return who starts anew when, in order of time."""
    random = Random(f"{seed}|restarts")  # noqa: S311  # repeatable, not secret
    able = [thing for thing in estate.things if thing.format == "own"]
    days = (end - begin) / timedelta(days=1) * rate
    found: list[Restart] = []
    for swapped, count in ((False, RESTARTS_A_DAY * len(estate.things)), (True, SWAPS_A_DAY)):
        for _ in range(_about(random, count * days)):
            at = begin + (end - begin) * random.random()
            found.append(Restart(thing=random.choice(able).id, at=at, swapped=swapped))
    return sorted(found, key=lambda each: each.at)


def _controller(thing: Thing) -> bool:
    return (
        thing.link == thing.id
        and thing.format == "own"
        and thing.type in {"unit_door", "access_gate", "lift"}
    )


def _about(random: Random, mean: float) -> int:
    whole = int(mean)
    return whole + (random.random() < mean - whole)
