"""The index: which rules an event can touch, by its kind and by what their conditions ask about its device.

A device is what it is: those parts of a scope and of a selector's `where` that ask about nothing but the device are
answered once for each device and kind. What is left of them is one test before anything of the rule is touched.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from devices.expression import BudgetExceeded, Step, all_true
from devices.kinds import KINDS
from devices.registry import Device
from rules.core import Core
from rules.model import LatePolicy, Rule
from rules.newest import MOST_DEVICES, Newest, Noted, forget_first
from rules.paths import value_at
from rules.quick import quick
from rules.route import Candidate, Route, route_of
from rules.runtime import Plan, RuleAtWork

MOST_MERGED = 65_536


class _Entry(NamedTuple):
    """One rule of a kind: what it asks about the device alone, what else, and all of it."""

    rule: str
    device: Step | None
    answered: Candidate  # the device is as it must be
    unanswered: Candidate  # that could not be found out


def build_index(core: Core, newest: Newest) -> dict[str, KindIndex]:
    """Index rules by the kinds they read and, within a kind, by what they ask about devices."""
    found: dict[str, KindIndex] = {}
    for work in core.rules.values():
        if work.rule.enabled:
            for kind, plan in work.plans.items():
                if kind not in found:
                    found[kind] = KindIndex(kind, newest.of_kind(kind))
                found[kind].add(core, work, plan)
    return found


class KindIndex:
    """The rules that read one kind: those that always may, and those that need one value of one path."""

    def __init__(self, kind: str, newest: dict[str, Noted]) -> None:
        self.kind = kind
        self.max_age_us = KINDS[kind].max_age // timedelta(microseconds=1)
        self.late: LatePolicy = KINDS[kind].late
        self._newest = newest
        self._always: list[_Entry] = []
        self._equal: dict[str, dict[str, list[_Entry]]] = {}
        self._merged: dict[tuple[Any, ...], list[_Entry]] = {}
        self._shared: dict[tuple[int, ...], Route] = {}
        self.routes: dict[str, Route] = {}  # by device

    def note(self, device: str, noted: Noted) -> None:
        """Remember the newest event of a device, for whoever asks why nothing happened."""
        newest = self._newest
        newest[device] = noted
        if len(newest) > MOST_DEVICES:
            forget_first(newest)

    def add(self, core: Core, work: RuleAtWork, plan: Plan) -> None:
        """Add one rule."""
        asked = [each for each in (work.rule.scope, plan.only) if each is not None]
        parts = [each.split("device") for each in asked]
        rest = all_true([each for _, each in parts if each is not None])
        short = quick(core, work, plan)
        entry = _Entry(
            work.rule.id, all_true([each for each, _ in parts if each is not None]),
            (work, plan, rest, short), (work, plan, all_true([each.run for each in asked]), short),
        )  # fmt: skip
        for path, value in (each for expression in asked for each in expression.equalities):
            if path.startswith("device.") and isinstance(value, str):
                self._equal.setdefault(path, {}).setdefault(value, []).append(entry)
                return
        self._always.append(entry)

    def route(self, device: Device) -> Route:
        """Return the rules that may react to events of this device; devices of which the same is true share it."""
        if len(self.routes) > MOST_MERGED:
            self.routes.clear()
        candidates = self.candidates(device)
        same = tuple(map(id, candidates))
        found = self._shared.get(same)
        if found is None:
            found = self._shared[same] = route_of(candidates)
        self.routes[device.id] = found
        return found

    def candidates(self, device: Device) -> tuple[Candidate, ...]:
        """Return the rules that may react to an event of this device, by their ids."""
        env = {"device": device}
        values = tuple(_text(value_at(path, env)) for path in self._equal)
        chosen = self._merged.get(values)
        if chosen is None:
            chosen = list(self._always)
            for by_value, value in zip(self._equal.values(), values, strict=True):
                chosen += by_value.get(value, ()) if value is not None else ()
            chosen.sort(key=lambda each: each.rule)
            if len(self._merged) > MOST_MERGED:
                self._merged.clear()
            self._merged[values] = chosen
        found = (_candidate(entry, env) for entry in chosen)
        return tuple(each for each in found if each is not None)


def _candidate(entry: _Entry, env: dict[str, Any]) -> Candidate | None:
    """Return what is left of a rule for the events of one device; None when it cannot react to any."""
    if entry.device is None:
        return entry.answered
    try:
        return entry.answered if entry.device(env) is True else None
    except BudgetExceeded:
        return entry.unanswered  # asked again at the event, where it counts against the rule


def scoped(rule: Rule, env: dict[str, Any]) -> bool:
    """Tell whether a device is in a rule's scope, as far as the scope asks about devices, states and flags."""
    if rule.scope is None:
        return True
    truth = rule.scope.test(env)
    known = all(path.partition(".")[0] in {"device", "state", "site"} for path in rule.scope.paths)
    return truth is True if known else truth is not False


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
