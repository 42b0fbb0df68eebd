"""What sends, forwards and looks may fail in a way nobody thought of: it rests, is shown, and goes on with what waited."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gateway.errors import Rejected
from gateway.forward import Forward
from gateway.guarded import Guarded, Trouble
from gateway.notify.channel import Channel, Destination
from gateway.outbox import Outbox
from gateway.part import Part
from gateway.response.message import Rendered
from gateway.store import outbox as outbox_rows
from gateway.watch.probe import Watched
from gateway.watch.watch import Watch
from tests.contracts.channel import message
from tests.gateway.outbox_parts import Clock, Fake, Writer, insert, states, until, writing


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writing(tmp_path) as one:
        yield one


class Guard:
    """A part under its guard, and the troubles that were shown while it rested."""

    def __init__(self, part: Part) -> None:
        self.troubles: list[Trouble] = []
        self.guarded = Guarded(part, say=lambda kind, **facts: None, rest=self._rests)

    async def _rests(self, seconds: float) -> None:
        assert self.guarded.trouble is not None
        self.troubles.append(self.guarded.trouble)
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def guarded(part: Part) -> AsyncIterator[Guard]:
    guard = Guard(part)
    task = asyncio.create_task(guard.guarded.run())
    try:
        yield guard
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def failing_once(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> None:
    """Let a function of the store fail at its next call, as it would with a row that it cannot read."""
    real, calls = getattr(place, name), Counter[str]()

    def fails(*given: Any, **more: Any) -> Any:
        calls["asked"] += 1
        if calls["asked"] == 1:
            raise KeyError("a row nobody thought of")
        return real(*given, **more)

    monkeypatch.setattr(place, name, fails)


def box_of(writer: Writer, **channels: Channel) -> Outbox:
    return Outbox(
        write=writer,
        channels=channels,
        render=lambda m, _: Rendered(title=m.id, text=m.template),
        destination=lambda m: Destination(recipient=m.recipient),
        now=Clock(),
    )


async def test_an_outbox_that_fails_sends_what_waited(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_once(monkeypatch, outbox_rows, "expire")
    insert(writer, message("m1"), message("m2", recipient="li"))
    fake = Fake()
    async with guarded(box_of(writer, lan=fake)) as guard:
        await until(lambda: states(writer) == {"m1": "delivered", "m2": "delivered"})
        (trouble,) = guard.troubles
    assert trouble.text["zh"].startswith("消息发送停下了：程序错误 KeyError")
    assert sorted(fake.sent) == ["m1", "m2"]


async def test_an_outbox_that_fails_in_the_middle_of_sends_has_all_its_slots_again(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(writer, *[message(f"m{n}", recipient=f"p{n}") for n in range(Fake.at_once)])
    fake = Fake()
    fake.gate.clear()
    box = box_of(writer, lan=fake)
    async with guarded(box) as guard:
        await until(lambda: fake.under_way == Fake.at_once)
        failing_once(monkeypatch, outbox_rows, "expire")
        box.wake()
        await until(lambda: guard.troubles)
        await until(lambda: fake.under_way == Fake.at_once)  # claimed anew, under the same ids
        fake.gate.set()
        await until(lambda: set(states(writer).values()) == {"delivered"})
        await until(lambda: box.status().sending == 0)
    assert Counter(fake.sent) == {f"m{n}": 2 for n in range(Fake.at_once)}


async def test_receipts_that_cannot_be_written_down_do_not_hide_why_it_ended(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, broken = outbox_rows.settle, [True]

    def settle(connection: Any, done: Sequence[Any], **more: Any) -> Any:
        if done and broken[0]:
            raise KeyError("an outcome nobody thought of")
        return real(connection, done, **more)

    monkeypatch.setattr(outbox_rows, "settle", settle)
    insert(writer, message("m1"))
    fake = Fake()
    async with guarded(box_of(writer, lan=fake)) as guard:
        await until(lambda: len(guard.troubles) >= 2)
        assert states(writer)["m1"] != "delivered"
        broken[0] = False
        await until(lambda: states(writer) == {"m1": "delivered"})
    assert set(fake.sent) == {"m1"}


class OneFeed:
    """A feed of three points whose first reading fails."""

    name = "cases"

    def __init__(self) -> None:
        self.asked = 0

    def points(self, position: int, limit: int) -> tuple[Sequence[str], int]:
        self.asked += 1
        if self.asked == 1:
            raise KeyError("a row nobody thought of")
        return (["a", "b", "c"], 3) if position == 0 else ([], position)


class Sink:
    """A sink whose second fault is its own."""

    kind: ClassVar[str] = "fake"

    def __init__(self) -> None:
        self.faults: list[Exception] = [AttributeError("an answer nobody thought of")]
        self.points: list[str] = []

    async def write(self, points: Sequence[str]) -> None:
        if self.faults:
            raise self.faults.pop()
        self.points += points


async def test_a_forward_that_fails_goes_on_from_its_cursor(writer: Writer) -> None:
    sink = Sink()
    forward: Forward[str] = Forward(
        name="influx", sink=sink, feeds=[OneFeed()], read=writer.store.read, write=writer, now=Clock()
    )
    async with guarded(forward) as guard:
        await until(lambda: forward.status().feeds["cases"].position == 3)
        assert [each.failures for each in guard.troubles] == [1, 2]
    assert "InfluxDB 转发停下了" in guard.troubles[0].text["zh"]
    assert sink.points == ["a", "b", "c"]


async def test_a_watch_that_cannot_look_looks_again() -> None:
    looks = Counter[str]()

    def look(_: Counter[tuple[str, str]]) -> Watched:
        looks["asked"] += 1
        raise Rejected("the store cannot be read") if looks["asked"] == 1 else KeyError("nobody thought of")

    watch = Watch(lambda message, ack: True, look=look)
    async with guarded(watch) as guard:
        await until(lambda: len(guard.troubles) >= 2)
    assert guard.troubles[0].text["zh"].startswith("自我监测停下了：the store cannot be read")
