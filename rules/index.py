"""The index: which rules an event can touch, by its kind and by one equality of a rule's scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from devices.expression import Expression
from devices.registry import Device
from rules.model import Rule
from rules.paths import value_at
from rules.runtime import Plan, RuleAtWork

Candidate: TypeAlias = tuple[RuleAtWork, Plan, Expression | None]
"""A rule, what it does with events of the kind, and its scope unless the index has answered it."""
MOST_MERGED = 65_536


def build_index(rules: Iterable[RuleAtWork]) -> dict[str, KindIndex]:
    """Index rules by the kinds they read and, within a kind, by one equality clause of their scope."""
    found: dict[str, KindIndex] = {}
    for work in rules:
        if work.rule.enabled:
            for kind, plan in work.plans.items():
                found.setdefault(kind, KindIndex()).add(work, plan)
    return found


class KindIndex:
    """The rules that read one kind: those that always may, and those that need one value of one path."""

    def __init__(self) -> None:
        self._always: list[Candidate] = []
        self._equal: dict[str, dict[str, list[Candidate]]] = {}
        self._merged: dict[tuple[Any, ...], list[Candidate]] = {}
        self._by_device: dict[str, list[Candidate]] = {}

    def add(self, work: RuleAtWork, plan: Plan) -> None:
        """Add one rule."""
        scope = work.rule.scope
        for path, value in scope.equalities if scope is not None else ():
            if path.startswith("device.") and isinstance(value, str):
                rest = None if scope is not None and not scope.joined else scope
                self._equal.setdefault(path, {}).setdefault(value, []).append((work, plan, rest))
                return
        self._always.append((work, plan, scope))

    def candidates(self, device: Device) -> list[Candidate]:
        """Return the rules that may react to an event of this device, by their ids."""
        known = self._by_device.get(device.id)
        if known is not None:
            return known
        env = {"device": device}
        values = tuple(_text(value_at(path, env)) for path in self._equal)
        found = self._merged.get(values)
        if found is None:
            chosen = list(self._always)
            for by_value, value in zip(self._equal.values(), values, strict=True):
                chosen += by_value.get(value, ()) if value is not None else ()
            found = self._merged[values] = sorted(chosen, key=lambda each: each[0].rule.id)
            if len(self._merged) > MOST_MERGED:
                self._merged.clear()
        if len(self._by_device) > MOST_MERGED:
            self._by_device.clear()
        self._by_device[device.id] = found
        return found


def scoped(rule: Rule, env: dict[str, Any]) -> bool:
    """Tell whether a device is in a rule's scope, as far as the scope asks about devices, states and flags."""
    if rule.scope is None:
        return True
    truth = rule.scope.test(env)
    known = all(path.partition(".")[0] in {"device", "state", "site"} for path in rule.scope.paths)
    return truth is True if known else truth is not False


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
