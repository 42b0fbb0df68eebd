"""Live: the estate speaks to a broker now, until it is told to stop.

`speed` makes ordinary life as many times busier; troubles keep their own seconds, because rules count real
seconds. Every device opens with its birth. One connection carries all of them, as a bridge would; the topics
and payloads say who speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec
import structlog

from gateway.simulate.estate import ZONE, Estate
from gateway.simulate.faults import Sent
from gateway.simulate.line import Line
from gateway.simulate.situations import SITUATIONS, Expectation, Script
from gateway.simulate.timeline import Options, believable, messages, write

log = structlog.get_logger("simulate")
Publish = Callable[[Sent], Awaitable[None]]
WALL = "wall"  # climbed by day or by night: two situations
# Seconds after the start. A calm place in which something moves within a minute; fire only when one has looked around.
OPENING = ((10, "denied"), (45, WALL), (180, "held"), (330, "smoke"), (540, "parcel_forced"), (780, "sos"))


class Stage(msgspec.Struct, kw_only=True):
    """What the simulation has done so far; the oracle grows with every trouble."""

    sent: int = 0
    expected: list[Expectation] = msgspec.field(default_factory=list)
    ended: datetime | None = None

    def due(self) -> list[Expectation]:
        """Return what had to come by the end of the show (all of it while it runs)."""
        return [one for one in self.expected if self.ended is None or one.settled <= self.ended]


def programme(estate: Estate, begin: datetime, end: datetime, *, seed: str, pause: float) -> list[Script]:
    """Return the troubles of a live show: the opening, calm at first, then one every `pause` seconds or so."""
    random = Random(f"{seed}|programme|{begin.isoformat()}")  # noqa: S311  # repeatable, not secret
    free_at: dict[str, datetime] = {}
    zone = ZoneInfo(ZONE)
    night = believable(SITUATIONS["intrusion"], begin.astimezone(zone).hour)
    wall = "intrusion" if night else "over_the_wall"
    opening = [(begin + timedelta(seconds=after), wall if name == WALL else name) for after, name in OPENING]
    scripts = [_first_that_can(estate, [name], at, free_at, seed) for at, name in opening]
    at = opening[-1][0] + timedelta(seconds=pause)
    while at < end:
        able = [s for s in SITUATIONS.values() if s.quick and believable(s, at.astimezone(zone).hour)]
        able.sort(
            key=lambda situation: random.random() ** (1 / situation.weekly), reverse=True
        )  # drawn by weight
        scripts.append(_first_that_can(estate, [situation.name for situation in able], at, free_at, seed))
        at += timedelta(seconds=pause * random.uniform(0.5, 1.5))
    return [script for script in scripts if script is not None and script.end < end]


def _first_that_can(
    estate: Estate, names: Sequence[str], at: datetime, free_at: dict[str, datetime], seed: str
) -> Script | None:
    """Return the first of these situations that finds a device at rest, or None: then it stays quiet."""
    return next(
        (found for name in names if (found := write(estate, name, at, free_at, seed)) is not None), None
    )


async def perform(
    estate: Estate,
    publish: Publish,
    stop: asyncio.Event,
    *,
    stage: Stage | None = None,
    seed: str = "1",
    speed: float = 1.0,
    pause: float = 150.0,
    lasts: timedelta = timedelta(days=365),
    options: Options | None = None,
) -> Stage:
    """Send messages at their time until `stop`, or until `lasts` is over; return what was done.

    Args:
        estate: who speaks.
        publish: sends one message; what it raises ends the show.
        stop: ends it at the next message.
        stage: where counts and expectations are kept, readable while it runs.
        seed: the same seed and start give the same messages.
        speed: how many times busier ordinary life is, 1 to 1000.
        pause: seconds between troubles, on average.
        lasts: how long at most.
        options: replaces the default faults and heartbeats.

    """
    stage = stage or Stage()
    begin = datetime.now(UTC)
    end = begin + lasts
    options = options or Options(seed=seed)
    options = msgspec.structs.replace(options, seed=seed, rate=speed)
    # The programme of one day at a time: a show that runs for weeks needs no plan of weeks.
    while not stop.is_set() and begin < end:
        until = min(end, begin + timedelta(days=1))
        scripts = programme(estate, begin, until, seed=seed, pause=pause)
        stage.expected += [expected for script in scripts for expected in script.expects]
        for sent in messages(estate, begin, until, options, scripts=scripts):
            if sent.at >= until:  # only what a fault delayed past the end
                break
            await _until(sent.at, stop)
            if stop.is_set():
                break
            await publish(sent)
            stage.sent += 1
        begin = until
        options = msgspec.structs.replace(options, births=False)
    stage.ended = datetime.now(UTC)
    return stage


async def _until(at: datetime, stop: asyncio.Event) -> None:
    wait = (at - datetime.now(UTC)).total_seconds()
    if wait > 0:
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            return


async def simulate(
    estate: Estate,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    user: str | None = None,
    password: str | None = None,
    stage: Stage | None = None,
    seed: str = "1",
    speed: float = 1.0,
    pause: float = 150.0,
    lasts: timedelta = timedelta(days=365),
) -> Stage:
    """Perform at a broker; a broker that goes away is sought again, what is due meanwhile waits for it."""
    stage = stage or Stage()
    async with Line(host, port, user=user, password=password) as line:
        try:
            return await perform(
                estate, line.send, stop, stage=stage, seed=seed, speed=speed, pause=pause, lasts=lasts
            )
        finally:
            log.info("simulation_ended", sent=stage.sent, connections_lost=line.lost)
