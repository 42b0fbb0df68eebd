"""Version: one immutable state of a rule, as saved; kept as a document of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

Origin: TypeAlias = Literal["pack", "site"]
"""Where a rule comes from: a pack that ships with the gateway, or the community itself."""
Act: TypeAlias = Literal["read", "saved", "enabled", "disabled", "rolled_back", "reset", "removed"]
"""How a version came about. `read`: from a file; the others: by a person."""
PREFIX = "rule:"
INHIBITS = "inhibit"
"""The document that holds the inhibitions of all files."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """One place in which two versions differ; None stands for nothing there. `path` is like `detect.count.within`."""

    path: str
    before: Any = None
    after: Any = None


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document of a version holds."""

    source: dict[str, Any]  # the rule as plain data, as in a rule file
    text: str = ""  # the YAML as it was written; empty: as `source` says
    act: Act = "read"
    reason: str = ""
    origin: Origin = "site"
    file: str = ""
    resets: bool = False  # taking it in force forgot what was pending


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a rule. `at` is engine time, `difference` is to the version before it."""

    rule: str
    version: int
    author: str
    at: datetime
    act: Act
    reason: str
    origin: Origin
    file: str
    enabled: bool
    resets_state: bool
    source: dict[str, Any]
    text: str
    difference: tuple[Edit, ...] = ()


def difference(before: Mapping[str, Any], after: Mapping[str, Any], place: str = "") -> tuple[Edit, ...]:
    """Return where two rules differ, by path, in the order in which they are written; lists are one value."""
    found: list[Edit] = []
    for name in dict.fromkeys((*before, *after)):
        path = f"{place}.{name}" if place else str(name)
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += difference(old, new, path)
        elif old != new:
            found.append(Edit(path=path, before=old, after=new))
    return tuple(found)
