"""Fields: reads one mapping of a rule file key by key and collects every mistake with its exact place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import tzinfo
from typing import Any

from devices.document import Document
from devices.expression import Expression, ExpressionError, compile_expression
from devices.kinds import KINDS
from devices.problem import Problem, nearest
from rules.duration import LONGEST_US, duration_text, parse_duration
from rules.model import Clause, Selector, covers

EVENT_ROOTS = ("kind", "at", "mode", "late", "time_quality", "data", "subject", "device", "state", "site")
ALERT_ROOTS = ("rule", "key", "stage", "level", "category", "device")

Place = tuple[str | int, ...]


class Reader:
    """One file being read: where problems go, and the zone in which expressions read local time."""

    def __init__(
        self, document: Document, file: str, zone: tzinfo | None = None, *, root: Place = ()
    ) -> None:
        self.document = document
        self.file = file
        self.zone = zone
        self.root = root  # what stands before every place when it is told: a bare list is told as `rules`
        self.problems: list[Problem] = []

    def problem(self, place: Place, message: str) -> None:
        """Note a mistake at this place."""
        self.problems.append(
            Problem(file=self.file, line=self.document.line(place), path=self.told(place), message=message)
        )

    def told(self, place: Place) -> str:
        """Return a place as it stands in an error."""
        return path_text((*self.root, *place))

    def expression(
        self, text: object, place: Place, roots: Collection[str] = EVENT_ROOTS
    ) -> Expression | None:
        """Compile an expression, or note why it cannot be."""
        if isinstance(text, bool):
            text = "true" if text else "false"
        if not isinstance(text, str):
            self.problem(place, f"expected an expression as text, found {shown(text)}")
            return None
        try:
            return compile_expression(text, roots=roots, zone=self.zone)
        except ExpressionError as error:
            self.problem(place, f"{error}")
            return None

    def selector(self, value: object, place: Place) -> Selector | None:
        """Read a selector: a kind, a prefix, a list of these, or `{kind, where}`."""
        clauses: list[Clause] = []
        several = isinstance(value, list)
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            self._clauses(item, (*place, index) if several else place, clauses)
        if isinstance(value, list) and not value:
            self.problem(place, "expected at least one kind, found an empty list")
        return Selector(tuple(clauses)) if clauses else None

    def _clauses(self, item: object, place: Place, clauses: list[Clause]) -> None:
        where = None
        if isinstance(item, dict):
            fields = Fields(self, item, place)
            kinds = fields.take("kind", required=True)
            where = fields.expression("where")
            fields.end()
            inner: Place = (*place, "kind")
            for index, kind in enumerate(
                kinds if isinstance(kinds, list) else [kinds] if kinds is not None else []
            ):
                self._clause(kind, (*inner, index) if isinstance(kinds, list) else inner, where, clauses)
            return
        self._clause(item, place, where, clauses)

    def _clause(self, pattern: object, place: Place, where: Expression | None, clauses: list[Clause]) -> None:
        if not isinstance(pattern, str):
            self.problem(place, f"expected a kind such as access.denied, found {shown(pattern)}")
        elif not any(covers(pattern, name) for name in KINDS):
            words = [*KINDS, *sorted({f"{name.partition('.')[0]}.*" for name in KINDS})]
            self.problem(place, f"unknown kind '{pattern}'{nearest(pattern, words)}")
        else:
            clauses.append(Clause(pattern, where))


class Fields:
    """The keys of one mapping, each taken once; `end` names those that nobody asked for."""

    def __init__(self, reader: Reader, value: object, place: Place) -> None:
        self.reader = reader
        self.place = place
        self._known: list[str] = []
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            reader.problem(place, f"expected a mapping, found {shown(value)}")

    def at(self, name: str) -> Place:
        """Return the place of one key."""
        return (*self.place, name)

    def __contains__(self, name: str) -> bool:
        return self.value.get(name) is not None

    def take(self, name: str, *, required: bool = False) -> Any:
        """Return the value as written, or None."""
        self._known.append(name)
        found = self.value.get(name)
        if found is None and required:
            self.reader.problem(self.place, f"'{name}' is missing")
        return found

    def written(self, name: str) -> str | None:
        """Return how a number was written, for a place where it is a word."""
        return self.reader.document.written(self.at(name))

    def wrong(self, name: str, message: str) -> None:
        """Note a mistake in one key."""
        self.reader.problem(self.at(name), message)

    def _typed(self, name: str, kind: Callable[[Any], bool], what: str, *, required: bool) -> Any:
        found = self.take(name, required=required)
        if found is None or kind(found):
            return found
        self.wrong(name, f"expected {what}, found {shown(found)}")
        return None

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return a text."""
        return self._typed(name, lambda v: isinstance(v, str) and bool(v), "text", required=required)  # type: ignore[no-any-return]  # the check narrows it

    def word(self, name: str, words: Sequence[str], *, required: bool = False) -> Any:
        """Return one of a closed list of words."""
        found = self.take(name, required=required)
        if found is None or found in words:
            return found
        self.wrong(
            name,
            f"unknown {name} {shown(found)}, expected one of {', '.join(words)}{nearest(str(found), words)}",
        )
        return None

    def integer(self, name: str, *, least: int = 1, required: bool = False) -> int | None:
        """Return a whole number of at least `least`."""
        return self._typed(  # type: ignore[no-any-return]  # the check narrows it
            name,
            lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= least,
            f"a whole number of at least {least}",
            required=required,
        )

    def number(self, name: str) -> float | None:
        """Return a finite number."""
        return self._typed(  # type: ignore[no-any-return]  # the check narrows it
            name,
            lambda v: isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < float("inf"),
            "a number",
            required=False,
        )

    def duration(
        self, name: str, *, required: bool = False, default: int | None = None, zero: bool = False
    ) -> int | None:
        """Return microseconds of a duration such as `30s`."""
        found = self.take(name, required=required)
        if found is None:
            return default
        microseconds = parse_duration(found)
        if microseconds is None:
            self.wrong(name, f"expected a duration such as 300ms, 30s, 5m, 2h or 3d, found {shown(found)}")
        elif microseconds > LONGEST_US:
            self.wrong(name, f"expected at most {duration_text(LONGEST_US)}, found {shown(found)}")
        elif microseconds == 0 and not zero:
            self.wrong(name, f"expected a duration longer than zero, found {shown(found)}")
        else:
            return microseconds
        return default

    def expression(
        self, name: str, roots: Collection[str] = EVENT_ROOTS, *, required: bool = False
    ) -> Expression | None:
        """Return a compiled expression."""
        found = self.take(name, required=required)
        return None if found is None else self.reader.expression(found, self.at(name), roots)

    def selector(self, name: str, *, required: bool = False) -> Selector | None:
        """Return a selector of events."""
        found = self.take(name, required=required)
        return None if found is None else self.reader.selector(found, self.at(name))

    def path(self, name: str) -> str | None:
        """Return a dotted path over the roots of an event."""
        found = self.take(name)
        return None if found is None else self._path(found, self.at(name))

    def paths(self, name: str, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of dotted paths."""
        found = self.take(name)
        if found is None:
            return default
        if not isinstance(found, list):
            self.wrong(name, f"expected a list of paths such as [device], found {shown(found)}")
            return default
        read = [self._path(item, (*self.at(name), index)) for index, item in enumerate(found)]
        return tuple(path for path in read if path is not None)

    def _path(self, found: object, place: Place) -> str | None:
        roots = [*EVENT_ROOTS, "household"]
        if not isinstance(found, str) or not all(part.isidentifier() for part in found.split(".")):
            self.reader.problem(place, f"expected a path such as device or data.door, found {shown(found)}")
        elif (root := found.split(".", maxsplit=1)[0]) not in roots:
            self.reader.problem(place, f"unknown root '{root}' in path '{found}'{nearest(root, roots)}")
        else:
            return found
        return None

    def bilingual(self, name: str, *, required: bool = False) -> dict[str, str]:
        """Return a text in both languages; a single text stands for both."""
        found = self.take(name, required=required)
        if isinstance(found, str):
            return {"zh": found, "en": found}
        if found is None:
            return {}
        if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
            self.wrong(name, f"expected {{zh: …, en: …}}, found {shown(found)}")
            return {}
        for key in found:
            if key not in ("zh", "en"):
                self.reader.problem((*self.at(name), key), f"unknown language '{key}', expected zh or en")
        zh, en = found.get("zh"), found.get("en")
        return {"zh": str(zh or en or ""), "en": str(en or zh or "")}

    def end(self) -> None:
        """Name the keys that do not exist here."""
        for key in self.value:
            if key not in self._known:
                self.reader.problem(self.at(str(key)), f"unknown key '{key}'{nearest(str(key), self._known)}")


def shown(value: object) -> str:
    """Write a value as it should stand in an error: short, quoted when it is text."""
    text = _written(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _written(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name!r}: {_written(item)}' for name, item in list(value.items())[:8])}}}"
    if isinstance(value, list):
        return f"[{', '.join(_written(item) for item in value[:32])}]"
    return repr(value)


def path_text(place: Place) -> str:
    """Write a place as `rules[0].detect.count.of`; the whole file is `document`."""
    text = "" if place else "document"
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
