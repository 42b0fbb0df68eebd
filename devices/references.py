"""Keyed references: what stands for a credential or a person in an event, and says nothing without the site's key."""

from __future__ import annotations

from collections.abc import Container, Mapping
from hashlib import blake2b
from typing import Any

SUBJECTS = ("cred", "person", "household")
_BYTES = 12
_REMEMBERED = (
    20_000  # cards and persons that came lately; made-up ones empty the memory instead of filling it
)
_LONGEST = 64  # characters; a longer one is no card


class References:
    """Gives references under one key, and remembers those that came lately: the same cards come all day."""

    __slots__ = ("_begun", "_known")

    def __init__(self, site_key: bytes) -> None:
        # Key and name are half of a reference's work and the same for all of them: they are hashed once.
        self._begun = {name: _begin(site_key, name) for name in ("cred", "person", "key")}
        self._known: dict[str, dict[str, str]] = {"cred": {}, "person": {}}

    def of(self, name: str, value: str) -> str:
        """Return the reference of a credential, a person or a key: the same for the same value.

        Keyed BLAKE2b: a message authentication code like HMAC, at a quarter of its cost.
        """
        mark = self._begun[name].copy()
        mark.update(value.encode())
        return f"{name[0]}:{mark.hexdigest()}"

    def keyed(self, said: Mapping[str, Any], households: Container[object]) -> dict[str, str]:
        """Return subject references as they may be stored; empty values and unknown names are left out."""
        known, kept = self._known, {}
        for name, value in said.items():
            try:
                kept[name] = known[name][value]
            except (KeyError, TypeError):  # not a card or a person that came lately
                if name == "household":
                    if value in households:
                        kept[name] = value
                elif name in known and value != "":
                    kept[name] = self._remembered(name, value if type(value) is str else str(value))
        return kept

    def _remembered(self, name: str, value: str) -> str:
        found, known = self.of(name, value), self._known[name]
        if len(value) <= _LONGEST:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[value] = found
        return found


def _begin(site_key: bytes, name: str) -> blake2b:
    return blake2b(f"{name}|".encode(), key=site_key, digest_size=_BYTES)
