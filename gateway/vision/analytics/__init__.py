"""Analytics: what a camera is watched for. One file each; a file registers itself with `@analytic`.

An analytic is three things under one name: how its settings are read, what it remembers at the start,
and what it sees: `see(settings, memory, camera, look) -> (memory, sightings)`. To add one, write a file
in this folder and name it in `_BUILT_IN`; a stranger's package does the same through an entry point of
the group `smart_community_gateway.plugins`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.vision.fields import Fields
from gateway.vision.frame import Look, Sighting

_BUILT_IN = ("motion", "zone", "signal")

See = Callable[[Any, Any, Any, Look], tuple[Any, list[Sighting]]]


class Analytic(msgspec.Struct, frozen=True, kw_only=True):
    """One registered analytic; `always`: it runs even when the camera's file does not name it."""

    name: str
    read: Callable[[Fields], Any]
    see: See
    always: bool = False
    source: str = ""


ANALYTICS: dict[str, Analytic] = {}


def analytic(name: str, *, read: Callable[[Fields], Any], always: bool = False) -> Callable[[See], See]:
    """Register the decorated function as the analytic `name`; a name can be taken once."""

    def register(see: See) -> See:
        source = f"{see.__module__}.{see.__qualname__}"
        if name in ANALYTICS:
            raise ValueError(
                f"the analytic '{name}' is already {ANALYTICS[name].source}; {source} needs another name"
            )
        ANALYTICS[name] = Analytic(name=name, read=read, see=see, always=always, source=source)
        return see

    return register


def read_analytics(fields: Fields) -> Mapping[str, Any]:
    """Read the mapping `analytics:`; those that always run get their defaults when they are not written."""
    found: dict[str, Any] = {}
    for name, entry in ANALYTICS.items():
        if fields.has(name) or entry.always:
            part = fields.part(name)
            found[name] = entry.read(part)
            part.done()
    fields.done()
    return found


for _name in _BUILT_IN:
    importlib.import_module(f"gateway.vision.analytics.{_name}")
