"""Node: one place in a document that a person wrote, read with precise complaints and without stopping.

Every reader returns what it could read, or None, and adds a Problem naming file, line and path for the rest,
so that one look shows everything that is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from devices.document import Document
from devices.problem import Problem, nearest

Step: TypeAlias = str | int


class Node:
    """A value in a document with its path; `problems` is shared by all nodes of the document."""

    __slots__ = ("document", "path", "problems", "value")

    def __init__(
        self, document: Document, problems: list[Problem], path: tuple[Step, ...] = (), value: Any = None
    ) -> None:
        self.document = document
        self.problems = problems
        self.path = path
        self.value = document.value if not path else value

    def say(self, message: str) -> None:
        """Add a problem at this place."""
        self.problems.append(self.document.problem(self.path, message))

    def has(self, key: str) -> bool:
        return isinstance(self.value, dict) and key in self.value

    def child(self, key: Step) -> Node:
        """Return the value under a key (None where there is none)."""
        value = self.value
        inner = value.get(key) if isinstance(value, dict) else value[key] if isinstance(key, int) else None
        return Node(self.document, self.problems, (*self.path, key), inner)

    def mapping(self, known: Collection[str], required: Collection[str] = ()) -> bool:
        """Tell whether this is a mapping; complain about keys it may not or must have."""
        if not isinstance(self.value, dict):
            self.say(f"expected a mapping with {', '.join(known)}, found {_kind(self.value)}")
            return False
        for key in self.value:
            if key not in known:
                hint = nearest(str(key), known) or f"; known here are {', '.join(known)}"
                self.child(str(key)).say(f"unknown key '{key}'{hint}")
        for key in required:
            if key not in self.value:
                self.say(f"'{key}' is missing")
        return True

    def pairs(self) -> Iterator[tuple[str, Node]]:
        """Yield the entries of a mapping of any keys."""
        if not isinstance(self.value, dict):
            self.say(f"expected a mapping, found {_kind(self.value)}")
            return
        for key in self.value:
            yield str(key), Node(self.document, self.problems, (*self.path, key), self.value[key])

    def items(self) -> Iterator[Node]:
        """Yield the elements of a list."""
        if not isinstance(self.value, list):
            self.say(f"expected a list, found {_kind(self.value)}")
            return
        for number in range(len(self.value)):
            yield self.child(number)

    def text(self, choices: Collection[str] = ()) -> str | None:
        """Return a text, one of `choices` if given."""
        if not isinstance(self.value, str) or not self.value:
            self.say(f"expected text, found {_kind(self.value)}")
            return None
        if choices and self.value not in choices:
            self.say(f"'{self.value}' is none of {', '.join(choices)}{nearest(self.value, choices)}")
            return None
        return self.value

    def texts(self) -> list[tuple[Node, str]]:
        """Return one text or a list of texts, each with its node."""
        nodes = [self] if isinstance(self.value, str) else list(self.items())
        return [(node, text) for node in nodes if (text := node.text()) is not None]

    def number(self) -> float | None:
        """Return a number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.say(f"expected a number, found {_kind(self.value)}")
            return None
        return self.value

    def flag(self) -> bool:
        """Return true or false; absent is false."""
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            self.say(f"expected true or false, found {_kind(self.value)}")
            return False
        return self.value


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"'{value}'"
