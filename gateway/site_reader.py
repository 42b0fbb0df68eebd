"""Reading parts of a site file: lists of entries as structs, every mistake with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from devices.document import Document
from devices.problem import Problem, nearest
from gateway.response.categories import Mistake
from gateway.response.fitting import misfits, place_of

T = TypeVar("T")
MOST_NAMED = 12  # as many names are listed with one that does not exist; more help nobody


class Reader:
    """One document and the list its problems go to."""

    def __init__(self, document: Document, value: Mapping[str, Any], problems: list[Problem]) -> None:
        self.document = document
        self.value = value
        self.problems = problems

    def bad(self, path: tuple[str | int, ...], message: str) -> None:
        self.problems.append(self.document.problem(path, message))

    def maps(self, *path: str) -> list[dict[str, Any]]:
        """Return the mappings of a list; what is no list or no mapping was or will be reported by `entries`."""
        found: Any = self.value
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []

    def entries(
        self,
        key: str | tuple[str, ...],
        kind: type[T],
        *,
        passed_on: tuple[str, ...] = (),
        ready: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    ) -> list[tuple[int, T]]:
        """Read a list of mappings as structs, each mistake with its place; a repeated id is one too."""
        path: tuple[str, ...] = (key,) if isinstance(key, str) else key
        raw: Any = self.value
        for part in path:
            raw = raw.get(part) if isinstance(raw, dict) else None
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.bad(path, "expected a list")
            return []
        fields = msgspec.structs.fields(kind)  # type: ignore[arg-type]  # every kind given here is a struct
        names = [field.encode_name for field in fields]
        worded = [field.encode_name for field in fields if field.type in (str, str | None)]
        found: list[tuple[int, T]] = []
        seen: set[str] = set()
        for index, written in enumerate(raw):
            if not isinstance(written, dict):
                self.bad((*path, index), f"expected a mapping with {', '.join(names)}")
                continue
            for name in written:
                if name not in names and name not in passed_on:
                    self.bad((*path, index, str(name)), f"unknown field '{name}'{nearest(str(name), names)}")
            entry = self._worded(written, (*path, index), worded)
            identity = str(entry.get("id", entry.get("name", "")))
            if identity and identity in seen:
                self.bad((*path, index), f"'{identity}' is there twice")
            seen.add(identity)
            made = ready(entry)
            try:
                found.append((index, msgspec.convert(made, kind)))
            except msgspec.ValidationError as error:
                words, place = place_of(str(error))
                for inner, message in misfits(made, kind, written=entry) or [(place, words)]:
                    self.bad((*path, index, *inner), message)
        return found

    def _worded(
        self, entry: dict[str, Any], path: tuple[str | int, ...], names: Iterable[str]
    ) -> dict[str, Any]:
        """Return an entry in which numbers that stand for words, such as an id, are what was written."""
        words = {
            name: self.document.written((*path, name)) or str(entry[name])
            for name in names
            if type(entry.get(name)) in (int, float)
        }
        return {**entry, **words} if words else entry

    def parsed(
        self, key: str, parse: Callable[[object], tuple[dict[str, T], list[Mistake]]]
    ) -> dict[str, T] | None:
        """Read a list by its own parser, which says (path, message) for every mistake."""
        if self.value.get(key) is None:
            return None
        found, mistakes = parse(self.value[key])
        for path, message in mistakes:
            self.bad((key, *path), message)
        return found

    def names(self, key: str) -> dict[str, str]:
        raw = self.value.get(key)
        if raw is None or isinstance(raw, str):
            return {"zh": raw, "en": raw} if raw else {}
        if isinstance(raw, dict) and all(isinstance(v, str) for v in raw.values()):
            return {str(language): str(v) for language, v in raw.items()}
        self.bad((key,), "expected a name, or names in zh and en")
        return {}


def known(reader: Reader, path: tuple[str | int, ...], what: str, name: object, names: Iterable[str]) -> None:
    """Report a name that points nowhere."""
    if name is None:
        return
    words = names if isinstance(names, Mapping) else list(names)
    if not isinstance(name, str) or name not in words:
        exist = f", expected one of {', '.join(map(str, words))}" if 0 < len(words) <= MOST_NAMED else ""
        reader.bad(path, f"unknown {what} '{name}'{nearest(str(name), words) or exist}")
