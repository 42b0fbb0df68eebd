"""Duty: who is on duty, what if it happened now, a week's gaps and a month's calendar, for a large estate.

Run `python bench/duty.py`. 200 people, 100 shifts (half of them rotations over midnight), 50 grids, 200 swaps and days of
leave. Times are those of the thread's own processor. Budgets, p95: on duty at a new instant 5 ms, what if 50 ms; a week's gaps and a month's calendar 1 s each, as they
are read when a page opens or a roster is saved.
"""

from __future__ import annotations

import json
import platform
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gateway.response.grid import Grid
from gateway.response.model import Person
from gateway.response.roster import Leave, Override, Roster, Shift
from gateway.response.roster_gaps import gaps, wanted_of
from gateway.response.roster_spans import stints
from gateway.response.what_if import Where, what_if
from gateway.response.world import World
from tests.gateway.response.estate import SHANGHAI, site

START = datetime(2026, 3, 6, 4, tzinfo=UTC)
BUDGETS_MS = {"on_duty": 5.0, "what_if": 50.0, "week_gaps": 1000.0, "month_calendar": 1000.0}
ROLES = ("guard", "worker", "worker", "leader", "maintenance", "manager")


def estate() -> World:
    """Return a world of 200 people in 100 shifts over 50 grids."""
    grids = {"c": Grid(id="c", kind="community")} | {
        f"g{n}": Grid(id=f"g{n}", parent="c", buildings=(f"b{n}",)) for n in range(49)
    }
    people = {
        f"p{n}": Person(
            id=f"p{n}", name=f"P{n}", roles=(ROLES[n % 6],), grids=(f"g{n % 49}",) if n % 6 < 3 else ()
        )  # type: ignore[arg-type]  # the roles and times of the tables above
        for n in range(200)
    }
    shifts = []
    for n in range(100):
        pair = (f"p{2 * n}", f"p{2 * n + 1}")
        role = people[pair[0]].roles[0]
        night = {
            "begin": time(20),
            "end": time(8),
            "rotation": ((pair[0],), (pair[1],)),
            "start": date(2026, 3, 2),
        }
        day = {"begin": time(8), "end": time(20), "days": ("workday", "sat"), "people": pair}
        shifts.append(Shift(id=f"s{n}", role=role, **(night if n % 2 else day)))  # type: ignore[arg-type]  # the roles and times of the tables above
    leave = tuple(
        Leave(
            person=f"p{n}",
            begin=date(2026, 3, 1) + timedelta(days=n % 30),
            end=date(2026, 3, 1) + timedelta(days=n % 30),
        )
        for n in range(100)
    )
    overrides = tuple(
        Override(
            begin=START + timedelta(hours=7 * n), end=START + timedelta(hours=7 * n + 12), role="guard", shift=f"s{n}",
            remove=(f"p{2 * n}",), add=(f"p{(2 * n + 12) % 200}",),
        )
        for n in range(100)
    )  # fmt: skip
    roster = Roster(shifts=tuple(shifts), leave=leave, overrides=overrides)
    return World(site(people=people, grids=grids, roster=roster))


def timed(act: Callable[[int], object], rounds: int) -> dict[str, float]:
    """Return p50 and p95 in milliseconds of processor time."""
    took = []
    for number in range(rounds):
        began = clock.thread_time()
        act(number)
        took.append((clock.thread_time() - began) * 1000)
    took.sort()
    return {"p50_ms": round(took[len(took) // 2], 3), "p95_ms": round(took[int(len(took) * 0.95)], 3)}


def main() -> None:
    """Measure, print, keep."""
    world = estate()
    view = world.site
    wanted = wanted_of(view.roster, view.grids)
    measured: dict[str, Any] = {
        "on_duty": timed(lambda n: world.on_duty(f"g{n % 49}", "worker", START + timedelta(minutes=17 * n)), 500),
        "what_if": timed(
            lambda n: what_if(world, ("0101", "0205", "0401", "0301")[n % 4], Where(grid=f"g{n % 49}"), START + timedelta(minutes=13 * n)),
            200,
        ),
        "week_gaps": timed(
            lambda n: gaps(
                view.roster, view.people, view.grids, wanted, start=START + timedelta(days=n), days=7, zone=SHANGHAI
            ),
            20,
        ),
        "month_calendar": timed(
            lambda n: stints(view.roster, START + timedelta(days=n), START + timedelta(days=n + 31), SHANGHAI), 20
        ),
    }  # fmt: skip
    for name, figures in measured.items():
        figures["budget_p95_ms"] = BUDGETS_MS[name]
        figures["within_budget"] = figures["p95_ms"] <= BUDGETS_MS[name]
    found = {"machine": platform.machine(), "python": platform.python_version(), **measured}
    text = json.dumps(found, indent=1)
    Path(__file__).with_name("results").joinpath("duty.json").write_text(f"{text}\n", "utf-8")
    print(text)
    if not all(figures["within_budget"] for figures in measured.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
