"""Vocabulary: the paths a message form may speak of, and the compiling of paths and conditions against it.

A path is known when a sample shows it, or when the profile lists it under `optional:`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from devices.codec import CodecRefused, Refusable
from devices.expression import Expression, ExpressionError, compile_expression
from devices.node import Node
from devices.paths import ROOTS, Getter, compile_path, first_of, paths_in, split_path
from devices.problem import nearest


class Vocabulary:
    """Known paths of one form; `names` are the named levels of its topic."""

    def __init__(self, *, names: Collection[str] = (), optional: Collection[str] = ()) -> None:
        self._names = tuple(names)
        self._optional = tuple(optional)
        self._known: set[str] = set()
        self.used: set[str] = set()  # paths that were compiled
        self.blind = False  # there is no sample at all, which is said once and not of every path

    def learn(
        self, headers: Mapping[str, str], query: Mapping[str, Any], documents: Iterable[Refusable], each: Any
    ) -> None:
        """Take in one sample; `each` are the paths (one or several) whose elements are read as `e.item`, if any."""
        self._known.update(f"headers.{name}" for name in headers)
        self._known.update(f"query.{name}" for name in query)
        named = [each] if isinstance(each, str) else each if isinstance(each, list) else []
        places = [split for path in named if (split := split_path(str(path))) is not None]
        for document in documents:
            if isinstance(document, CodecRefused):
                continue
            self._known |= paths_in(document, "e")
            for place in places:
                scope = {"e": document, "topic": {}, "headers": {}, "query": {}}
                self._known |= _item_paths(compile_path(*place)(scope))

    def path(self, node: Node) -> Getter | None:
        """Return the getter of a path, or complain that it is none or that nobody ever saw it."""
        text = node.text()
        if text is None:
            return None
        split = split_path(text)
        if split is None:
            node.say(
                f"'{text}' is no path: a path begins with {', '.join(f'{r}.' for r in ROOTS)} and has no spaces"
            )
            return None
        self._check(node, text)
        return compile_path(*split)

    def first(self, node: Node) -> Getter | None:
        """Return the getter of one path, or of several of which the first present counts."""
        nodes = [node] if isinstance(node.value, str) else list(node.items())
        getters = [get for each in nodes if (get := self.path(each)) is not None]
        return first_of(getters) if getters else None

    def expression(self, node: Node) -> Expression | None:
        """Return a compiled condition whose every path is known."""
        text = node.text()
        if text is None:
            return None
        try:
            expression = compile_expression(text, roots=ROOTS)
        except ExpressionError as error:
            node.say(str(error))
            return None
        for path in sorted(expression.paths):
            if "." in path:
                self._check(node, path)
        return expression

    def _check(self, node: Node, path: str) -> None:
        self.used.add(path)
        root, _, rest = path.partition(".")
        if root == "topic":
            if rest and rest not in self._names:
                node.say(f"unknown field '{path}'{nearest(path, [f'topic.{name}' for name in self._names])}")
        elif rest and not self.blind and path not in self._known and not self._is_optional(path):
            hint = nearest(path, sorted(self._like(path)))
            node.say(
                f"unknown field '{path}'{hint or '; no sample shows it: add one that does, or name it in optional'}"
            )

    def _like(self, path: str) -> Iterator[str]:
        """Yield the known paths whose last word is like that of a path: what they begin with is often the same."""
        last = path.rpartition(".")[2]
        for known in self._known.union(self._optional):
            if not path.startswith(f"{known}.") and nearest(last, [known.rpartition(".")[2]]):
                yield known

    def _is_optional(self, path: str) -> bool:
        return any(
            path == text or path.startswith(f"{text}.") or text.startswith(f"{path}.")
            for text in self._optional
        )


def _item_paths(found: Any) -> set[str]:
    items: list[Any] = found if isinstance(found, list) else []
    if isinstance(found, dict):
        items = [found] + [
            {"key": key, "name": "", "index": "", "value": value} for key, value in found.items()
        ]
    return {path for item in items for path in paths_in(item, "e.item")}
