"""Response: decisions a second, in memory and through the store, and what they cost beside 10⁵ open cases.

Run `python bench/respond.py`. Prints and keeps what one core does, beside the budgets below. Times are CPU time
of this process, so that other work on the machine counts less; what the disk takes is not in them.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import msgspec

from gateway.response.model import Action, Decision, Due, Incident
from gateway.response.respond import respond
from gateway.response.world import World
from gateway.store.rows import incident_row
from gateway.store.tables import incidents
from tests.gateway.response.estate import T0, change, site
from tests.gateway.response.office import Office

SIZES = (10, 1_000, 100_000)
RESULT = Path(__file__).resolve().parent / "results" / "respond.json"
LIVES = 1_000
STORED_LIVES = 100
SITE = site()
BUDGET = {
    "decisions_per_cpu_second": 2_000,  # a storm of a thousand alarms is decided in half a second
    "stored_decisions_per_cpu_second": 200,  # journal, chain and outbox in one transaction with each
    "bytes_a_case": 8_192,  # 10^5 open cases in 800 MB
    "growth_10_to_100000": 2.0,  # a decision beside 10^5 open cases against one beside 10
}
STEPS = (
    ("dispatch", "chen", ("manager",), {}),
    ("take", "wang", ("guard",), {}),
    ("arrive", "wang", ("guard",), {}),
    ("resolve", "wang", ("guard",), {"note": "ok", "code": "true_handled"}),
    ("close", "he", ("checker",), {}),
)


def lives() -> float:
    """Return decisions a second over whole lives: opened, dispatched, taken, arrived, resolved, closed."""
    world, seq = World(SITE), 0
    begin = time.process_time()
    for number in range(LIVES):
        now = T0 + timedelta(minutes=3 * number)
        seq += 1
        alarm = change(alert=f"a{number}", key={"n": number}, device=None, category="0203", t=now)
        opened = respond(world, alarm, now=now, seq=seq)
        world.apply(opened)
        for name, by, roles, fields in STEPS:
            seq += 1
            action = Action(
                name=name,
                by=by,
                roles=roles,
                incident=opened.incidents[0].number,
                fields=fields,  # type: ignore[arg-type]  # constants
            )
            world.apply(respond(world, action, now=now, seq=seq))
    return seq / (time.process_time() - begin)


def stored_lives(office: Office, lives: int, *, first: int) -> float:
    """Return decisions a second through pump and store: an alarm and five deeds a case, each in its own commit."""
    begin = time.process_time()
    for number in range(first, first + lives):
        office.say(f"door-{number}", "access.forced")
        case = next(iter(office.world.cases_of_device(f"door-{number}"))).number
        for name, by, _, fields in STEPS:
            office.act(name, by, case, key=f"{number}-{name}", **fields)
        office.now += timedelta(seconds=1)
    return lives * (1 + len(STEPS)) / (time.process_time() - begin)


def storm(office: Office, alarms: int) -> float:
    """Return opened cases a second when alarms come faster than commits, a hundred to a batch."""
    begin = time.process_time()
    for number in range(alarms):
        office.say(f"storm-{number}", "access.forced", commit=number % 100 == 99)
    office.pump.commit()
    return alarms / (time.process_time() - begin)


def opened() -> bytes:
    """Return a case as the store keeps it: in a building, sent to somebody."""
    case = respond(World(SITE), change(key={"n": -1}, category="0203"), now=T0, seq=1).incidents[0]
    return msgspec.json.encode(
        msgspec.structs.replace(case, state="dispatched", assignees=("wang",), told=("wang", "li"))
    )


def open_case(stored: bytes, number: int) -> Incident:
    """Return one more open case, with everything of its own in memory as after a start."""
    return msgspec.structs.replace(
        msgspec.json.decode(stored, type=Incident),
        number=f"demo-20260306-{number:06d}",
        alerts=(f"a{number}",),
        open_alerts=(f"a{number}",),
        alert_keys=(f"r|{number}",),
        opened_at=T0 - timedelta(hours=1) + timedelta(milliseconds=number),
        timers={
            "take": T0 + timedelta(hours=1, seconds=number % 180),
            "resolve": T0 + timedelta(hours=1, seconds=number),
            "remind.resolve.1": T0 + timedelta(hours=1, seconds=number * 0.8),
        },
    )


def filled(cases: int) -> World:
    """Return a world with many open cases: all in one building, all in one guard's hands."""
    world, stored = World(SITE), opened()
    for number in range(cases):
        world.apply(Decision(incidents=(open_case(stored, number),)))
    return world


def timed(repeat: int, function: Callable[[], object]) -> float:
    """Return the mean time of a call in microseconds."""
    begin = time.process_time()
    for _ in range(repeat):
        function()
    return (time.process_time() - begin) / repeat * 1e6


def resident_bytes() -> int:
    """Return the memory of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grown(cases: int) -> dict[str, float]:
    """Return what time, a person and one more alarm cost beside so many open cases."""
    before = resident_bytes()
    world = filled(cases)
    each = (resident_bytes() - before) / cases
    any_case = next(iter(world.incidents.values()))
    alarm = change(alert="x", key={"n": 5}, rule="other", category="0203", t=T0)
    dispatch = Action(
        name="reassign", by="chen", roles=("manager",), incident=any_case.number, fields={"reason": "x"}
    )
    due = Due(incident=any_case.number, timer="take", at=any_case.timers["take"])
    now = any_case.timers["take"]
    return {
        "open_cases": cases,
        "bytes_a_case": round(each),
        "due_nothing_us": round(timed(10_000, lambda: world.due(T0 - timedelta(seconds=1))), 2),
        "next_due_us": round(timed(10_000, world.next_due), 2),
        "put_one_us": round(timed(1_000, lambda: world.apply(Decision(incidents=(any_case,)))), 1),
        "open_one_more_us": round(timed(300, lambda: respond(world, alarm, now=T0, seq=9)), 1),
        "send_somebody_us": round(timed(300, lambda: respond(world, dispatch, now=T0, seq=9)), 1),
        "climb_us": round(timed(300, lambda: respond(world, due, now=now, seq=9)), 1),
    }


def in_store(cases: int) -> dict[str, float]:
    """Return the rates through the store, empty and beside so many open cases in it, and how long a start takes then."""
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder))
        empty = stored_lives(office, STORED_LIVES, first=0)
        stored = opened()
        rows = [incident_row(1, open_case(stored, number)) for number in range(cases)]
        with office.store.database.write.begin() as connection:
            connection.execute(incidents.insert(), rows)
        begin = time.process_time()
        office.kill()
        start = time.process_time() - begin
        full = stored_lives(office, STORED_LIVES, first=10_000)
        batches = storm(office, 2_000)
        office.store.close()
    return {
        "open_cases": cases,
        "decisions_per_cpu_second_empty": round(empty),
        "decisions_per_cpu_second_full": round(full),
        "storm_cases_per_cpu_second": round(batches),
        "start_cpu_s": round(start, 2),
    }


def main() -> None:
    rates = sorted(round(lives()) for _ in range(3))
    growth = [grown(cases) for cases in SIZES]
    stored = in_store(SIZES[-1])
    first, last = growth[0], growth[-1]
    measured = {
        "decisions_per_cpu_second": rates[1],
        "stored_decisions_per_cpu_second": stored["decisions_per_cpu_second_full"],
        "bytes_a_case": last["bytes_a_case"],
        "growth_10_to_100000": round(
            max(last[name] / first[name] for name in ("open_one_more_us", "send_somebody_us", "climb_us")), 2
        ),
    }
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "budget": BUDGET,
        "measured": measured,
        "decisions_per_cpu_second": {"median": rates[1], "range": [rates[0], rates[2]]},
        "growth": growth,
        "store": stored,
    }
    text = json.dumps(result, indent=2)
    print(text)
    RESULT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
