"""Run the benchmarks one after the other and keep what they print in bench/results/.

Each is a script of its own that prints one JSON object. They are measurements, not tests: a number belongs to the
machine and the load it was taken under, both of which stand in the result.

    make bench            # all; W1 (bench/w1/run.py) needs rivals and is started by itself
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = (
    "decode",
    "rules",
    "backtest",
    "pump",
    "recovery",
    "respond",
    "duty",
    "api",
    "telemetry",
    "registry",
    "outbox",
    "ingest",
    "push",
    "vision",
    "upload",
    "estate",
)


def main() -> None:
    """Run what is named on the command line, or everything."""
    for name in sys.argv[1:] or SCRIPTS:
        print(f"{name} … (load {os.getloadavg()[0]:.1f})", flush=True)
        done = subprocess.run(
            [sys.executable, HERE / f"{name}.py"], cwd=HERE.parent, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        )  # fmt: skip
        if done.returncode:
            print(
                f"  failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
            )
            continue
        start = done.stdout.find("{")
        try:
            result = json.loads(done.stdout[start:])
        except ValueError:
            print(done.stdout)
            continue
        (HERE / "results" / f"{name}.json").write_text(
            json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8"
        )
        print(f"  bench/results/{name}.json")


if __name__ == "__main__":
    main()
