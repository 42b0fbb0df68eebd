"""Layer: what was saved on the screens laid over what the site file says. Pure.

An entry that was saved stands in the place of the file's own, a new one after them; one that was deleted is left
out. Every mistake is led back to where its author wrote it: a line of the file, or a saved document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from devices.document import Document, Path, path_text
from devices.problem import Problem
from gateway.sitebook.names import ENTRIES, WHOLE, split_name

Value: TypeAlias = dict[str, Any]
Bodies: TypeAlias = Mapping[str, Value | None]
"""What was saved, by document name; None: deleted."""
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


class Layered(msgspec.Struct, frozen=True, kw_only=True):
    """The whole site as plain data, and where each entry comes from: a saved document, or its place in the file."""

    value: Value
    origins: dict[tuple[str, int], str | int] = {}
    wholes: frozenset[str] = frozenset()


def layered(base: Mapping[str, Any], bodies: Bodies) -> Layered:
    """Lay saved documents over the data of a site file. Neither is changed."""
    value = dict(base)
    origins: dict[tuple[str, int], str | int] = {}
    saved: dict[str, dict[str, Value | None]] = {}
    for name in sorted(bodies):
        split = split_name(name)
        if split is None:
            continue
        what, identity = split
        if identity:
            saved.setdefault(what, {})[identity] = bodies[name]
        elif (body := bodies[name]) is not None:
            value[what] = body
    for what, entries in saved.items():
        _lay(value, origins, what, entries)
    wholes = frozenset(name for name in WHOLE if bodies.get(name) is not None)
    return Layered(value=value, origins=origins, wholes=wholes)


def _lay(
    value: Value, origins: dict[tuple[str, int], str | int], what: str, saved: Mapping[str, Value | None]
) -> None:
    part = ENTRIES[what]
    written = value.get(part.key)
    if written is not None and not isinstance(written, list):
        return  # a mistake of the file, which its reader names
    found: list[Any] = []
    seen: set[str] = set()
    for place, entry in enumerate(written or ()):
        identity = str(entry.get(part.identity)) if isinstance(entry, dict) else ""
        if identity not in saved:
            origins[(part.key, len(found))] = place
            found.append(entry)
            continue
        body = saved[identity]
        if body is not None and identity not in seen:
            origins[(part.key, len(found))] = f"{what}:{identity}"
            found.append(body)
        seen.add(identity)
    for identity, body in saved.items():
        if identity not in seen and body is not None:
            origins[(part.key, len(found))] = f"{what}:{identity}"
            found.append(body)
    value[part.key] = found


def entries_in(base: Mapping[str, Any]) -> dict[str, Value]:
    """Return what the site file itself says, by the names that its entries have as documents."""
    found: dict[str, Value] = {name: base[name] for name in WHOLE if isinstance(base.get(name), dict)}
    for what, part in ENTRIES.items():
        written = base.get(part.key)
        for entry in written if isinstance(written, list) else ():
            if isinstance(entry, dict):
                found.setdefault(f"{what}:{entry.get(part.identity)}", entry)
    return found


def placed(problem: Problem, layer: Layered, file: Document) -> Problem:
    """Return a mistake of the whole at the place where its author wrote it."""
    path = path_of(problem.path)
    if path and path[0] in layer.wholes:
        return msgspec.structs.replace(problem, file=str(path[0]), line=1, path=path_text(path[1:]))
    if len(path) > 1 and isinstance(path[1], int):
        origin = layer.origins.get((str(path[0]), path[1]))
        if isinstance(origin, str):
            return msgspec.structs.replace(problem, file=origin, line=1, path=path_text(path[2:]))
        if origin is not None:
            path = (path[0], origin, *path[2:])
    return msgspec.structs.replace(problem, file=file.file, line=file.line(path), path=path_text(path))


def path_of(text: str) -> Path:
    """Read a path as `path_text` writes it."""
    if text == "document":
        return ()
    return tuple(int(index) if index else word for index, word in _STEP.findall(text))
