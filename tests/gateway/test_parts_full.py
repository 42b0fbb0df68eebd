"""A disk that is full ends no part: each is alive after the refusal, and does its work when there is room again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway import late_receipts
from gateway.channel_test import ChannelTest
from gateway.guarded import Guarded
from gateway.late_receipts import LateReceipts
from gateway.modes import Modes
from gateway.notify.channel import Destination
from gateway.part import Part
from gateway.resident.reception import Reception
from gateway.sealing import Sealer
from tests.gateway.outbox_parts import Writer, until, writing
from tests.gateway.response.estate import site

MORNING = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)  # ten o'clock in the estate


class Counting(Writer):
    """A writer that counts what it refused and what it served."""

    refused = served = 0

    def call(self, job: Callable[[Any], Any]) -> Future[Any]:
        return self(job)

    def __call__(self, job: Callable[[Any], Any], /) -> Future[Any]:
        future = super().__call__(job)
        future.add_done_callback(self._count)
        return future

    def _count(self, done: Future[Any]) -> None:
        if done.exception() is None:
            self.served += 1
        else:
            self.refused += 1


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Counting]:
    with writing(tmp_path, Counting) as one:
        yield one


def channel_test(writer: Counting) -> Part:
    return ChannelTest(
        "10:00", view=site, write=writer, wake=lambda: None, now=lambda: MORNING, wall=lambda: MORNING
    )


def reception(writer: Any) -> Part:
    def read(query: Callable[[Any], Any]) -> Any:
        with writer.store.read() as connection:
            return query(connection)

    sealer = Sealer(b"a key for what is sealed")
    return Reception(
        secret=b"key", sealer=sealer, writer=writer, read=read, now=lambda: MORNING, offset=timedelta
    )


def receipts(writer: Counting) -> Part:
    return LateReceipts(
        {}, write=writer, destination=lambda m: Destination(recipient=m.recipient), now=lambda: MORNING
    )


def modes(writer: Counting) -> Part:
    return Modes(act=lambda action: Future(), call=writer, now=lambda: MORNING)


@pytest.mark.parametrize("make", [channel_test, reception, receipts, modes])
async def test_a_full_store_ends_no_part(
    writer: Counting, make: Callable[[Any], Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_receipts, "_LOOK_S", 0.01)
    writer.full = True
    part = Guarded(make(writer), say=lambda kind, **facts: None, rest=lambda s: asyncio.sleep(0.01))
    task = asyncio.create_task(part.run())
    await until(lambda: writer.refused >= 2)
    assert not task.done()
    assert writer.served == 0
    writer.full = False
    await until(lambda: writer.served >= 1)
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
