"""Live: the estate speaks to a broker now, until it is told to stop.

`speed` makes ordinary life as many times busier; troubles keep their own seconds, because rules count real
seconds. Every device opens with its birth. A large estate speaks over some four hundred connections (`connections`),
with everything that goes wrong in one (`whole`); a small one over a single connection, as a bridge would.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec
import structlog

from gateway.simulate.backlog import NO_MISHAPS
from gateway.simulate.estate import Estate
from gateway.simulate.faults import Sent
from gateway.simulate.hostile import attack
from gateway.simulate.oracle import Run, expectations
from gateway.simulate.programme import programme
from gateway.simulate.situations import Expectation
from gateway.simulate.switchboard import Address, switchboard
from gateway.simulate.timeline import Options, messages
from gateway.simulate.whole import Whole, whole_run

log = structlog.get_logger("simulate")
Publish = Callable[[Sent], Awaitable[None]]
AHEAD = 250  # messages drawn up at once, in a thread of their own
SOON_S = 0.004  # not worth waiting for


class Show(msgspec.Struct, frozen=True, kw_only=True):
    """How to perform.

    Args:
        seed: the same seed gives the same course, from the start on.
        speed: how many times busier ordinary life is, 1 to 1000.
        even: every hour is an average one, so that the load stays the same.
        pause: seconds between troubles, on average.
        lasts: how long at most.
        measure: take the time until the gateway confirms.

    """

    seed: str = "1"
    speed: float = 1.0
    even: bool = False
    pause: float = 150.0
    lasts: timedelta = timedelta(days=365)
    measure: bool = False


class Stage(msgspec.Struct, kw_only=True):
    """What the simulation has done so far; the oracle grows with every trouble."""

    site: str = ""
    seed: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    sent: int = 0
    behind_s: float = 0.0  # the longest by which a message was sent late: the simulator could not keep up
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    expected: list[Expectation] = msgspec.field(default_factory=list)
    confirmed_ms: array[float] = msgspec.field(default_factory=lambda: array("f"))

    def run(self) -> Run | None:
        """Return the run as the oracle file has it; None before it began."""
        if self.began is None:
            return None
        ended = self.ended or datetime.now(UTC)
        return Run(
            site=self.site,
            begin=self.began,
            end=ended,
            seed=self.seed,
            messages=self.sent,
            faults=dict(self.faults),
        )

    def owed(self) -> list[Expectation]:
        """Return the alerts of the run, also those that its end cut short."""
        end = self.ended or datetime.now(UTC)
        return [one for one in self.expected if one.begin <= end]

    def latency(self) -> dict[str, float]:
        """Return how long confirmations took: how many there were, and milliseconds p50, p99 and at most."""
        times = sorted(self.confirmed_ms)
        if not times:
            return {}
        p50, p99 = (times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.99))
        return {
            "confirmed": len(times),
            "p50_ms": round(p50, 1),
            "p99_ms": round(p99, 1),
            "max_ms": round(times[-1], 1),
        }


async def perform(
    estate: Estate,
    publish: Publish,
    stop: asyncio.Event,
    *,
    show: Show | None = None,
    stage: Stage | None = None,
) -> Stage:
    """Send messages at their time until `stop`, or until the show is over; return what was done.

    `publish` sends one message; what it raises ends the show. `stage` is readable while it runs.
    """
    show, stage = show or Show(), stage or Stage()
    begin = datetime.now(UTC)
    end, day = begin + show.lasts, 0
    stage.site, stage.seed, stage.began = estate.site, show.seed, begin
    # A day at a time: a show that runs for weeks needs no plan of weeks.
    while not stop.is_set() and begin < end:
        until = min(end, begin + timedelta(days=1))
        await _day(estate, publish, stop, show, stage, begin, until, day)
        begin, day = until, day + 1
    stage.ended = datetime.now(UTC)
    return stage


async def _day(
    estate: Estate, publish: Publish, stop: asyncio.Event, show: Show, stage: Stage, begin: datetime, until: datetime, day: int
) -> None:  # fmt: skip
    seed = f"{show.seed}-{day}" if day else show.seed
    plan = _plan(estate, begin, until, show, seed)
    stage.expected += expectations(plan.scripts)
    options = Options(seed=seed, rate=show.speed, even=show.even, births=day == 0, whole=estate.size.sessions)
    course = messages(estate, begin, until, options, scripts=plan.scripts, mishaps=plan.mishaps)
    async for sent in _ahead(course):
        if sent.at >= until:  # only what a fault delayed past the end
            return
        late = await _until(sent.at, stop)
        if stop.is_set():
            return
        stage.behind_s = max(stage.behind_s, late)
        await publish(sent)
        stage.sent += 1
        if sent.fault:
            stage.faults[sent.fault] += 1


def _plan(estate: Estate, begin: datetime, until: datetime, show: Show, seed: str) -> Whole:
    if estate.size.sessions:
        return whole_run(estate, begin, until, seed=seed, rate=show.speed, pause=show.pause)
    scripts = programme(estate, begin, until, seed=seed, pause=show.pause)
    return Whole(scripts=tuple(scripts), mishaps=NO_MISHAPS)


async def _ahead(course: Iterator[Sent]) -> AsyncIterator[Sent]:
    """Yield what a thread draws up, some at a time and one portion ahead: sending need not wait for drawing."""
    drawing = asyncio.create_task(asyncio.to_thread(lambda: list(islice(course, AHEAD))))
    try:
        while portion := await drawing:
            drawing = asyncio.create_task(asyncio.to_thread(lambda: list(islice(course, AHEAD))))
            for sent in portion:
                yield sent
    finally:
        await asyncio.gather(drawing, return_exceptions=True)


async def _until(at: datetime, stop: asyncio.Event) -> float:
    """Wait for a moment or the end; return by how many seconds the moment was missed."""
    wait = (at - datetime.now(UTC)).total_seconds()
    if wait > SOON_S:
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            return 0.0
    return max(0.0, -wait)


async def simulate(
    estate: Estate,
    address: Address,
    *,
    stop: asyncio.Event,
    show: Show | None = None,
    stage: Stage | None = None,
) -> Stage:
    """Perform at a broker; a broker that goes away is sought again, what is due meanwhile waits for it."""
    show, stage = show or Show(), stage or Stage()
    async with AsyncExitStack() as stack:
        board = await stack.enter_async_context(switchboard(estate, address))
        publish: Publish = board.send
        if show.measure:
            publish = await stack.enter_async_context(_Meter(estate, address, board.send, stage))
        enemy = asyncio.create_task(attack(estate, address)) if estate.size.sessions else None
        try:
            await perform(estate, publish, stop, show=show, stage=stage)
            await asyncio.wait_for(board.flush(), 10)
        except TimeoutError:
            log.warning("unacknowledged_at_the_end")
        finally:
            if enemy is not None:
                enemy.cancel()
                await asyncio.gather(enemy, return_exceptions=True)
            log.info("simulation_ended", sent=stage.sent, connections_lost=board.lost)
    return stage


class _Meter:
    """Takes the time from saying an event of our own namespace to the gateway's confirmation, which follows its commit."""

    def __init__(self, estate: Estate, address: Address, publish: Publish, stage: Stage) -> None:
        self._publish, self._stage = publish, stage
        self._said: dict[str, float] = {}
        base = f"sc1/{estate.site}/"
        self._line = address.line(
            "meter", hears=(f"{base}+/k/+/+",), heard=lambda topic, _: self._confirmed(topic[len(base) :])
        )

    async def __aenter__(self) -> Publish:
        await self._line.__aenter__()
        await self._line.up()
        return self.publish

    async def __aexit__(self, *_: object) -> None:
        await self._line.end()

    async def publish(self, sent: Sent) -> None:
        """Say a message and remember when."""
        if sent.receipt and not sent.fault:
            self._said[sent.receipt] = asyncio.get_running_loop().time()
        await self._publish(sent)

    def _confirmed(self, receipt: str) -> None:
        since = self._said.pop(receipt, None)
        if since is not None:
            self._stage.confirmed_ms.append(1000 * (asyncio.get_running_loop().time() - since))
