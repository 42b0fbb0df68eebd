"""The outbox at work beside a real store: a writer as it sees it, a clock, and channels that play a script."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa

from gateway.errors import StoreFull
from gateway.notify.channel import NO_LIMITS, Channel, Destination, Limits, Receipt, Wording
from gateway.outbox import Outbox
from gateway.response.message import Rendered
from gateway.response.model import Message, TimelineRow
from gateway.store.rows import message_row
from gateway.store.store import Store
from gateway.store.tables import outbox
from tests.contracts.channel import NOW


class Writer:
    """The writer thread as the outbox sees it: one job after another, each in its own transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.full = False
        self._thread = ThreadPoolExecutor(1)

    def __call__(self, job: Callable[[Any], Any], /) -> Future[Any]:
        future: Future[Any] = Future()
        self._thread.submit(self._run, job, future)
        return future

    def _run(self, job: Callable[[Any], Any], future: Future[Any]) -> None:
        if self.full:
            future.set_exception(StoreFull("no room"))
            return
        self.store.run([(job, future)])

    def close(self) -> None:
        self._thread.shutdown()


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Fake:
    """A channel that honours the contract: it plays a script of answers and keeps what it was given."""

    kind: ClassVar[str] = "fake"
    reach: ClassVar[Any] = "box"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 5.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = NO_LIMITS

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.sent: list[str] = []
        self.said: list[Wording] = []
        self.given: list[Message] = []
        self.under_way = self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        self.sent.append(message.id)
        self.said.append(wording)
        self.given.append(message)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        answer = self.script.pop(0) if self.script else None
        if answer is not None:
            raise answer
        return Receipt(state="delivered", reference="r1")


def insert(writer: Writer, *messages: Message) -> None:
    def job(connection: sa.Connection) -> None:
        start = connection.execute(sa.select(sa.func.count()).select_from(outbox)).scalar_one()
        for order, each in enumerate(messages, start):
            connection.execute(outbox.insert(), message_row(order, each))

    writer(job).result(5)


def read(writer: Writer, statement: Any) -> list[Any]:
    with writer.store.read() as connection:
        return list(connection.execute(statement).mappings())


def states(writer: Writer) -> dict[str, str]:
    return {row["id"]: row["state"] for row in read(writer, sa.select(outbox))}


@contextlib.asynccontextmanager
async def working(
    writer: Writer, clock: Clock, demo: bool = False, **channels: Channel
) -> AsyncIterator[Outbox]:
    told: list[TimelineRow] = []
    box = Outbox(
        write=writer,
        channels=channels,
        render=lambda m, _: Rendered(title=m.id, text=m.template),
        destination=lambda m: Destination(recipient=m.recipient),
        now=clock,
        demo=demo,
        told=told.extend,
    )
    task = asyncio.create_task(box.run())
    try:
        yield box
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for lies in the database
            await asyncio.sleep(0.005)


@contextlib.contextmanager
def writing(folder: Path, make: Callable[[Store], Any] = Writer) -> Iterator[Any]:
    """Open a store in a folder and the writer beside it."""
    store = Store.open(folder, reserve_bytes=0)
    one = make(store)
    yield one
    one.close()
    store.close()


async def settled(box: Outbox, *, within_s: float = 240.0) -> None:
    """Wait until the worker has done all that is due now."""
    await asyncio.sleep(0)  # what was said to wake it up is heard first
    async with asyncio.timeout(within_s):
        while not box.status().resting:  # noqa: ASYNC110  # the worker does not tell when it rests
            await asyncio.sleep(0.002)
