"""Forward against a fake sink: cursors, outages, restarts and poisoned points."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from gateway.errors import Rejected, RetryLater
from gateway.forward import Forward
from gateway.sinks.feeds import TelemetryFeed
from gateway.sinks.sink import Point
from gateway.store import cursors
from gateway.store.tables import cursors as cursor_table
from gateway.store.telemetry import Minute, TelemetryFile

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
START_US = int(NOW.timestamp()) * 1_000_000


class Base:
    """A database that holds cursors, with a writer thread."""

    def __init__(self, folder: Path) -> None:
        self.engine = sa.create_engine(f"sqlite:///{folder / 'store.db'}")
        cursor_table.create(self.engine)
        self._thread = ThreadPoolExecutor(1)
        self.fail_writes = False

    def write(self, job: Callable[[Any], Any], /) -> Future[Any]:
        def run() -> Any:
            if self.fail_writes:
                raise RetryLater("stopped before the cursor moved")
            with self.engine.begin() as connection:
                return job(connection)

        return self._thread.submit(run)

    def read(self) -> Any:
        return self.engine.connect()

    def cursor(self, name: str) -> int:
        with self.read() as connection:
            return cursors.read_cursor(connection, name)

    def close(self) -> None:
        self._thread.shutdown()
        self.engine.dispose()


class FakeSink:
    """A sink that honours the contract: it keeps points by identity, can be down, and refuses bad ones."""

    kind: ClassVar[str] = "fake"

    def __init__(self) -> None:
        self.points: dict[tuple[str, datetime], Point] = {}
        self.writes = 0
        self.down = False
        self.asked = 0

    async def write(self, points: Sequence[Point]) -> None:
        self.asked += 1
        if self.down:
            raise RetryLater("down")
        if any(p.fields["mean"] == 13.0 for p in points):
            raise Rejected("unlucky number")
        self.writes += 1
        for p in points:
            self.points[(p.tags["device"], p.at)] = p

    async def close(self) -> None:
        return


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    one = Base(tmp_path)
    yield one
    one.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TelemetryFile]:
    one = TelemetryFile(tmp_path / "telemetry.db")
    yield one
    one.close()


def minute(n: int, value: float | None = None) -> Minute:
    mean = float(n) if value is None else value
    return Minute(
        device="d", metric="m", at_us=START_US + n * 60_000_000, count=1, mean=mean, low=0, high=0, last=0
    )


@contextlib.asynccontextmanager
async def forwarding(base: Base, sink: FakeSink, file: TelemetryFile, **more: Any) -> AsyncIterator[Forward]:
    feeds = [TelemetryFeed(file, site="sc")]
    one = Forward(
        name="fake",
        sink=sink,
        feeds=feeds,
        read=base.read,
        write=base.write,
        now=lambda: NOW,
        first_retry_s=0.01,
        **more,
    )
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for lies in the database
            await asyncio.sleep(0.005)


async def test_everything_arrives_and_the_cursor_follows(base: Base, file: TelemetryFile) -> None:
    file.add([minute(n, n + 100.0) for n in range(4500)])
    sink = FakeSink()
    async with forwarding(base, sink, file) as forward:
        await until(lambda: forward.status().feeds["telemetry"].position == 4500)
        assert base.cursor("fake/telemetry") == 4500
        assert len(sink.points) == 4500
        status = forward.status()
        assert (status.error, status.last_success, status.feeds["telemetry"].sent) == ("", NOW, 4500)
        file.add([minute(5000, 1.0)])
        forward.wake()
        await until(lambda: base.cursor("fake/telemetry") == 4501)
    assert sink.writes == 4


async def test_a_sink_that_is_down_loses_nothing_and_is_shown(base: Base, file: TelemetryFile) -> None:
    file.add([minute(n, 1.0) for n in range(10)])
    sink = FakeSink()
    sink.down = True
    async with forwarding(base, sink, file) as forward:
        await until(lambda: sink.asked >= 3)
        assert forward.status().error == "down"
        assert base.cursor("fake/telemetry") == 0
        file.add([minute(n, 1.0) for n in range(10, 20)])
        sink.down = False
        await until(lambda: len(sink.points) == 20)
        await until(lambda: forward.status().error == "")


async def test_a_stop_between_write_and_cursor_sends_again_and_leaves_no_gap(
    base: Base, file: TelemetryFile
) -> None:
    file.add([minute(n, 1.0) for n in range(30)])
    sink = FakeSink()
    base.fail_writes = True
    async with forwarding(base, sink, file):
        await until(lambda: len(sink.points) == 30)
    assert base.cursor("fake/telemetry") == 0
    base.fail_writes = False
    file.add([minute(n, 1.0) for n in range(30, 35)])
    async with forwarding(base, sink, file):
        await until(lambda: base.cursor("fake/telemetry") == 35)
    assert len(sink.points) == 35


async def test_one_poisoned_point_is_counted_and_skipped(base: Base, file: TelemetryFile) -> None:
    file.add([minute(n, 13.0 if n == 17 else 1.0) for n in range(40)])
    sink = FakeSink()
    async with forwarding(base, sink, file) as forward:
        await until(lambda: base.cursor("fake/telemetry") == 40)
        assert forward.status().feeds["telemetry"].refused == 1
    assert len(sink.points) == 39


async def test_gauges_are_sent_when_there_is_nothing_else(base: Base, file: TelemetryFile) -> None:
    sink = FakeSink()
    gauge = Point(measurement="alerts_open", tags={"device": "-"}, fields={"mean": 2.0}, at=NOW)
    async with forwarding(base, sink, file, now_points=lambda: [gauge]) as forward:
        await until(lambda: len(sink.points) == 1)
        forward.wake()
        file.add([minute(1, 1.0)])
        forward.wake()
        await until(lambda: len(sink.points) == 2)
        assert sink.writes == 2


def test_a_cursor_never_goes_back_by_itself(base: Base) -> None:
    for position in (5, 9, 7):
        base.write(lambda c, p=position: cursors.move_cursor(c, "s", p, now=NOW)).result(5)
    assert base.cursor("s") == 9
    base.write(lambda c: cursors.rewind_cursor(c, "s", 3, now=NOW)).result(5)
    assert base.cursor("s") == 3
    base.write(lambda c: cursors.move_cursor(c, "t", 0, now=NOW)).result(5)
    with base.read() as connection:
        assert cursors.slowest(connection) == 0
