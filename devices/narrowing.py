"""Narrowing: which conditions can be true at all, known the names a message has and the one word most of them ask for.

A kinds table of twenty lines is asked line by line, and nearly every line asks for a field that is not there. Which
lines can still be true is the same for every message with these names, so it is worked out once for each set of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TypeAlias

import msgspec

from devices.expression_compile import below
from devices.expression_syntax import Binary, Call, Items, Literal, Logic, Node, Path, Unary
from devices.expression_value import METHODS, ORDER

Parts: TypeAlias = tuple[str, ...]  # a path, taken apart: root and names
_STRICT = frozenset({"==", "!=", "in", *ORDER})  # operators that know nothing where a side is not there


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a message: the names in the mapping at `holder`, and the text at `place` (None: not a text)."""

    holder: Parts
    names: Collection[str]
    place: Parts | None = None
    word: str | None = None

    def lacks(self, node: Node) -> bool:
        """Tell whether a node is a path that leads nowhere."""
        if not isinstance(node, Path):
            return False
        depth = len(self.holder)
        return (
            len(node.parts) > depth
            and node.parts[:depth] == self.holder
            and node.parts[depth] not in self.names
        )

    def stands_at(self, node: Node) -> bool:
        """Tell whether a node is the path whose text is known."""
        return isinstance(node, Path) and node.parts == self.place


def may_be(node: Node, truth: bool, known: Known) -> bool:
    """Tell whether a condition can come out as `truth`; in doubt it can."""
    if isinstance(node, Logic):
        if truth is (node.operator == "||"):
            return any(may_be(part, truth, known) for part in node.parts)
        return all(may_be(part, truth, known) for part in node.parts)
    if isinstance(node, Unary) and node.operator == "!":
        return may_be(node.operand, not truth, known)
    if isinstance(node, Call):
        if known.lacks(node.arguments[0]):
            return node.name == "has" and not truth
        part = _part(node)
        if part is not None and known.word is not None and known.stands_at(node.arguments[0]):
            return METHODS[node.name](known.word, part) is truth
        return True
    if isinstance(node, Binary) and node.operator in _STRICT:
        if known.lacks(node.left) or known.lacks(node.right):
            return False
        words = _words(node)
        if words is not None and known.word is not None and known.stands_at(node.left):
            return ((known.word in words) is (node.operator != "!=")) is truth
    return True


def busiest_place(trees: Iterable[Node]) -> Parts | None:
    """Return the path that most conditions compare with texts."""
    asked: Counter[Parts] = Counter()
    for tree in trees:
        for each in _all(tree):
            if isinstance(each, Binary) and isinstance(each.left, Path) and _words(each) is not None:
                asked[each.left.parts] += 1
            elif isinstance(each, Call) and isinstance(each.arguments[0], Path) and _part(each) is not None:
                asked[each.arguments[0].parts] += 1
    return asked.most_common(1)[0][0] if asked else None


def busiest_holder(trees: Iterable[Node]) -> Parts | None:
    """Return the mapping from which the conditions ask most names."""
    paths = {each.parts for tree in trees for each in _all(tree) if isinstance(each, Path)}
    holders = Counter(path[:-1] for path in sorted(paths) if len(path) > 1)
    return holders.most_common(1)[0][0] if holders else None


def _words(node: Binary) -> frozenset[str] | None:
    """Return the texts that the right side allows, or None where it is something else."""
    if node.operator not in ("==", "!=", "in"):
        return None
    sides = node.right.items if isinstance(node.right, Items) and node.operator == "in" else (node.right,)
    words = [side.value for side in sides if isinstance(side, Literal) and isinstance(side.value, str)]
    return frozenset(words) if len(words) == len(sides) and (words or node.operator != "in") else None


def _part(node: Call) -> str | None:
    """Return the text that a method looks for, or None where it is no constant."""
    part = node.arguments[1] if node.name in METHODS else None
    return part.value if isinstance(part, Literal) and isinstance(part.value, str) else None


def _all(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(below(each))
