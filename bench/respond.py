"""Response: decisions a second, and what `due` costs with a hundred thousand open cases.

Run `python bench/respond.py`. Prints and keeps what this machine does on one core.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from gateway.response.model import Action, Decision
from gateway.response.respond import respond
from gateway.response.world import World
from tests.gateway.response.estate import T0, change, site

SIZES = (10, 1_000, 100_000)
RESULT = Path(__file__).resolve().parent / "results" / "respond.json"
LIVES = 2_000
SITE = site()


def lives() -> float:
    """Return decisions a second over whole lives: opened, dispatched, taken, arrived, resolved, closed."""
    world, seq = World(SITE), 0
    begin = time.perf_counter()
    for number in range(LIVES):
        now = T0 + timedelta(minutes=3 * number)
        key = {"n": number}
        seq += 1
        opened = respond(
            world, change(alert=f"a{number}", key=key, device=None, category="0203", t=now), now=now, seq=seq
        )
        world.apply(opened)
        case = opened.incidents[0].number
        for name, by, roles, fields in (
            ("dispatch", "chen", ("manager",), {}),
            ("take", "wang", ("guard",), {}),
            ("arrive", "wang", ("guard",), {}),
            ("resolve", "wang", ("guard",), {"note": "ok", "code": "true_handled"}),
            ("close", "he", ("checker",), {}),
        ):
            seq += 1
            action = Action(name=name, by=by, roles=roles, incident=case, fields=fields)  # type: ignore[arg-type]  # constants
            world.apply(respond(world, action, now=now, seq=seq))
    return seq / (time.perf_counter() - begin)


def filled(cases: int) -> World:
    """Return a world with many open cases, each with its own timers."""
    world = World(SITE)
    first = respond(
        world, change(alert="a", key={"n": -1}, device=None, category="0203"), now=T0, seq=1
    ).incidents[0]
    for number in range(cases):
        case = msgspec.structs.replace(
            first,
            number=f"demo-20260306-{number:06d}",
            alerts=(f"a{number}",),
            open_alerts=(f"a{number}",),
            alert_keys=(f"r|{number}",),
            timers={
                "resolve": T0 + timedelta(seconds=number),
                "remind.resolve.1": T0 + timedelta(seconds=number * 0.8),
            },
        )
        world.apply(Decision(incidents=(case,)))
    return world


def timed(repeat: int, function: object) -> float:
    """Return the mean time of a call in microseconds."""
    begin = time.perf_counter()
    for _ in range(repeat):
        function()  # type: ignore[operator]  # a callable without arguments
    return (time.perf_counter() - begin) / repeat * 1e6


def grown(cases: int) -> dict[str, float]:
    """Return what time and one more alarm cost beside so many open cases."""
    begin = time.perf_counter()
    world = filled(cases)
    fill = time.perf_counter() - begin
    alarm = change(alert="x", key={"n": 5}, rule="other", category="0203")
    return {
        "open_cases": cases,
        "put_one_us": round(fill / cases * 1e6, 1),
        "due_nothing_us": round(timed(10_000, lambda: world.due(T0 - timedelta(seconds=1))), 2),
        "due_ten_us": round(timed(1_000, lambda: world.due(T0 + timedelta(seconds=4))), 1),
        "next_due_us": round(timed(10_000, world.next_due), 2),
        "open_one_more_us": round(timed(200, lambda: respond(world, alarm, now=T0, seq=9)), 1),
    }


def main() -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    rates = sorted(round(lives()) for _ in range(3))
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine,
        "load": round(os.getloadavg()[0], 1),
        "decisions_per_second": {"median": rates[1], "range": [rates[0], rates[2]]},
        "growth": [grown(cases) for cases in SIZES],
    }
    text = json.dumps(result, indent=2)
    print(text)
    RESULT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
