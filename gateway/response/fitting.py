"""Fitting: what does not fit a struct, said field by field in sentences a person can act on.

The parser's own words ("Invalid RFC3339 encoded time") say neither what stands there nor what should. Here a mistake
names the value and what is expected, and every field is looked at, not only up to the first that does not fit.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec

from devices.problem import nearest

Misfit: TypeAlias = tuple[tuple[str | int, ...], str]  # place inside the entry, sentence

_EXPECTED: dict[Any, str] = {
    time: "a time of day like 08:00",
    datetime: "a day and time like 2026-03-02T08:00",
    date: "a day like 2026-03-02",
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}
_LIMIT = re.compile(r"Expected `\w+` (?:of length )?(>=|<=) (\S+)")
_WORDS = {">=": "at least", "<=": "at most"}


def misfits(
    values: Mapping[str, Any], kind: type, *, written: Mapping[str, Any] | None = None
) -> list[Misfit]:
    """Return everything in `values` that does not fit the struct `kind`; `written` is what the person wrote, if other."""
    shown = values if written is None else written
    found: list[Misfit] = []
    for field in msgspec.structs.fields(kind):
        name = field.encode_name
        if name not in values:
            if field.required:
                found.append(((), f"'{name}' is missing"))
            continue
        found += [((name, *path), said) for path, said in _misfit(values[name], field.type, shown.get(name))]
    return found


def misfit(value: object, kind: Any) -> str | None:
    """Return what is wrong with one value, None when it fits."""
    found = _misfit(value, kind, value)
    return found[0][1] if found else None


def _misfit(value: object, kind: Any, shown: object) -> list[Misfit]:
    item = _item(kind)
    if item is not None and isinstance(value, list):
        seen = shown if isinstance(shown, list) and len(shown) == len(value) else value
        inner = [
            ((index, *path), said)
            for index, each in enumerate(value)
            for path, said in _misfit(each, item, seen[index])
        ]
        if inner:
            return inner
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return [(_place(str(error)), _sentence(str(error).partition(" - at `$")[0], kind, shown))]
    return []


def place_of(message: str) -> tuple[str, tuple[str | int, ...]]:
    """Split the parser's message into its words and the place that it names."""
    return message.partition(" - at `$")[0], _place(message)


def _place(message: str) -> tuple[str | int, ...]:
    parts = re.findall(r"\.(\w+)|\[(\d+)\]", message.partition(" - at `$")[2])
    return tuple(name or int(index) for name, index in parts)


def _sentence(words: str, kind: Any, value: object) -> str:
    choices = _choices(kind)
    if choices:
        close = nearest(value, choices) if isinstance(value, str) else ""
        return f"expected one of {', '.join(choices)}, not {said(value)}{close}"
    return f"expected {_expected(words, kind)}, not {said(value)}"


def _expected(words: str, kind: Any) -> str:
    limit = _LIMIT.search(words)
    more = f", {_WORDS[limit[1]]} {limit[2]}" if limit else ""
    for each in _options(kind):
        plain = get_origin(each) or each
        if plain in _EXPECTED:
            return _EXPECTED[plain] + more
        if plain in (tuple, list, frozenset, set):
            return f"a list{more}"
        if plain is dict or isinstance(plain, type):
            return "a mapping"
    return f"something else ({words.replace('`', chr(39))})"


def said(value: object) -> str:
    """Return a value as the person sees it in the file."""
    if isinstance(value, str):
        return f"'{value}'"
    return "nothing" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _options(kind: Any) -> Sequence[Any]:
    """Return what a union allows beside nothing; anything else alone."""
    kind = getattr(kind, "__value__", kind)
    if get_origin(kind) in (Union, types.UnionType):
        return [each for each in get_args(kind) if each is not type(None)]
    return [get_args(kind)[0]] if hasattr(kind, "__metadata__") else [kind]


def _choices(kind: Any) -> list[str]:
    return [str(word) for each in _options(kind) if get_origin(each) is Literal for word in get_args(each)]


def _item(kind: Any) -> Any:
    """Return the type of the items of a list of any length, else None."""
    for each in _options(kind):
        arguments = get_args(each)
        if get_origin(each) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return arguments[0]
        if get_origin(each) in (list, frozenset, set):
            return arguments[0]
    return None
