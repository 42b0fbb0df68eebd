"""Hours and days in the telemetry file: a minute goes only when it is in them, and neither twice nor not at all."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from gateway.rollup import HOUR_US, MINUTE_US
from gateway.store.telemetry import Minute, TelemetryFile

LATER = 30 * 24 * HOUR_US


@pytest.fixture
def file(tmp_path: Path) -> TelemetryFile:
    return TelemetryFile(tmp_path / "telemetry.db", zone=UTC)


def minute(at_us: int, value: float) -> Minute:
    return Minute(
        device="t1", metric="temperature", at_us=at_us, count=1, mean=value, low=value, high=value, last=value, last_us=at_us
    )  # fmt: skip


def hours(file: TelemetryFile) -> list[tuple[int, int, float]]:
    found = file.spans("t1", "temperature", step="hour", since_us=0, until_us=LATER)
    return [(span.at_us, span.count, span.total) for span in found]


def test_a_minute_is_forgotten_only_once_it_is_in_its_hour(file: TelemetryFile) -> None:
    file.add([minute(0, 1.0), minute(MINUTE_US, 2.0)])
    assert file.forget_before(LATER) == 0
    assert file.roll_up(most=1) == 1
    assert file.forget_before(LATER) == 1
    assert file.roll_up() == 1
    assert file.forget_before(LATER) == 1
    assert hours(file) == [(0, 2, 3.0)]


def test_what_comes_late_joins_an_hour_that_was_rolled_up(file: TelemetryFile) -> None:
    file.add([minute(0, 1.0), minute(HOUR_US, 5.0)])
    assert file.roll_up() == 2
    file.add([minute(2 * MINUTE_US, 3.0)])
    assert hours(file) == [(0, 2, 4.0), (HOUR_US, 1, 5.0)], "before it is rolled up, too"
    assert (file.roll_up(), file.roll_up()) == (1, 0)
    assert hours(file) == [(0, 2, 4.0), (HOUR_US, 1, 5.0)]
