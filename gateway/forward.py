"""Forward: what happened, to each sink, from where it stopped. The buffer is the store itself.

A sink has one cursor per feed: the last position it acknowledged. Rows are read from the store after the
cursor, turned into points, written, and only then the cursor moves: a sink that is away for three days, or
a restart in the middle, costs nothing but time. Nothing is deleted because it was sent. Cases and alerts go
before telemetry.

Points that a sink refuses are halved until the bad one is alone; that one is counted and skipped, so that
one poisoned row cannot stop a month.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, NoReturn, Protocol, TypeVar

import msgspec
import structlog

from gateway.access import Read, Write
from gateway.batch import Committed
from gateway.errors import Rejected, RetryLater, StoreError
from gateway.store import cursors

ROWS = 2000  # read and written together
IDLE_S = 10.0
LONGEST_RETRY_S = 300.0
_chance = random.SystemRandom()
_log = structlog.get_logger(__name__)

P = TypeVar("P")  # what is sent: points to a sink of figures, events to another system
P_co = TypeVar("P_co", covariant=True)
P_contra = TypeVar("P_contra", contravariant=True)


class Feed(Protocol[P_co]):
    """A growing list in the store. `points` returns the points after a position and the new position.

    No points with the same position means that nothing is there; it is called in a thread.
    """

    @property
    def name(self) -> str: ...

    def points(self, position: int, limit: int) -> tuple[Sequence[P_co], int]: ...


class Takes(Protocol[P_contra]):
    """Where points go. `write` raises RetryLater (all of it again later) or Rejected (some of it is bad)."""

    async def write(self, points: Sequence[P_contra]) -> None: ...


class FeedStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one sink stands with one feed."""

    position: int
    sent: int
    refused: int


class ForwardStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How one sink stands; `last_success` is in engine time."""

    error: str
    last_success: datetime | None
    feeds: dict[str, FeedStatus]


class Forward(Generic[P]):
    """Feeds one sink. `now_points` gives gauges of this moment; they are sent about once a minute, unbuffered."""

    def __init__(
        self,
        *,
        name: str,
        sink: Takes[P],
        feeds: Sequence[Feed[P]],
        read: Read,
        write: Write,
        now: Callable[[], datetime],
        now_points: Callable[[], list[P]] = list,
        first_retry_s: float = 1.0,
        rows: int = ROWS,
    ) -> None:
        self.name = name
        self._sink = sink
        self._feeds = list(feeds)
        self._read = read
        self._write = write
        self._now = now
        self._now_points = now_points
        self._first_retry_s = first_retry_s
        self._rows = rows
        self._positions: dict[str, int] = {}
        self._sent = {feed.name: 0 for feed in self._feeds}
        self._refused = dict(self._sent)
        self._error = ""
        self._last_success: datetime | None = None
        self._gauged_at: datetime | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something new; callable from any thread, never blocks."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._awake.set)

    def committed(self, committed: Committed) -> None:  # noqa: ARG002  # any commit may hold something for a feed
        """Look for news after each commit; called in the writer's thread."""
        self.wake()

    def status(self) -> ForwardStatus:
        """Return positions and counters for /health."""
        feeds = {
            feed.name: FeedStatus(
                position=self._positions.get(feed.name, 0),
                sent=self._sent[feed.name],
                refused=self._refused[feed.name],
            )
            for feed in self._feeds
        }
        return ForwardStatus(error=self._error, last_success=self._last_success, feeds=feeds)

    async def run(self) -> NoReturn:
        """Forward until cancelled."""
        self._loop = asyncio.get_running_loop()
        failures = 0
        while True:
            self._awake.clear()
            try:
                more = await self._turn()
                failures, wait, self._error = 0, IDLE_S, ""
                if more:
                    continue
            except (RetryLater, StoreError) as error:
                backoff = min(LONGEST_RETRY_S, self._first_retry_s * 2 ** min(failures, 20))
                asked = error.after_s if isinstance(error, RetryLater) else None
                wait = asked if asked is not None else backoff * _chance.uniform(0.5, 1.0)
                failures += 1
                if not self._error:
                    _log.warning("sink does not take anything", sink=self.name, error=str(error))
                self._error = str(error)
                await asyncio.sleep(wait)  # new rows are no reason to ask a sink that is down more often
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def _turn(self) -> bool:
        """Send one batch of the first feed that has something; tell whether there may be more."""
        for feed in self._feeds:
            position = await self._position(feed)
            points, reached = await asyncio.to_thread(feed.points, position, self._rows)
            if reached == position:
                continue
            await self._send(feed, points)
            await asyncio.wrap_future(
                self._write(lambda c: cursors.move_cursor(c, self._key(feed), reached, now=self._now()))  # noqa: B023  # awaited in this turn
            )
            self._positions[feed.name] = reached
            self._sent[feed.name] += len(points)
            self._last_success = self._now()
            return True
        await self._gauge()
        return False

    async def _position(self, feed: Feed[P]) -> int:
        if feed.name not in self._positions:
            self._positions[feed.name] = await asyncio.to_thread(self._stored, self._key(feed))
        return self._positions[feed.name]

    def _stored(self, key: str) -> int:
        with self._read() as connection:
            return cursors.read_cursor(connection, key)

    def _key(self, feed: Feed[P]) -> str:
        return f"{self.name}/{feed.name}"

    async def _send(self, feed: Feed[P], points: Sequence[P]) -> None:
        if not points:
            return
        try:
            await self._sink.write(points)
        except Rejected as error:
            if len(points) == 1:
                self._refused[feed.name] += 1
                _log.warning("sink refused a point", sink=self.name, feed=feed.name, error=str(error))
                return
            half = len(points) // 2
            await self._send(feed, points[:half])
            await self._send(feed, points[half:])

    async def _gauge(self) -> None:
        now = self._now()
        if self._gauged_at is not None and (now - self._gauged_at).total_seconds() < 60:
            return
        points = await asyncio.to_thread(self._now_points)
        if points:
            await self._sink.write(points)
        self._gauged_at = now
