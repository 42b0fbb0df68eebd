"""Sensors: what machines say by the clock, and the doors of homes on the care list."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.speech import Fact
from gateway.simulate.streams import Said, swing

# How often a sensor speaks by itself, in minutes: in a large estate (about 30,000 messages a day), in a small one.
LARGE = {"leak_sensor": 15, "manhole_sensor": 15, "level_sensor": 15, "smoke_detector": 60}
LARGE_OTHERS, SMALL, THERMOMETERS = 30, 360, 30
OUT_A_DAY = 0.3  # how often an hour, by day, a care home's door opens


def uplinks(
    estate: Estate, random: Random, minute: datetime, rate: float, *, elapsed_s: float
) -> Iterator[Said]:
    """Yield the messages of a minute that sensors send by the clock, each at its own moment of its period."""
    for thing in estate.things:
        period = _period(estate, thing)
        if period is None:
            continue
        seconds = period * 60 / rate
        phase = zlib.crc32(thing.id.encode()) % 10_000 / 10_000 * seconds
        at = (phase - elapsed_s) % seconds
        while at < 60:
            moment = minute + timedelta(seconds=at)
            yield Said(at=moment, thing=thing.id, fact=_reading(thing, minute, random))
            at += seconds


def _period(estate: Estate, thing: Thing) -> float | None:
    if thing.type == "thermometer":
        return THERMOMETERS
    if "battery" not in thing.tags:
        return None
    return LARGE.get(thing.type, LARGE_OTHERS) if estate.size.sessions else SMALL


def _reading(thing: Thing, minute: datetime, random: Random) -> Fact:
    if thing.type == "thermometer":
        return Fact(kind="env.temperature", data=_warmth(thing, minute, random))
    if thing.type == "level_sensor":
        return Fact(kind="env.level", data={"value": round(random.uniform(18, 45), 1)})
    return Fact(kind="device.heartbeat")


def at_home(estate: Estate, random: Random, minute: datetime, rate: float) -> Iterator[Said]:
    """Yield the doors of homes on the care list: who lives there goes out and in a few times a day."""
    if not 6 <= minute.hour < 21:
        return
    for door in estate.of("home_door"):
        if random.random() < OUT_A_DAY / 60 * min(rate, 60):
            yield from swing(
                door, minute + timedelta(seconds=random.random() * 60), random.uniform(5, 25), {}
            )


def _warmth(thing: Thing, minute: datetime, random: Random) -> dict[str, float]:
    day = -abs(minute.hour - 15) / 2
    base = 27.0 if thing.zone == "shed" else 22.0
    return {
        "value": round(base + day + random.uniform(-0.5, 0.5), 1),
        "humidity": round(random.uniform(45, 65), 1),
    }


def uplinks_a_day(estate: Estate) -> float:
    """Return how many messages a day sensors send by the clock."""
    return sum(24 * 60 / period for period in (_period(estate, thing) for thing in estate.things) if period)
