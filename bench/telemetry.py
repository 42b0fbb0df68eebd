"""Measurements: how fast minutes go into the file and into hours and days, and how long a question takes.

Run `python bench/telemetry.py [DEVICES]`. An hour of minutes of every series is written by the product's own code and rolled up every five
minutes, then asked as the page asks, with five minutes not yet rolled up: as many as there ever are. Budget: 1,000 rows/s in and rolled up (an estate of 1,000
devices with four metrics each says 67 a second), a question p95 at most 50 ms while rows come in.
"""

from __future__ import annotations

import json
import platform
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gateway.clock import to_us
from gateway.rollup import HOUR_US, MINUTE_US, Step
from gateway.store.telemetry import Minute, TelemetryFile

START_US = to_us(datetime(2026, 3, 4, 16, 0, tzinfo=UTC))
METRICS = ("temperature", "humidity", "voltage", "level")
MINUTES = 60
WAITING = 5  # more, which are not rolled up yet
QUESTIONS = 200
ROWS_S, P95_MS = 1000.0, 50.0


def row(device: int, metric: str, at_us: int) -> Minute:
    """Return one minute of one series."""
    value = float((device * 7 + at_us // MINUTE_US) % 50)
    return Minute(
        device=f"sensor-{device}", metric=metric, at_us=at_us, count=4, mean=value, low=value - 1, high=value + 1,
        last=value, last_us=at_us,
    )  # fmt: skip


def fill(file: TelemetryFile, devices: int) -> tuple[int, float, float]:
    """Write an hour of minutes of every series, rolled up every five minutes; return rows, seconds in, seconds rolling."""
    rows, writing, rolling = 0, 0.0, 0.0
    for minute in range(MINUTES):
        batch = [row(n, metric, START_US + minute * MINUTE_US) for n in range(devices) for metric in METRICS]
        began = time.perf_counter()
        file.add(batch)
        writing += time.perf_counter() - began
        rows += len(batch)
        if minute % 5 == 4:
            began = time.perf_counter()
            while file.roll_up():
                pass
            rolling += time.perf_counter() - began
    return rows, writing, rolling


def ask(file: TelemetryFile, devices: int) -> dict[str, float]:
    """Ask for series at random, by each step; return p95 in milliseconds."""
    chosen = random.Random(7)
    found: dict[str, float] = {}
    steps: tuple[Step, ...] = ("minute", "hour", "day")
    for step in steps:
        took = []
        for _ in range(QUESTIONS):
            device, metric = f"sensor-{chosen.randrange(devices)}", chosen.choice(METRICS)
            began = time.perf_counter()
            spans = file.spans(
                device, metric, step=step, since_us=START_US, until_us=START_US + 200 * HOUR_US, limit=501
            )
            took.append(time.perf_counter() - began)
            assert spans, "a question that finds nothing measures nothing"
        found[step] = round(sorted(took)[int(0.95 * QUESTIONS)] * 1000, 2)
    return found


def measure(devices: int) -> dict[str, Any]:
    """Return the figures, and whether they keep the budget."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "telemetry.sqlite3"
        file = TelemetryFile(path, zone=ZoneInfo("Asia/Shanghai"))
        rows, writing, rolling = fill(file, devices)
        for minute in range(MINUTES, MINUTES + WAITING):
            at_us = START_US + minute * MINUTE_US
            file.add([row(n, metric, at_us) for n in range(devices) for metric in METRICS])
        asked = ask(file, devices)
        file.close()
        size = path.stat().st_size
    speed = rows / (writing + rolling)
    return {
        "rows": rows,
        "rows_s": round(speed),
        "rows_s_without_roll_up": round(rows / writing),
        "p95_ms": asked,
        "bytes_per_row": round(size / rows),
        "budget": {"rows_s": ROWS_S, "p95_ms": P95_MS},
        "kept": speed >= ROWS_S and max(asked.values()) <= P95_MS,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


if __name__ == "__main__":
    figures = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(json.dumps(figures, indent=1))
    sys.exit(0 if figures["kept"] else 1)
