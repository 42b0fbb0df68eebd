"""Outbox: sends what the transactions wrote, at least once, and writes down what came of it.

The worker lives in the event loop; every write is a job of the writer thread. It claims what may go (limits,
bundles and digests: `allowance.py`), runs at most `at_once` sends per channel, and answers each failure by its
kind: retry later (backoff, or as long as the receiver asked), rejected (ended, told), unknown (not repeated;
the ladder goes on). A destination that fails is left alone for a while, so that the dead do not hold up the
living. A message keeps its id over every attempt and every restart: it is the receiver's key against doubles.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import msgspec
import structlog

from gateway.access import Write
from gateway.allowance import Way, way_of
from gateway.batch import Committed
from gateway.errors import StoreError
from gateway.notify.channel import Channel, Destination
from gateway.response.message import Rendered
from gateway.response.model import Message, TimelineRow
from gateway.rests import Rests
from gateway.sender import Sender
from gateway.store import outbox as rows
from gateway.store.outbox import Outcome
from gateway.store.read_outbox import last_successes, soonest_due
from gateway.store.sending import Claimed, Claims, claim

CLAIM = timedelta(seconds=60)
_IDLE_S = 60.0  # the longest sleep; a commit with messages wakes the worker
_STRANGERS_S = 20.0
_log = structlog.get_logger(__name__)

_T = TypeVar("_T")


class OutboxStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has done since it started, by channel and outcome, and what is under way."""

    sending: int
    outcomes: dict[str, int]  # "channel outcome" -> count
    last_success: dict[str, datetime]  # channel -> E
    last_outcome: dict[str, str]  # channel that leaves this box -> state after its last attempt
    moved_at: float = 0.0  # of the monotonic clock: when it last looked for work
    resting: bool = False  # nothing is under way; what still waits is not due yet


class _Found(NamedTuple):
    """What one turn found in the store."""

    claims: Claims
    soonest: datetime | None
    late: int
    known: dict[str, datetime]  # last successes, at the start
    told: list[TimelineRow]


class Outbox:
    """The worker. `render` gives a message's words in a language, `destination` where it goes on its channel."""

    name = "outbox"

    def __init__(
        self,
        *,
        write: Write,
        channels: Mapping[str, Channel],
        render: Callable[[Message, str], Rendered],
        destination: Callable[[Message], Destination],
        now: Callable[[], datetime],
        demo: bool = False,
        seal_key: bytes = b"",
        told: Callable[[list[TimelineRow]], None] = lambda _: None,
    ) -> None:
        self._write = write
        self._channels = dict(channels)
        self._now = now
        self._seal_key = seal_key
        self._told = told
        self._repeatable = frozenset(name for name, each in self._channels.items() if each.repeatable)
        self._bundling = frozenset(name for name, each in self._channels.items() if each.limits.bundle)
        self._busy: Counter[str] = Counter()
        self._rests = Rests()
        self._sender = Sender(
            self._channels, render=render, destination=destination, now=now, rests=self._rests, demo=demo
        )
        self._moved_at = time.monotonic()
        self._strangers_at = -_STRANGERS_S  # when messages of channels that are not there were looked for
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[Outcome] = []  # sent, and not yet written down
        self._outcomes: Counter[str] = Counter()
        self._last_success: dict[str, datetime] = {}
        self._last_outcome: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake = asyncio.Event()
        self._resting = False  # between two turns

    def wake(self) -> None:
        """Say that there are new messages; callable from any thread, never blocks."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._look_everywhere)

    def committed(self, committed: Committed) -> None:
        """Wake up when a commit brought messages or took some back; called in the writer's thread."""
        if committed.messages or committed.withdrawn:
            self.wake()

    def _look_everywhere(self) -> None:
        self._rests.look()
        self._awake.set()

    def reachable(self, channel: str, recipient: str) -> None:
        """Say that somebody has just become reachable: what waits for them goes out now."""
        now = self._now()
        names = (recipient, "group", "site")
        for name in names:
            self._rests.end(channel, name)
        hurried = self._write(lambda c: rows.hurry(c, now=now, channel=channel, recipients=names))
        hurried.add_done_callback(lambda _: self.wake())

    def status(self) -> OutboxStatus:
        """Return counters for /health and /metrics."""
        return OutboxStatus(
            sending=len(self._tasks),
            outcomes=dict(self._outcomes),
            last_success=dict(self._last_success),
            last_outcome=dict(self._last_outcome),
            moved_at=self._moved_at,
            resting=self._resting and not (self._awake.is_set() or self._tasks or self._done),
        )

    @property
    def leaving(self) -> frozenset[str]:
        """The channels that leave this box: on the others a message waits for a person to look, not for us."""
        return frozenset(name for name, each in self._channels.items() if each.reach != "box")

    async def run(self) -> None:
        """Work until cancelled; what is under way then is claimed again at the next start."""
        self._loop = asyncio.get_running_loop()
        everything = True
        try:
            while True:
                self._awake.clear()
                try:
                    wait = await self._turn(recover_all=everything)
                    everything = False
                except StoreError as error:
                    # The store is degraded (disk full): nothing can be claimed, so nothing can be doubled.
                    _log.warning("outbox waits for the store", error=str(error))
                    wait = 10.0
                self._resting = True
                try:
                    async with asyncio.timeout(wait):
                        await self._awake.wait()
                except TimeoutError:
                    continue
                finally:
                    self._resting = False
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._busy.clear()
            await self._write_down()

    async def _write_down(self) -> None:
        """Write what came of sends that ended just before the end; the next run finds the others claimed."""
        done, now = tuple(self._done), self._now()
        self._done.clear()
        try:
            if done:
                await self._job(lambda c: rows.settle(c, done, now=now, seal_key=self._seal_key))
        except Exception as error:  # noqa: BLE001  # task boundary: the worker is ending, and says why itself
            # They may go out again with the next run, under the same id.
            _log.warning("outbox could not write receipts", messages=len(done), error=str(error))

    async def _turn(self, *, recover_all: bool) -> float:
        """Claim and start what is due; return how long to sleep, in seconds."""
        now = self._now()
        self._moved_at = time.monotonic()
        ways = self._ways(now)
        resting, marks = self._rests.recipients(now), {name: self._rests.mark(name) for name in ways}
        done = tuple(self._done)
        other = self._strangers_now()

        def job(connection: Any) -> _Found:
            key = self._seal_key
            told = rows.settle(connection, done, now=now, seal_key=key)
            rows.recover(
                connection, now=now, repeatable=self._repeatable, all_claims=recover_all, seal_key=key
            )
            late = rows.expire(connection, now=now, bundling=self._bundling, seal_key=key)
            found = claim(connection, now=now, until=now + CLAIM, ways=ways, resting=resting, other=other)
            known = last_successes(connection) if recover_all else {}
            return _Found(found, soonest_due(connection, now=now), len(late), known, told)

        found, soonest, late, known, told = await self._job(job)
        del self._done[: len(done)]
        self._last_success = known | self._last_success
        self._settled(done, told, now)
        taken = Counter(each.message.channel for each in found.claimed)
        for each in found.claimed:
            self._busy[each.message.channel] += 1
            task = asyncio.create_task(self._send(each))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if late:
            return 0.0  # more may be too late
        times = [at for at in (soonest, *found.held, self._rests.next_end(now)) if at is not None]
        until = min(times, default=now + timedelta(seconds=_IDLE_S))
        for name, way in ways.items():
            if taken[name] < way.free and marks[name] == self._rests.mark(
                name
            ):  # else something came meanwhile
                self._rests.nothing_until(name, until)
        return min(_IDLE_S, max(0.01, (until - now).total_seconds()))

    def _strangers_now(self) -> int:
        """Return how many messages of channels that are not there may be taken: now and then, to fail by name."""
        moved = time.monotonic()
        if moved - self._strangers_at < _STRANGERS_S:
            return 0
        self._strangers_at = moved
        return 16

    def _ways(self, now: datetime) -> dict[str, Way]:
        found = {}
        for name, each in self._channels.items():
            free = 0 if self._rests.nothing_now(name, now) else each.at_once - self._busy[name]
            found[name] = way_of(each.kind, each.reach, each.limits, free=free)
        return found

    async def _job(self, job: Callable[[Any], _T]) -> _T:
        return await asyncio.wrap_future(self._write(job))

    async def _send(self, claimed: Claimed) -> None:
        """Make one send; its outcome is written with the next turn, together with those of others."""
        outcome = await self._sender.attempt(claimed)
        channel = claimed.message.channel
        self._done.append(outcome)
        self._busy[channel] -= 1
        self._rests.look(channel)
        self._awake.set()  # the next one of this case may go, and a slot is free

    def _settled(self, done: Sequence[Outcome], told: list[TimelineRow], now: datetime) -> None:
        """Count what has been written down."""
        for each in done:
            self._outcomes[f"{each.channel} {each.state}"] += len(each.others) + 1
            if each.channel in self.leaving:
                self._last_outcome[each.channel] = each.state
            if each.state in {"sent", "delivered"}:
                self._last_success[each.channel] = now
        if told:
            self._told(told)
