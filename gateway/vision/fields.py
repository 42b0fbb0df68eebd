"""Fields: read one mapping of a camera file, field by field, collecting every mistake with its place.

Asking for a field marks it as known; `done` reports what nobody asked for, with the nearest known name.
A wrong value is reported and the default returned, so that reading goes on to the next mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from devices.document import Document
from devices.problem import Problem, nearest

Path = tuple[str | int, ...]
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Fields:
    """One mapping inside a document, and the list of problems that all mappings of it share."""

    def __init__(
        self, value: object, *, path: Path, document: Document, file: str, problems: list[Problem]
    ) -> None:
        self.path = path
        self._document = document
        self._file = file
        self._problems = problems
        self._known: set[str] = set()
        self._value: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            self._value = value
        elif value is not None:
            self.wrong(None, f"{shown(value)} is not a mapping of names to values")

    def wrong(self, name: str | int | None, message: str) -> None:
        """Record one mistake at this mapping, or at a field of it."""
        path = self.path if name is None else (*self.path, name)
        self._problems.append(
            Problem(file=self._file, line=self._document.line(path), path=spelled(path), message=message)
        )

    def has(self, name: str) -> bool:
        """Return whether the name is written here, be it without a value."""
        self._known.add(name)
        return name in self._value

    def _take(self, name: str, *, required: bool) -> Any:
        self._known.add(name)
        value = self._value.get(name)
        if value is None and required:
            self.wrong(name, "is missing")
        return value

    def text(self, name: str, default: str = "", *, required: bool = False) -> str:
        value = self._take(name, required=required)
        if value is None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.wrong(name, f"{shown(value)} is not a text")
            return default
        return value

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        value = self._take(name, required=False)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.wrong(name, f"{shown(value)} is not a number from {low:g} to {high:g}")
            return default
        return float(value)

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self._take(name, required=False)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(name, f"{shown(value)} is not a whole number from {low} to {high}")
            return default
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self._take(name, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, f"{shown(value)} is neither true nor false")
            return default
        return value

    def duration(self, name: str, default: float, *, low: float = 0.0, high: float = 86400.0) -> float:
        """Return a duration in seconds, written like `300ms`, `10s`, `2m`."""
        value = self._take(name, required=False)
        if value is None:
            return default
        found = DURATION.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            self.wrong(name, f"{shown(value)} is not a duration; write it like 300ms, 10s, 2m, 1h")
            return default
        seconds = float(found[1]) * SECONDS[found[2]]
        if not low <= seconds <= high:
            self.wrong(name, f"{shown(value)} is outside {low:g}s to {high:g}s")
            return default
        return seconds

    def clock(self, name: str) -> time:
        """Return a time of day written `HH:MM`."""
        value = self._take(name, required=True)
        if value is None:
            return time()
        if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            return time.fromisoformat(value)
        self.wrong(name, f'{shown(value)} is not a time of day like "22:00" (in quotes)')
        return time()

    def words(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        value = self._take(name, required=False)
        if value is None:
            return ()
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self.wrong(name, f"{shown(value)} is not a list of words")
            return ()
        for word in words:
            if word not in allowed:
                self.wrong(
                    name, f"unknown word '{word}'{nearest(word, allowed)}; known: {', '.join(allowed)}"
                )
        return tuple(word for word in words if word in allowed)

    def polygon(self, name: str, *, required: bool = False) -> tuple[tuple[float, float], ...]:
        """Return at least three points [x, y], shares 0–1 of the picture's width and height."""
        value = self._take(name, required=required)
        return () if value is None else self._points(value, (name,))

    def polygons(self, name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
        value = self._take(name, required=False)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(name, f"{shown(value)} is not a list of polygons")
            return ()
        found = [self._points(points, (name, position)) for position, points in enumerate(value)]
        return tuple(points for points in found if points)

    def _points(self, value: object, place: Path) -> tuple[tuple[float, float], ...]:
        here = Fields(
            None, path=(*self.path, *place), document=self._document, file=self._file, problems=self._problems
        )
        if not isinstance(value, list):
            here.wrong(None, f"{shown(value)} is not a list of points [x, y]")
            return ()
        if len(value) < 3:
            here.wrong(None, f"a polygon needs at least 3 points, this has {len(value)}")
            return ()
        points: list[tuple[float, float]] = []
        for position, point in enumerate(value):
            pair = isinstance(point, list) and len(point) == 2
            if not pair or not all(
                isinstance(part, int | float) and not isinstance(part, bool) and 0 <= part <= 1
                for part in point
            ):
                here.wrong(
                    position, f"{shown(point)} is not [x, y] with shares from 0 to 1 of width and height"
                )
                continue
            points.append((float(point[0]), float(point[1])))
        return tuple(points) if len(points) == len(value) else ()

    def part(self, name: str) -> Fields:
        """Return the mapping under `name` (empty when it is not written)."""
        value = self._take(name, required=False)
        return self._inner(value, name)

    def items(self, name: str, *, required: bool = False) -> Iterator[Fields]:
        """Yield the mappings of the list under `name`."""
        value = self._take(name, required=required)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, f"{shown(value)} is not a list")
            return
        for position, item in enumerate(value):
            yield Fields(
                item,
                path=(*self.path, name, position),
                document=self._document,
                file=self._file,
                problems=self._problems,
            )

    def _inner(self, value: object, name: str) -> Fields:
        return Fields(
            value, path=(*self.path, name), document=self._document, file=self._file, problems=self._problems
        )

    def done(self) -> None:
        """Report every name that was never asked for."""
        for name in self._value:
            if name not in self._known:
                self.wrong(name, f"unknown name '{name}'{nearest(str(name), self._known)}")


def spelled(path: Path) -> str:
    """Return a path as people write it: `cameras[0].zones[1].polygon`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text or "(file)"


def shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
