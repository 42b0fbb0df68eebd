"""Dotted paths into a message (`e.after.camera`, `topic.device`, `headers.x-serial`, `e.rxInfo.0.rssi`).

A path is split once and then only walked. Absent and null are the same: None. The roots are those of the
conditions, so that what a condition can read, a field can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

ROOTS = ("e", "topic", "headers", "query")  # query: of an HTTP path, `?SN=…`
Scope: TypeAlias = Mapping[str, Any]
Getter: TypeAlias = Callable[[Scope], Any]
Place: TypeAlias = tuple[str, ...]  # root and keys
_places: WeakKeyDictionary[Getter, tuple[Place, ...]] = WeakKeyDictionary()  # where a getter looks


def split_path(path: str) -> tuple[str, tuple[str, ...]] | None:
    """Return root and keys (none: the whole message), or None when the text is no path at one of the roots."""
    root, *keys = path.split(".")
    if root not in ROOTS or not all(keys) or any(c.isspace() for c in path):
        return None
    return root, tuple(keys)


def compile_path(root: str, keys: tuple[str, ...]) -> Getter:
    """Return a function that walks a scope to the value, or to None; it never raises."""
    get = _walking(root, keys)
    _places[get] = ((root, *keys),)
    return get


def places_of(get: Getter) -> tuple[Place, ...]:
    """Return where a getter looks, in order, so that it can be written out; empty: nobody knows."""
    return _places.get(get, ())


def _walking(root: str, keys: tuple[str, ...]) -> Getter:
    if len(keys) == 1:
        return _one(root, keys[0])
    if len(keys) == 2 and not keys[1].isdecimal():
        return _two(root, *keys)

    def walk(scope: Scope) -> Any:
        value = scope[root]
        for key in keys:
            if type(value) is dict:
                value = value.get(key)
            elif type(value) is list:
                value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
            else:
                return None
        return value

    return walk


def _one(root: str, key: str) -> Getter:
    def look(scope: Scope) -> Any:
        return scope[root].get(key)

    return look


def _two(root: str, outer: str, inner: str) -> Getter:
    def look(scope: Scope) -> Any:
        value = scope[root].get(outer)
        return value.get(inner) if type(value) is dict else None

    return look


def first_of(getters: Iterable[Getter]) -> Getter:
    """Return a function that gives the first value that is there."""
    several = tuple(getters)
    if len(several) == 1:
        return several[0]
    get = _either(*several) if len(several) == 2 else _first(several)
    if all(places_of(each) for each in several):
        _places[get] = tuple(place for each in several for place in places_of(each))
    return get


def _first(several: tuple[Getter, ...]) -> Getter:
    def first(scope: Scope) -> Any:
        for get in several:
            value = get(scope)
            if value is not None:
                return value
        return None

    return first


def _either(one: Getter, other: Getter) -> Getter:
    def look(scope: Scope) -> Any:
        value = one(scope)
        return value if value is not None else other(scope)

    return look


def paths_in(value: Any, path: str) -> set[str]:
    """Return every dotted path that exists below `path` in a message, inner nodes included."""
    found: set[str] = set()
    stack = [(value, path)]
    while stack:
        here, at = stack.pop()
        found.add(at)
        if isinstance(here, dict):
            stack.extend((child, f"{at}.{key}") for key, child in here.items())
        elif isinstance(here, list):
            stack.extend((child, f"{at}.{number}") for number, child in enumerate(here))
    return found
