"""How long a start takes after a crash: open the store, rebuild all state from a day's journal, be armed.

Seconds are processor time of one core, so that other work on the machine does not count. Two cases: with the snapshots that a running gateway writes every five minutes, and the worst one, where no
snapshot was ever written and the whole day is replayed. Prints one JSON object.
    python bench/recovery.py [--events 130000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pump import START, Estate, day_part, open_pump

import gateway.pump

GOAL_S = 5.0
STARTER = "import sys, time; began = time.process_time(); sys.path[:0] = {path!r}; import recovery; recovery.start({folder!r}, began)"


def fill(folder: Path, events: int, *, snapshots: bool) -> None:
    """Write a day's journal as a gateway would that is then killed."""
    every = gateway.pump.SNAPSHOT_EVERY
    gateway.pump.SNAPSHOT_EVERY = every if snapshots else timedelta(days=365)
    estate = Estate(3)
    store, pump = open_pump(folder, estate)
    for number, (second, gate, kind) in enumerate(day_part(24 * 60)[:events]):
        at = START + timedelta(seconds=second)
        pump.message(estate.say(at, gate, kind), at, lambda: None)
        if number % 64 == 63:
            pump.commit()
    pump.commit()
    gateway.pump.SNAPSHOT_EVERY = every
    store.close()


def start(folder: str, began: float) -> None:
    """Start in this process and print the seconds of processor time since it began and what was replayed."""
    imported = time.process_time()
    store, pump = open_pump(Path(folder), Estate(3), journal_start=False)
    armed = time.process_time()
    report = pump._recover.report  # type: ignore[attr-defined]  # noqa: SLF001 - the Recovery that made it
    print(json.dumps({"imports_s": imported - began, "armed_s": armed - began, "replayed": report.replayed,
                      "differences": len(report.differences), "skipped": len(report.skipped)}))  # fmt: skip
    store.close()


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    """Start a few times, each in a fresh process, and return the medians."""
    path = [str(Path(__file__).resolve().parent)]
    code = STARTER.format(path=path, folder=str(folder))
    runs = [
        json.loads(
            subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
        )
        for _ in range(rounds)
    ]
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=130_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    found: dict[str, Any] = {"bench": "recovery", "events": chosen.events, "goal_s": GOAL_S}
    for name, snapshots in (("killed", True), ("no_snapshot_at_all", False)):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            fill(Path(folder), chosen.events, snapshots=snapshots)
            found[name] = measure(Path(folder), chosen.rounds)
    found |= {"machine": platform.machine(), "python": platform.python_version()}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
