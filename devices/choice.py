"""Choice: which entries of a kinds table fit a message.

Most tables ask one place (`e.kind == "granted"`, `e.kind == "denied"` …). What was chosen for a word there is
remembered, so that a table of twenty lines costs one look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.paths import Getter, Scope, compile_path, split_path

if TYPE_CHECKING:
    from devices.form import Entry

_REMEMBERED = 256  # words; a device that invents them is asked line by line
_LONGEST = 64  # characters; longer ones are no codes


class Choice:
    """Chooses among `entries`: the first that fits, or with `several` every one (`otherwise`: if none before it)."""

    __slots__ = ("_entries", "_get", "_known", "_several")

    def __init__(self, entries: tuple[Entry, ...], *, several: bool) -> None:
        self._entries = entries
        self._several = several
        self._get = _only_place(entries)
        self._known: dict[str, tuple[Entry, ...]] = {}

    def fitting(self, scope: Scope) -> tuple[Entry, ...]:
        """Return the entries that fit, in their order."""
        if self._get is None:
            return self._choose(scope)
        word = self._get(scope)
        if type(word) is not str:
            return self._choose(scope)
        known = self._known.get(word)
        if known is None:
            known = self._choose(scope)
            if len(self._known) < _REMEMBERED and len(word) <= _LONGEST:
                self._known[word] = known
        return known

    def _choose(self, scope: Scope) -> tuple[Entry, ...]:
        found: list[Entry] = []
        for entry in self._entries:
            if (entry.otherwise and found) or not (entry.when is None or entry.when.test(scope) is True):
                continue
            found.append(entry)
            if not self._several:
                break
        return tuple(found)


def _only_place(entries: tuple[Entry, ...]) -> Getter | None:
    """Return how to get the one value that all conditions read; None when they read several."""
    paths = {path for entry in entries if entry.when is not None for path in entry.when.paths}
    split = split_path(paths.pop()) if len(paths) == 1 else None
    return compile_path(*split) if split is not None else None
