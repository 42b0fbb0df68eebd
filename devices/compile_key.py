"""Compiling `dedup`: the paths that together name one report for a week, and what is known of that key."""

from __future__ import annotations

from typing import Any

from devices.form import Within
from devices.node import Node
from devices.paths import Getter
from devices.vocabulary import Vocabulary


def dedup_key(node: Node, words: Vocabulary) -> tuple[Getter, ...]:
    """Return where the parts of the key are; a part given as a list is the first of its paths that is there."""
    if node.value == "none":
        return ()
    if node.value is None:
        node.say("'dedup' is missing: a list of paths that together are unique for a week, or none")
        return ()
    if isinstance(node.value, dict) and not node.mapping(("keyed",), ("keyed",)):
        return ()
    key = _key(node)
    parts = [key] if isinstance(key.value, str) else list(key.items())
    return tuple(get for part in parts if (get := words.first(part)) is not None)


def tells_apart(dedup: Node) -> Within:
    """Return what the key tells apart by itself: elements, documents of one message, or only messages."""
    paths = _paths(_key(dedup).value)
    if any(path.startswith("e.item.") for path in paths):
        return "item"
    return "document" if any(path.startswith("e.") for path in paths) else "message"


def holds_time(dedup: Node, time: Node) -> bool:
    """Tell whether a part of the key is also where the time is."""
    place = time.value if isinstance(time.value, str | list) else time.child("from").value
    times = _paths(place)
    return any(path in times for path in _paths(_key(dedup).value))


def _key(dedup: Node) -> Node:
    return dedup.child("keyed") if isinstance(dedup.value, dict) else dedup


def _paths(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [path for part in value for path in _paths(part)] if isinstance(value, list) else []
