"""How the cost of the rule engine grows: with rules, keys, window sizes and pending deadlines; snapshot and memory.

CPU time of this process, the best of interleaved rounds (other work on the machine only ever adds). Rivals run on the
same facts in the same rounds (`bench/rules_rivals.py`). Prints one JSON object and keeps it in
`bench/results/rules_curves.json`, drawn in `bench/results/rules_curves.svg`.
    python bench/rules_curves.py [--rounds 5] [--most 100000]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.curve import Series, sheet
from bench.rules_parts import KIND, SECOND, T0, best, cpu_us, engine_of, event, rule, stepping
from bench.rules_rivals import Asked, Post, business_rules, durable_rules, plain_loop
from devices.event import Event
from devices.kinds import KINDS

RESULTS = Path(__file__).resolve().parent / "results"
OTHERS = [kind for kind in KINDS if not kind.startswith("access.")]


# --- rules


def by_rules(rounds: int) -> list[dict[str, float]]:
    """Five rules read the kind; the others read other kinds: ours, a plain loop, two engines from PyPI."""
    rows = []
    for total in (10, 30, 100, 300, 1000, 3000):
        asked: list[Asked] = [(KIND, 1000.0 + number) for number in range(5)]
        asked += [(OTHERS[number % len(OTHERS)], 1000.0 + number) for number in range(total - 5)]
        lines = [
            rule(f"o.r{number}", f"{{event: {{of: {{kind: {kind}, where: 'data.n > {limit}'}}}}}}")
            for number, (kind, limit) in enumerate(asked)
        ]
        rivals: dict[str, Post | None] = {
            "plain loop": plain_loop(asked),
            "business-rules": business_rules(asked) if total <= 300 else None,
            "durable-rules": durable_rules(asked, f"r{total}") if total <= 1000 else None,
        }
        runs = {"this engine": (lambda lines=lines: _quiet_run(lines, 2000), 2000)}
        for name, post in rivals.items():
            if post is not None:
                count = 100 if name == "business-rules" else 1000
                runs[name] = (lambda post=post, count=count: _posting(post, count), count)
        rows.append({"rules": total, **best(rounds, runs)})
    return rows


def _quiet_run(lines: list[str], count: int, **data: Any) -> Callable[[], object]:
    engine = engine_of(lines, 200)
    events = [event(n, T0 + n * SECOND, f"g{n % 200:06d}", n=n % 100, **data) for n in range(count + 400)]
    stepping(engine, events[:400])()
    return stepping(engine, events[400:])


def _posting(post: Post, count: int) -> Callable[[], object]:
    facts = [
        {"kind": KIND, "n": n % 100, "sid": "1", "id": f"{time.monotonic_ns()}-{n}"} for n in range(count)
    ]

    def run() -> None:
        for fact in facts:
            post(fact)

    return run


SHAPES = {
    "of other kinds": "{of: {of}}",
    "of another device type": "scope: 'device.type == \"lift\"', ",
    "of a tag the device lacks": "scope: '\"perimeter\" in device.tags', ",
    "where a word differs": "scope: 'data.reason == \"r{n}\"', ",
    "where a number is too small": "scope: 'data.n > 10{n}', ",
    "where two things must hold": "scope: 'data.door != 2 && data.n > 10{n}', ",
}


def one_more(rounds: int) -> dict[str, float]:
    """What one more loaded rule that does not match costs an event, by what keeps it out (of 100 such rules)."""
    runs: dict[str, tuple[Callable[[], Callable[[], object]], int]] = {}
    base = [rule("a.count", f"{{count: {{of: {KIND}, at_least: 5, within: 60s}}}}")]
    runs["none"] = (lambda: _quiet_run(base, 2000, reason="x", door=1), 2000)
    for name, scope in SHAPES.items():
        lines = list(base)
        for number in range(100):
            kind, more = (
                (OTHERS[number % len(OTHERS)], "")
                if "kinds" in name
                else (KIND, scope.replace("{n}", str(number)))
            )
            lines.append(rule(f"b.r{number}", f"{{count: {{of: {kind}, at_least: 3, within: 60s}}}}", more))
        runs[name] = (lambda lines=lines: _quiet_run(lines, 2000, reason="x", door=1), 2000)
    found = best(rounds, runs)
    return {name: round((found[name] - found["none"]) / 100, 3) for name in SHAPES}


# --- keys, windows, deadlines


def by_keys(rounds: int, most: int) -> list[dict[str, float]]:
    """Two rules with a state each for so many devices: per event, per new key, in memory and in the snapshot."""
    lines = [
        rule("k.count", f"{{count: {{of: {KIND}, at_least: 5, within: 60s}}}}"),
        rule("k.then", f"{{sequence: {{first: {KIND}, then: access.forced, within: 30s}}}}"),
    ]
    rows = []
    for keys in (each for each in (100, 1_000, 10_000, 100_000) if each <= most):
        first = [event(n, T0 + n * SECOND / 100, f"g{n:06d}") for n in range(keys)]
        later = [
            event(keys + n, T0 + (keys + n) * SECOND, f"g{n * 7919 % keys:06d}")
            for n in range(min(keys * 2, 10_000))
        ]
        row: dict[str, float] = {"keys": keys}
        for _ in range(rounds if keys <= 10_000 else 1):
            _snapshots(row, lines, keys, first, later)
        row["bytes_per_rule_and_key"] = _weight(lines[0], keys)
        rows.append(row)
    return rows


def _snapshots(
    row: dict[str, float], lines: list[str], keys: int, first: list[Event], later: list[Event]
) -> None:
    """Fill the keys, use them, write all of them and then what 1,000 events changed, and read all."""
    engine, again = engine_of(lines, keys), engine_of(lines, keys)
    _least(row, "first_event_us", cpu_us(stepping(engine, first), keys))
    _least(row, "event_us", cpu_us(stepping(engine, later), len(later)))
    kept: dict[tuple[str, str], bytes | None] = {}
    _least(row, "dump_all_ms", cpu_us(lambda: kept.update(engine.dump_changed()), 1000))
    stepping(engine, later[: min(len(later), 1000)])()
    _least(row, "dump_1000_events_ms", cpu_us(engine.dump_changed, 1000))
    rows = {name: blob for name, blob in kept.items() if blob is not None}
    _least(row, "load_ms", cpu_us(lambda: again.load(rows), 1000))
    row["snapshot_bytes_per_key"] = round(sum(len(blob) for (of, _), blob in rows.items() if of) / keys / 2)


def _least(row: dict[str, float], name: str, value: float) -> None:
    row[name] = round(min(row.get(name, float("inf")), value), 3)


def _weight(line: str, keys: int) -> int:
    """Bytes that a rule adds for each of its keys, with one event in the window; the device's own are left out."""
    weighed = []
    for lines in ([line], []):
        engine = engine_of(lines or ["[]"], keys)
        tracemalloc.start()
        for n in range(keys):
            at = T0 + n * SECOND / 100
            engine.step(event(n, at, f"g{n:06d}"), now=at)
        engine.dump_changed()
        gc.collect()
        weighed.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    return round((weighed[0] - weighed[1]) / keys)


def by_window(rounds: int) -> list[dict[str, float]]:
    """One key whose window holds n events all the time: count just below its number, distinct values, average."""
    rows = []
    for size in (1, 10, 100, 1_000, 10_000):
        span = f"{size}s"
        detects = {
            "count": f"{{count: {{of: {KIND}, at_least: {size + 1}, within: {span}}}}}",
            "average": f"{{aggregate: {{of: {KIND}, value: data.n, fn: avg, over: {span}, above: 1e9}}}}",
        }
        if size <= 1000:
            detects["distinct"] = (
                f"{{count: {{of: {KIND}, at_least: {size + 1}, within: {span}, distinct: data.n}}}}"
            )
        events = [event(n, T0 + n * SECOND, "g000000", n=n % size) for n in range(2 * size + 600)]
        runs = {}
        for name, detect in detects.items():

            def make(detect: str = detect, events: list[Event] = events) -> Callable[[], object]:
                engine = engine_of([rule("w.r", detect)], 1)
                stepping(engine, events[:-500])()
                return stepping(engine, events[-500:])

            runs[name] = (make, 500)
        rows.append({"window": size, **best(rounds if size < 10_000 else 2, runs)})
    return rows


def by_deadlines(rounds: int, most: int) -> list[dict[str, float]]:
    """So many conditions wait for their time: what an event costs that moves one, and what one costs that falls due."""
    rows = []
    line = rule("d.r", f"{{sustained: {{of: {KIND}, holds: data.open, for: 10d}}}}")
    quiet = rule("d.r", f"{{missing: {{first: {KIND}, then: access.forced, within: 10d}}}}")
    for pending in (each for each in (100, 1_000, 10_000, 100_000) if each <= most):
        row: dict[str, float] = {"pending": pending}
        begun = [event(n, T0 + n * SECOND / 1000, f"g{n:06d}", open=True) for n in range(pending)]
        turns = [
            event(pending + n, T0 + (pending + n) * SECOND, f"g{n * 7919 % pending:06d}", open=n % 2 == 1)
            for n in range(2000)
        ]
        for _ in range(rounds if pending <= 10_000 else 1):
            engine = engine_of([line], pending)
            stepping(engine, begun)()
            _least(row, "event_us", cpu_us(stepping(engine, turns), len(turns)))
            _least(row, "falls_due_us", _falling(quiet, begun))
        rows.append(row)
    return rows


def _falling(line: str, begun: list[Event]) -> float:
    """What each of 1,000 deadlines costs that fall due, an alert being opened by each, with all others behind it."""
    engine, count = engine_of([line], len(begun)), min(len(begun), 1000)
    stepping(engine, begun)()
    end = begun[count - 1].at + timedelta(days=10, seconds=5)
    return cpu_us(lambda: engine.tick(end, seq=1), count)


# --- all of it


def _line(rows: list[dict[str, float]], x: str, y: str) -> list[tuple[float, float]]:
    return [(row[x], row[y]) for row in rows if row.get(y)]


def _lines(rows: list[dict[str, float]], x: str, names: list[str]) -> Series:
    return {name: line for name in names if (line := _line(rows, x, name))}


def draw(found: dict[str, Any]) -> str:
    """Return the drawn curves."""
    engines = ["this engine", "plain loop", "business-rules", "durable-rules"]
    return sheet(
        [
            ("Cost of an event by number of rules", "rules, 5 of them of its kind", "µs", _lines(found["rules"], "rules", engines)),
            ("Cost of an event by number of keys", "keys", "µs", _lines(found["keys"], "keys", ["event_us", "first_event_us"])),
            ("Cost of an event by size of the window", "events in the window", "µs", _lines(found["windows"], "window", ["count", "distinct", "average"])),
            ("Deadlines", "pending", "µs", _lines(found["deadlines"], "pending", ["event_us", "falls_due_us"])),
            ("Snapshot", "keys (two rules each)", "ms", _lines(found["keys"], "keys", ["dump_all_ms", "load_ms", "dump_1000_events_ms"])),
        ]
    )  # fmt: skip


def main() -> None:
    """Measure, print, keep and draw."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--most", type=int, default=100_000)
    asked = ask.parse_args()
    found: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "unit": "µs of CPU time per event, the least of interleaved rounds",
        "rules": by_rules(asked.rounds),
        "one_more_rule_us": one_more(asked.rounds),
        "windows": by_window(asked.rounds),
        "deadlines": by_deadlines(asked.rounds, asked.most),
        "keys": by_keys(asked.rounds, asked.most),
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (RESULTS / "rules_curves.json").write_text(text + "\n", encoding="utf-8")
    (RESULTS / "rules_curves.svg").write_text(draw(found), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
