"""Outbox: sends what the transactions wrote, at least once, and writes down what came of it.

The worker lives in the event loop; every write is a job of the writer thread. It claims what may go (limits,
bundles and digests: `allowance.py`), runs at most `at_once` sends per channel, and answers each failure by its
kind: retry later (backoff, or as long as the receiver asked), rejected (ended, told), unknown (not repeated;
the ladder goes on). A destination that fails is left alone for a while, so that the dead do not hold up the
living. A message keeps its id over every attempt and every restart: it is the receiver's key against doubles.

Two guards stand here, in front of every channel and in code: a demo site reaches nothing outside this
box, and a drill never leaves the site.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec
import structlog

from gateway.allowance import Way, way_of
from gateway.errors import Rejected, RetryLater, StoreError, Unknown
from gateway.notify.channel import Channel, Destination, Wording
from gateway.response.bundle import bundled
from gateway.response.message import Rendered
from gateway.response.model import Message, TimelineRow
from gateway.rests import Rests
from gateway.store import outbox as rows
from gateway.store.outbox import Outcome
from gateway.store.read_outbox import last_successes, soonest_due
from gateway.store.sending import Claimed, Claims, claim

CLAIM = timedelta(seconds=60)
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 300.0
_IDLE_S = 60.0  # the longest sleep; a commit with messages wakes the worker
_chance = random.SystemRandom()
_log = structlog.get_logger(__name__)

_T = TypeVar("_T")


class Write(Protocol):
    """`Writer.call`: run a function with the write connection, in its own transaction."""

    def __call__(self, job: Callable[[Any], _T], /) -> Future[_T]: ...


class OutboxStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the worker has done since it started, by channel and outcome, and what is under way."""

    sending: int
    outcomes: dict[str, int]  # "channel outcome" -> count
    last_success: dict[str, datetime]  # channel -> E
    last_outcome: dict[str, str]  # channel that leaves this box -> state after its last attempt
    moved_at: float = 0.0  # of the monotonic clock: when it last looked for work


class Outbox:
    """The worker. `render` gives a message's words in a language, `destination` where it goes on its channel."""

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
        self._render = render
        self._destination = destination
        self._now = now
        self._demo = demo
        self._seal_key = seal_key
        self._told = told
        self._repeatable = frozenset(name for name, each in self._channels.items() if each.repeatable)
        self._bundling = frozenset(name for name, each in self._channels.items() if each.limits.bundle)
        self._busy: Counter[str] = Counter()
        self._rests = Rests()
        self._moved_at = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes: Counter[str] = Counter()
        self._last_success: dict[str, datetime] = {}
        self._last_outcome: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Say that there are new messages; callable from any thread, never blocks."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._look_everywhere)

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
                try:
                    async with asyncio.timeout(wait):
                        await self._awake.wait()
                except TimeoutError:
                    continue
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _turn(self, *, recover_all: bool) -> float:
        """Claim and start what is due; return how long to sleep, in seconds."""
        now = self._now()
        self._moved_at = time.monotonic()
        ways = self._ways(now)
        resting, changes = self._rests.recipients(now), self._rests.changes

        def job(connection: Any) -> tuple[Claims, datetime | None, int, dict[str, datetime]]:
            key = self._seal_key
            rows.recover(
                connection, now=now, repeatable=self._repeatable, all_claims=recover_all, seal_key=key
            )
            late = rows.expire(connection, now=now, bundling=self._bundling, seal_key=key)
            found = claim(connection, now=now, until=now + CLAIM, ways=ways, resting=resting, other=16)
            known = last_successes(connection) if recover_all else {}
            return found, soonest_due(connection, now=now), len(late), known

        found, soonest, late, known = await self._job(job)
        self._last_success = known | self._last_success
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
            if taken[name] < way.free and changes == self._rests.changes:  # else something came meanwhile
                self._rests.nothing_until(name, until)
        return min(_IDLE_S, max(0.01, (until - now).total_seconds()))

    def _ways(self, now: datetime) -> dict[str, Way]:
        found = {}
        for name, each in self._channels.items():
            free = 0 if self._rests.nothing_now(name, now) else each.at_once - self._busy[name]
            found[name] = way_of(each.kind, each.reach, each.limits, free=free)
        return found

    async def _job(self, job: Callable[[Any], _T]) -> _T:
        return await asyncio.wrap_future(self._write(job))

    async def _send(self, claimed: Claimed) -> None:
        message = claimed.message
        try:
            outcome = await self._attempt(claimed)
            now = self._now()
            told = await self._job(lambda c: rows.settle(c, [outcome], now=now, seal_key=self._seal_key))
            self._outcomes[f"{message.channel} {outcome.state}"] += 1
            if message.channel in self.leaving:
                self._last_outcome[message.channel] = outcome.state
            if outcome.state in {"sent", "delivered"}:
                self._last_success[message.channel] = now
            if told:
                self._told(told)
        except StoreError as error:
            # It may have been sent and cannot be written down: the claim runs out and it is sent again.
            _log.warning("outbox could not write a receipt", message=message.id, error=str(error))
        finally:
            self._busy[message.channel] -= 1
            self._rests.look(message.channel)
            self._awake.set()  # the next one of this case may go, and a slot is free

    async def _attempt(self, claimed: Claimed) -> Outcome:
        message = claimed.message
        channel = self._channels.get(message.channel)
        try:
            if channel is None:
                names = ", ".join(sorted(self._channels))
                raise Rejected(f"no channel '{message.channel}' is configured; there are: {names}")  # noqa: TRY301  # one place answers by kind
            self._guard(channel, message)
            destination = self._destination(message)
            wording = self._words(claimed, channel, destination)
            async with asyncio.timeout(channel.timeout_s):
                receipt = await channel.send(message, wording, destination)
        except RetryLater as error:
            return self._later(claimed, str(error), error.after_s)
        except Rejected as error:
            return self._ended(claimed, "failed", str(error))
        except Unknown as error:
            return self._ended(claimed, "unknown", str(error))
        except TimeoutError:
            assert channel is not None
            text = f"no answer within {channel.timeout_s:g} s"
            if channel.repeatable:
                return self._later(claimed, text, None)
            return self._ended(claimed, "unknown", text)
        except Exception as error:  # noqa: BLE001  # task boundary: a fault in one channel must not stop the others
            _log.exception("channel failed", channel=message.channel, message=message.id)
            return self._later(claimed, f"fault in the channel: {error!r}", None)
        return self._ended(claimed, receipt.state, receipt.detail, receipt.reference)

    def _words(self, claimed: Claimed, channel: Channel, destination: Destination) -> Wording:
        lead = self._render(claimed.message, claimed.language)
        others = [self._render(each, claimed.language) for each in claimed.others]
        words = bundled(lead, others, claimed.digest, claimed.language)
        note = destination.link_note.get("en" if claimed.language.startswith("en") else "zh", "")
        if note and destination.link and channel.reach != "box":
            words = Rendered(title=words.title, text=f"{words.text}\n{note}")
        return words

    def _guard(self, channel: Channel, message: Message) -> None:
        if self._demo and channel.reach != "box":
            raise Rejected(f"demo site: '{message.channel}' would leave this box")
        if message.drill and channel.reach == "outside":
            raise Rejected(f"drill: '{message.channel}' would leave the site")

    def _ended(self, claimed: Claimed, state: rows.State, detail: str, reference: str = "") -> Outcome:
        message = claimed.message
        if state != "unknown":  # the receiver answered
            self._rests.end(message.channel, message.recipient)
        return Outcome(
            id=message.id,
            state=state,
            detail=detail,
            reference=reference,
            others=claimed.ids[1:],
            told_lost=claimed.digest is not None,
        )

    def _later(self, claimed: Claimed, detail: str, after_s: float | None) -> Outcome:
        message, now = claimed.message, self._now()
        channel = self._channels.get(message.channel)
        most = channel.limits.attempts if channel is not None else None
        if after_s is None and most is not None and claimed.attempts >= most:
            return self._ended(claimed, "failed", f"given up after {claimed.attempts} attempts: {detail}")
        backoff = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (claimed.attempts - 1))
        wait = after_s if after_s is not None else backoff * _chance.uniform(0.5, 1.0)
        self._rests.failed(message.channel, message.recipient, now, asked_s=after_s)
        return Outcome(
            id=message.id,
            state="pending",
            detail=detail,
            due=now + timedelta(seconds=wait),
            others=claimed.ids[1:],
        )
