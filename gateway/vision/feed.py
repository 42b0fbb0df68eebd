"""Feed: one thread that keeps a camera's newest frame at hand, and never gives the camera up.

The slot holds one frame: whoever is slow sees the newest, not a queue of the past. A broken stream is
tried again after 1, 2, 4 … seconds, with jitter so that eighty cameras behind one switch do not come
back in one moment. A thread that hangs in a foreign library is left behind and replaced.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import structlog

from gateway.vision.camera import Camera, masked
from gateway.vision.frame import Frame
from gateway.vision.source import SourceError, is_live, live_frames

log = structlog.get_logger("vision.feed")
STEADY = 10.0  # seconds of pictures after which the next failure starts again at the shortest pause
MOST_LOST = 3  # hanging threads left behind before we only complain

Read = Callable[[Camera, threading.Event], Iterator[Frame]]


class Counters(msgspec.Struct, kw_only=True):
    """What happened to this feed since the start."""

    opened: int = 0
    failed: int = 0
    frames: int = 0
    skipped: int = 0  # frames nobody had time for
    stuck: int = 0


class Feed:
    """Reads one camera in a thread of its own; `take` never waits."""

    def __init__(self, camera: Camera, *, wake: Callable[[], None], read: Read = live_frames) -> None:
        self.camera = camera
        self.counters = Counters()
        self._wake = wake
        self._read = read
        self._slot: Frame | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._alive = time.monotonic()

    def start(self) -> None:
        self._stop = threading.Event()
        self._alive = time.monotonic()
        threading.Thread(
            target=self._run, args=(self._stop,), name=f"feed-{self.camera.id}", daemon=True
        ).start()

    def stop(self) -> None:
        self._stop.set()

    def take(self) -> Frame | None:
        """Return the newest frame that nobody took yet, or None."""
        with self._lock:
            frame, self._slot = self._slot, None
            return frame

    def renew_if_stuck(self) -> bool:
        """Replace the thread when it has shown no sign of life for longer than its time-outs explain."""
        limit = 3 * self.camera.signal.timeout + self.camera.signal.retry_most + 10
        if time.monotonic() - self._alive < limit or self.counters.stuck >= MOST_LOST:
            return False
        self.counters.stuck += 1
        log.warning("feed_stuck", camera=self.camera.id, seconds=round(limit), replaced=self.counters.stuck)
        self._stop.set()
        self.start()
        return True

    def _run(self, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            self._alive = began = time.monotonic()
            try:
                self.counters.opened += 1
                for frame in self._read(self.camera, stop):
                    if stop.is_set():
                        return
                    self._alive = time.monotonic()
                    self._put(frame)
                why = "the stream ended"
                if not is_live(self.camera.url):
                    if not self.camera.loop:
                        log.info("clip_ended", camera=self.camera.id, url=masked(self.camera.url))
                        return
                    continue
            except SourceError as error:
                why = str(error)
            except Exception as error:  # noqa: BLE001  # task boundary: a foreign decoder's fault is one more failure
                why = f"{error.__class__.__name__}: {masked(str(error))}"
            self.counters.failed += 1
            failures = 1 if time.monotonic() - began > STEADY else failures + 1
            pause = backoff(failures, most=self.camera.signal.retry_most)
            log.warning("feed_failed", camera=self.camera.id, why=why, retry_in_s=round(pause, 1))
            stop.wait(pause)

    def _put(self, frame: Frame) -> None:
        with self._lock:
            self.counters.frames += 1
            self.counters.skipped += self._slot is not None
            self._slot = frame
        self._wake()


def backoff(failures: int, *, most: float) -> float:
    """Return the pause in seconds before the next attempt: 1, 2, 4 … `most`, each ± 20 %."""
    return float(min(most, 2.0 ** min(failures - 1, 16)) * random.uniform(0.8, 1.2))  # noqa: S311  # jitter, not a secret
