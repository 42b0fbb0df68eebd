"""A rule at work: its keys, and for each kind of event what it reads of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from devices.expression import Expression
from rules.keyed import KeyState
from rules.model import Rule, Selector
from rules.paths import value_at

Env = Mapping[str, Any]


class Reading(msgspec.Struct, frozen=True):
    """One slot of one operator (or `clear.on`) that a kind of event can fill."""

    target: str  # detect, on, clear, stage
    stage: int
    item: int
    slot: str
    conditions: tuple[Expression | None, ...]

    def takes(self, env: Env) -> bool:
        """Tell whether this event is meant."""
        return any(condition is None or condition.test(env) is True for condition in self.conditions)


class RuleAtWork:
    """One rule with the states of its keys."""

    def __init__(self, rule: Rule, version: int) -> None:
        self.rule = rule
        self.version = version
        self.keys: dict[str, KeyState] = {}
        self.readings: dict[str, tuple[Reading, ...]] = _readings(rule)
        self.whole_device = rule.by in (("device",), ("device.id",))
        self.respects_incidents = rule.respond != "none"

    def values(self, env: Env) -> list[Any] | None:
        """Return the key values of an event, or None when one is missing."""
        found = [value_at(path, env) for path in self.rule.by]
        return None if any(value is None for value in found) else found

    def dedup_values(self, env: Env) -> list[Any]:
        """Return the values of the `dedup` paths (missing ones are None)."""
        return [value_at(path, env) for path in self.rule.dedup]

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
        stages = [
            [operator.fresh() for operator in stage.when.operators] if stage.when else []
            for stage in self.rule.stages
        ]
        return KeyState(values=values, detect=self.rule.detect.fresh(), stages=stages)


def key_text(values: Iterable[Any]) -> str:
    """Write key values as one canonical text."""
    return msgspec.json.encode(list(values)).decode()


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
            reading = Reading(target, stage_index, item, slot, selector.conditions(kind))
            found.setdefault(kind, []).append(reading)
    return {kind: tuple(readings) for kind, readings in found.items()}


Index = dict[str, tuple[list[RuleAtWork], dict[str, dict[Any, list[RuleAtWork]]]]]


def build_index(rules: Iterable[RuleAtWork]) -> dict[str, KindIndex]:
    """Index rules by the kinds they read and, within a kind, by one equality clause of their scope."""
    found: dict[str, KindIndex] = {}
    for order, work in enumerate(rules):
        if not work.rule.enabled:
            continue
        for kind in work.readings:
            found.setdefault(kind, KindIndex()).add(order, work)
    return found


class KindIndex:
    """The rules that read one kind: those that always may, and those that need one value of one path."""

    def __init__(self) -> None:
        self._always: list[tuple[int, RuleAtWork]] = []
        self._equal: dict[str, dict[Any, list[tuple[int, RuleAtWork]]]] = {}
        self._merged: dict[tuple[Any, ...], list[RuleAtWork]] = {}

    def add(self, order: int, work: RuleAtWork) -> None:
        """Add one rule; `order` is its place among all."""
        clauses = work.rule.scope.equalities if work.rule.scope is not None else ()
        for path, value in clauses:
            if path.startswith("device.") and isinstance(value, str):
                self._equal.setdefault(path, {}).setdefault(value, []).append((order, work))
                return
        self._always.append((order, work))

    def candidates(self, value_of: Callable[[str], Any]) -> list[RuleAtWork]:
        """Return the rules that may react to an event whose values are given by `value_of(path)`."""
        key = tuple(value_of(path) for path in self._equal)
        found = self._merged.get(key)
        if found is None:
            chosen = list(self._always)
            for (path, by_value), value in zip(self._equal.items(), key, strict=True):
                del path
                chosen += by_value.get(value, []) if isinstance(value, str) else []
            found = self._merged[key] = [work for _, work in sorted(chosen, key=lambda pair: pair[0])]
            if len(self._merged) > 4096:
                self._merged.clear()
        return found
