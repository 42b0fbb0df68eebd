"""The grammar of expressions: text becomes a tree, or an error that says what was expected and where.

A subset of CEL: literals, lists, `== != < <= > >= in && || ! + - * / %`, `? :`, field access, calls. A field whose
name is no word stands in brackets, `e["door-state"]`, and so does a place in a list, `e.status[0]`.
Left out on purpose: indexing by a value, comprehensions, regular expressions, maps, messages, raw texts.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

import msgspec

from devices.expression_token import MEANT, ExpressionError, Token, number, quoted, tokens
from devices.problem import nearest

MOST_NODES = 2_000
DEEPEST = 32

FUNCTIONS = {"has": 1, "size": 1, "hour": 1, "weekday": 1}  # name: number of arguments
METHODS = {"startsWith": 1, "endsWith": 1, "contains": 1}
Scalar: TypeAlias = str | int | float | bool | None


class _Node(msgspec.Struct, frozen=True):
    start: int  # of its text, brackets included
    end: int
    depth: int  # of the tree below it


class Literal(_Node, frozen=True):
    value: Scalar


class Path(_Node, frozen=True):
    """A root and fields below it: `device.building`."""

    parts: tuple[str, ...]


class Field(_Node, frozen=True):
    """A field of something that is not a plain path."""

    of: Node
    name: str


class Items(_Node, frozen=True):
    items: tuple[Node, ...]


class Unary(_Node, frozen=True):
    operator: str
    operand: Node


class Binary(_Node, frozen=True):
    operator: str
    left: Node
    right: Node


class Logic(_Node, frozen=True):
    """`&&` or `||` over two or more parts."""

    operator: str
    parts: tuple[Node, ...]


class Choice(_Node, frozen=True):
    condition: Node
    then: Node
    otherwise: Node


class Call(_Node, frozen=True):
    name: str
    arguments: tuple[Node, ...]  # of a method, its object comes first


Node: TypeAlias = Literal | Path | Field | Items | Unary | Binary | Logic | Choice | Call


_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_BINDING = {"||": 1, "&&": 2} | dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3)
_BINDING |= {"+": 4, "-": 4, "*": 5, "/": 5, "%": 5}
_UNARY = 6
_LONGEST_PLACE = 4  # digits


def parse(text: str, roots: Collection[str]) -> Node:
    """Return the tree of an expression over these roots; raises ExpressionError."""
    parser = _Parser(tokens(text), roots)
    node = parser.expression(0)
    parser.finish()
    return node


class _Parser:
    """Pratt's algorithm: every operator binds with a number, the stronger one takes the operand."""

    def __init__(self, tokens: list[Token], roots: Collection[str]) -> None:
        self._tokens = tokens
        self._roots = roots
        self._at = 0
        self._nodes = 0
        self._open = 0

    def finish(self) -> None:
        token = self._tokens[self._at]
        if token.sort == "end":
            return
        meant = MEANT.get(token.text)
        hint = f"; did you mean '{meant}'?" if meant else ""
        raise ExpressionError(f"expected an operator or the end, found '{token.text}'{hint}", token.start)

    def expression(self, binding: int) -> Node:
        self._open += 1
        if self._open > 2 * DEEPEST:  # brackets count here, not in the tree
            raise ExpressionError(f"more than {2 * DEEPEST} brackets deep", self._tokens[self._at].start)
        left = self._operand()
        while True:
            token = self._tokens[self._at]
            strength = _BINDING.get(token.text, 0) if token.sort in {"symbol", "name"} else 0
            if strength > binding:
                self._at += 1
                left = self._join(token.text, left, self.expression(strength))
            elif token.sort == "symbol" and token.text == "?" and binding == 0:
                self._at += 1
                then = self.expression(0)
                self._expect(":", "between the two values of '?'")
                otherwise = self.expression(0)
                left = Choice(
                    left.start, otherwise.end, self._deeper(left, then, otherwise), left, then, otherwise
                )
            else:
                break
        self._open -= 1
        return left

    def _join(self, operator: str, left: Node, right: Node) -> Node:
        if operator in {"&&", "||"}:
            parts = left.parts if isinstance(left, Logic) and left.operator == operator else (left,)
            depth = self._deeper(*parts, right)
            return Logic(left.start, right.end, depth, operator, (*parts, right))
        return Binary(left.start, right.end, self._deeper(left, right), operator, left, right)

    def _operand(self) -> Node:
        token = self._tokens[self._at]
        self._at += 1
        if token.sort == "symbol" and token.text in {"!", "-"}:
            operand = self.expression(_UNARY)
            if token.text == "-" and isinstance(operand, Literal) and type(operand.value) in {int, float}:
                return Literal(token.start, operand.end, 0, -operand.value)  # type: ignore[operator]  # just seen: a number
            return Unary(token.start, operand.end, self._deeper(operand), token.text, operand)
        return self._members(self._atom(token))

    def _atom(self, token: Token) -> Node:
        if token.sort == "number":
            return Literal(token.start, token.end, self._deeper(), number(token))
        if token.sort == "text":
            return Literal(token.start, token.end, self._deeper(), quoted(token))
        if token.sort == "name" and token.text != "in":
            return self._name(token)
        if token.text == "(" and token.sort == "symbol":
            inner = self.expression(0)
            closing = self._expect(")", "to close the bracket")
            return msgspec.structs.replace(inner, start=token.start, end=closing.end)
        if token.text == "[" and token.sort == "symbol":
            items, end = self._list("]")
            return Items(token.start, end, self._deeper(*items), items)
        found = f"'{token.text}'" if token.text else "the end"
        raise ExpressionError(f"expected a value, a path or '(', found {found}", token.start)

    def _name(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(token.start, token.end, self._deeper(), _CONSTANTS[token.text])
        if self._is("("):
            return self._call(token, FUNCTIONS, (), token.start)
        if token.text not in self._roots:
            words = [*self._roots, *_CONSTANTS]
            if token.text in MEANT:
                hint = f"; did you mean '{MEANT[token.text]}'?"
            elif token.text in FUNCTIONS:
                hint = f"; it is a function: {token.text}(…)"
            else:
                hint = nearest(token.text, words) or f"; expected one of {', '.join(sorted(self._roots))}"
            raise ExpressionError(f"unknown name '{token.text}'{hint}", token.start)
        parts = [token.text]
        end = token.end
        while self._is("[") or (self._is(".") and self._tokens[self._at + 1].sort == "name"):
            if self._is("["):
                parts.append(self._key())
                end = self._expect("]", "after a field's name").end
                continue
            if self._tokens[self._at + 2].text == "(" and self._tokens[self._at + 2].sort == "symbol":
                break
            field = self._tokens[self._at + 1]
            parts.append(field.text)
            end = field.end
            self._at += 2
        return Path(token.start, end, self._deeper(), tuple(parts))

    def _key(self) -> str:
        """Return what stands in brackets behind a path: a name in quotes, or a place in a list."""
        token = self._tokens[self._at + 1]
        self._at += 2
        if token.sort == "text" and (name := quoted(token)) and "." not in name:
            return name
        if token.sort == "number" and token.text.isdecimal() and len(token.text) <= _LONGEST_PLACE:
            return token.text
        found = f"'{token.text}'" if token.text else "the end"
        raise ExpressionError(
            f"expected a field's name in quotes or a place in a list, found {found}", token.start
        )

    def _members(self, node: Node) -> Node:
        while self._is("."):
            self._at += 1
            token = self._tokens[self._at]
            if token.sort != "name":
                found = f"'{token.text}'" if token.text else "the end"
                raise ExpressionError(f"expected a field name after '.', found {found}", token.start)
            self._at += 1
            if self._is("("):
                node = self._call(token, METHODS, (node,), node.start)
            else:
                node = Field(node.start, token.end, self._deeper(node), node, token.text)
        return node

    def _call(self, name: Token, known: dict[str, int], receiver: tuple[Node, ...], start: int) -> Node:
        if name.text not in known:
            what = "method" if receiver else "function"
            hint = nearest(name.text, known) or f"; expected one of {', '.join(known)}"
            raise ExpressionError(f"unknown {what} '{name.text}'{hint}", name.start)
        self._at += 1
        arguments, end = self._list(")")
        if len(arguments) != known[name.text]:
            raise ExpressionError(
                f"{name.text} takes {known[name.text]} value, found {len(arguments)}", name.start
            )
        if name.text == "has" and not isinstance(arguments[0], Path | Field):
            raise ExpressionError("has(…) asks for a field, such as has(device.building)", arguments[0].start)
        operands = (*receiver, *arguments)
        return Call(start, end, self._deeper(*operands), name.text, operands)

    def _list(self, closing: str) -> tuple[tuple[Node, ...], int]:
        items: list[Node] = []
        while not self._is(closing):
            items.append(self.expression(0))
            if not self._is(","):
                break
            self._at += 1
        return tuple(items), self._expect(closing, "or ',' after a value").end

    def _is(self, symbol: str) -> bool:
        token = self._tokens[self._at]
        return token.sort == "symbol" and token.text == symbol

    def _expect(self, symbol: str, why: str) -> Token:
        token = self._tokens[self._at]
        if token.sort != "symbol" or token.text != symbol:
            found = f"'{token.text}'" if token.text else "the end"
            raise ExpressionError(f"expected '{symbol}' {why}, found {found}", token.start)
        self._at += 1
        return token

    def _deeper(self, *nodes: Node) -> int:
        """Count one more node above these and return its depth."""
        self._nodes += 1
        start = self._tokens[max(0, self._at - 1)].start
        if self._nodes > MOST_NODES:
            raise ExpressionError(f"more than {MOST_NODES:,} parts", start)
        depth = max((node.depth for node in nodes), default=0) + 1
        if depth > DEEPEST:
            raise ExpressionError(f"more than {DEEPEST} levels deep", start)
        return depth
