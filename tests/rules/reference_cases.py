"""Rules and timelines for the comparison with the reference, and both sides played: in order, in whole seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rules.engine import Engine
from rules.playback import play
from tests.rules import playing
from tests.rules.generated import Chance
from tests.rules.reference_life import Change, Life
from tests.rules.reference_operators import TRUTH, Told, seconds

KINDS = ("access.denied", "access.granted", "env.level")
SPANS = ("2s", "5s", "10s", "10s", "30s", "1m")
SITE = "site: s\ndevices: [{id: d1}, {id: d2}]\n"
LEVELS = ("L3", "L2", "L1")


def selector(chance: Chance) -> Any:
    form = chance.randrange(8)
    if form == 0:
        return {"kind": chance.choice(KINDS), "where": chance.choice(tuple(TRUTH))}
    if form == 1:
        return chance.sample(KINDS, 2)
    return "access.*" if form == 2 else chance.choice(KINDS)


def _maybe(chance: Chance, **more: Any) -> dict[str, Any]:
    return {name: item for name, item in more.items() if chance.randrange(3) == 0}


def _pair(chance: Chance) -> dict[str, Any]:
    found = {"first": selector(chance), "then": selector(chance), "within": chance.choice(SPANS)}
    return {**found, **_maybe(chance, match=["data.door"])}


def _aggregate(chance: Chance) -> dict[str, Any]:
    side, back, by = chance.choice((("above", "clear_below", -2), ("below", "clear_above", 2)))
    found: dict[str, Any] = {"of": "env.level", "value": "data.value", side: chance.choice((0, 5))}
    found["fn"] = chance.choice(("avg", "min", "max", "sum", "rate", "delta", "last"))
    found["over"] = chance.choice((*SPANS, "1 events", "3 events"))
    if found["fn"] == "rate":
        found |= _maybe(chance, per="10s")
    return {**found, **_maybe(chance, **{back: found[side] + by, "min_samples": chance.randint(1, 3)})}


def operator(chance: Chance, names: Sequence[str]) -> dict[str, Any]:
    """One operator with its parameters."""
    name = chance.choice(names)
    span = chance.choice(SPANS)
    if name == "event":
        return {name: {"of": selector(chance)}}
    if name == "sustained":
        holds = chance.choice(tuple(TRUTH))
        return {
            name: {
                "of": "env.level",
                "holds": holds,
                "for": span,
                **_maybe(chance, max_gap=chance.choice(SPANS)),
            }
        }
    if name == "count":
        more = _maybe(chance, distinct=chance.choice(("device", "data.door")), reset=selector(chance))
        return {name: {"of": selector(chance), "at_least": chance.randint(1, 4), "within": span, **more}}
    if name == "absence":
        return {name: {"of": selector(chance), "for": span, **_maybe(chance, grace="30s")}}
    if name == "aggregate":
        return {name: _aggregate(chance)}
    if name == "corroborate":
        any_of = sorted(set(chance.choices(KINDS, k=2)))
        more = _maybe(chance, distinct="data.door")
        return {name: {"any_of": any_of, "at_least": chance.randint(1, 2), "within": span, **more}}
    if name == "every":
        return {name: {"interval": chance.choice(("30s", "1m", "7m"))}}
    return {name: _pair(chance)}


DETECTS = (
    "event",
    "sustained",
    "count",
    "absence",
    "sequence",
    "missing",
    "aggregate",
    "corroborate",
    "every",
)
STAGES = ("event", "sustained", "count", "sequence", "missing", "aggregate", "corroborate")


def watch(chance: Chance) -> dict[str, Any]:
    """The condition of a stage."""
    mode = chance.choice(("one", "one", "one", "any", "all"))
    timers = ({"unacknowledged": chance.choice(SPANS)}, {"open_for": chance.choice(SPANS)})
    items = [
        operator(chance, STAGES) if chance.randrange(3) else dict(chance.choice(timers)) for _ in range(2)
    ]
    if mode == "one":
        return items[0]
    if mode == "all":
        items = [{"event": {**item["event"], "within": "10s"}} if "event" in item else item for item in items]
    return {mode: items}


def clear(chance: Chance, detect: str) -> Any:
    forms: list[Any] = [
        None, None, {"on": selector(chance)}, {"after": chance.choice(SPANS)}, {"by": "person"}, {"when": operator(chance, ("event", "count", "sequence"))},
    ]  # fmt: skip
    if detect not in {"sustained", "aggregate", "absence"}:
        forms += [{"quiet": chance.choice(SPANS)}] * 2
    return chance.choice(forms)


def rule(chance: Chance, detects: Sequence[str] = DETECTS, *, stages: int = 2) -> dict[str, Any]:
    """One rule."""
    detect = operator(chance, detects)
    found: dict[str, Any] = {"id": "a.b", "name": "R", "category": "0207", "detect": detect}
    found["stages"] = [{"stage": chance.choice(("warning", "alarm")), "level": "L3"}]
    for _ in range(chance.randint(0, stages)):
        stage = chance.choice(("alarm", "alarm", found["stages"][-1]["stage"]))
        level = LEVELS[len(found["stages"])]
        found["stages"].append({"stage": stage, "level": level, "when": watch(chance)})
    ending = clear(chance, next(iter(detect)))
    if ending is not None:
        found["clear"] = ending
    found["by"] = chance.choice((["device"], ["device"], []))
    found["hold_down"], found["cooldown"] = (
        chance.choice(("0s", "5s", "2m")),
        chance.choice(("0s", "5s", "5m")),
    )
    return {**found, **_maybe(chance, respond="none")}


FACTS: tuple[dict[str, Any], ...] = (
    {"value": 3, "door": 1}, {"value": 7, "door": 2}, {"value": 7, "door": 1}, {"value": 9}, {"value": 5, "door": 2}, {"value": "x", "door": 1}, {},
)  # fmt: skip
GAPS = (0, 0, 1, 1, 2, 3, 5, 5, 10, 12, 30)


def timeline(
    chance: Chance, keys: Sequence[dict[str, str]], length: int = 30, *, restarts: bool = False
) -> list[dict[str, Any]]:
    """A timeline: events in order, acknowledgements and clears that may find nothing to do, restarts."""
    t = 0
    found: list[dict[str, Any]] = [{"t": 0}]
    for _ in range(chance.randint(1, length)):
        t += chance.choice(GAPS)
        act = chance.randrange(16)
        if act == 2 and restarts:
            down = chance.choice((0, 1, 5, 40, 200))
            found.append({"t": t, "restart": {"down_for": f"{down}s"}})
            t += down
        elif act < 2:
            found.append(
                {"t": t, ("ack", "clear")[act]: {"rule": "a.b", "key": chance.choice(keys), "by": "wang"}}
            )
        else:
            found.append(
                playing.event(
                    t, chance.choice(KINDS), chance.choice(("d1", "d1", "d2")), data=chance.choice(FACTS)
                )
            )
    return [*found, {"t": t + chance.choice((5, 70, 700, 2500))}]


def expected(written: dict[str, Any], lines: Sequence[dict[str, Any]], key: dict[str, str]) -> list[Change]:
    """Play one key through the reference."""
    life = Life(written)
    by_second: dict[int, list[dict[str, Any]]] = {}
    for line in lines:
        by_second.setdefault(line["t"], []).append(line)
    back = 0
    for now in range(lines[-1]["t"] + 1):
        for line in by_second.get(now, ()):
            if "restart" in line:
                back = now + seconds(line["restart"]["down_for"])
                life.restart(now, back)
            else:
                _feed(life, line, key, now)
        if now >= back:
            life.clock(now)
    return life.out


def _feed(life: Life, line: dict[str, Any], key: dict[str, str], now: int) -> None:
    if "event" in line and key.get("device", line["event"]["device"]) == line["event"]["device"]:
        life.event(Told(now, line["event"]["device"], line["event"]["kind"], line["event"]["data"]))
    elif "ack" in line and line["ack"]["key"] == key:
        life.acknowledge(now)
    elif "clear" in line and line["clear"]["key"] == key:
        life.clear_by_person(now)


def found(written: dict[str, Any], lines: Sequence[dict[str, Any]], key: dict[str, str]) -> list[Change]:
    """Play the timeline through the engine; return the changes of one key."""
    loaded, where = playing.loaded(json.dumps([written]), SITE)
    begin = playing.UTC_START
    changes = play(
        lambda: Engine(loaded.rules, loaded.inhibits, where), playing.steps_of(loaded, where, lines)
    )
    told: list[Change] = []
    levels = [stage["level"] for stage in written["stages"]]
    for change in changes:
        assert change.rule == "a.b", change.why
        if change.key == key:
            seconds_ = (change.t - begin).total_seconds()
            t = int(seconds_) if seconds_ == int(seconds_) else seconds_
            told.append(
                (
                    t,
                    change.change,
                    levels.index(change.level),
                    change.count,
                    change.notify,
                    change.respond,
                    change.delayed,
                )
            )  # type: ignore[arg-type]  # on the second
    return told


def keys_of(written: dict[str, Any]) -> list[dict[str, str]]:
    return [{"device": "d1"}, {"device": "d2"}] if written["by"] else [{}]


__all__ = ["expected", "found", "keys_of", "rule", "seconds", "timeline"]
