"""API: what lists, searches, one case and an action cost beside a hundred thousand cases.

Run `python bench/api.py`. Requests go through the whole application (login, permission, JSON) without a socket, one after the
other, then twenty at a time; the budget is p95 ≤ 300 ms for every list and search of one person, measured on this machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.gateway.api.house import house, key
from tests.gateway.api.test_many_cases import CASES, fill, questions

ROUNDS = 40
AT_ONCE = 20
BUDGET_MS = 300.0

Ask = Callable[[], Awaitable[Any]]


async def timed(ask: Ask) -> float:
    """Return how long one answer took, in milliseconds."""
    began = time.perf_counter()
    answer = await ask()
    assert answer.status_code in {200, 304}, answer.text
    return (time.perf_counter() - began) * 1000


def spread(times: list[float]) -> dict[str, float]:
    """Return median and 95th percentile."""
    ordered = sorted(times)
    return {
        "median_ms": round(ordered[len(ordered) // 2], 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95) - 1], 1),
    }


async def measure() -> dict[str, Any]:
    """Fill a store and ask."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as folder:
        async with house(Path(folder)) as it:
            numbers = fill(it)
            guard = it.browser("wang")
            found: dict[str, Any] = {}
            for name, (who, query) in (await questions(it, numbers)).items():
                browser = it.browser(who)
                found[name] = spread(
                    [
                        await timed(lambda b=browser, q=query: b.get("/api/incidents", params=q))
                        for _ in range(ROUNDS)
                    ]
                )
            opened = [it.force(f"gate-n{1 + n % 2}").number for n in range(1)]
            found["one case"] = spread(
                [await timed(lambda: guard.get(f"/api/incidents/{opened[0]}")) for _ in range(ROUNDS)]
            )
            found["an action (note)"] = spread(
                [
                    await timed(
                        lambda n=n: guard.post(
                            f"/api/incidents/{opened[0]}/actions",
                            json={"action": "note", "version": 1, "fields": {"note": f"{n}"}},
                            headers=key(f"bench-{n}"),
                        )
                    )
                    for n in range(ROUNDS)
                ]
            )
            began = time.perf_counter()
            many = await asyncio.gather(
                *[
                    timed(lambda: guard.get("/api/incidents", params={"state": "open"}))
                    for _ in range(AT_ONCE * 5)
                ]
            )
            found[f"open list, {AT_ONCE * 5} at once"] = spread(list(many))
            rate = len(many) / (time.perf_counter() - began)
            return {"answers": found, "open_lists_per_second": round(rate)}


def main() -> None:
    """Print one JSON object."""
    load = os.getloadavg()[0]
    result = asyncio.run(measure())
    worst = max(found["p95_ms"] for name, found in result["answers"].items() if "at once" not in name)
    print(
        json.dumps(
            {
                "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
                "load": round(load, 1),
                "cases": CASES,
                **result,
                "worst_p95_ms": worst,
                "budget_p95_ms": BUDGET_MS,
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
