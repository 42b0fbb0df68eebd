"""Telemetry: measurements put together by the minute, and out of minutes hours and days.

Samples are added in the writer thread, in memory only; a thread of its own writes closed minutes to the
telemetry file, rolls them up and deletes what is old. Nothing here delays an acknowledgement, and nothing is promised: a
power cut costs at most the open minute. Memory is bounded: what does not fit is counted as shed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec
import structlog

from devices.event import Telemetry
from gateway.clock import to_us
from gateway.errors import StoreError
from gateway.rollup import MINUTE_US, STEPS, Keep
from gateway.store.telemetry import Minute, TelemetryFile

SERIES = 20_000  # open minutes kept in memory
WAITING = 100_000  # closed minutes that wait for the disk
ROLL_EVERY_S = 300.0  # an hour's row is written so often, not with each of its minutes: SD cards wear out
_log = structlog.get_logger(__name__)


class _Open:
    """The open minute of one metric of one device."""

    __slots__ = ("at_us", "count", "high", "last", "last_us", "low", "total")

    def __init__(self, at_us: int, value: float) -> None:
        self.at_us = self.last_us = at_us
        self.count = 1
        self.total = self.low = self.high = self.last = value

    def add(self, at_us: int, value: float) -> None:
        self.count += 1
        self.total += value
        # What comes late is no newer; of one moment the larger stands, as in `rollup.together`.
        if (at_us, value) >= (self.last_us, self.last):
            self.last, self.last_us = value, at_us
        self.at_us = min(self.at_us, at_us)
        self.low = min(self.low, value)
        self.high = max(self.high, value)

    def row(self, device: str, metric: str) -> Minute:
        mean = min(max(self.total / self.count, self.low), self.high)
        return Minute(
            device=device,
            metric=metric,
            at_us=self.at_us,
            count=self.count,
            mean=mean,
            low=self.low,
            high=self.high,
            last=self.last,
            last_us=self.last_us,
        )


class TelemetryStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Counters since the start: samples taken and shed, rows written, rows that wait for the disk."""

    samples: int
    shed: int
    written: int
    waiting: int
    error: str


class TelemetryLog:
    """Aggregates samples, writes them and rolls them up; `keep` tells at each round how long rows stay in the file."""

    def __init__(
        self, file: TelemetryFile, *, now: Callable[[], datetime], keep: Callable[[], Keep] = Keep
    ) -> None:
        self.file = file
        self._now = now
        self._keep = keep
        self._open: dict[tuple[str, str], _Open] = {}
        self._closed: deque[Minute] = deque()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._samples = self._shed = self._written = 0
        self._error = ""

    def add(self, samples: Iterable[Telemetry]) -> None:
        """Take samples; never waits for the disk."""
        with self._lock:
            for sample in samples:
                self._samples += 1
                self._take(sample)

    def start(self, *, every_s: float = 10.0) -> None:
        """Begin to write closed minutes, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, args=(every_s,), name="telemetry", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what there is, open minutes too, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.flush(everything=True)

    def flush(self, *, everything: bool = False) -> None:
        """Write closed minutes (and open ones with `everything`); keeps them for later when it cannot."""
        now_us = to_us(self._now())
        with self._lock:
            over = [
                k for k, o in self._open.items() if everything or o.at_us // MINUTE_US < now_us // MINUTE_US
            ]
            for key in over:
                self._close(key)
            rows = list(self._closed)
        try:
            self.file.add(rows)
        except StoreError as error:
            if not self._error:
                _log.warning("telemetry cannot be written", error=str(error))
            self._error = str(error)
            return
        self._error = ""
        with self._lock:
            # New rows come at the tail; only what was shed meanwhile left from the head, too.
            for row in rows:
                if self._closed and self._closed[0] is row:
                    self._closed.popleft()
            self._written += len(rows)

    def status(self) -> TelemetryStatus:
        """Return the counters."""
        return TelemetryStatus(
            samples=self._samples,
            shed=self._shed,
            written=self._written,
            waiting=len(self._closed),
            error=self._error,
        )

    def _take(self, sample: Telemetry) -> None:
        key, at_us = (sample.device, sample.metric), to_us(sample.at)
        there = self._open.get(key)
        if there is not None and there.at_us // MINUTE_US == at_us // MINUTE_US:
            there.add(at_us, sample.value)
            return
        if there is not None:
            self._close(key)
        elif len(self._open) >= SERIES:
            self._shed += 1
            return
        self._open[key] = _Open(at_us, sample.value)

    def _close(self, key: tuple[str, str]) -> None:
        self._closed.append(self._open.pop(key).row(*key))
        if len(self._closed) > WAITING:
            self._shed += self._closed.popleft().count

    def _run(self, every_s: float) -> None:
        rolled_at = time.monotonic()
        while not self._stopping.wait(every_s):
            self.flush()
            if time.monotonic() - rolled_at >= ROLL_EVERY_S:
                rolled_at = time.monotonic()
                self.tidy()

    def tidy(self) -> None:
        """Roll up what was written and delete what is old, a piece at a time; what fails is tried the next time."""
        now, keep = self._now(), self._keep()
        try:
            while not self._stopping.is_set() and self.file.roll_up():
                pass
            for step in STEPS:
                old_us = to_us(now - getattr(keep, step))
                while not self._stopping.is_set() and self.file.forget_before(old_us, step=step):
                    pass
        except StoreError as error:
            self._error = str(error)
