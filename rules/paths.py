"""Dotted paths over an event's roots: how keys, `match` and `distinct` read their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def value_at(path: str, env: Mapping[str, Any]) -> Any:
    """Return the value at a dotted path, or None when any part of it is missing.

    The path `device` is the device's id, `household` the household's.
    """
    root, _, rest = path.partition(".")
    value = env.get(root)
    if not rest:
        return getattr(value, "id", value) if root in ("device", "household") else value
    for part in rest.split("."):
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
        if value is None:
            return None
    return list(value) if isinstance(value, tuple) else value
