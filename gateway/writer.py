"""Writer: the one thread that writes. It decides when a batch closes; what happens then is the pump's.

A batch closes at once for an alert-capable kind, a changed alert, an action, an HTTP push, a fired
deadline, or when half of what the broker allows us is unacknowledged; otherwise at `batch` inputs or after
`flush_interval`. "At once" under load means at most `linger` after the last commit, so that one fsync
serves many; on an idle box it means now.

Crash-only: any failure to commit that is not a full or failing disk ends the process (`fatal`). A full or
failing disk means degraded: the 64 MB reserve is given back, the same batch is tried again every
10 s, messages are held unacknowledged, people's actions are refused.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from devices.event import RawMessage
from gateway.amendments import Amendments, Prepare, Switch
from gateway.batch import Committed
from gateway.clock import EngineClock
from gateway.deeds import Answer
from gateway.degraded import Degraded
from gateway.ear import Ear
from gateway.errors import StoreError, StoreFull
from gateway.inbox import Arrival, Deed, Heard, Inbox, Waiting
from gateway.pace import RECENT, Limits, WriterStatus, closing_time, p95
from gateway.pump import Pump
from gateway.response.model import Action
from gateway.store.store import Connection, Store
from rules.action import Action as AlertAction

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], T]
_TAKE = 256
_HELD_S = 0.2
_SECOND = timedelta(seconds=1)


class Writer:
    """Runs the pump in a thread of its own; its methods may be called from any thread."""

    def __init__(
        self,
        pump: Pump,
        *,
        store: Store,
        clock: EngineClock,
        fatal: Callable[[BaseException], None],
        limits: Limits | None = None,
        inbox: Inbox | None = None,
        waits: bool = False,
    ) -> None:
        """`waits`: deadlines wait from the start until `heard` is called."""
        self.degraded = Degraded()
        self._pump, self._store, self._clock, self._fatal = pump, store, clock, fatal
        self._limits = limits or Limits()
        self._inbox = Inbox(clock.now) if inbox is None else inbox
        self.ear = Ear()  # for whoever wants to see what comes in
        self._jobs: deque[tuple[Work[Any], Future[Any]]] = deque()
        self._amendments = Amendments()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._waits = waits
        self._stopping = self._ended = False
        self._reserve_at = 0.0  # when the reserve is next looked at
        self._opened_at: float | None = None  # when the open batch got its first input
        self._closed_at = self._moved_at = self._checked_at = self._fed_at = time.monotonic()
        self._retry_at = self._jobs_at = 0.0
        self._commits, self._commit_s = 0, [0.0] * RECENT

    # --- for everyone -----------------------------------------------------------------------------

    def put(self, message: RawMessage, ack: Callable[[], None]) -> None:
        """Hand a message in, waiting for room; `ack` is called in the writer's thread after the commit."""
        self.ear.hear(message)
        self._inbox.put(message, ack)

    def offer(self, message: RawMessage, ack: Callable[[], None]) -> bool:
        """Hand a message in if there is room now; for callers that must not wait."""
        self.ear.hear(message)
        return self._inbox.offer(message, ack)

    def heard(self, ago_s: float | None) -> None:
        """Say, between two messages, that everything said until `ago_s` ago has come in; None: all of it (hold.py)."""
        self._inbox.heard(None if ago_s is None else timedelta(seconds=ago_s))

    def act(self, action: Action | AlertAction, *, key: str | None = None) -> Answer:
        """Hand in what a person did; the future has the result after the commit, or ActionRefused.

        `key` is the idempotency key; an `Action` brings its own.
        """
        answer: Answer = Future()
        if isinstance(action, Action):
            key = key or action.key
        self._inbox.act(action, answer, by=action.by, key=key)
        self._wake()
        return answer

    def call(self, work: Work[T]) -> Future[T]:
        """Run any other write in the writer's thread, in its own savepoint; the future answers after the commit."""
        future: Future[T] = Future()
        self._jobs.append((work, future))
        self._wake()
        return future

    def configure(self, prepare: Prepare, switch: Switch) -> Future[None]:
        """Save what `prepare` returns and put it in force by `switch`, both in the writer's thread; all or nothing."""
        future = self._amendments.ask(prepare, switch)
        self._wake()
        return future

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        """Have `listener` called in the writer's thread after each commit; it must not block. Before `start`."""
        self._pump.listeners.append(listener)

    def status(self) -> WriterStatus:
        """Return how the writer is doing."""
        return WriterStatus(
            moved_at=self._moved_at,
            waiting=len(self._inbox),
            fill=self._inbox.fill,
            open_inputs=self._pump.batch.inputs,
            commits=self._commits,
            commit_ms=self._commit_s[(self._commits - 1) % RECENT] * 1000,
            commit_p95_ms=p95(self._commit_s[: self._commits]) * 1000,
            degraded=self.degraded.reason,
            reserve=self._store.folder.has_reserve,
            deadlines_wait_s=self._pump.waits_s(self._clock.now()),
        )

    def start(self) -> None:
        """Journal the restart and begin to work."""
        self._thread.start()

    def stop(self, *, wait_s: float = 30.0) -> bool:
        """Take in what waits, snapshot, commit, end; False if that took longer than `wait_s`."""
        self._stopping = True
        self._inbox.close()
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    # --- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._pump.restart(self._clock.now(), self._clock.down_for, waits=self._waits)
            self._commit()
            while not (self._stopping and not len(self._inbox)):
                self._turn()
            self._pump.snapshot()
            self._turn()
            self._commit()
        except BaseException as error:  # noqa: BLE001  # task boundary: whatever ends this thread ends the process
            self._inbox.close()
            self._fatal(error)
        finally:
            self._ended = True
            self._turn_away()

    def _wake(self) -> None:
        self._inbox.wake()
        if self._ended:
            self._turn_away()

    def _turn_away(self) -> None:
        """Answer everybody who still waits: this thread will not."""
        waiting: list[Future[Any]] = [each.answer for each in self._inbox.deeds()]
        while self._jobs:
            waiting.append(self._jobs.popleft()[1])
        waiting += self._amendments.turned_away()
        for future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_exception(StoreError("the gateway is stopping; nothing more is stored"))

    def _turn(self) -> None:
        """One round: take what waits, let time pass, do the jobs, close the batch if it is time."""
        self._moved_at = time.monotonic()
        held = self.degraded and (self._pump.broken or self.degraded.holds_enough(self._pump.batch))
        taken, horizon = self._inbox.take(0 if held else _TAKE, wait_s=self._patience())
        if held:
            time.sleep(_HELD_S)  # nothing to do before the next try; senders wait at the inbox
        self._inbox.may_shed = self._pump.under_pressure(self._inbox.pressure)
        if taken:
            self._fed_at = self._moved_at
        for place, each in enumerate(taken):
            if self._pump.broken:  # and could not be built anew: the disk is full as well
                self._inbox.put_back(taken[place:])
                break
            self._feed(each)
            if self._pump.batch.taken >= self._limits.batch:
                self._commit()
        if not self._pump.broken:
            self._guard(lambda: self._pump.advance(horizon))
            self._look_around(horizon)
            if (full := self._amendments.make(self._pump, horizon)) is not None:
                self._degrade(full)
        self._run_jobs()
        if (closes_at := self._closes_at()) is not None and closes_at <= time.monotonic():
            self._commit()
        self.degraded.tell(self._pump.batch)

    def _feed(self, each: Waiting) -> None:
        if isinstance(each, Arrival):
            self._guard(lambda: self._pump.message(each.message, each.at, each.ack, shed=each.shed))
            if each.message is not None and each.message.adapter == "http":
                self._pump.batch.close_for("http")
        elif isinstance(each, Heard):
            self._guard(lambda: self._pump.heard(each.until, each.at))
        elif each.answer.set_running_or_notify_cancel():
            if self.degraded:
                each.answer.set_exception(self.degraded.refusal())
            else:
                self._act(each)

    def _act(self, deed: Deed) -> None:
        try:
            self._pump.act(deed.action, deed.at, deed.answer, by=deed.by, key=deed.key)
        except StoreFull as error:
            if not deed.answer.done():
                deed.answer.set_exception(error)
            self._degrade(error)

    def _guard(self, step: Callable[[], None]) -> None:
        """Run a step of the pump that may commit by itself."""
        try:
            step()
        except StoreFull as error:
            self._degrade(error)

    def _closes_at(self) -> float | None:
        """When the open batch is to be closed, on the monotonic clock; None: there is nothing in it."""
        batch = self._pump.batch
        if not batch.taken and not batch.writes:
            self._opened_at = None
            return None
        if self._opened_at is None:  # the first input, or a deadline, opened it
            self._opened_at = time.monotonic()
        if self.degraded:
            return self._retry_at
        if not batch.writes and not len(self._inbox):
            return 0.0
        return closing_time(batch, self._limits, self._opened_at, self._closed_at, self._fed_at)

    def _patience(self) -> float:
        """How long there is nothing to do unless something comes in, in seconds."""
        if self._amendments:
            return 0.0
        until = self._checked_at + self._limits.clock_check_s
        if self._jobs:
            until = self._jobs_at + self._limits.jobs_s
        if (closes_at := self._closes_at()) is not None:
            until = min(until, closes_at)
        wait = until - time.monotonic()
        if self._pump.next_due is not None:
            wait = min(wait, (self._pump.next_due - self._clock.now()) / _SECOND)
        return max(wait, 0.0)

    def _commit(self) -> None:
        if self.degraded and time.monotonic() < self._retry_at:
            return
        began = time.monotonic()
        try:
            try:
                done = self._pump.commit()
            except StoreFull:
                if not self._store.folder.free_reserve():
                    raise
                done = self._pump.commit()  # the reserve was kept for this one
        except StoreFull as error:
            self._degrade(error)
            return
        self._closed_at = time.monotonic()
        self._opened_at = None
        if done is not None:
            self._commit_s[self._commits % RECENT] = self._closed_at - began
            self._commits += 1
        if self.degraded:
            self.degraded.leave()

    def _degrade(self, error: StoreFull) -> None:
        """Hold what we have, refuse who waits for an answer, and try again later."""
        self._retry_at = time.monotonic() + self._limits.retry_s
        self.degraded.enter(error, self._clock.now())
        batch = self._pump.batch
        for refuse in batch.fail:
            refuse(error)
        batch.fail.clear()
        self.degraded.tell(batch)

    def _run_jobs(self) -> None:
        now = time.monotonic()
        if not self._jobs or (now < self._jobs_at + self._limits.jobs_s and not self._stopping):
            return
        self._jobs_at = now
        jobs: list[tuple[Work[Any], Future[Any]]] = []
        while self._jobs:
            work, future = self._jobs.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            if self.degraded:
                future.set_exception(self.degraded.refusal())
            else:
                jobs.append((work, future))
        if jobs:
            self._guard(lambda: self._store.run(jobs))

    def _look_around(self, horizon: datetime) -> None:
        if time.monotonic() < self._checked_at + self._limits.clock_check_s:
            return
        self._checked_at = time.monotonic()
        if self._checked_at >= self._reserve_at and not self._store.folder.has_reserve:
            self._store.folder.fill_reserve()
            self._reserve_at = self._checked_at + self._limits.reserve_check_s
        if self._clock.notice() is not None:
            self._guard(lambda: self._pump.offset(self._clock.mark(), horizon))
