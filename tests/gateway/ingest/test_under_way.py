"""Publications under way together: none waits for another's PUBACK, nothing unsaid is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from gateway.ingest.under_way import UnderWay


def run(story: Callable[[UnderWay, asyncio.Event], Coroutine[None, None, None]], most: int = 3) -> None:
    async def told() -> None:
        changed = asyncio.Event()
        await story(UnderWay(most, changed.set), changed)

    asyncio.run(told())


async def arrives(when: asyncio.Future[None]) -> None:
    await when


def puback() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


def test_one_that_arrives_makes_room_while_an_earlier_one_still_waits() -> None:
    async def story(under_way: UnderWay, changed: asyncio.Event) -> None:
        first, second, third = puback(), puback(), puback()
        for number, each in enumerate((first, second, third)):
            under_way.start(arrives(each), (f"t/{number}", b""))
        assert under_way.room == 0
        second.set_result(None)
        await changed.wait()
        assert under_way.room == 1
        under_way.check()
        assert await under_way.end() == [("t/0", b""), ("t/2", b"")]

    run(story)


def test_a_failure_is_raised_and_what_it_was_to_say_comes_back() -> None:
    async def story(under_way: UnderWay, changed: asyncio.Event) -> None:
        first, second = puback(), puback()
        under_way.start(arrives(first), ("t/0", b"x"))
        under_way.start(arrives(second), ("t/1", b""))
        under_way.start(arrives(puback()))  # a state: it can be derived again
        first.set_exception(ConnectionError("gone"))
        await changed.wait()
        with pytest.raises(ConnectionError, match="gone"):
            under_way.check()
        assert await under_way.end() == [("t/0", b"x"), ("t/1", b"")]
        assert under_way.room == 3

    run(story)


def test_with_everything_arrived_there_is_nothing_to_say_again() -> None:
    async def story(under_way: UnderWay, changed: asyncio.Event) -> None:
        one = puback()
        under_way.start(arrives(one), ("t/0", b""))
        one.set_result(None)
        await changed.wait()
        assert await under_way.end() == []

    run(story)
