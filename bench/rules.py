"""How many events a second one core judges, what a further rule costs, and what a key weighs.

CPU time of this process, not wall time: other work on the machine does not count. Prints one JSON object and
keeps it in `bench/results/rules.json`: figures, goals, machine and versions.
    python bench/rules.py [--events 20000] [--rounds 5] [--keys 100000]
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
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec
import uuid_utils

from devices.decode import Decoder
from devices.event import Event, RawMessage
from devices.kinds import KINDS
from devices.profile import load_profiles
from devices.registry import Device, Registry
from rules.engine import Engine
from rules.load import Loaded, load_rules
from rules.site import Site

ROOT = Path(__file__).resolve().parents[1]
PROFILES = [
    profile
    for profile in load_profiles(
        {p.name: p.read_text("utf-8") for p in (ROOT / "devices/profiles").glob("*.yaml")}
    )[0]
    if profile.id in ("own", "gate")
]
RESULT = Path(__file__).resolve().parent / "results" / "rules.json"
T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
GATES = 200
WARM = 2 * GATES
GOALS = {
    "events_per_s": 50_000,
    "with_3000_rules": 0.75,
    "one_more_rule_us": 0.5,
    "bytes_per_key": 2048,
    "mb_100000_keys": 200,
}
# What reads access.denied: five rules as they stand at a gate, four of which really look at these events.
READERS = """
- {id: a.repeated, name: a, detect: {count: {of: access.denied, at_least: 5, within: 60s}}, stages: [{stage: warning, level: L3}]}
- {id: a.night, name: a, scope: 'device.type == "access_gate"', detect: {count: {of: {kind: access.denied, where: 'data.reason == "expired"'}, at_least: 3, within: 10m}}, stages: [{stage: warning, level: L3}]}
- {id: a.cards, name: a, detect: {count: {of: access.denied, at_least: 4, within: 5m, distinct: subject.cred}}, stages: [{stage: warning, level: L3}]}
- {id: a.garage, name: a, scope: 'device.zone == "garage"', detect: {event: {of: access.denied}}, stages: [{stage: alarm, level: L2}]}
- {id: a.then, name: a, detect: {sequence: {first: access.denied, then: access.forced, within: 30s}}, stages: [{stage: alarm, level: L2}]}
"""


def rules(others: int, *, same_kind: int = 0) -> Loaded:
    """Five rules that read the kind, `others` of other kinds, and some of the kind that never match."""
    kinds = [kind for kind in KINDS if not kind.startswith("access.")]
    lines = [READERS]
    for number in range(others):
        kind = kinds[number % len(kinds)]
        lines.append(
            f"- {{id: o.r{number}, name: o, detect: {{count: {{of: {kind}, at_least: 3, within: 60s}}}}, stages: [{{stage: warning, level: L3}}]}}"
        )
    lines += [
        f"- {{id: s.r{number}, name: s, scope: 'data.door != 1 && data.door > {number}', detect: {{event: {{of: access.denied}}}}, stages: [{{stage: warning, level: L3}}]}}"
        for number in range(same_kind)
    ]
    found = load_rules({"bench.yaml": "\n".join(lines)})
    assert not found.problems, [str(problem) for problem in found.problems]
    return found


def site() -> Site:
    """Two hundred gates in twenty buildings."""
    gates = (
        Device(id=f"g{n:03d}", type="access_gate", building=f"b{n % 20}", zone="yard", profile="own")
        for n in range(GATES)
    )
    return Site(id="c1", registry=Registry(gates))


def messages(count: int) -> list[RawMessage]:
    """Denials 100 ms apart at the gates in turn: each every 20 s, just below all thresholds."""
    made = []
    for number in range(count):
        at = T0 + timedelta(milliseconds=100 * number)
        gate = f"g{number % GATES:03d}"
        body = {
            "n": number, "boot": "b41", "at": at.isoformat(),
            "data": {"door": 1, "dir": "in", "method": "card", "reason": "unknown_card"}, "subject": {"cred": f"{number % 3:08d}"},
        }  # fmt: skip
        if number % (GATES * 20) >= GATES * 19:
            body["data"] = {"door": 1, "dir": "in", "method": "card", "reason": "expired"}
        made.append(
            RawMessage(
                topic=f"sc1/c1/{gate}/e/access.denied", payload=json.dumps(body).encode(), received_at=at
            )
        )
    return made


def decoded(raw: list[RawMessage]) -> Iterator[Event]:
    """Decode as the gateway does."""
    where = site()
    decoder = Decoder(
        profiles=PROFILES, registry=where.registry, site="c1", zone=where.zone, site_key=b"k" * 32
    )
    for message in raw:
        for each in decoder.decode(message, mint=lambda: str(uuid_utils.uuid7())):
            if isinstance(each, Event):
                yield each


def spread(gap: int, events: list[Event]) -> list[Event]:
    """The same events `gap` times as far apart."""
    return [
        msgspec.structs.replace(e, at=T0 + (e.at - T0) * gap, received_at=T0 + (e.received_at - T0) * gap)
        for e in events
    ]


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one run."""
    gc.collect()
    gc.disable()
    begin = time.process_time()
    work()
    took = time.process_time() - begin
    gc.enable()
    return took


def rates(
    rounds: int, runs: dict[str, tuple[int, Callable[[], Callable[[], object]]]]
) -> dict[str, dict[str, float]]:
    """Return events a CPU second of each: median and range, the rounds interleaved so that all meet the same machine."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (count, run) in runs.items():
            found[name].append(count / cpu(run()))
    return {
        name: {"median": round(statistics.median(each)), "low": round(min(each)), "high": round(max(each))}
        for name, each in found.items()
    }


def evaluating(loaded: Loaded, events: list[Event]) -> Callable[[], Callable[[], object]]:
    """Return what makes a run of the engine alone; every gate has been heard before it begins."""

    def make() -> Callable[[], object]:
        engine = Engine(loaded.rules, loaded.inhibits, site())
        engine.tick(T0, seq=0)
        for event in events[:WARM]:
            engine.step(event, now=event.received_at)

        def run() -> None:
            for event in events[WARM:]:
                engine.step(event, now=event.received_at)

        return run

    return make


def whole(loaded: Loaded, raw: list[RawMessage]) -> Callable[[], Callable[[], object]]:
    """Return what makes a run of decoder and engine; every gate has been heard before it begins."""

    def make() -> Callable[[], object]:
        engine = Engine(loaded.rules, loaded.inhibits, site())
        engine.tick(T0, seq=0)
        for event in decoded(raw[:WARM]):
            engine.step(event, now=event.received_at)

        def run() -> None:
            for event in decoded(raw[WARM:]):
                engine.step(event, now=event.received_at)

        return run

    return make


def keys(number: int) -> dict[str, float]:
    """Return what keys weigh: one device each, with two denials in the window."""
    loaded = load_rules({"k.yaml": READERS.strip().splitlines()[0]})
    engine = Engine(loaded.rules, (), Site())
    engine.tick(T0, seq=0)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for n in range(number * 2):
        at = T0 + timedelta(milliseconds=n // 20)
        event = Event(
            id=f"{n:036d}", device=f"device-{n % number:06d}", kind="access.denied", at=at, received_at=at
        )
        engine.step(event, now=at)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    rows = engine.dump_changed()
    stored = sum(len(blob) for (rule, _), blob in rows.items() if rule and blob is not None)
    return {
        "keys": number,
        "mb": round(used / 1e6, 1),
        "bytes_per_key_with_its_device": round(used / number),
        "bytes_per_row": round(stored / number),
    }


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--events", type=int, default=20_000)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--keys", type=int, default=100_000)
    asked = ask.parse_args()
    raw = messages(asked.events)
    events = list(decoded(raw))
    assert len(events) == len(raw)
    few, many = rules(295), rules(2_995)
    quiet, warm = spread(20, events), len(raw) - WARM
    measured: dict[str, Any] = dict(
        rates(
            asked.rounds,
            {
                "decode_alone": (len(raw), lambda: lambda: list(decoded(raw))),
                "evaluate_no_rule": (warm, evaluating(Loaded(), events)),
                "evaluate_300_rules": (warm, evaluating(few, events)),
                "evaluate_300_rules_quiet": (warm, evaluating(few, quiet)),
                "evaluate_3000_rules": (warm, evaluating(many, events)),
                "evaluate_300_and_50_of_the_kind": (warm, evaluating(rules(295, same_kind=50), events)),
                "decode_and_evaluate_300_rules": (warm, whole(few, raw)),
                "decode_and_evaluate_3000_rules": (warm, whole(many, raw)),
            },
        )
    )
    median = {name: each["median"] for name, each in measured.items()}
    more = 1e6 / median["evaluate_300_and_50_of_the_kind"] - 1e6 / median["evaluate_300_rules"]
    measured["one_more_rule_of_the_kind_us"] = round(more / 50, 3)
    whole_few, whole_many = (median[f"decode_and_evaluate_{n}_rules"] for n in (300, 3000))
    measured["3000_rules_of_300"] = round(whole_many / whole_few, 3)
    measured["keys"] = keys(asked.keys)
    report = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, msgspec {msgspec.__version__}",
        "load": round(os.getloadavg()[0], 1),
        "unit": "events per CPU second of one process",
        "goals": GOALS,
        "measured": measured,
    }
    text = json.dumps(report, indent=2)
    RESULT.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
