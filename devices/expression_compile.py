"""From tree to closures: every node of an expression becomes one function of the values of its roots."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, TypeAlias

import msgspec

from devices import expression_shapes as shapes
from devices.expression_syntax import Binary, Call, Choice, Field, Items, Literal, Logic, Node, Path, Unary
from devices.expression_value import (
    ARITHMETIC,
    MOST_STEPS,
    ORDER,
    UNKNOWN,
    Meter,
    Truth,
    add,
    clock,
    contains,
    equal,
    is_number,
    negate,
    search,
    size,
)

Env: TypeAlias = Mapping[str, Any]
Step: TypeAlias = Callable[[Env], Any]


def field(value: Any, name: str) -> Any:
    """Return a field of a mapping or struct, or UNKNOWN. An unset (None) field of a struct is not there."""
    if isinstance(value, dict):
        return value.get(name, UNKNOWN)
    if isinstance(value, msgspec.Struct) and name in value.__struct_fields__:
        found = getattr(value, name)
        return UNKNOWN if found is None else found
    if isinstance(value, list) and name.isdecimal():
        return value[int(name)] if int(name) < len(value) else UNKNOWN
    return value.get(name, UNKNOWN) if isinstance(value, Mapping) else UNKNOWN


def below(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under this one, in the order written."""
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Logic):
        return node.parts
    if isinstance(node, Choice):
        return (node.condition, node.then, node.otherwise)
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Items):
        return node.items
    if isinstance(node, Unary):
        return (node.operand,)
    return (node.of,) if isinstance(node, Field) else ()


def read(parts: tuple[str, ...]) -> Step:
    """Return the function that follows a path from its root."""
    root = parts[0]
    if len(parts) == 1:
        return lambda env: env.get(root, UNKNOWN)
    if len(parts) == 2:
        name = parts[1]

        known: list[type] = [dict]  # the struct last seen here to have this field: saves looking again

        def one(env: Env) -> Any:
            value = env.get(root)
            sort = type(value)
            if sort is dict:
                return value.get(name, UNKNOWN)  # type: ignore[union-attr]  # just seen: a dict
            if sort is known[0]:
                found = getattr(value, name)
                return UNKNOWN if found is None else found
            if isinstance(value, msgspec.Struct) and name in value.__struct_fields__:
                known[0] = sort
            return field(value, name)

        return one
    names = parts[1:]

    def deep(env: Env) -> Any:
        value = env.get(root)
        for name in names:
            value = value.get(name, UNKNOWN) if type(value) is dict else field(value, name)
        return value

    return deep


class Compiler:
    """Turns a tree into closures; operations whose cost depends on the values share one meter."""

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._meter = Meter()
        self._metered = 0

    def share(self, tree: Node) -> None:
        """Divide the steps left after one for each node among the metered operations."""
        nodes = 0
        waiting = [tree]
        while waiting:
            nodes += 1
            waiting.extend(below(waiting.pop()))
        self._meter.allowed = (MOST_STEPS - nodes) // max(1, self._metered)

    def step(self, node: Node) -> Step:
        if isinstance(node, Literal):
            constant = node.value
            return lambda _env: constant
        if isinstance(node, Path):
            return read(node.parts)
        if isinstance(node, Field):
            of, name = self.step(node.of), node.name
            return lambda env: field(of(env), name)
        if isinstance(node, Logic):
            return self.logic(node.operator, [self.step(part) for part in node.parts])
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Choice):
            return self._choice(node)
        if isinstance(node, Unary):
            return self._unary(node)
        return self._items(node)

    def logic(self, operator: str, parts: list[Step]) -> Step:
        """Join parts with Kleene's `&&` or `||`; a single part stays as it is."""
        if len(parts) == 1:
            return parts[0]
        if len(parts) == 2 and operator == "&&":
            return shapes.both(*parts)
        decides = operator == "||"
        steps = tuple(parts)

        def run(env: Env) -> Truth:
            result: Truth = not decides
            for part in steps:
                value: object = part(env)
                if value is decides:
                    return decides
                if value is not result and value is not (not decides):
                    result = UNKNOWN
            return result

        return run

    def _binary(self, node: Binary) -> Step:
        left, right, meter = self.step(node.left), self.step(node.right), self._meter
        operator = node.operator
        if operator in {"==", "!="}:
            return self._equal(node, left, right, wanted=operator == "==")
        if operator in ORDER:
            return self._order(node, left, right)
        if operator in ARITHMETIC:
            calculate = ARITHMETIC[operator]
            return lambda env: calculate(left(env), right(env))
        if operator == "in" and isinstance(node.right, Items):
            constants = [item.value for item in node.right.items if isinstance(item, Literal)]
            if len(constants) == len(node.right.items):
                return shapes.is_among(constants, left)
        self._metered += 1
        operation = contains if operator == "in" else add
        return lambda env: operation(left(env), right(env), meter)

    def _equal(self, node: Binary, left: Step, right: Step, *, wanted: bool) -> Step:
        meter = self._meter
        for literal, path, other in ((node.right, node.left, left), (node.left, node.right, right)):
            if isinstance(literal, Literal):
                shape = _equal_to(path, literal.value, other, meter, wanted=wanted)
                if shape is not None:
                    return shape
        if not (isinstance(node.left, Literal) or isinstance(node.right, Literal)):
            self._metered += 1

        def same(env: Env) -> Truth:
            return equal(left(env), right(env), meter)

        return same if wanted else shapes.negated(same)

    @staticmethod
    def _order(node: Binary, left: Step, right: Step) -> Step:
        order, plain = ORDER[node.operator]
        if isinstance(node.right, Literal) and is_number(node.right.value):
            limit: Any = node.right.value
            pair = _pair(node.left)
            if pair is not None:
                return shapes.is_ordered(pair, plain, limit, left, lambda env: order(left(env), limit))

            def beyond(env: Env) -> Truth:
                value = left(env)
                if type(value) is int or type(value) is float:
                    return bool(plain(value, limit))
                return order(value, limit)

            return beyond
        return lambda env: order(left(env), right(env))

    def _call(self, node: Call) -> Step:
        name, meter, zone = node.name, self._meter, self._zone
        first = self.step(node.arguments[0])
        if name == "has":
            return lambda env: first(env) is not UNKNOWN
        if name in {"hour", "weekday"}:
            return lambda env: clock(name, first(env), zone)
        self._metered += 1
        if name == "size":
            return lambda env: size(first(env), meter)
        sought = node.arguments[1]
        if isinstance(sought, Literal) and isinstance(sought.value, str):
            return shapes.has_part(name, sought.value, first, meter)
        part = self.step(sought)
        return lambda env: search(name, first(env), part(env), meter)

    def _choice(self, node: Choice) -> Step:
        condition, then, otherwise = map(self.step, (node.condition, node.then, node.otherwise))

        def choose(env: Env) -> Any:
            truth = condition(env)
            if truth is True:
                return then(env)
            return otherwise(env) if truth is False else UNKNOWN

        return choose

    def _unary(self, node: Unary) -> Step:
        operand = self.step(node.operand)
        if node.operator == "!":
            return shapes.negated(operand)
        return lambda env: negate(operand(env))

    def _items(self, node: Items) -> Step:
        items = tuple(self.step(item) for item in node.items)

        def build(env: Env) -> Any:
            values = [item(env) for item in items]
            return UNKNOWN if any(value is UNKNOWN for value in values) else values

        return build


def _pair(node: Node) -> tuple[str, str] | None:
    """Return root and field of a path of two parts; other paths have no shape of their own."""
    if not isinstance(node, Path) or len(node.parts) != 2:
        return None
    root, name = node.parts
    return root, name


def _equal_to(node: Node, constant: object, read: Step, meter: Meter, *, wanted: bool) -> Step | None:
    """Return the function that compares what `node` reads with a constant, where there is a short form."""
    pair = _pair(node)
    if isinstance(constant, str):
        word = constant
        if pair is not None:
            return shapes.is_word(pair, word, read, wanted=wanted)

        def same_word(env: Env) -> Truth:
            value = read(env)
            return UNKNOWN if value is UNKNOWN else (isinstance(value, str) and value == word) is wanted

        return same_word
    if pair is None or not isinstance(constant, int | float):
        return None

    def same(env: Env) -> Truth:
        return equal(read(env), constant, meter)

    general = same if wanted else shapes.negated(same)
    if isinstance(constant, bool):
        return shapes.is_truth(pair, constant, read, general, wanted=wanted)
    return shapes.is_number(pair, constant, read, general, wanted=wanted)
