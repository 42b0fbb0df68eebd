"""Lint of what a rule reads: fields that its kinds do not have, words and types that never match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from devices.expression import Expression
from devices.kinds import KINDS, STATES, Field
from devices.problem import nearest
from rules.model import Rule, Selector

Warning_: TypeAlias = tuple[str, str]  # place in the rule, what is wrong

DEVICE_FIELDS = (
    "id", "type", "building", "unit", "floor", "zone", "grid", "parent", "tags", "profile", "name", "household",
    "availability",
)  # fmt: skip
HOUSEHOLD_FIELDS = ("id", "building", "unit", "floor", "grid", "care", "tags")
_ANY_STATE = frozenset({*STATES, "online"}.union(*(kind.fields for kind in KINDS.values())))
_CONDITIONS = ("holds", "condition", "expect")
_WRITTEN = {"condition": "if"}


def field_warnings(rule: Rule) -> Iterator[Warning_]:
    """Return what is wrong with the fields that a rule reads."""
    operators = list(_operators(rule))
    every = {kind for _, operator in operators for each in operator.slots.values() for kind in each.kinds()}
    for place, operator in operators:
        yield from _operator(operator, place, every)
    if rule.clear.on is not None:
        yield from _selector(rule.clear.on, "clear.on")
        every |= set(rule.clear.on.kinds())
    if rule.scope is not None:
        yield from (("scope", text) for text in _expression(rule.scope, every))
        yield from _shut_out(rule, operators)
    for name, paths in (("by", rule.by), ("dedup", rule.dedup)):
        yield from ((name, text) for text in _unknown(paths, every))


def _operators(rule: Rule) -> Iterator[tuple[str, Any]]:
    """Yield each operator with its place."""
    yield f"detect.{rule.detect.name}", rule.detect
    for index, stage in enumerate(rule.stages):
        for operator in stage.when.operators if stage.when is not None else ():
            yield f"stages[{index}].when.{operator.name}", operator
    if rule.clear.operator is not None:
        yield f"clear.when.{rule.clear.operator.name}", rule.clear.operator


def _operator(operator: Any, place: str, every: set[str]) -> Iterator[Warning_]:
    kinds = {kind for each in operator.slots.values() for kind in each.kinds()} or every
    for slot, selector in operator.slots.items():
        yield from _selector(selector, f"{place}.{slot}")
    for name in _CONDITIONS:
        condition = getattr(operator, name, None)
        if condition is not None:
            key = _WRITTEN.get(name, name)
            yield from ((f"{place}.{key}", text) for text in _expression(condition, kinds))
    counted = getattr(operator, "count", operator)
    for name in ("value", "distinct"):
        path = getattr(counted, name, None)
        if isinstance(path, str):
            yield from ((f"{place}.{name}", text) for text in _unknown((path,), kinds))
    yield from ((f"{place}.match", text) for text in _unknown(getattr(operator, "match", ()), kinds))


def _selector(selector: Selector, place: str) -> Iterator[Warning_]:
    for clause in selector.clauses:
        if clause.where is not None:
            own = {kind for kind in selector.kinds() if clause.where in selector.conditions(kind)}
            yield from ((f"{place}.where", text) for text in _expression(clause.where, own))


def _shut_out(rule: Rule, operators: list[tuple[str, Any]]) -> Iterator[Warning_]:
    """Name the events that the scope never lets in, because they lack a field which it compares."""
    slots = [(f"{place}.{slot}", each) for place, one in operators for slot, each in one.slots.items()]
    if rule.clear.on is not None:
        slots.append(("clear.on", rule.clear.on))
    wanted = {path for path, _ in rule.scope.equalities if path.startswith("data.")} if rule.scope else set()
    for place, selector in slots:
        facts = {name for kind in selector.kinds() for name in KINDS[kind].fields}
        for path in sorted(wanted):
            if path.split(".")[1] not in facts and facts != set():
                yield (
                    place,
                    f"never comes: the scope asks for '{path}', which these events do not have; ask for it in where instead",
                )


def _expression(expression: Expression, kinds: set[str]) -> Iterator[str]:
    yield from _unknown(expression.paths, kinds)
    for path, value in expression.equalities:
        yield from _never_equal(path, value, kinds)


def _never_equal(path: str, value: Any, kinds: set[str]) -> Iterator[str]:
    """Look at a path that is compared with a constant: of another type, or no word of its list."""
    root, _, name = path.partition(".")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if root == "device" and number:
        yield f"'{path}' is text and never equals the number {value}; write \"{value}\""
    if root == "state" or root != "data":
        return
    fields = [KINDS[kind].fields[name] for kind in sorted(kinds) if name in KINDS[kind].fields]
    if fields and all(_cannot_be(field, value) for field in fields):
        words = sorted({word for field in fields for word in field.choices})
        hint = (
            f"expected one of {', '.join(words)}{nearest(str(value), words)}"
            if words
            else f"it is a {fields[0].type}"
        )
        yield f"'{path}' never equals {value!r}; {hint}"


def _cannot_be(field: Field, value: Any) -> bool:
    if field.choices:
        return value not in field.choices
    if field.type in ("number", "integer"):
        return isinstance(value, str | bool)
    return field.type == "bool" and not isinstance(value, bool)


def _unknown(paths: Iterable[str], kinds: set[str]) -> Iterator[str]:
    facts = {name for kind in kinds for name in KINDS[kind].fields}
    for path in paths:
        root, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if not name:
            continue
        if root == "data" and name not in facts:
            of = ", ".join(sorted(kinds)[:3]) or "these kinds"
            yield f"unknown field '{path}' for {of}{_near(path, facts)}"
        elif root == "device" and name not in DEVICE_FIELDS:
            yield f"unknown field '{path}'{_near(path, DEVICE_FIELDS)}"
        elif root == "household" and name not in HOUSEHOLD_FIELDS:
            yield f"unknown field '{path}'{_near(path, HOUSEHOLD_FIELDS)}"
        elif root == "state" and name not in _ANY_STATE:
            yield f"unknown state '{path}'{_near(path, sorted(_ANY_STATE))}"


def _near(path: str, names: Iterable[str]) -> str:
    """Name the nearest path of the same root, or what there is."""
    root = path.partition(".")[0]
    known = sorted(f"{root}.{name}" for name in names)
    return nearest(path, known) or (f"; it has {', '.join(known[:8])}" if known else "; it has no fields")
