"""Which message form reads a topic: patterns with named levels, and an index whose cost is the topic's depth.

`tele/{device}/SENSOR` names one level, `{rest...}` at the end names all that follow. The same patterns serve
HTTP paths. Where several fit, level by level a literal is stronger than a name, a name than a rest.
"""

from __future__ import annotations

import re
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
_NAME = re.compile(r"\{([a-z_]+)(\.\.\.)?\}")


class PatternError(Exception):
    """A topic pattern cannot be read; the message says which level and why."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True):
    """A topic pattern: `levels` holds a literal or None for a named level; `rest` that the last takes all."""

    text: str
    levels: tuple[str | None, ...]
    names: tuple[str, ...]  # of the named levels, in order
    rest: bool = False

    @property
    def shape(self) -> tuple[str | None, ...]:
        """Two patterns of the same shape fit exactly the same topics."""
        return (*self.levels, "#") if self.rest else self.levels

    @property
    def filter(self) -> str:
        """Return the MQTT topic filter that receives what this pattern reads."""
        levels = ["+" if level is None else level for level in self.levels]
        return "/".join([*levels[:-1], "#"] if self.rest else levels)

    def capture(self, topic: str) -> dict[str, str]:
        """Return the named levels of a topic that fits."""
        parts = topic.split("/")
        if self.rest:
            last = len(self.levels) - 1
            parts[last:] = ["/".join(parts[last:])]
        values = [part for part, level in zip(parts, self.levels, strict=True) if level is None]
        return dict(zip(self.names, values, strict=True))


def parse_pattern(text: str) -> Pattern:
    """Read a pattern, or raise `PatternError`."""
    levels: list[str | None] = []
    names: list[str] = []
    rest = False
    parts = text.split("/")
    for number, part in enumerate(parts):
        named = _NAME.fullmatch(part)
        if named is None and any(sign in part for sign in "{}+#"):
            raise PatternError(f"level '{part}' is neither a literal nor a whole {{name}}")
        if named is not None and named[2] and number != len(parts) - 1:
            raise PatternError(f"'{part}' takes the rest of the topic and must be the last level")
        if named is not None and named[1] in names:
            raise PatternError(f"the name '{named[1]}' stands twice")
        levels.append(None if named else part)
        if named is not None:
            names.append(named[1])
            rest = bool(named[2])
    if not text or len(text) > 1024:
        raise PatternError("a pattern has 1 to 1024 characters")
    return Pattern(text=text, levels=tuple(levels), names=tuple(names), rest=rest)


class _Level(Generic[T]):
    __slots__ = ("any", "here", "literals", "rest")

    def __init__(self) -> None:
        self.literals: dict[str, _Level[T]] = {}
        self.any: _Level[T] | None = None
        self.here: list[T] = []
        self.rest: list[T] = []


class TopicIndex(Generic[T]):
    """Targets by pattern; several targets of one shape keep the order in which they were added."""

    def __init__(self) -> None:
        self._root: _Level[T] = _Level()

    def add(self, pattern: Pattern, target: T) -> None:
        """Put a target under a pattern."""
        level = self._root
        for part in pattern.levels[:-1] if pattern.rest else pattern.levels:
            if part is not None:
                level = level.literals.setdefault(part, _Level())
            else:
                level.any = level.any or _Level()
                level = level.any
        (level.rest if pattern.rest else level.here).append(target)

    def find(self, topic: str) -> list[T]:
        """Return all targets whose pattern fits, the most specific first. Names do not take `$…` at the front."""
        found: list[T] = []
        parts = topic.split("/")
        self._collect(self._root, parts, 0, found)
        return found

    def _collect(self, level: _Level[T], parts: list[str], place: int, found: list[T]) -> None:
        reserved = place == 0 and parts[0].startswith("$")
        if place == len(parts):
            found.extend(level.here)
        else:
            literal = level.literals.get(parts[place])
            if literal is not None:
                self._collect(literal, parts, place + 1, found)
            if level.any is not None and not reserved:
                self._collect(level.any, parts, place + 1, found)
            if not reserved:
                found.extend(level.rest)
