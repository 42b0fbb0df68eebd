"""The live stream: from commits to browsers, encoded once and sent to many.

The writer thread hands over what a commit touched; the event loop reads those rows again (in a worker
thread, at most every 100 ms), encodes each once, and every open page gets the same bytes as all others that
may see the same. What was sent is kept for a while, so that a page whose connection broke goes on where it
was. A page that cannot keep up is not waited for: it gets a fresh snapshot instead of what it missed.

Numbers: `seq` is the journal number up to which a message is complete. A snapshot with seq S contains
everything up to S; deltas up to S are not sent after it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from typing import TypeAlias

import msgspec
import structlog

from gateway.stream_rows import Look, Touched, Watcher, delta_message, lists_of, sse

BATCH = timedelta(milliseconds=100)
DEVICES = timedelta(seconds=1)  # device states are many and urgent to nobody
BEAT = timedelta(seconds=5)
RETRY = timedelta(seconds=1)  # after a look that failed
RING = 600  # deltas kept for pages that come back: a minute of the busiest stream
QUEUE = 64  # messages that a slow page may lie behind
SNAPSHOT_AGE = timedelta(seconds=1)  # pages that connect within it share one look at the store
_log = structlog.get_logger()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub asks for. `open` and `rows` run in a worker thread, `head` and `beat` in the event loop."""

    open: Callable[[], Look]
    rows: Callable[[Collection[str], Collection[str], Collection[str]], Look]  # alerts, incidents, devices
    head: Callable[[], bytes]  # the snapshot's members beside its lists: `"at":…,"duty":…,"health":…`
    beat: Callable[[], Awaitable[bytes]]  # the same for a beat: `"at":…,"load":…,"health":…`


class _Page:
    """One open page: its queue, and whether it fell behind."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.behind = False
        self.since = 0  # what it got at first was complete up to here

    def put(self, message: bytes) -> None:
        if self.behind:
            return
        if self.queue.qsize() >= QUEUE:
            self.behind = True
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(b"")  # wakes the page up; it will ask for a snapshot
            return
        self.queue.put_nowait(message)


Joined: TypeAlias = Callable[[Watcher, Callable[[bytes], None]], Callable[[], None]]
"""Told when a page opens, with the way to send it a message; returns what to call when it closes."""


class Hub:
    """Feeds every open page. `start` and `close` belong to the event loop, `touched` to any thread."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._pages: set[_Page] = set()
        self._ring: deque[Look] = deque(maxlen=RING)
        self._floor = 0  # everything above this number is in the ring
        self._sent = 0
        self._pending, self._pending_devices = Touched(), set[str]()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshot: tuple[float, Look] | None = None
        self._looking = asyncio.Lock()
        self._closed = False
        self.listeners: list[Callable[[Touched], None]] = []  # told in the event loop at once
        self.joined: Joined = lambda _watcher, _put: lambda: None

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return len(self._pages)

    async def start(self, *, seq: int) -> None:
        """Begin to send; `seq` is the newest number already in the store."""
        self._loop = asyncio.get_running_loop()
        self._floor = self._sent = seq
        self._tasks = [asyncio.create_task(self._flush_forever()), asyncio.create_task(self._beat_forever())]

    def touched(self, touched: Touched) -> None:
        """Take over what a commit changed. Called in the writer's thread; never blocks."""
        if self._loop is not None and not self._closed:
            try:
                self._loop.call_soon_threadsafe(self._hear, touched)
            except RuntimeError:  # the loop was closed in between: nobody watches any more
                self._closed = True

    def say(self, message: bytes, to: Callable[[Watcher], bool]) -> None:
        """Send something that is true only now (who is looking at what) to the pages it is for; event loop only."""
        for page in self._pages:
            if to(page.watcher):
                page.put(message)

    async def close(self) -> None:
        """End every page's stream and stop; the server can then close its connections at once."""
        self._closed = True
        for page in self._pages:
            page.queue.put_nowait(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def watch(self, watcher: Watcher, last: int | None) -> AsyncIterator[bytes]:
        """Yield the stream of one page; `last` is the number it had seen before its connection broke."""
        page = _Page(watcher)
        leave = self.joined(watcher, page.put)
        try:
            for message in await self._begin(page, last):
                yield message
            while not self._closed:
                if page.behind:
                    for message in await self._begin(page, None):
                        yield message
                message_or_end = await page.queue.get()
                if message_or_end is None:
                    break
                if message_or_end.startswith(b"event: beat") and not await watcher.alive():
                    break
                if message_or_end:
                    yield message_or_end
        finally:
            leave()
            self._pages.discard(page)

    async def _begin(self, page: _Page, last: int | None) -> list[bytes]:
        """Return what a page gets first and put it among those that get every delta, with nothing in between."""
        messages: list[bytes] = []
        if last is None or not self._floor <= last <= self._sent:
            look = await self._look_open()
            last = look.seq
            messages.append(self._snapshot_message(look, page.watcher))
        messages += [
            message
            for look in self._ring
            if look.after(last) and (message := delta_message(look, page.watcher, {}))
        ]
        page.behind, page.since = False, last
        self._pages.add(page)
        return messages

    def _hear(self, touched: Touched) -> None:
        for listener in self.listeners:
            listener(touched)
        self._take(touched)

    def _take(self, touched: Touched) -> None:
        self._pending.seq = max(self._pending.seq, touched.seq)
        self._pending.alerts |= touched.alerts
        self._pending.incidents |= touched.incidents
        self._pending_devices |= touched.devices
        self._wake.set()

    async def _flush_forever(self) -> None:
        loop = asyncio.get_running_loop()
        devices_at = loop.time()
        while True:
            await self._wake.wait()
            self._wake.clear()
            touched, self._pending = self._pending, Touched()
            if self._pending_devices and loop.time() >= devices_at:
                touched.devices, self._pending_devices = self._pending_devices, set()
                devices_at = loop.time() + DEVICES.total_seconds()
            elif self._pending_devices:
                loop.call_at(devices_at, self._wake.set)
            try:
                await self._flush(touched)
            except Exception as error:  # noqa: BLE001 - task boundary: a look that failed is tried again, the stream goes on
                _log.error("the stream could not read", error=str(error))
                self._take(touched)
                await asyncio.sleep(RETRY.total_seconds())
            await asyncio.sleep(BATCH.total_seconds())

    async def _flush(self, touched: Touched) -> None:
        look = Look(seq=touched.seq, items=())
        if self._pages and (touched.alerts or touched.incidents or touched.devices):
            rows = self._source.rows
            look = await asyncio.to_thread(rows, touched.alerts, touched.incidents, touched.devices)
            seq = max(touched.seq, self._sent)
            late = bool(touched.devices) and touched.seq <= self._sent
            look = msgspec.structs.replace(look, seq=seq, late=late)
        elif touched.alerts or touched.incidents:
            self._ring.clear()  # nobody watches: whoever comes later gets a snapshot
            self._floor = touched.seq
        if look.items:
            if len(self._ring) == RING:
                self._floor = self._ring[0].seq
            self._ring.append(look)
        self._sent = max(self._sent, touched.seq)
        encoded: dict[object, bytes] = {}
        for page in self._pages:
            if look.after(page.since) and (message := delta_message(look, page.watcher, encoded)):
                page.put(message)

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            try:
                figures = await self._source.beat()
            except Exception as error:  # noqa: BLE001 - task boundary: a page that hears no beat says so itself
                _log.error("no beat", error=str(error))
                continue
            seq = self._sent
            message = sse("beat", seq, b'{"seq":%d,%b}' % (seq, figures))
            for page in self._pages:
                page.put(message)

    async def _look_open(self) -> Look:
        """Return everything open, seen not long ago; pages that ask at the same time share one look."""
        loop = asyncio.get_running_loop()
        async with self._looking:
            while True:
                if self._snapshot is not None:
                    at, look = self._snapshot
                    if loop.time() - at <= SNAPSHOT_AGE.total_seconds() and look.seq >= self._floor:
                        return look
                began = loop.time()
                look = await asyncio.to_thread(self._source.open)
                self._snapshot = (began, look)
                if look.seq >= self._floor:  # what was sent since then is in the ring
                    return look

    def _snapshot_message(self, look: Look, watcher: Watcher) -> bytes:
        lists = lists_of(look.items, watcher, ("alerts", "incidents"))
        truncated = b"true" if look.truncated else b"false"
        body = b'{"seq":%d,%b,%b,"truncated":%b}' % (look.seq, lists, self._source.head(), truncated)
        return sse("snapshot", look.seq, body)
