"""What the benchmarks of the rule engine are made of: an engine with rules and gates, events, and CPU time."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from devices.event import Event
from devices.registry import Device, Registry
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KIND = "access.denied"
STAGES = "stages: [{stage: warning, level: L3}]"


def engine_of(lines: list[str], devices: int = 0) -> Engine:
    """Return an engine with these rules over so many gates."""
    found = load_rules({"bench.yaml": "\n".join(lines)})
    assert not found.problems, [str(problem) for problem in found.problems]
    gates = (Device(id=f"g{n:06d}", type="access_gate", zone="yard") for n in range(devices))
    engine = Engine(found.rules, (), Site(id="c1", registry=Registry(gates)))
    engine.tick(T0, seq=0)
    return engine


def rule(name: str, detect: str, more: str = "") -> str:
    """Return one rule as written."""
    return f"- {{id: {name}, name: r, {more}detect: {detect}, {STAGES}}}"


def event(number: int, at: datetime, device: str, **data: Any) -> Event:
    """Return one event."""
    return Event(id=f"e{number:030d}", device=device, kind=KIND, at=at, received_at=at, data=data)


def cpu_us(work: Callable[[], object], count: int) -> float:
    """Return the CPU time of one run, per item."""
    gc.collect()
    gc.disable()
    begin = time.process_time()
    work()
    took = time.process_time() - begin
    gc.enable()
    return took / count * 1e6


def best(rounds: int, runs: dict[str, tuple[Callable[[], Callable[[], object]], int]]) -> dict[str, float]:
    """Return the least CPU time per item of each, the rounds of all interleaved."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, (make, count) in runs.items():
            found[name] = min(found.get(name, float("inf")), cpu_us(make(), count))
    return {name: round(value, 3) for name, value in found.items()}


def stepping(engine: Engine, events: list[Event]) -> Callable[[], object]:
    """Return a run of events through an engine."""

    def run() -> None:
        for each in events:
            engine.step(each, now=each.received_at)

    return run
