"""Desk: the part of the gateway that sends commands and finds out what became of them.

    recover ─► every turn, in one transaction: read the living, take what was heard, decide (turn.py), keep, tell
            ─► only then send what the turn released; whatever comes of it is heard in the next turn

So a command is on disk as `sent` before anything leaves, and a kill at any point leaves either a command that never
left or one whose outcome is unknown; neither is sent a second time unless that is harmless.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, Protocol

import httpx
import structlog

from devices.command import Command
from devices.event import Event
from gateway.batch import Committed
from gateway.command.adapter import ADAPTERS, Order, Out, Target
from gateway.command.link import Link
from gateway.command.turn import (
    Heard,
    Turned,
    Watching,
    WhyNot,
    next_due,
    proofs,
    recovered,
    turn,
)
from gateway.command.wording import outcome_line
from gateway.errors import NotSent
from gateway.ingest.settings import MqttSettings
from gateway.response.model import TimelineRow
from gateway.store import commands as rows
from gateway.store.read import Connection

IDLE_S = 30.0
_AFTER_S = 0.01  # a timer that wakes early would find nothing to do
_log = structlog.get_logger("commands")


Decide = Callable[[list[Command], datetime, Mapping[str, int]], Turned]


class Store(Protocol):
    """What the desk needs of the store inside a job."""

    @property
    def last_seq(self) -> int: ...

    def append_timeline(self, connection: Connection, rows: Any) -> None: ...


class Desk:
    """Sends and listens; `committed` is called in the writer's thread, everything else in the event loop.

    `why_not` is asked in the writer's thread; `prompt` is told which devices' events are wanted at once.
    """

    name = "commands"

    def __init__(
        self,
        targets: dict[str, Target],
        *,
        store: Store,
        call: Callable[[Callable[[Connection], Any]], Future[Any]],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
        mqtt: MqttSettings,
        why_not: WhyNot,
        prompt: Callable[[frozenset[str]], None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.targets = targets
        self._store, self._call, self._now, self._offset = store, call, now, offset
        self._why_not, self._prompt = why_not, prompt
        self.touched: list[Callable[[set[str], int], None]] = []  # cases that have news, at a journal number
        self.told: list[Callable[[Command], None]] = []  # each change that people are told of
        topics = {topic for each in targets.values() for topic in ADAPTERS[each.adapter].topics(each)}
        self._link = Link(mqtt, topics, listen=self._listen, changed=self.wake)
        self._out = Out(publish=self._link.publish, transport=transport)
        self._living: dict[str, Command] = {}
        self._heard: deque[Heard] = deque()
        self._seen: deque[Event] = deque()
        self._taken = 0, 0  # of what was heard and seen, by the turn under way
        self._watched: frozenset[str] = frozenset()
        self._awake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sends: set[asyncio.Task[None]] = set()

    # --- for others --------------------------------------------------------------------------------

    def wake(self) -> None:
        """Look at once: something was recorded, or the connection changed."""
        self._awake.set()

    def recorded(self, command: Command) -> None:
        """Hear that somebody ordered something; in any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ordered, command)

    def committed(self, committed: Committed) -> None:
        """Take in what may be a reply or a proof, and new orders of plans; in the writer's thread."""
        if self._loop is None:
            return
        if self._watched:
            news = [e for e in committed.events if e.device in self._watched]
            self._seen.extend(news)
            if news:
                self._loop.call_soon_threadsafe(self._awake.set)
        if any(row.action == "command" for row in committed.timeline):
            self._loop.call_soon_threadsafe(self._awake.set)

    # --- the part ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until cancelled. What was sent before is unknown, or asked again where that is harmless."""
        self._loop = asyncio.get_running_loop()
        await self._job(lambda living, now, _: recovered(living, now=now))
        needs_link = any(ADAPTERS[each.adapter].way == "mqtt" for each in self.targets.values())
        link = asyncio.create_task(self._link.run()) if needs_link else None
        try:
            while True:
                self._awake.clear()
                wait_s = await self.look()
                if link is not None and link.done():
                    link.result()
                try:
                    async with asyncio.timeout(wait_s):
                        await self._awake.wait()
                except TimeoutError:
                    continue
        finally:
            tasks = [*self._sends, *([link] if link is not None else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def look(self) -> float:
        """Make one turn and start what it released; return how long there is nothing to do, in seconds."""
        self._taken = 0, 0
        turned = await self._job(self._decide)
        for queue, count in ((self._heard, self._taken[0]), (self._seen, self._taken[1])):
            for _ in range(count):
                queue.popleft()
        for each in turned.send:
            task = asyncio.create_task(self._send(each))
            self._sends.add(task)
            task.add_done_callback(self._sends.discard)
        due = next_due(self._living.values(), self._watching)
        if due is None:
            return IDLE_S
        return min(IDLE_S, max(0.0, (due - self._now()).total_seconds()) + _AFTER_S)

    def _decide(self, living: list[Command], now: datetime, counters: Mapping[str, int]) -> Turned:
        """Decide what changes; what was heard is forgotten only once that is kept."""
        heard, seen = list(self._heard), list(self._seen)
        self._taken = len(heard), len(seen)
        for command in living:
            watching = self._watching(command.device)
            found = (proofs(command, event, watching) for event in seen)
            heard += [each for each in found if each is not None]
        return turn(
            living,
            heard,
            now=now,
            watch=self._watching,
            why_not=self._refusal,
            ready=self._ready,
            counters=counters,
        )

    async def _job(self, decide: Decide) -> Turned:
        """Decide about the living in the writer's thread; keep and tell it in the same transaction."""

        def job(connection: Connection) -> tuple[Turned, list[Command]]:
            now = self._now()
            living = rows.living(connection, now=now)
            turned = decide(living, now, rows.counters(connection, [each.device for each in living]))
            rows.save(connection, turned.changed)
            self._store.append_timeline(
                connection, [self._line(each, now) for each in turned.told if each.incident]
            )
            after = {each.id: each for each in living} | {each.id: each for each in turned.changed}
            return turned, [each for each in after.values() if not each.is_over]

        kept: tuple[Turned, list[Command]] = await asyncio.wrap_future(self._call(job))
        turned, living = kept
        self._living = {each.id: each for each in living}
        awaited = {each.device for each in living}
        contacts = {self._watching(device).contact for device in awaited} - {None}
        self._watched = frozenset(awaited | {each for each in contacts if each is not None})
        self._prompt(self._watched)
        for each in turned.told:
            for listener in self.told:
                listener(each)
        self._news({each.incident for each in turned.told if each.incident is not None})
        return turned

    def _news(self, numbers: set[str]) -> None:
        for listener in self.touched if numbers else ():
            listener(numbers, self._store.last_seq)

    async def _send(self, command: Command) -> None:
        """Send once; what is known of it afterwards is taken in by the next turn.

        A repeat that does not leave says nothing: an earlier send may have been carried out.
        """
        target = self.targets[command.device]
        left = command.expires_at - self._now()
        left_s = int(left.total_seconds())
        if left_s < 1:  # the writer was slow: it did not leave, and must not any more
            self._unsent(command, "ttl")
            return
        expires = int((command.expires_at + self._offset()).timestamp())
        order = Order(command=command, target=target, left_s=left_s, expires=expires)
        try:
            heard = await ADAPTERS[target.adapter].send(order, self._out)
        except NotSent as error:
            self._unsent(command, "unreachable", str(error)[:120])
            return
        except Exception as error:  # noqa: BLE001  # task boundary: one adapter's fault is one command's unknown outcome
            _log.exception("an adapter failed", adapter=target.adapter, command=command.id)
            heard = Heard(command=command.id, word="lose", result="fault", detail=type(error).__name__)
        if heard is not None:
            self._tell(heard)

    def _unsent(self, command: Command, why: str, detail: str = "") -> None:
        if command.sends == 1:
            self._tell(Heard(command=command.id, word="fail", result=why, detail=detail))

    def _ordered(self, command: Command) -> None:
        if command.incident is not None:
            self._news({command.incident})
        self._awake.set()

    def _tell(self, heard: Heard) -> None:
        self._heard.append(heard)
        self._awake.set()

    def _listen(self, topic: str, payload: bytes) -> None:
        for command in self._living.values():
            target = self.targets.get(command.device)
            if target is None or command.state not in ("sent", "accepted", "unknown"):
                continue
            heard = ADAPTERS[target.adapter].hear(command, target, topic, payload)
            if heard is not None:
                self._tell(heard)

    def _watching(self, device: str) -> Watching:
        target = self.targets.get(device)
        return Watching() if target is None else target.watching

    def _ready(self, command: Command) -> bool:
        target = self.targets.get(command.device)
        return target is None or ADAPTERS[target.adapter].way != "mqtt" or self._link.is_open

    def _refusal(self, command: Command) -> str | None:
        target = self.targets.get(command.device)
        if target is None:
            return "no_adapter"
        if command.name not in target.offers:
            return "not_offered"
        return self._why_not(command)

    def _line(self, each: Command, now: datetime) -> TimelineRow:
        target = self.targets.get(each.device)
        return TimelineRow(
            incident=each.incident or "",
            at=now,
            actor="system",
            role="system",
            channel="command",
            action="command",
            text=outcome_line(each, {} if target is None else target.called),
            facts={
                "command": each.id, "device": each.device, "name": each.name, "state": each.state,
                "result": each.result, **({"detail": each.detail} if each.detail else {}),
            },
            key=each.id,
        )  # fmt: skip
