"""Rules and timelines made up at random, but the same for the same seed: every operator, stage, clear and input.

Numbers are small and times few, so that things collide. Hypothesis draws the seeds; what is made of one can be made
again with `pack(Chance(seed))` and `timeline(Chance(seed))`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

Chance = random.Random
SITE = """
site: s
timezone: Asia/Shanghai
devices:
  - {id: d1, type: gate, building: b1, zone: yard}
  - {id: d2, type: gate, building: b1, parent: d1}
  - {id: d3, type: cam, building: b2, parent: d2, household: h1}
households: [{id: h1, care: [alone]}, {id: h2}]
calendars:
  day: [{from: "22:05", to: "22:20"}, {from: "22:30", to: "23:50"}]
  late: [{from: "22:00", to: "22:10"}]
"""
KINDS = (
    "access.denied",
    "access.denied",
    "access.granted",
    "env.level",
    "env.level",
    "contact.opened",
    "device.heartbeat",
)
DEVICES = ("d1", "d1", "d1", "d2", "d3", "new")
SHORT = ("0s", "1s", "5s", "30s", "2m")
SPANS = ("300ms", "2s", "10s", "10s", "1m", "1m", "5m")
HOLDS = (
    "data.value > 5",
    "data.value > 5",
    "data.value < 5",
    "!(data.value == 7)",
    "state.value > 5",
    "data.door == 1 || site.armed",
)
TIMERS = ({"unacknowledged": "30s"}, {"unacknowledged": "2m"}, {"open_for": "3m"})


def selector(chance: Chance) -> Any:
    """A kind, a prefix, one with a condition, or a list."""
    form = chance.randrange(8)
    if form == 0:
        return {"kind": chance.choice((*KINDS, "access.*")), "where": chance.choice(HOLDS)}
    if form == 1:
        return chance.sample(sorted(set(KINDS)), 2)
    return chance.choice((*KINDS, "access.*"))


def _sustained(chance: Chance) -> dict[str, Any]:
    found = {
        "of": chance.choice(("env.level", selector(chance))),
        "holds": chance.choice(HOLDS),
        "for": chance.choice(SPANS),
    }
    return {**found, "max_gap": chance.choice(SPANS)} if chance.randrange(3) == 0 else found


def _count(chance: Chance) -> dict[str, Any]:
    found = {"of": selector(chance), "at_least": chance.randint(1, 4), "within": chance.choice(SPANS)}
    if chance.randrange(3) == 0:
        found["distinct"] = chance.choice(("device", "data.door"))
    return {**found, "reset": selector(chance)} if chance.randrange(3) == 0 else found


def _absence(chance: Chance) -> dict[str, Any]:
    return {"of": selector(chance), "for": chance.choice(SPANS), "grace": chance.choice(SHORT)}


def _pair(chance: Chance) -> dict[str, Any]:
    found = {"first": selector(chance), "then": selector(chance), "within": chance.choice(SPANS)}
    match = chance.choice((None, None, ["data.door"], ["data.door", "subject.household"]))
    return {**found, "match": match} if match is not None else found


def _aggregate(chance: Chance) -> dict[str, Any]:
    side, back, by = chance.choice((("above", "clear_below", -2), ("below", "clear_above", 2)))
    found: dict[str, Any] = {"of": chance.choice(("env.level", selector(chance))), "value": "data.value"}
    found |= {
        "fn": chance.choice(("avg", "min", "max", "sum", "rate", "delta", "last")),
        "over": chance.choice((*SPANS, "1 events", "3 events")),
    }
    found[side] = chance.choice((0, 5))
    if chance.randrange(2):
        found[back] = found[side] + by
    if found["fn"] == "rate" and chance.randrange(2):
        found["per"] = "1m"
    return {**found, "min_samples": chance.randint(1, 3)} if chance.randrange(3) == 0 else found


def _corroborate(chance: Chance) -> dict[str, Any]:
    return {
        "any_of": sorted(set(chance.choices(KINDS, k=2))), "at_least": chance.randint(1, 2), "within": chance.choice(SPANS),
        "distinct": chance.choice(("device", "data.door")),
    }  # fmt: skip


def _every(chance: Chance) -> dict[str, Any]:
    return chance.choice(
        ({"interval": "7m"}, {"cron": "*/11 * * * *"}, {"interval": "10m", "if": "site.armed"})
    )


OPERATORS = {
    "event": lambda chance: {"of": selector(chance)}, "sustained": _sustained, "count": _count, "absence": _absence, "sequence": _pair,
    "missing": _pair, "aggregate": _aggregate, "corroborate": _corroborate, "every": _every,
}  # fmt: skip
ROSTERS = ('device.type == "gate"', "true", {"roster": "households", "where": '"alone" in household.care'})


def operator(chance: Chance) -> dict[str, Any]:
    """One operator with its parameters."""
    name = chance.choice(tuple(OPERATORS))
    return {name: OPERATORS[name](chance)}


def watch(chance: Chance) -> dict[str, Any]:
    """The condition of a stage."""
    mode = chance.choice(("one", "one", "any", "all"))
    items = [
        operator(chance) if chance.randrange(3) else dict(chance.choice(TIMERS))
        for _ in range(1 if mode == "one" else 2)
    ]
    if mode == "one":
        return items[0]
    if mode == "all":
        items = [{"event": {**item["event"], "within": "1m"}} if "event" in item else item for item in items]
    return {mode: items}


def rule(chance: Chance, number: int) -> dict[str, Any]:
    """One rule."""
    detect = operator(chance)
    if "absence" in detect and chance.randrange(2):
        detect["absence"]["expect"] = chance.choice(ROSTERS)
    stages: list[dict[str, Any]] = [{"stage": chance.choice(("warning", "alarm")), "level": "L3"}]
    stages += [
        {"stage": "alarm", "level": level, "when": watch(chance)}
        for level in ("L2", "L1")[: chance.randrange(3)]
    ]
    found: dict[str, Any] = {
        "id": f"r{number}.x",
        "name": "R",
        "category": "0207",
        "detect": detect,
        "stages": stages,
    }
    clears: list[Any] = [
        None,
        None,
        {"on": selector(chance)},
        {"after": "30s"},
        {"by": "person"},
        {"when": operator(chance)},
    ]
    if not {"sustained", "aggregate"} & detect.keys():
        clears.append({"quiet": chance.choice(SPANS)})
    clear = chance.choice(clears)
    if clear is not None:
        found["clear"] = clear
    found["by"] = chance.choice(
        (
            ["device"],
            ["device"],
            ["device"],
            ["device.building"],
            [],
            ["household"],
            ["data.door"],
            ["device.building", "data.door"],
        )
    )
    found["hold_down"], found["cooldown"] = chance.choice(SHORT), chance.choice(SHORT)
    if chance.randrange(3) == 0:
        found["overrides"] = overrides(chance, *detect.values())
    for key, values in _PARTS:
        value = chance.choice(values)
        if value is not None:
            found[key] = value
    return found


CHANGES = {
    "within": "30s",
    "for": "7s",
    "at_least": 2,
    "above": 6,
    "below": 1,
    "grace": "0s",
    "min_samples": 2,
    "interval": "5m",
}


def overrides(chance: Chance, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Other parameters in some places, one or two at once."""
    names = sorted(CHANGES.keys() & parameters.keys())
    found = []
    for where in chance.sample(
        ("data.door == 2", 'device.building == "b1"', "site.armed"), k=chance.randint(1, 2)
    ):
        change = {
            name: CHANGES[name] for name in chance.sample(names, k=min(len(names), chance.randint(0, 2)))
        }
        if "above" in change and "clear_below" in parameters:
            change["clear_below"] = 5
        if "below" in change and "clear_above" in parameters:
            change["clear_above"] = 8
        found.append({"where": where, "set": change})
    return found


_PARTS: Sequence[tuple[str, tuple[Any, ...]]] = (
    ("active", (None, None, None, "day")), ("notify", (None, None, "late", "day")), ("late", (None, "open", "evaluate", "record")),
    ("respond", (None, "none")), ("dedup", (None, None, None, ["data.door"], ["data.door", "subject.household"])),
    ("scope", (None, None, None, 'device.type == "gate"', "data.door != 2", 'device.building == "b1" && data.door == 1')),
)  # fmt: skip
INHIBITS = (
    {"source": "r0.x", "target": "r1.*", "equal": ["device.building"]}, {"source": "r1.x", "target": "r0.x", "equal": ["key"]},
    {"source": "r1.x", "target": {"rule": ["r0.x", "r2.x"], "where": 'level != "L1"'}, "behind": True},
)  # fmt: skip


def pack(chance: Chance, most: int = 3) -> str:
    """A rule file."""
    found: dict[str, Any] = {"rules": [rule(chance, number) for number in range(chance.randint(1, most))]}
    if chance.randrange(2):
        found["inhibit"] = [chance.choice(INHIBITS)]
    return json.dumps(found)


INPUTS = ("event",) * 14 + ("ack", "clear", "silence", "site", "restart", "tick")
GAPS = (0, 0, 0.3, 1, 1, 2, 4.5, 7, 7, 30, 61, 130, 700)


def timeline(chance: Chance, ids: tuple[str, ...], length: int = 50) -> list[dict[str, Any]]:
    """A timeline, in seconds after its start; `any` is an acknowledgement or clear of an alert yet to be chosen."""
    t: float = 0
    found: list[dict[str, Any]] = [{"t": 0}]
    for _ in range(length):
        t = round(t + chance.choice(GAPS), 3)
        what = chance.choice(INPUTS)
        line: dict[str, Any] = {"t": t}
        found.append(line)
        if what == "event":
            line["event"] = event(chance, t)
        elif what in {"ack", "clear"}:
            line["any"] = {"what": what, "which": chance.randrange(6), "rule": chance.choice(ids)}
        elif what == "silence":
            where = chance.choice(("true", 'stage == "alarm"', 'device.building == "b1"', 'level == "L1"'))
            line["silence"] = {
                "where": where,
                "until": t + chance.choice((10, 100, 1000)),
                "by": "w",
                "reason": "r",
                **chance.choice(({}, {}, {"level": "L1"})),
            }
        elif what == "site":
            line["site"] = {"armed": chance.random() < 0.5, **chance.choice(({}, {"zone": "yard"}))}
        elif what == "restart":
            seconds = chance.choice((0, 1, 90, 1000))
            line["restart"] = {"down_for": f"{seconds}s"}
            t += seconds
    return [*found, {"t": round(t + chance.choice((0, 20, 3000)), 3)}]


FACTS = (
    {"value": 3, "door": 1},
    {"value": 7, "door": 2},
    {"value": 7, "door": 1},
    {"value": 9.5},
    {"value": "x", "door": 1},
    {},
)
LAGS = (0, 0, 0, 0, 0, 0.5, 3, 4.9, 8, 100, 1000, -3, -100)
MODES = ("live",) * 12 + ("backfill", "snapshot", "retained", "test")


def event(chance: Chance, t: float) -> dict[str, Any]:
    """One event that arrives at `t`."""
    found: dict[str, Any] = {
        "device": chance.choice(DEVICES),
        "kind": chance.choice(KINDS),
        "data": chance.choice(FACTS),
    }
    found["at"], found["mode"] = t - chance.choice(LAGS), chance.choice(MODES)
    if chance.randrange(12) == 0:
        found["id"] = chance.choice(("same", "twice"))
    if chance.randrange(2):
        found["subject"] = {"household": chance.choice(("h1", "h2"))}
    return found
