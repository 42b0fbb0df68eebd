"""A part that fails is said, shown, rests longer and longer, and runs again; nobody else notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.batch import Committed
from gateway.errors import Rejected, StoreFull
from gateway.guarded import LONGEST_REST_S, Guarded

NOW = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)


def nothing_new() -> Committed:
    return Committed(
        first_seq=1, last_seq=1, at=NOW, offset_us=0, events=[], duplicates=[], telemetry=[], notes=[], changes=[],
        incidents=[], timeline=[], messages=[], withdrawn=[], quarantined=[], faults=[], shadows={}, counters={},
    )  # fmt: skip


class Fails:
    """A part that plays a script: an error is raised, None ends it, "live" lets it live on."""

    name = "reception"

    def __init__(self, *script: BaseException | str | None) -> None:
        self.script = list(script)
        self.runs = 0
        self.lives = asyncio.Event()

    async def run(self) -> None:
        self.runs += 1
        step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        if step is not None:
            self.lives.set()
            await asyncio.Event().wait()

    def committed(self, committed: Committed) -> None:
        raise KeyError("a commit it cannot bear")


class Heard:
    """What was said to the watch, and how long the part rested."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.rests: list[float] = []

    def say(self, kind: str, **facts: Any) -> None:
        self.said.append({"kind": kind, **facts})

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)


def guarded(part: Fails, heard: Heard, *, well_after_s: float = 60.0, at: Callable[[], datetime] = lambda: NOW) -> Guarded:  # fmt: skip
    return Guarded(part, say=heard.say, rest=heard.rest, well_after_s=well_after_s, wall=at)


async def test_the_rest_doubles_from_five_seconds_to_five_minutes() -> None:
    heard, part = Heard(), Fails(*[KeyError("x") for _ in range(9)], None)
    await guarded(part, heard).run()
    assert heard.rests == [5, 10, 20, 40, 80, 160, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]
    assert part.runs == 10


async def test_it_is_said_once_that_it_stopped_and_once_that_it_works_again() -> None:
    heard, times = Heard(), iter(NOW + timedelta(seconds=n) for n in range(9))
    one = guarded(Fails(OSError(98, "Address already in use"), KeyError("phone 13812341234"), "live"), heard, at=lambda: next(times), well_after_s=0.02)  # fmt: skip
    task = asyncio.create_task(one.run())
    await asyncio.wait_for(one.part.lives.wait(), 5)  # type: ignore[attr-defined]  # the part of this test
    trouble = one.trouble
    assert trouble is not None, "running for a moment is not well yet"
    assert (trouble.since, trouble.failures, trouble.rest_s) == (NOW, 2, 10.0)
    assert trouble.text["zh"].startswith("居民上报停下了：程序错误 KeyError")
    assert trouble.text["en"].startswith("reception stands still: fault KeyError")
    assert "138" not in str(trouble.text), "the text of an error that is not ours may hold anything"
    async with asyncio.timeout(5):
        while one.trouble is not None:  # noqa: ASYNC110  # the timer of the guard clears it
            await asyncio.sleep(0.005)
    assert [each["kind"] for each in heard.said] == ["system.degraded", "system.recovered"]
    assert {each["part"] for each in heard.said} == {"reception"}
    assert "Address already in use" in heard.said[0]["reason"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_full_store_is_said_as_the_stores_only_but_shown() -> None:
    heard, shown = Heard(), list[str]()

    async def rest(seconds: float) -> None:
        assert one.trouble is not None
        shown.append(one.trouble.text["zh"])

    one = Guarded(Fails(StoreFull("disk full"), Rejected("no such thing"), None), say=heard.say, rest=rest)
    await one.run()
    assert "存储现在写不进去；5 秒后再试，其余照常" in shown[0]
    assert [each["kind"] for each in heard.said] == ["system.degraded", "system.recovered"]
    assert "no such thing" in heard.said[0]["reason"]
    assert one.trouble is None, "a part with nothing more to do works"


async def test_to_be_cancelled_ends_it_but_a_question_that_was_given_up_does_not() -> None:
    heard, part = Heard(), Fails(asyncio.CancelledError(), "live")
    task = asyncio.create_task(guarded(part, heard).run())
    await asyncio.wait_for(part.lives.wait(), 5)
    assert heard.rests == [5]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_part_that_cannot_bear_a_commit_keeps_it_from_nobody() -> None:
    heard = Heard()
    Guarded(Fails(), say=heard.say).committed(nothing_new())
