"""What one rule costs an event and what one key weighs, operator by operator: the figures behind `rules/cost.py`.

CPU time of this process with the rule, less the same without it; bytes by tracemalloc for keys with few and with many
remembered events. Prints one JSON object: measured, estimated by `rules.cost`, and how far they lie apart.
    python bench/rule_cost.py [--events 20000] [--rounds 5] [--keys 1000]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from devices.event import Event
from rules.cost import cost_of
from rules.engine import Engine
from rules.load import load_rules
from rules.model import Rule
from rules.site import Site

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
DEVICES = 200
SPACING = timedelta(milliseconds=20)
FEW, MANY = 2, 40  # events of one key between which the weight of one remembered event is measured
CASES = {
    "event": "{event: {of: env.level}}",
    "event_where": "{event: {of: {kind: env.level, where: 'data.value > 900 && data.value < 1000'}}}",
    "count": "{count: {of: env.level, at_least: 1000, within: 1h}}",
    "count_distinct": "{count: {of: env.level, at_least: 1000, within: 1h, distinct: data.value}}",
    "corroborate": "{corroborate: {any_of: [env.level], at_least: 1000, within: 1h, distinct: data.value}}",
    "sustained": "{sustained: {of: env.level, holds: 'data.value > 900', for: 1h}}",
    "absence": "{absence: {of: env.level, for: 12h}}",
    "sequence": "{sequence: {first: env.level, then: env.leak, within: 1h}}",
    "missing": "{missing: {first: env.level, then: env.leak, within: 12h}}",
    "aggregate_last": "{aggregate: {of: env.level, value: data.value, fn: last, over: 1 events, above: 900, clear_below: 800}}",
    "aggregate_avg": "{aggregate: {of: env.level, value: data.value, fn: avg, over: 5m, above: 900, clear_below: 800}}",
    "aggregate_max": "{aggregate: {of: env.level, value: data.value, fn: max, over: 1h, above: 900, clear_below: 800}}",
}  # fmt: skip


def rule(detect: str, more: str = "") -> Rule:
    """Return a rule that reads every event and never opens anything."""
    text = f"- {{id: a.b, name: a, category: '0901', note: a, detect: {detect}, stages: [{{stage: warning, level: L3}}]{more}}}"
    found = load_rules({"a.yaml": text})
    assert not found.problems, found.problems
    return found.rules[0]


def event(n: int, keys: int) -> Event:
    """Return the n-th level of many devices in turn, below every threshold."""
    at = T0 + SPACING * n
    data = {"value": float(n % 97) + n / 1e6}
    return Event(
        id=f"{n:036d}", device=f"d{n % keys:05d}", kind="env.level", at=at, received_at=at, data=data
    )


def events(number: int, keys: int) -> list[Event]:
    """Return the first levels."""
    return [event(n, keys) for n in range(number)]


def engine_of(found: Rule | None) -> Engine:
    """Return an engine with this rule alone, or none."""
    engine = Engine([] if found is None else [found], (), Site())
    engine.tick(T0, seq=0)
    return engine


def run(found: Rule | None, told: list[Event]) -> float:
    """Return CPU seconds of the events through one engine."""
    engine = engine_of(found)
    gc.collect()
    gc.disable()
    begin = time.process_time()
    for each in told:
        engine.step(each, now=each.received_at)
    took = time.process_time() - begin
    gc.enable()
    return took


def weight(found: Rule | None, number: int, keys: int) -> int:
    """Return bytes of an engine after `number` events of each key."""
    engine = engine_of(found)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(number * keys):
        said = event(n, keys)  # made here: what the engine keeps of it is counted
        engine.step(said, now=said.received_at)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used


def measure(detect: str, told: list[Event], rounds: int, keys: int) -> dict[str, float]:
    """Measure one rule, and set beside it what the model says."""
    found = rule(detect)
    pairs = [(run(found, told), run(None, told)) for _ in range(rounds)]
    us = statistics.median((with_it - without) / len(told) * 1e6 for with_it, without in pairs)
    few, many = ((weight(found, n, keys) - weight(None, n, keys)) / keys for n in (FEW, MANY))
    entry = (many - few) / (MANY - FEW)
    said = cost_of(found, entries=FEW)
    quick = cost_of(found, entries=_mean_entries(found, len(told))).us_per_event
    return {
        "us": round(us, 2), "us_estimated": round(quick, 2), "us_ratio": round(quick / us, 2) if us > 0 else 0,
        "bytes_few": round(few), "bytes_estimated": said.bytes_per_key, "bytes_ratio": round(said.bytes_per_key / few, 2),
        "bytes_per_entry": round(entry),
    }  # fmt: skip


def _mean_entries(found: Rule, number: int) -> int:
    """Return how many events of its key an event finds remembered, on the average of a run."""
    if getattr(found.detect, "over_events", None) is not None:
        return 1
    return max(1, number // DEVICES // 2)


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--events", type=int, default=20_000)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--keys", type=int, default=1000)
    asked = ask.parse_args()
    told = events(asked.events, DEVICES)
    measured = {name: measure(detect, told, asked.rounds, asked.keys) for name, detect in CASES.items()}
    report = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "unit": "µs of CPU an event, bytes a key",
        "measured": measured,
    }
    print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
