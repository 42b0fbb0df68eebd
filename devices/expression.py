"""The one small language over events: compiled once to closures, three-valued, with a budget.

Rules, alert matchers and device profiles all use it. `compile_expression` refuses what it cannot read and
says where; a compiled `Expression` never raises for any values but `BudgetExceeded`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import tzinfo
from typing import Any, TypeAlias

from devices.expression_compile import Compiler, Env, Step, below, field, read
from devices.expression_syntax import Binary, Literal, Logic, Node, Path, Scalar, Unary, parse
from devices.expression_token import ExpressionError
from devices.expression_value import UNKNOWN, BudgetExceeded, Truth, Unknown

__all__ = [
    "UNKNOWN",
    "BudgetExceeded",
    "Clause",
    "Env",
    "Expression",
    "ExpressionError",
    "Step",
    "Truth",
    "Unknown",
    "all_true",
    "compile_expression",
    "field",
]

Clause: TypeAlias = tuple[str, Truth, dict[str, Any]]


class Expression:
    """A compiled expression; call it with the values of its roots.

    `paths` are the dotted paths it reads, in the order written, `numbers` those it names. `equalities` are those top-level `&&` parts
    that compare a path with a constant: whoever has the value may skip the rest. `joined` is `&&`, `||` or
    empty: what stands between the parts that `clauses` returns.
    """

    __slots__ = ("_parts", "equalities", "joined", "numbers", "paths", "run", "text")

    def __init__(self, text: str, tree: Node, zone: tzinfo | None) -> None:
        compiler = Compiler(zone)
        parts = tree.parts if isinstance(tree, Logic) else (tree,)
        self.text = text
        self.joined = tree.operator if isinstance(tree, Logic) else ""
        self._parts = [
            (text[part.start : part.end], compiler.step(part), tuple(_paths(part))) for part in parts
        ]
        self.run = compiler.logic(self.joined, [run for _, run, _ in self._parts])
        self.paths = tuple(dict.fromkeys(".".join(path) for _, _, paths in self._parts for path in paths))
        self.equalities: tuple[tuple[str, Scalar], ...] = (
            () if self.joined == "||" else tuple(e for e in map(_equality, parts) if e is not None)
        )
        self.numbers: tuple[float, ...] = tuple(_numbers(tree))
        compiler.share(tree)

    def __call__(self, env: Env) -> Any:
        """Return the value, or UNKNOWN."""
        return self.run(env)

    def test(self, env: Env) -> Truth:
        """Return true, false or UNKNOWN; a value that is no truth value is UNKNOWN."""
        value = self.run(env)
        return value if value is True or value is False else UNKNOWN

    def clauses(self, env: Env) -> list[Clause]:
        """Return each top-level part as written, its truth, and the values it read (UNKNOWN: not there)."""
        found: list[Clause] = []
        for text, run, paths in self._parts:
            value = run(env)
            truth = value if value is True or value is False else UNKNOWN
            found.append((text, truth, {".".join(path): read(path)(env) for path in paths}))
        return found

    def split(self, root: str) -> tuple[Step | None, Step | None]:
        """Return what asks about nothing but `root`, and the rest: it is true when both are; None: nothing there."""
        if self.joined == "||":
            alone = all(path.partition(".")[0] == root for path in self.paths)
            return (self.run, None) if alone else (None, self.run)
        own = [run for _, run, paths in self._parts if all(path[0] == root for path in paths)]
        rest = [run for _, run, paths in self._parts if not all(path[0] == root for path in paths)]
        return all_true(own), all_true(rest)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def compile_expression(text: str, *, roots: Collection[str], zone: tzinfo | None = None) -> Expression:
    """Compile an expression.

    Args:
        text: a subset of CEL, at most 4 KiB.
        roots: the names it may start a path with.
        zone: where `hour(at)` and `weekday(at)` are read; none: the zone the value carries.

    Raises:
        ExpressionError: with what was expected, the nearest valid word and the position.
    """
    return Expression(text, parse(text, roots), zone)


def all_true(tests: Sequence[Step]) -> Step | None:
    """Return the function that is true when all of these are; None when there are none."""
    return Compiler(None).logic("&&", list(tests)) if tests else None


def _paths(node: Node) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(each.parts for each in _all(node) if isinstance(each, Path)))


def _numbers(node: Node) -> Iterator[float]:
    """Yield the numbers of a tree, `-5` as it is meant."""
    below_zero = {id(each.operand) for each in _all(node) if isinstance(each, Unary) and each.operator == "-"}
    for each in _all(node):
        value = each.value if isinstance(each, Literal) else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield float(-value if id(each) in below_zero else value)


def _all(node: Node) -> Iterator[Node]:
    """Walk a tree, each node before those below it, in the order written."""
    waiting: list[Node] = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(below(each)))


def _equality(node: Node) -> tuple[str, Scalar] | None:
    if not isinstance(node, Binary) or node.operator != "==":
        return None
    for path, constant in ((node.left, node.right), (node.right, node.left)):
        if isinstance(path, Path) and isinstance(constant, Literal):
            return ".".join(path.parts), constant.value
    return None
