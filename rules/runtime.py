"""A rule at work: its keys, and for each kind of event what it reads of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from devices.expression import Expression
from rules.duration import MINUTE_US
from rules.keyed import KeyState
from rules.model import Rule, Selector
from rules.paths import storable, value_at

Env = Mapping[str, Any]
KEEP_US = 24 * 60 * MINUTE_US
"""A key that means nothing more is forgotten when nothing came for its windows and this long."""
MOVES_QUIET = ("of", "then")


class Reading(msgspec.Struct, frozen=True):
    """One slot of one operator (or `clear.on`) that a kind of event can fill."""

    target: str  # on, clear, detect, stage
    stage: int
    item: int
    slot: str
    conditions: tuple[Expression | None, ...]
    name: str  # of an operator of a stage: "stage:item"
    due_slot: str  # of its deadline

    def takes(self, env: Env) -> bool:
        """Tell whether this event is meant."""
        return any(condition is None or condition.test(env) is True for condition in self.conditions)


class Plan:
    """What a rule does with events of one kind: its readings in the order in which they are judged."""

    def __init__(self, readings: tuple[Reading, ...]) -> None:
        self.readings = readings
        self.always = all(None in reading.conditions for reading in readings)
        self.ends = any(reading.target in {"on", "clear"} for reading in readings)
        self.stages = any(reading.target == "stage" for reading in readings)
        only = readings[0].conditions if len(readings) == 1 else ()
        self.only = only[0] if len(only) == 1 else None  # the one condition there is
        self.slot = readings[0].slot if len(readings) == 1 and readings[0].target == "detect" else None

    def taken(self, env: Env) -> tuple[Reading, ...]:
        """Return the readings that take this event."""
        return tuple(reading for reading in self.readings if reading.takes(env))


class RuleAtWork:
    """One rule with the states of its keys."""

    def __init__(self, rule: Rule, version: int) -> None:
        self.rule = rule
        self.version = version
        self.slot = rule.id  # where it stands among the rules: `id@version` once another version is in force
        self.retired = False
        self.held: dict[str, RuleAtWork] = {}  # keys that an old version keeps until their alerts are over
        self.keys: dict[str, KeyState] = {}
        self.open: dict[str, tuple[KeyState, str]] = {}  # alert id -> its key, dedup text
        self.plans: dict[str, Plan] = {kind: Plan(found) for kind, found in _readings(rule).items()}
        self.whole_device = rule.by in (("device",), ("device.id",))
        self.respects_incidents = rule.respond != "none"
        self.expects = rule.detect.name == "absence" and rule.detect.roster is not None
        self.staged = tuple(
            (index, item, operator)
            for index, stage in enumerate(rule.stages)
            for item, operator in enumerate(stage.when.operators if stage.when else ())
        )
        self.bare: list[list[Any]] = [[] for _ in rule.stages]  # of all keys, when no stage has an operator
        self.forget_us = _forget_us(rule)
        self.plain = not rule.overrides and not rule.dedup
        self.by_text: dict[Any, KeyState] = {}  # keys whose values are all texts, by them

    def values(self, env: Env) -> list[Any] | None:
        """Return the key values of an event, or None when one is missing."""
        found = [value_at(path, env) for path in self.rule.by]
        return None if None in found else [storable(value) for value in found]

    def find(self, values: list[Any]) -> KeyState | None:
        """Return the state of a key, or None: there is none yet."""
        raw = values[0] if len(values) == 1 else tuple(values)
        if type(raw) is str or (type(raw) is tuple and all(type(each) is str for each in raw)):
            return self.by_text.get(raw)
        return self.keys.get(key_text(values))

    def add(self, state: KeyState) -> None:
        """Take in the state of a key."""
        self.keys[state.text] = state
        if not self.staged:
            state.stages = self.bare
        values = state.values
        raw = values[0] if len(values) == 1 else tuple(values)
        if type(raw) is str or (type(raw) is tuple and all(type(each) is str for each in raw)):
            self.by_text[raw] = state

    def remove(self, state: KeyState) -> None:
        """Forget a key."""
        self.keys.pop(state.text, None)
        values = state.values
        raw = values[0] if len(values) == 1 else tuple(values)
        if type(raw) is str or (type(raw) is tuple and all(type(each) is str for each in raw)):
            self.by_text.pop(raw, None)

    def dedup_values(self, env: Env, state: KeyState) -> list[Any]:
        """Return the values of the `dedup` paths; what fires by the clock has those of the newest event."""
        if "data" not in env:
            return state.extra if state.extra is not None else [None] * len(self.rule.dedup)
        return [storable(value_at(path, env)) for path in self.rule.dedup]

    def operator(self, state: KeyState) -> Any:
        """Return `detect` with the parameters that hold for this key."""
        return self.rule.variants.get(state.variant, self.rule.detect) if state.variant else self.rule.detect

    def variant(self, env: Env) -> int:
        """Return the bit mask of the overrides that hold."""
        return sum(
            1 << index for index, each in enumerate(self.rule.overrides) if each.where.test(env) is True
        )

    def fresh(self, values: list[Any]) -> KeyState:
        """Return the state of a key that was never seen."""
        stages = self.bare
        if self.staged:
            stages = [
                [operator.fresh() for operator in stage.when.operators] if stage.when else []
                for stage in self.rule.stages
            ]
        return KeyState(values, key_text(values), self.rule.detect.fresh(), stages)

    def idle(self, state: KeyState) -> bool:
        """Tell whether a key, left alone for `forget_us`, is as one that was never seen."""
        if state.alerts or state.deadlines or not self.operator(state).idle(state.detect):
            return False
        return all(operator.idle(state.stages[index][item]) for index, item, operator in self.staged)


def key_text(values: Iterable[Any]) -> str:
    """Write key values as one canonical text."""
    return msgspec.json.encode(list(values)).decode()


def _forget_us(rule: Rule) -> int | None:
    operators = [rule.detect, *rule.variants.values()]
    within = [0]
    for stage in rule.stages:
        if stage.when is not None:
            operators += stage.when.operators
            within += [each for each in stage.when.within_us if each is not None]
    spans = [operator.looks_back_us for operator in operators]
    return None if None in spans else max(*spans, *within) + KEEP_US


def _slots(
    target: str, slots: Mapping[str, Selector], stage: int = 0, item: int = 0
) -> list[tuple[str, int, int, str, Selector]]:
    return [(target, stage, item, slot, selector) for slot, selector in slots.items()]


def _readings(rule: Rule) -> dict[str, tuple[Reading, ...]]:
    """Return, for each kind, what the rule reads of it, in the order in which it is judged."""
    wanted: list[tuple[str, int, int, str, Selector]] = []
    if rule.clear.on is not None:
        wanted.append(("on", 0, 0, "on", rule.clear.on))
    if rule.clear.operator is not None:
        wanted += _slots("clear", rule.clear.operator.slots)
    wanted += _slots("detect", rule.detect.slots)
    for index, stage in enumerate(rule.stages):
        for item, operator in enumerate(stage.when.operators if stage.when else ()):
            wanted += _slots("stage", operator.slots, index, item)
    found: dict[str, list[Reading]] = {}
    for target, stage_index, item, slot, selector in wanted:
        for kind in selector.kinds():
            name = f"{stage_index}:{item}"
            reading = Reading(
                target, stage_index, item, slot, selector.conditions(kind), name, f"stage:{name}"
            )
            found.setdefault(kind, []).append(reading)
    return {kind: tuple(readings) for kind, readings in found.items()}
