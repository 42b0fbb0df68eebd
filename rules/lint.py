"""Lint: what is allowed but is probably not meant. Warnings, each with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from devices.expression import Expression
from devices.kinds import KINDS, STATES
from devices.problem import Problem, nearest
from rules.duration import MINUTE_US
from rules.fields import Place
from rules.model import Rule, Selector

DEVICE_FIELDS = (
    "id",
    "type",
    "building",
    "unit",
    "floor",
    "zone",
    "grid",
    "parent",
    "tags",
    "profile",
    "name",
    "household",
)
LONG_WINDOW_US = 7 * 24 * 60 * MINUTE_US
UNBOUNDED = ("subject.cred", "data.track", "data.parcel", "data.plate", "data.code")


def lint_rule(rule: Rule) -> list[tuple[Place, str]]:
    """Return the warnings of one rule, each with its place in the rule."""
    found = (*_clearing(rule), *_stages(rule), *_fields(rule), *_paths(rule), *_keys(rule))
    return [(_place(path), message) for path, message in found]


def lint_together(rules: Iterable[Rule]) -> list[Problem]:
    """Return what can only be seen of all rules together: one that another one makes superfluous."""
    first: dict[str, Rule] = {}
    found = []
    for rule in rules:
        sign = repr(
            [rule.source.get(name) for name in ("detect", "by", "scope", "active", "dedup", "overrides")]
        )
        other = first.setdefault(sign, rule)
        if other is not rule and rule.enabled and other.enabled:
            message = f"'{rule.id}' detects exactly what '{other.id}' does: one of them is superfluous"
            found.append(Problem(file=rule.file, line=rule.line, path=rule.id, message=message))
    return found


def _place(path: str) -> Place:
    """Turn `stages[1].when` into its parts."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path))


def _clearing(rule: Rule) -> Iterator[tuple[str, str]]:
    detect = rule.detect
    if rule.clear.form == "person":
        yield "clear", "never clears by itself: somebody must end each alert by hand"
    if detect.name == "aggregate" and detect.clear == detect.threshold:
        side = "clear_below" if detect.side == "above" else "clear_above"
        yield (
            f"detect.aggregate.{side}",
            f"threshold and clear threshold are both {detect.threshold:g}: the alert will flap around it",
        )
    if not rule.note:
        yield "note", "has no note: say why this rule exists and what to do"
    if not rule.category:
        yield "category", "has no category: cases fall under the group's 'other'"


def _stages(rule: Rule) -> Iterator[tuple[str, str]]:
    seen_alarm = False
    for index, stage in enumerate(rule.stages):
        if seen_alarm and stage.stage == "warning":
            yield f"stages[{index}]", "a warning above an alarm is never what a guard expects"
        seen_alarm = seen_alarm or stage.stage == "alarm"
        if index and stage.level > rule.stages[index - 1].level:
            yield f"stages[{index}].level", f"a higher stage has the lower level {stage.level}"
        if stage.when is not None and stage.when.unacknowledged_us is not None and stage.stage == "alarm":
            earlier = [each.stage for each in rule.stages[:index]]
            if "alarm" not in earlier and "warning" in earlier:
                yield (
                    f"stages[{index}].when",
                    "unacknowledged never lifts an alert out of warning; use open_for",
                )
    for window in (getattr(rule.detect, name, None) for name in ("within_us", "over_us")):
        if window is not None and window > LONG_WINDOW_US:
            yield "detect", "looks back more than 7 days: what it remembers grows with it"


def _selectors(rule: Rule) -> Iterator[tuple[str, Selector]]:
    for slot, selector in rule.detect.slots.items():
        yield f"detect.{rule.detect.name}.{slot}", selector
    for index, stage in enumerate(rule.stages):
        for operator in stage.when.operators if stage.when is not None else ():
            for slot, selector in operator.slots.items():
                yield f"stages[{index}].when.{operator.name}.{slot}", selector
    if rule.clear.on is not None:
        yield "clear.on", rule.clear.on


def _fields(rule: Rule) -> Iterator[tuple[str, str]]:
    kinds = {kind for _, selector in _selectors(rule) for kind in selector.kinds()}
    for place, selector in _selectors(rule):
        for clause in selector.clauses:
            if clause.where is not None:
                own = {kind for kind in selector.kinds() if clause.where in selector.conditions(kind)}
                yield from ((f"{place}.where", text) for text in _unknown(clause.where, own))
    holds = getattr(rule.detect, "holds", None)
    if holds is not None:
        yield from ((f"detect.{rule.detect.name}.holds", text) for text in _unknown(holds, kinds))
    if rule.scope is not None:
        yield from (("scope", text) for text in _unknown(rule.scope, kinds))


def _paths(rule: Rule) -> Iterator[tuple[str, str]]:
    """Look at the paths that are no expressions: keys, values, what is distinct or has to match."""
    kinds = {kind for _, selector in _selectors(rule) for kind in selector.kinds()}
    counted = getattr(rule.detect, "count", rule.detect)
    named = [(name, getattr(counted, name, None)) for name in ("value", "distinct")]
    place = f"detect.{rule.detect.name}"
    for name, path in named:
        if isinstance(path, str):
            yield from ((f"{place}.{name}", text) for text in _unknown_paths((path,), kinds))
    for name, paths in (
        (f"{place}.match", getattr(rule.detect, "match", ())), ("by", rule.by), ("dedup", rule.dedup)
    ):  # fmt: skip
        yield from ((name, text) for text in _unknown_paths(paths, kinds))


def _unknown(expression: Expression, kinds: set[str]) -> Iterator[str]:
    return _unknown_paths(expression.paths, kinds)


def _unknown_paths(paths: Iterable[str], kinds: set[str]) -> Iterator[str]:
    facts = {name for kind in kinds for name in KINDS[kind].fields}
    for path in paths:
        root, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if not name:
            continue
        if root == "data" and name not in facts:
            yield f"unknown field '{path}' for {', '.join(sorted(kinds)[:3]) or 'these kinds'}{_near(path, facts)}"
        elif root == "device" and name not in DEVICE_FIELDS:
            yield f"unknown field '{path}'{_near(path, DEVICE_FIELDS)}"
        elif (
            root == "state"
            and name not in {*STATES, "online"}
            and not any(name in kind.fields for kind in KINDS.values())
        ):
            yield f"unknown state '{path}'{_near(path, [*STATES, 'online'])}"


def _near(path: str, names: Iterable[str]) -> str:
    """Name the nearest path of the same root."""
    root = path.partition(".")[0]
    return nearest(path, [f"{root}.{name}" for name in names])


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    for path in (*rule.by, *rule.dedup):
        if path in UNBOUNDED:
            yield "by", f"'{path}' takes ever new values: memory grows until each is quiet"
