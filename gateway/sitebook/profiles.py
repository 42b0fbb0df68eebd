"""Saved profiles: device profiles that people saved, beside those that ship and those of the site's folder.

A document `profile:<id>` holds the YAML under `text` and, where it was pointed out on a page, the draft it was written
from. It is checked as every profile is: in full, by its own samples, and against the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from devices.form import Profile
from devices.problem import Problem
from devices.profile import clashing, load_beside
from gateway.sitebook.layer import Bodies, Value

PREFIX = "profile:"
_CACHED = 200  # profiles that were read before


class SavedProfiles:
    """Reads saved profiles beside `base`, those of the product and of the site's folder."""

    def __init__(self, base: Iterable[Profile]) -> None:
        self.base = tuple(base)
        self._read: dict[tuple[str, str], tuple[Profile | None, tuple[Problem, ...]]] = {}

    def read(self, bodies: Bodies) -> tuple[tuple[Profile, ...], tuple[Problem, ...]]:
        """Return every profile that is in force with these documents, and what is wrong with any of them."""
        found, problems = list(self.base), list[Problem]()
        written = [
            (name, body) for name, body in bodies.items() if name.startswith(PREFIX) and body is not None
        ]
        written.sort(key=lambda each: ((each[0], str(each[1].get("text"))) not in self._read, each[0]))
        for name, body in written:
            profile, wrong = self._one(name, body)
            if profile is not None:
                wrong = (*wrong, *clashing(profile, found))
            problems += wrong
            if profile is not None and not wrong:
                found.append(profile)
        return tuple(found), tuple(problems)

    def _one(self, name: str, body: Value) -> tuple[Profile | None, tuple[Problem, ...]]:
        text = body.get("text")
        if not isinstance(text, str):
            return None, (Problem(file=name, line=1, path="text", message="expected the YAML of a profile"),)
        known = self._read.get((name, text))
        if known is None:
            known = self._read[(name, text)] = _load(name, text)
            while len(self._read) > _CACHED:
                self._read.pop(next(iter(self._read)), None)
        return known


def without_profiles(bodies: Bodies) -> Bodies:
    """Return the documents that are entries or parts of a site file."""
    return {name: body for name, body in bodies.items() if not name.startswith(PREFIX)}


def _load(name: str, text: str) -> tuple[Profile | None, tuple[Problem, ...]]:
    profile, problems = load_beside(text, name, ())
    wanted = name.removeprefix(PREFIX)
    if profile is not None and profile.id != wanted:
        said = f"expected '{wanted}', as in the document's name, found '{profile.id}'"
        return None, (Problem(file=name, line=1, path="profile", message=said),)
    return profile, tuple(problems)
