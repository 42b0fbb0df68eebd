"""How much the path from packet to commit costs: decode, recognise repetitions, rules, respond, one FULL commit a batch.

Messages of our own namespace from 200 gates, all built-in rule packs loaded. Prints one JSON object: events
per second at 256 a batch, microseconds an event by stage, bytes given to write() an event. `--estate` instead
replays an hour of a community at its real rate, closing batches as the writer does, and reports bytes only.
    python bench/pump.py [--events 50000] [--rounds 3] [--batch 256] [--estate]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec
import uuid_utils

from devices.decode import Decoder
from devices.event import RawMessage
from devices.profile import load_profiles
from devices.registry import Device, Registry
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.clock import ClockMark, to_us
from gateway.pump import Pump
from gateway.response.respond import respond
from gateway.response.world import SiteView, World
from gateway.store.recover import Recovery
from gateway.store.store import Store
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 4, 10, tzinfo=UTC)
GATES = 200
PASSAGES = 0.5  # a second
PER_MINUTE = GATES  # messages, at least
FACTS: dict[str, dict[str, Any]] = {
    "access.granted": {"door": "1", "dir": "in", "method": "card"},
    "access.denied": {"door": "1", "dir": "in", "method": "card", "reason": "unknown_card"},
    "access.forced": {"door": "1"},
    "contact.opened": {"door": "1"},
    "contact.closed": {"door": "1"},
    "device.heartbeat": {},
}


class Estate:
    """Gates that speak, seeded; every message is a new event."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._count = 0
        devices = [
            Device(id=f"gate-{n}", type="access_gate", profile="own", building=f"b{n % 30}")
            for n in range(GATES)
        ]
        self.registry = Registry(devices)

    def say(self, at: datetime, gate: str, kind: str) -> RawMessage:
        """Return the next message of this gate."""
        self._count += 1
        state = {"door": kind.rpartition(".")[2]} if kind.startswith("contact.") else {}
        body: dict[str, Any] = {
            "n": self._count,
            "boot": "b41",
            "at": at.isoformat(),
            "data": FACTS[kind],
            "state": state,
        }
        body["subject"] = {"cred": f"{self._random.randrange(20_000):08d}"}
        return RawMessage(topic=f"sc1/sc/{gate}/e/{kind}", payload=msgspec.json.encode(body), received_at=at)


def open_pump(folder: Path, estate: Estate, *, journal_start: bool = True) -> tuple[Store, Pump]:
    """Open a whole core on a folder; leave out journaling the start where only the recovery is of interest."""
    store = Store.open(folder, reserve_bytes=4096)
    site = Site(id="sc", zone=ZONE, registry=estate.registry)
    loaded = load_rules(builtin_packs())
    profiles, problems = load_profiles(builtin_profiles())
    assert not problems, problems
    assert not loaded.problems, loaded.problems
    recovery = Recovery(
        store,
        make_rules=lambda: Engine(loaded.rules, loaded.inhibits, site),
        make_cases=lambda cases, numbers, modes: World(
            SiteView(id="sc", zone=ZONE, registry=estate.registry),
            incidents=cases,
            counters=numbers,
            modes=modes,
        ),
    )
    pump = Pump(
        store=store,
        decoder=Decoder(
            profiles=profiles, registry=estate.registry, site="sc", zone=ZONE, site_key=b"k" * 32
        ),
        recover=recovery,
        respond=respond,
        mint=lambda: str(uuid_utils.uuid7()),
        mark=ClockMark(boot="bench", base_us=to_us(START), offset_us=0, synchronised=True),
        now=START,
    )
    if journal_start:
        pump.restart(START, timedelta(0))
        pump.commit()
    return store, pump


def written() -> int:
    """Return the bytes this process gave to write() so far."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text("ascii").splitlines())
    return int(fields["wchar"])


class Stopwatch:
    """Adds up the processor time spent inside a function."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self.seconds = 0.0
        self._work = work

    def __call__(self, *args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return self._work(*args, **named)
        finally:
            self.seconds += time.process_time() - began


def drive(pump: Pump, messages: list[RawMessage], batch: int) -> tuple[float, float]:
    """Feed all messages, commit every `batch`; return the seconds it took, by the clock and of the processor."""
    began, began_work = time.perf_counter(), time.process_time()
    for start in range(0, len(messages), batch):
        for message in messages[start : start + batch]:
            pump.message(message, message.received_at, _nothing)
        pump.commit()
    return time.perf_counter() - began, time.process_time() - began_work


def _nothing() -> None:
    """Stand for an acknowledgement."""


def blast(events: int, rounds: int, batch: int) -> dict[str, Any]:
    """Measure the drain of a backlog: rate, cost by stage, bytes."""
    rates, sizes, cpu = [], [], []
    stages: dict[str, list[float]] = {"decode": [], "rules": [], "respond": [], "commit": [], "rest": []}
    for number in range(rounds):
        estate = Estate(number)
        with tempfile.TemporaryDirectory(dir=".") as folder:
            store, pump = open_pump(Path(folder), estate)
            story = day_part(1 + 2 * events // PER_MINUTE)[: 2 * events]
            told = [estate.say(START + timedelta(seconds=at), gate, kind) for at, gate, kind in story]
            messages, more = told[:events], told[events:]
            before = written()
            took, work = drive(pump, messages, batch)
            rates.append(events / took)
            cpu.append(work / events * 1e6)
            sizes.append((written() - before) / events)
            flow = pump._flow  # noqa: SLF001 - the stages are measured from inside
            watches = {
                "decode": Stopwatch(pump.decoder.decode),
                "rules": Stopwatch(flow.state.rules.step),
                "respond": Stopwatch(flow.reaction._respond),  # noqa: SLF001
                "commit": Stopwatch(store.commit),
            }
            pump.decoder.decode = watches["decode"]  # type: ignore[method-assign]  # measured in place
            flow.state.rules.step = watches["rules"]  # type: ignore[method-assign]  # measured in place
            flow.reaction._respond = watches["respond"]  # noqa: SLF001
            store.commit = watches["commit"]  # type: ignore[method-assign]  # measured in place
            _, took = drive(pump, more, batch)
            for name, watch in watches.items():
                stages[name].append(watch.seconds / events * 1e6)
            stages["rest"].append((took - sum(watch.seconds for watch in watches.values())) / events * 1e6)
            store.close()
    return {
        "events_per_second": [round(rate) for rate in rates],
        "events_per_second_median": round(statistics.median(rates)),
        "cpu_us_per_event": round(statistics.median(cpu), 2),
        "cpu_us_per_event_by_stage": {
            name: round(statistics.median(values), 2) for name, values in stages.items()
        },
        "bytes_per_event": round(statistics.median(sizes)),
        "batch": batch,
    }


def day_part(minutes: int) -> list[tuple[float, str, str]]:
    """Return (second, gate, kind) of a quiet community: passages, heartbeats once a minute, a few denials."""
    chance = random.Random(7)
    found = [
        (60.0 * minute + gate * 60 / GATES, f"gate-{gate}", "device.heartbeat")
        for minute in range(minutes)
        for gate in range(GATES)
    ]
    at = 0.0
    while at < 60 * minutes:
        at += chance.expovariate(PASSAGES)
        gate = f"gate-{min(int(chance.expovariate(1 / 30)), GATES - 1)}"  # some doors are used much more than others
        if chance.random() < 0.02:
            found.append((at, gate, "access.denied"))
            continue
        opened = at + 0.6
        found += [
            (at, gate, "access.granted"),
            (opened, gate, "contact.opened"),
            (opened + 5, gate, "contact.closed"),
        ]
    found.append((1800.0, "gate-3", "access.forced"))
    return sorted(found)


def hour(flush_s: float) -> dict[str, Any]:
    """Give the gateway an hour at the real rate, batches closing as the writer closes them; count bytes."""
    estate = Estate(7)
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store, pump = open_pump(Path(folder), estate)
        before, opened, commits, changes = written(), None, 0, 0
        pump.listeners.append(lambda told: sizes.append(len(told.changes)))
        sizes: list[int] = []
        story = day_part(60)
        for second, gate, kind in story:
            at = START + timedelta(seconds=second)
            if opened is not None and at >= opened + timedelta(seconds=flush_s):
                pump.commit()
                commits, opened = commits + 1, None
            pump.message(estate.say(at, gate, kind), at, _nothing)
            opened = opened or at
            if pump.batch.closing:
                pump.commit()
                commits, opened = commits + 1, None
        size, changes = written() - before, sum(sizes)
        store.close()
    return {
        "events": len(story),
        "commits": commits,
        "changes": changes,
        "bytes_per_event": round(size / len(story)),
        "bytes_per_commit": round(size / commits),
        "flush_s": flush_s,
    }


def main() -> None:
    """Run and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=30_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--batch", type=int, default=256)
    options.add_argument("--estate", action="store_true")
    chosen = options.parse_args()
    found = hour(5.0) if chosen.estate else blast(chosen.events, chosen.rounds, chosen.batch)
    found |= {
        "bench": "pump",
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
