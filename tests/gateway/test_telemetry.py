"""Telemetry by the minute: sums are right whatever the order, memory is bounded, a full disk loses nothing yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.event import Telemetry
from gateway.errors import StoreFull
from gateway.store.telemetry import Minute, TelemetryFile
from gateway.telemetry import TelemetryLog

START = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def file(tmp_path: Path) -> Iterator[TelemetryFile]:
    one = TelemetryFile(tmp_path / "telemetry.db")
    yield one
    one.close()


def sample(value: float, second: float = 0, device: str = "t-1", metric: str = "temperature") -> Telemetry:
    return Telemetry(device=device, metric=metric, value=value, at=START + timedelta(seconds=second))


def test_samples_of_a_minute_become_one_row_when_the_minute_is_over(file: TelemetryFile) -> None:
    clock = Clock()
    log = TelemetryLog(file, now=clock)
    log.add([sample(20.0, 1), sample(24.0, 30), sample(22.0, 59)])
    log.flush()
    assert file.after(0, limit=10) == []
    clock.at += timedelta(seconds=60)
    log.flush()
    (row,) = file.after(0, limit=10)
    assert (row.count, row.mean, row.low, row.high, row.last) == (3, 22.0, 20.0, 24.0, 22.0)
    assert row.at_us == int((START + timedelta(seconds=1)).timestamp()) * 1_000_000


def test_series_and_latest_are_read_by_device_and_metric(file: TelemetryFile) -> None:
    log = TelemetryLog(file, now=Clock())
    log.add(
        [sample(1, 0), sample(2, 60), sample(3, 120), sample(9, 0, metric="humidity"), sample(7, 0, "t-2")]
    )
    log.stop()
    start_us = int(START.timestamp()) * 1_000_000
    rows = file.series("t-1", "temperature", since_us=start_us, until_us=start_us + 120_000_000)
    assert [row.mean for row in rows] == [1.0, 2.0]
    assert {metric: span.last for metric, span in file.latest("t-1")} == {"humidity": 9.0, "temperature": 3.0}


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.floats(-1e6, 1e6), st.integers(0, 400)),
        min_size=1,
        max_size=60,
    )
)
def test_no_sample_is_lost_or_counted_twice_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, samples: list[tuple[str, float, int]]
) -> None:
    file = TelemetryFile(tmp_path_factory.mktemp("t") / "telemetry.db")
    log = TelemetryLog(file, now=Clock())
    for device, value, second in samples:
        log.add([sample(value, second, device)])
    log.stop()
    rows = file.after(0, limit=1000)
    assert sum(row.count for row in rows) == len(samples)
    assert sum(row.mean * row.count for row in rows) == pytest.approx(sum(v for _, v, _ in samples), abs=1e-3)
    assert all(row.low <= row.mean + 1e-6 and row.mean <= row.high + 1e-6 for row in rows)
    file.close()


def test_more_series_than_memory_allows_are_shed_and_counted(
    file: TelemetryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.telemetry.SERIES", 5)
    log = TelemetryLog(file, now=Clock())
    log.add([sample(1, 0, f"d{n}") for n in range(8)])
    log.stop()
    status = log.status()
    assert (status.samples, status.shed, status.written) == (8, 3, 5)


def test_a_full_disk_keeps_rows_for_later_and_bounds_them(
    file: TelemetryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.telemetry.WAITING", 3)
    log = TelemetryLog(file, now=Clock())
    real, full = file.add, True

    def add(rows: list[Minute]) -> None:
        if full:
            raise StoreFull("no room")
        real(rows)

    monkeypatch.setattr(file, "add", add)
    log.add([sample(n, 60 * n) for n in range(5)])
    log.flush(everything=True)
    assert (log.status().waiting, log.status().shed, log.status().error) == (3, 2, "no room")
    full = False
    log.flush()
    assert (log.status().waiting, log.status().written, log.status().error) == (0, 3, "")
    assert [row.last for row in file.after(0, limit=9)] == [2.0, 3.0, 4.0]


def test_old_rows_go_and_positions_are_never_used_twice(file: TelemetryFile) -> None:
    log = TelemetryLog(file, now=Clock())
    log.add([sample(n, 60 * n) for n in range(4)])
    log.stop()
    last = file.after(0, limit=9)[-1]
    assert file.forget_before(last.at_us + 1) == 0, "what is not rolled up yet stays"
    assert file.roll_up() == 4
    assert file.forget_before(last.at_us + 1) == 4
    file.add([last])
    assert file.after(0, limit=9)[0].id == last.id + 1


def test_what_is_not_rolled_up_is_found_by_an_index_also_in_an_older_file(tmp_path: Path) -> None:
    path = tmp_path / "telemetry.db"
    TelemetryFile(path).close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("DROP INDEX minutes_written")
    TelemetryFile(path).close()
    with closing(sqlite3.connect(path)) as now:
        plan = now.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM minutes WHERE id > 7 AND device = 'a' AND metric = 'b'"
        ).fetchall()
    assert any("minutes_written" in row[-1] for row in plan), plan
