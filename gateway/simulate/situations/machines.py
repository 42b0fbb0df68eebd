"""Machines of the estate: a lift with somebody in it, a shed that gets hot, an open manhole."""

from __future__ import annotations

from datetime import datetime
from random import Random

from gateway.simulate.estate import Estate
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact


@situation("lift", weekly=1, hours=(6, 23))
def lift(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A lift stops between two floors with people in it."""
    car = one_of(random, estate.of("lift"), busy)
    if car is None:
        return None
    fact = Fact(
        kind="lift.trapped",
        data={"floor": random.randint(2, estate.size.floors), "count": random.randint(1, 3)},
    )
    return script(
        "lift", car, begin, [(0.0, fact)], owed("lift", "lift.trapped", car, begin, 0, stage="alarm")
    )


@situation("hot_shed", weekly=1, hours=(18, 24))
def hot_shed(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A battery warms the charging shed up to 63 °C and cools again."""
    sensor = one_of(random, tuple(t for t in estate.of("thermometer") if t.zone == "shed"), busy)
    if sensor is None:
        return None
    course = (38.0, 44.0, 49.0, 53.0, 58.0, 63.0, 61.0, 52.0, 44.0, 36.0, 30.0)
    steps = [
        (30.0 * n, Fact(kind="env.temperature", data={"value": value, "humidity": 48.0}))
        for n, value in enumerate(course)
    ]
    return script(
        "hot_shed",
        sensor,
        begin,
        steps,
        owed("hot_shed", "env.charging_hot", sensor, begin, 120, stage="alarm", within=100),
    )


@situation("manhole", weekly=1)
def manhole(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A cover is moved."""
    cover = one_of(random, estate.of("manhole_sensor"), busy)
    if cover is None:
        return None
    fact = Fact(kind="env.manhole", data={"value": random.randint(25, 80), "reason": "tilt"})
    return script(
        "manhole", cover, begin, [(0.0, fact)], owed("manhole", "env.manhole", cover, begin, 0, stage="alarm")
    )
