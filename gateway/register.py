"""Register: how channels, sinks and probes enter the table they are found in; built-ins use the same door."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TypeVar

_T = TypeVar("_T")


def enter(table: MutableMapping[str, Any], what: str, name: str, entry: _T) -> _T:
    """Put `entry` into `table` under `name` and return it; a name that is taken is refused, naming both.

    Raises:
        ValueError: `what` (channel, sink …) of this name is there already.
    """
    there = table.get(name)
    if there is not None:
        raise ValueError(
            f"{what} '{name}' is registered twice: {_place(there)} and {_place(entry)}; give one of them another name"
        )
    table[name] = entry
    return entry


def _place(entry: Any) -> str:
    return f"{entry.__module__}.{entry.__qualname__}"
