"""Dotted paths over an event's roots: how keys, `match` and `distinct` read their values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_LARGEST = 2**63


@lru_cache(maxsize=4096)
def _parts(path: str) -> tuple[str, tuple[str, ...]]:
    root, _, rest = path.partition(".")
    return root, tuple(rest.split(".")) if rest else ()


def value_at(path: str, env: Mapping[str, Any]) -> Any:
    """Return the value at a dotted path, or None when any part of it is missing.

    The path `device` is the device's id; `household` is the household's, of an event the one of its subject
    or else of its device.
    """
    root, rest = _parts(path)
    value = env.get(root)
    if not rest:
        if root == "device":
            return getattr(value, "id", None) or None if not isinstance(value, str) else value
        return _household(value, env) if root == "household" else value
    for part in rest:
        if type(value) is dict:  # nearly always; the general question costs 0.2 µs
            value = value.get(part)
        else:
            value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
        if value is None:
            return None
    return list(value) if type(value) is tuple else value


def _household(value: Any, env: Mapping[str, Any]) -> Any:
    if value is not None:
        return getattr(value, "id", value)
    subject: Mapping[str, Any] = env.get("subject") or {}
    return subject.get("household") or getattr(env.get("device"), "household", None)


def storable(value: Any) -> Any:
    """Return a value as it can stand in a key and a snapshot: 1.0 is 1, and a number beyond 64 bits a float."""
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and -_LARGEST <= value < _LARGEST else value
    if isinstance(value, int):
        return value if -_LARGEST <= value < _LARGEST else _float(value)
    if isinstance(value, Mapping):
        return {str(name): storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return str(value)


def _float(value: int) -> float | str:
    try:
        return float(value)
    except OverflowError:
        return str(value)
