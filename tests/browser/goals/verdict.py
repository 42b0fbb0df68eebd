"""What a goal of the screens asks, what was measured, and whether that is enough: one file a goal in bench/results/.

`make test` asserts and writes nothing; `make test-ui` (GATEWAY_UI=whole) also writes. A miss is written as a miss and
fails the test: there is no third way.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.browser.windows import ROOT

WHOLE = os.environ.get("GATEWAY_UI") == "whole"
RESULTS = ROOT / "bench/results"
PARTS = ROOT / "build/goals"  # what the runs side by side found, before it is put together
_BEGAN = os.getloadavg()[0]


def judge(
    number: int,
    name: str,
    what: str,
    figures: dict[str, Any],
    *,
    at_most: dict[str, float] | None = None,
    at_least: dict[str, float] | None = None,
    exactly: dict[str, Any] | None = None,
    notes: Iterable[str] = (),
) -> None:
    """Compare the figures with the goal's targets, write them down, and fail if one is missed."""
    most, least, same = at_most or {}, at_least or {}, exactly or {}
    missed = [
        f"{key}: {figures[key]}, at most {bound} asked" for key, bound in most.items() if figures[key] > bound
    ]
    missed += [
        f"{key}: {figures[key]}, at least {bound} asked"
        for key, bound in least.items()
        if figures[key] < bound
    ]
    missed += [
        f"{key}: {figures[key]}, {value} asked" for key, value in same.items() if figures[key] != value
    ]
    if WHOLE:
        write(
            number,
            name,
            {
                "goal": number, "what": what, "verdict": "missed" if missed else "met", "missed": missed,
                "figures": figures, "targets": {"at_most": most, "at_least": least, "exactly": same}, "notes": list(notes),
            },
        )  # fmt: skip
    assert not missed, f"goal {number}: " + "; ".join(missed)


def write(number: int, name: str, result: dict[str, Any]) -> None:
    """Keep a result with the machine and the load it was taken under."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "?")
    result["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores ({model}), Python {platform.python_version()}"
    )
    result["load"] = {"when_the_run_began": round(_BEGAN, 1), "now": round(os.getloadavg()[0], 1)}
    result["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    path = RESULTS / f"ui-{number:02}-{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")


def spread(values: Iterable[float], unit: str = "ms") -> dict[str, float]:
    """Return the median, the 95th and 99th percentile and the largest; the names carry the unit."""
    ordered = sorted(values)
    assert ordered, "nothing was measured"

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)

    return {
        f"p50_{unit}": at(0.5),
        f"p95_{unit}": at(0.95),
        f"p99_{unit}": at(0.99),
        f"max_{unit}": round(ordered[-1], 1),
    }
