"""Programme: the troubles of a live show or of a load, one after the other at believable hours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import structlog

from gateway.simulate.estate import ZONE, Estate
from gateway.simulate.faults import Sent
from gateway.simulate.situations import SITUATIONS, Script
from gateway.simulate.timeline import believable, write

log = structlog.get_logger("simulate")
Publish = Callable[[Sent], Awaitable[None]]
WALL = "wall"  # climbed by day or by night: two situations
# Seconds after the start. A calm place in which something moves within a minute; fire only when one has looked around.
OPENING = ((10, "denied"), (45, WALL), (180, "held"), (330, "smoke"), (540, "parcel_forced"), (780, "sos"))


def programme(
    estate: Estate,
    begin: datetime,
    end: datetime,
    *,
    seed: str,
    pause: float,
    taken: Mapping[str, datetime] | None = None,
) -> list[Script]:
    """Return the troubles of a live show: the opening, calm at first, then one every `pause` seconds or so.

    `taken` are devices with other worries, each until when.
    """
    random = Random(f"{seed}|programme")  # noqa: S311  # repeatable, not secret
    free_at = dict(taken or {})
    zone = ZoneInfo(ZONE)
    night = believable(SITUATIONS["intrusion"], begin.astimezone(zone).hour)
    wall = "intrusion" if night else "over_the_wall"
    opening = [(begin + timedelta(seconds=after), wall if name == WALL else name) for after, name in OPENING]
    if taken is not None:  # a load, not a show
        opening = []
    scripts = [_first_that_can(estate, [name], at, free_at, seed, begin) for at, name in opening]
    at = begin + timedelta(seconds=pause) if taken is not None else opening[-1][0] + timedelta(seconds=pause)
    while at < end:
        able = [s for s in SITUATIONS.values() if s.quick and believable(s, at.astimezone(zone).hour)]
        able.sort(
            key=lambda situation: random.random() ** (1 / situation.weekly), reverse=True
        )  # drawn by weight
        scripts.append(
            _first_that_can(estate, [situation.name for situation in able], at, free_at, seed, begin)
        )
        at += timedelta(seconds=pause * random.uniform(0.5, 1.5))
    return [script for script in scripts if script is not None and script.end < end]


def _first_that_can(
    estate: Estate,
    names: Sequence[str],
    at: datetime,
    free_at: dict[str, datetime],
    seed: str,
    begin: datetime,
) -> Script | None:
    """Return the first of these situations that finds a device at rest, or None: then it stays quiet."""
    key = f"{(at - begin).total_seconds():.3f}"
    found = (write(estate, name, at, free_at, seed, key) for name in names)
    return next((script for script in found if script is not None), None)
