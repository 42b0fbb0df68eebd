"""Values as IoT platforms carry them: property names that every product chooses for itself, each with its own time.

What is common to ThingsBoard, Alink and IoTDA: names are compared without case, `_`, `-` and spaces
(`SmokeSensorState`, `smoke_sensor_state`), and values of one time make one document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from devices.codec import Document

_DROPPED = str.maketrans("", "", "_- .:")


def folded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values under folded names; of two names that fold alike the first counts. Nulls are left out."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if value is not None:
            found.setdefault(name.translate(_DROPPED).lower(), value)
    return found


def by_time(values: Iterable[tuple[str, Any, Any]]) -> list[Document]:
    """Return one `{"values", "time"}` for each time, in the order of first sight; input is (name, value, time)."""
    groups: dict[str, tuple[Any, dict[str, Any]]] = {}
    for name, value, time in values:
        groups.setdefault(str(time), (time, {}))[1][name] = value
    return [without_none({"time": time, "values": folded(group)}) for time, group in groups.values()]


def without_none(document: Mapping[str, Any]) -> Document:
    """Return a document without what is not there."""
    return {name: value for name, value in document.items() if value is not None}
