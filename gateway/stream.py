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
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from datetime import timedelta
from typing import Literal, TypeAlias

import msgspec

from gateway.response.model import Person

BATCH = timedelta(milliseconds=100)
DEVICES = timedelta(seconds=1)  # device states are many and urgent to nobody
BEAT = timedelta(seconds=5)
RING = 600  # deltas kept for pages that come back: a minute of the busiest stream
QUEUE = 64  # messages that a slow page may lie behind
SNAPSHOT_AGE = timedelta(seconds=1)  # pages that connect within it share one look at the store

Scope: TypeAlias = Literal["site", "grid", "own"]
List: TypeAlias = Literal["alerts", "incidents", "devices"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One row as it is shown, encoded. `tail` completes the bytes for a person (what they may do)."""

    list: List
    id: str
    grid: str | None
    people: frozenset[str]  # whose own it is
    actors: frozenset[str] = frozenset()  # for whom `tail` differs from others with the same roles
    body: bytes
    tail: Callable[[Person], bytes] | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Rows read in one transaction that had seen every input up to `seq`."""

    seq: int
    items: tuple[Item, ...]
    truncated: bool = False


class Touched(msgspec.Struct, kw_only=True):
    """Ids of what commits changed; collected until the next look."""

    seq: int = 0
    alerts: set[str] = msgspec.field(default_factory=set)
    incidents: set[str] = msgspec.field(default_factory=set)
    devices: set[str] = msgspec.field(default_factory=set)
    pages: set[str] = msgspec.field(
        default_factory=set
    )  # cases of which something else changed: a line, a message


class Watcher(msgspec.Struct, frozen=True, kw_only=True):
    """Who watches, how far they see, and whether their session still lives."""

    person: Person
    grids: frozenset[str]  # their own and all that lie in them
    scope: Scope
    devices: Scope | None
    alive: Callable[[], Awaitable[bool]]

    def sees(self, item: Item) -> bool:
        """Tell whether this row lies in the scope."""
        scope = self.devices if item.list == "devices" else self.scope
        if scope == "site" or (scope == "grid" and (item.grid is None or item.grid in self.grids)):
            return True
        return scope is not None and self.person.id in item.people


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
        self._closed = False
        self.listeners: list[Callable[[Touched], None]] = []  # told in the event loop at once

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
                self._loop.call_soon_threadsafe(self._take, touched)
            except RuntimeError:  # the loop was closed in between: nobody watches any more
                self._closed = True

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
            self._pages.discard(page)

    async def _begin(self, page: _Page, last: int | None) -> list[bytes]:
        """Return what a page gets first and put it among those that get every delta, with nothing in between."""
        messages: list[bytes] = []
        if last is None or not self._floor <= last <= self._sent:
            look = await self._look_open()
            last = look.seq
            messages.append(self._snapshot_message(look, page.watcher))
        messages += [
            message for look in self._ring if look.seq > last and (message := _delta(look, page.watcher, {}))
        ]
        page.behind = False
        self._pages.add(page)
        return messages

    def _take(self, touched: Touched) -> None:
        for listener in self.listeners:
            listener(touched)
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
            await self._flush(touched)
            await asyncio.sleep(BATCH.total_seconds())

    async def _flush(self, touched: Touched) -> None:
        look = Look(seq=touched.seq, items=())
        if self._pages and (touched.alerts or touched.incidents or touched.devices):
            rows = self._source.rows
            look = await asyncio.to_thread(rows, touched.alerts, touched.incidents, touched.devices)
            look = msgspec.structs.replace(look, seq=max(touched.seq, self._sent))
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
            if message := _delta(look, page.watcher, encoded):
                page.put(message)

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds())
            seq = self._sent
            message = _message("beat", seq, b'{"seq":%d,%b}' % (seq, await self._source.beat()))
            for page in self._pages:
                page.put(message)

    async def _look_open(self) -> Look:
        loop = asyncio.get_running_loop()
        if (
            self._snapshot is None
            or loop.time() - self._snapshot[0] > SNAPSHOT_AGE.total_seconds()
            or self._snapshot[1].seq < self._floor
        ):
            began = loop.time()
            self._snapshot = (began, await asyncio.to_thread(self._source.open))
        return self._snapshot[1]

    def _snapshot_message(self, look: Look, watcher: Watcher) -> bytes:
        lists = _lists(look.items, watcher, ("alerts", "incidents"))
        truncated = b"true" if look.truncated else b"false"
        body = b'{"seq":%d,%b,%b,"truncated":%b}' % (look.seq, lists, self._source.head(), truncated)
        return _message("snapshot", look.seq, body)


def _delta(look: Look, watcher: Watcher, encoded: dict[object, bytes]) -> bytes:
    """Return the message for one watcher, empty when nothing in it is for them; equal ones are encoded once."""
    if not look.items:
        return b""
    mine = watcher.person.id
    own = any(mine in item.people or mine in item.actors for item in look.items)
    key: object = (mine,) if own else (watcher.scope, watcher.devices, watcher.person.roles, watcher.grids)
    if key not in encoded:
        seen = [item for item in look.items if watcher.sees(item)]
        encoded[key] = (
            _message(
                "delta",
                look.seq,
                b'{"seq":%d,%b}' % (look.seq, _lists(seen, watcher, ("alerts", "incidents", "devices"))),
            )
            if seen
            else b""
        )
    return encoded[key]


def _lists(items: Iterable[Item], watcher: Watcher, names: tuple[List, ...]) -> bytes:
    parts: Mapping[str, list[bytes]] = {name: [] for name in names}
    for item in items:
        if watcher.sees(item) and item.list in parts:
            parts[item.list].append(item.body if item.tail is None else item.body + item.tail(watcher.person))
    return b",".join(b'"%b":[%b]' % (name.encode(), b",".join(bodies)) for name, bodies in parts.items())


def _message(event: str, seq: int, body: bytes) -> bytes:
    return b"event: %b\nid: %d\ndata: %b\n\n" % (event.encode(), seq, body)
