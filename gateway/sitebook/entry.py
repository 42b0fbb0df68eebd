"""What the sitebook keeps and answers: the newest version of each document, results of a save, earlier versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from devices.problem import Problem
from gateway.rulebook.version import Edit


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document of a version holds; `value` is the entry as a site file would have it, None: deleted."""

    value: dict[str, Any] | None
    reason: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The newest version of a saved document. `at` is engine time."""

    name: str
    version: int
    author: str
    at: datetime
    value: dict[str, Any] | None
    reason: str = ""


class Version(Kept, frozen=True, kw_only=True):
    """One version of a document, with its difference to the one before (to nothing, for the first)."""

    difference: tuple[Edit, ...] = ()


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What a save came to. With `problems` nothing was saved; `lint` are warnings about the whole site as saved."""

    versions: Mapping[str, int] = {}
    problems: tuple[Problem, ...] = ()
    lint: tuple[Problem, ...] = ()
    unchanged: bool = False  # everything is as it was: no version was made

    @property
    def version(self) -> int:
        """The version of the one document that was saved (of the first, when there were several)."""
        return next(iter(self.versions.values()), 0)


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """What reading the site file again came to. With `problems` the site is as it was.

    `later` are parts of the file that differ and are taken at the next start only.
    """

    problems: tuple[Problem, ...] = ()
    unchanged: bool = False
    later: tuple[str, ...] = ()
