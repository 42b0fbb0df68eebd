"""The stream's laws: order, consistency with snapshots, resuming, slow pages, scope, encoding once, ending."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from gateway import stream
from gateway.response.model import Person
from gateway.stream import Hub, Source
from gateway.stream_rows import Item, Look, Touched, Watcher


class Shelf:
    """A store that the test writes by hand: rows with a number, read as the hub reads."""

    def __init__(self) -> None:
        self.seq = 0
        self.rows: dict[str, Item] = {}
        self.looks = 0
        self.failures = 0

    def put(
        self, name: str, *, grid: str | None = None, people: frozenset[str] = frozenset(), **more
    ) -> Touched:
        self.seq += 1
        body = msgspec.json.encode({"id": name, "seq": self.seq})
        self.rows[name] = Item(list="incidents", id=name, grid=grid, people=people, body=body, **more)
        return Touched(seq=self.seq, incidents={name})

    def open(self) -> Look:
        self.looks += 1
        return Look(seq=self.seq, items=tuple(self.rows.values()))

    def read(self, alerts, incidents, devices) -> Look:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is busy")
        return Look(seq=self.seq, items=tuple(self.rows[name] for name in sorted(incidents)))

    async def beat(self) -> bytes:
        return b'"load":{}'

    def source(self) -> Source:
        return Source(open=self.open, rows=self.read, head=lambda: b'"duty":{}', beat=self.beat)


class Page:
    """One open page: what it was sent, message by message."""

    def __init__(self, messages: AsyncIterator[bytes]) -> None:
        self._messages = messages

    async def next(self) -> tuple[str, int, dict]:
        raw = await asyncio.wait_for(anext(self._messages), 5)
        event, number, data = raw.decode().rstrip().split("\n")
        body = json.loads(data.removeprefix("data: "))
        assert int(number.removeprefix("id: ")) == body["seq"]
        return event.removeprefix("event: "), body["seq"], body

    async def names(self) -> set[str]:
        event, _, body = await self.next()
        assert event in {"snapshot", "delta"}
        return {row["id"] for row in body["incidents"]}

    async def ended(self) -> bool:
        try:
            await asyncio.wait_for(anext(self._messages), 5)
        except StopAsyncIteration:
            return True
        return False


@asynccontextmanager
async def hub(shelf: Shelf) -> AsyncIterator[Hub]:
    it = Hub(shelf.source())
    await it.start(seq=shelf.seq)
    try:
        yield it
    finally:
        await it.close()


async def living() -> bool:
    return True


def watcher(person: str = "a", scope="site", grids=(), roles=("guard",), alive=living) -> Watcher:
    who = Person(id=person, name=person, roles=roles, grids=tuple(grids))
    return Watcher(person=who, grids=frozenset(grids), scope=scope, devices=scope, alive=alive)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(stream, "BATCH", stream.timedelta(milliseconds=5))
    monkeypatch.setattr(stream, "SNAPSHOT_AGE", stream.timedelta(0))


async def test_a_page_gets_a_snapshot_and_then_what_changes():
    shelf = Shelf()
    shelf.put("one")
    async with hub(shelf) as it:
        page = Page(it.watch(watcher(), None))
        assert (await page.next())[:2] == ("snapshot", 1)
        it.touched(shelf.put("two"))
        event, seq, body = await page.next()
        assert (event, seq) == ("delta", 2)
        assert [row["id"] for row in body["incidents"]] == ["two"]
        assert (body["alerts"], body["devices"]) == ([], [])


async def test_changes_within_a_batch_come_as_one_message_with_the_newest_form():
    shelf = Shelf()
    async with hub(shelf) as it:
        page = Page(it.watch(watcher(), None))
        await page.next()
        for _ in range(20):
            it.touched(shelf.put("one"))
        seqs = []
        while not seqs or seqs[-1] < 20:
            _, seq, body = await page.next()
            seqs.append(seq)
        assert body["incidents"] == [{"id": "one", "seq": 20}]
        assert len(seqs) <= 2


async def test_a_page_that_comes_back_gets_what_it_missed_and_no_snapshot():
    shelf = Shelf()
    async with hub(shelf) as it:
        other = Page(it.watch(watcher("b"), None))
        await other.next()
        for name in ("one", "two", "three"):
            it.touched(shelf.put(name))
            await other.names()
        page = Page(it.watch(watcher(), 1))
        assert await page.names() == {"two"}
        assert await page.names() == {"three"}
        assert shelf.looks == 1


async def test_a_page_that_missed_nothing_gets_nothing_until_something_happens():
    shelf = Shelf()
    shelf.put("one")
    async with hub(shelf) as it:
        page = Page(it.watch(watcher(), 1))
        waiting = asyncio.create_task(page.names())
        while not it.pages:  # noqa: ASYNC110 - nothing tells when a page has begun to wait
            await asyncio.sleep(0)
        it.touched(shelf.put("two"))
        assert await waiting == {"two"}
        assert shelf.looks == 0


@pytest.mark.parametrize("last", [0, 99])
async def test_a_number_from_before_a_restart_or_from_nowhere_gets_a_snapshot(last):
    shelf = Shelf()
    shelf.put("one")
    async with hub(shelf) as it:
        assert (await Page(it.watch(watcher(), last)).next())[0] == "snapshot"


async def test_a_number_that_left_the_ring_gets_a_snapshot(monkeypatch):
    monkeypatch.setattr(stream, "RING", 3)
    shelf = Shelf()
    async with hub(shelf) as it:
        other = Page(it.watch(watcher("b"), None))
        await other.next()
        for number in range(8):
            it.touched(shelf.put(f"row-{number}"))
            await other.names()
        assert (await Page(it.watch(watcher(), 2)).next())[0] == "snapshot"
        assert await Page(it.watch(watcher(), 6)).names() == {"row-6"}


async def test_what_changed_while_nobody_watched_is_in_the_snapshot():
    shelf = Shelf()
    async with hub(shelf) as it:
        first = Page(it.watch(watcher(), None))
        await first.next()
        await first._messages.aclose()
        told = asyncio.Event()
        it.listeners.append(lambda _: told.set())
        it.touched(shelf.put("one"))
        await told.wait()
        event, seq, _ = await Page(it.watch(watcher(), 0)).next()
        assert (event, seq) == ("snapshot", 1)


async def test_a_page_that_cannot_keep_up_gets_a_snapshot_and_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(stream, "QUEUE", 4)
    shelf = Shelf()
    async with hub(shelf) as it:
        slow, fast = Page(it.watch(watcher("s"), None)), Page(it.watch(watcher("f"), None))
        await slow.next()
        await fast.next()
        for number in range(12):
            it.touched(shelf.put(f"row-{number}"))
            assert await fast.names() == {f"row-{number}"}
        event, seq, body = await slow.next()
        assert (event, seq) == ("snapshot", 12)
        assert len(body["incidents"]) == 12
        it.touched(shelf.put("after"))
        assert await slow.names() == {"after"}


async def test_each_sees_only_what_lies_in_their_scope():
    shelf = Shelf()
    async with hub(shelf) as it:
        pages = {
            "site": Page(it.watch(watcher("a"), None)),
            "grid": Page(it.watch(watcher("l", scope="grid", grids=("g1",), roles=("leader",)), None)),
            "own": Page(it.watch(watcher("w", scope="own", roles=("worker",)), None)),
        }
        for page in pages.values():
            await page.next()
        it.touched(shelf.put("of-g1", grid="g1"))
        assert await pages["site"].names() == {"of-g1"}
        assert await pages["grid"].names() == {"of-g1"}
        it.touched(shelf.put("of-g2", grid="g2", people=frozenset({"w"})))
        assert await pages["site"].names() == {"of-g2"}
        assert await pages["own"].names() == {"of-g2"}
        it.touched(shelf.put("last", grid="g1", people=frozenset({"w"})))
        assert await pages["grid"].names() == {"last"}  # and never of-g2
        assert await pages["own"].names() == {"last"}  # and never of-g1


async def test_the_end_of_a_row_is_made_for_each_person():
    shelf = Shelf()
    tail = lambda person: b',"allowed":["%b"]}' % person.id.encode()  # noqa: E731
    async with hub(shelf) as it:
        pages = {name: Page(it.watch(watcher(name), None)) for name in ("a", "b")}
        for page in pages.values():
            await page.next()
        touched = shelf.put("one", actors=frozenset({"a", "b"}), tail=tail)
        row = shelf.rows["one"]
        shelf.rows["one"] = msgspec.structs.replace(row, body=row.body[:-1])
        it.touched(touched)
        for name, page in pages.items():
            _, _, body = await page.next()
            assert body["incidents"][0]["allowed"] == [name]


async def test_equal_pages_get_the_same_bytes():
    shelf = Shelf()
    async with hub(shelf) as it:
        streams = [it.watch(watcher(f"p{number}"), None) for number in range(50)]
        for messages in streams:
            await anext(messages)
        it.touched(shelf.put("one"))
        got = [await anext(messages) for messages in streams]
        assert len({id(message) for message in got}) == 1


async def test_a_dead_session_ends_its_stream_at_the_next_beat(monkeypatch):
    monkeypatch.setattr(stream, "BEAT", stream.timedelta(milliseconds=5))
    ended = asyncio.Event()

    async def alive() -> bool:
        return not ended.is_set()

    async with hub(Shelf()) as it:
        page = Page(it.watch(watcher(alive=alive), None))
        await page.next()
        assert (await page.next())[0] == "beat"
        ended.set()
        while not await page.ended():
            pass
        assert it.pages == 0


async def test_closing_ends_every_page_at_once_and_a_later_commit_is_harmless():
    shelf = Shelf()
    async with hub(shelf) as it:
        pages = [Page(it.watch(watcher(f"p{number}"), None)) for number in range(5)]
        for page in pages:
            await page.next()
        await it.close()
        assert [await page.ended() for page in pages] == [True] * 5
        it.touched(shelf.put("one"))
        await it.close()


async def test_commits_come_from_another_thread():
    shelf = Shelf()
    async with hub(shelf) as it:
        page = Page(it.watch(watcher(), None))
        await page.next()
        await asyncio.to_thread(lambda: it.touched(shelf.put("one")))
        assert await page.names() == {"one"}


async def test_pages_that_connect_together_share_one_look(monkeypatch):
    monkeypatch.setattr(stream, "SNAPSHOT_AGE", stream.timedelta(seconds=5))
    shelf = Shelf()
    shelf.put("one")
    async with hub(shelf) as it:
        pages = [Page(it.watch(watcher(f"p{number}"), None)) for number in range(20)]
        events = await asyncio.gather(*(page.next() for page in pages))
        assert {event for event, *_ in events} == {"snapshot"}
        assert shelf.looks == 1
        it.touched(shelf.put("two"))
        for page in pages:
            assert await page.names() == {"two"}
        late = Page(it.watch(watcher("late"), None))
        event, seq, body = await late.next()  # the shared look, and what came after it
        assert (event, seq, len(body["incidents"])) == ("snapshot", 1, 1)
        assert await late.names() == {"two"}


async def test_a_look_that_fails_is_tried_again(monkeypatch):
    monkeypatch.setattr(stream, "RETRY", stream.timedelta(0))
    shelf = Shelf()
    async with hub(shelf) as it:
        page = Page(it.watch(watcher(), None))
        await page.next()
        shelf.failures = 2
        it.touched(shelf.put("one"))
        assert await page.names() == {"one"}
        assert shelf.failures == 0
