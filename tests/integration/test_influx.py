"""The influx sink against VictoriaMetrics: what was written is read back, through outages and restarts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.errors import RetryLater
from gateway.forward import Forward
from gateway.sinks.feeds import AlertFeed, CaseFeed, TelemetryFeed, open_alert_points
from gateway.sinks.influx import Influx, InfluxSettings
from gateway.store.tables import alert_changes, alerts, cursors, incidents, timeline
from gateway.store.telemetry import Minute, TelemetryFile
from tests.integration.servers import Server, free_port, victoria_metrics

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
NOW_US = int(NOW.timestamp()) * 1_000_000


class Base:
    """The tables that the feeds read, filled by hand, and the writer."""

    def __init__(self, folder: Path) -> None:
        self.engine = sa.create_engine(f"sqlite:///{folder / 'store.db'}")
        for table in (alert_changes, alerts, cursors, incidents, timeline):
            table.create(self.engine)

    def write(self, job: Callable[[Any], Any], /) -> Any:
        async def run() -> Any:
            with self.engine.begin() as connection:
                return job(connection)

        # The loop's own executor stands for the writer thread.
        return asyncio.run_coroutine_threadsafe(run(), asyncio.get_running_loop())

    def read(self) -> Any:
        return self.engine.connect()

    def insert(self, table: sa.Table, *rows: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(table.insert(), list(rows))

    def close(self) -> None:
        self.engine.dispose()


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


def change(n: int, name: str, seconds: int, level: str = "L1") -> dict[str, Any]:
    at = datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)
    body = {
        "rule": "door-forced",
        "stage": "alarm",
        "level": level,
        "opened_at": NOW,
        "category": "SEC-01",
        "device": "gate-1",
        "why": {"by": "wang", "person": "p:7f3a"},
    }
    return {
        "seq": n,
        "alert": "a1",
        "t_us": int(at.timestamp() * 1e6),
        "change": name,
        "body": canonical_json(body).decode(),
    }


def minutes(first: int, count: int, device: str = "t-1") -> list[Minute]:
    return [
        Minute(
            device=device,
            metric="temperature",
            at_us=NOW_US + n * 60_000_000,
            count=2,
            mean=20.0 + n % 10,
            low=19.0,
            high=31.0,
            last=20.5,
        )
        for n in range(first, first + count)
    ]


@contextlib.asynccontextmanager
async def forwarding(base: Base, file: TelemetryFile, port: int) -> AsyncIterator[Forward]:
    sink = Influx(InfluxSettings(url=f"http://127.0.0.1:{port}", timeout_s=5))
    one = Forward(
        name="influx",
        sink=sink,
        feeds=[
            AlertFeed(base.read, site="sc", grid_of=lambda d: "g1" if d == "gate-1" else None),
            CaseFeed(base.read, site="sc"),
            TelemetryFeed(file, site="sc"),
        ],
        read=base.read,
        write=base.write,
        now=lambda: NOW,
        now_points=lambda: open_alert_points(base.read, site="sc", now=lambda: NOW),
        first_retry_s=0.05,
    )
    task = asyncio.create_task(one.run())
    try:
        yield one
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await sink.close()


def export(server: Server, match: str) -> list[dict[str, Any]]:
    """Read every stored sample of the matching series back, raw."""
    flush = urllib.request.Request(f"http://127.0.0.1:{server.port}/internal/force_flush")
    with urllib.request.urlopen(flush, timeout=5):
        pass
    query = urllib.parse.urlencode({"match[]": match})
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/v1/export?{query}", timeout=5) as answer:
        return [json.loads(line) for line in answer.read().splitlines()]


def samples(server: Server, match: str) -> int:
    return sum(len(series["values"]) for series in export(server, match))


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # what is waited for is asked for, it does not call
            await asyncio.sleep(0.02)


async def sent(forward: Forward, **goal: int) -> None:
    await until(lambda: all(forward.status().feeds[name].position >= n for name, n in goal.items()))


async def test_alerts_cases_and_telemetry_are_read_back_without_persons(
    base: Base, file: TelemetryFile, tmp_path: Path
) -> None:
    base.insert(
        alert_changes, change(1, "opened", 0), change(2, "acknowledged", 42), change(3, "cleared", 300)
    )
    case = {
        "number": "sc-1",
        "state": "taken",
        "open": True,
        "version": 3,
        "level": "L1",
        "category": "SEC-01",
    }
    base.insert(
        incidents,
        case
        | {"grid": "g1", "owner": "wang", "drill": False, "opened_us": NOW_US, "updated_seq": 3, "body": ""},
    )
    step = {
        "incident": "sc-1",
        "seq": 2,
        "at_us": NOW_US + 60_000_000,
        "actor": "wang",
        "role": "worker",
        "channel": "web",
    }
    hashes = {"text_hash": "", "previous_hash": "", "hash": ""}
    base.insert(timeline, step | hashes | {"action": "take", "from_state": "dispatched", "to_state": "taken"})
    row = {"id": "a1", "dedup_key": "k", "rule": "door-forced", "version": 1, "open": True, "stage": "alarm"}
    times = {"opened_us": NOW_US, "last_us": NOW_US, "updated_seq": 1, "body": "", "count": 1}
    base.insert(alerts, row | times | {"level": "L1", "category": "SEC-01"})
    file.add(minutes(0, 5))
    with victoria_metrics(tmp_path) as server:
        async with forwarding(base, file, server.port) as forward:
            await sent(forward, alerts=3, cases=1, telemetry=5)
            await until(lambda: export(server, '{__name__="alerts_open_open"}'))
        (acknowledged,) = export(server, '{__name__="alert_acknowledged_s"}')
        assert acknowledged["values"] == [42]
        assert acknowledged["metric"]["rule"] == "door-forced"
        assert acknowledged["metric"]["grid"] == "g1"
        assert sum(v for s in export(server, '{__name__="alert_open_delta"}') for v in s["values"]) == 0
        (taken,) = export(server, '{__name__="case_since_opened_s"}')
        assert (taken["values"], taken["metric"]["action"]) == ([60], "take")
        (gauge,) = export(server, '{__name__="alerts_open_unacknowledged"}')
        assert gauge["values"] == [1]
        assert samples(server, '{__name__="telemetry_mean"}') == 5
        everything = json.dumps(export(server, '{__name__!=""}'))
        assert "wang" not in everything
        assert "7f3a" not in everything


async def test_a_server_that_is_away_for_a_while_misses_nothing(
    base: Base, file: TelemetryFile, tmp_path: Path
) -> None:
    port = free_port()
    base.insert(alert_changes, *[change(n, "repeated", n) for n in range(50)])
    file.add(minutes(0, 300))
    async with forwarding(base, file, port) as forward:
        await until(lambda: forward.status().error)
        with victoria_metrics(tmp_path, port=port) as server:
            await sent(forward, alerts=50, telemetry=300)
            await asyncio.to_thread(server.stop)
            file.add(minutes(300, 200))
            forward.wake()
            await until(lambda: forward.status().error)
            await asyncio.to_thread(server.start)
            await sent(forward, telemetry=500)
            assert samples(server, '{__name__="telemetry_mean"}') == 500
            assert samples(server, '{__name__="alert_count"}') == 50


async def test_a_restart_in_the_middle_leaves_no_gap_and_no_doubles(
    base: Base, file: TelemetryFile, tmp_path: Path
) -> None:
    with victoria_metrics(tmp_path) as server:
        total = 0
        for _ in range(4):
            file.add(minutes(total, 3000))
            total += 3000
            async with forwarding(base, file, server.port) as forward:
                # Stopped somewhere in the middle of its work, wherever that happens to be.
                await sent(forward, telemetry=total - 2500)
        async with forwarding(base, file, server.port) as forward:
            await sent(forward, telemetry=total)
        series = export(server, '{__name__="telemetry_mean"}')
        assert sorted(t for s in series for t in s["timestamps"]) == [
            (NOW_US + n * 60_000_000) // 1000 for n in range(total)
        ]


async def test_an_answer_about_the_configuration_waits_instead_of_losing(tmp_path: Path) -> None:
    from gateway.sinks.sink import Point

    sink = Influx(InfluxSettings(url=f"http://127.0.0.1:{free_port()}", timeout_s=1))
    with pytest.raises(RetryLater):
        await sink.write([Point(measurement="m", tags={}, fields={"count": 1}, at=NOW)])
    await sink.close()
