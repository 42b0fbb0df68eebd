"""Choice: which entries of a kinds table fit a message.

A table that asks one place only (`e.kind == "granted"`, `e.kind == "denied"` …) is one look: what was chosen for a
word is remembered. In any other table the entries that a message of this sort can fit are remembered
(`devices.narrowing`), and only those are asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from devices.expression_syntax import parse
from devices.narrowing import Known, busiest_holder, busiest_place, may_be
from devices.paths import ROOTS, Getter, Scope, compile_path, split_path

if TYPE_CHECKING:
    from devices.form import Entry

_REMEMBERED = 256  # words, or sorts of messages; a device that invents them is asked line by line
_LONGEST = 64  # characters; longer words are no codes
_MOST_NAMES = 64  # of one mapping; more are no sort of message
_FEW = 3  # entries: they are asked sooner than a memory

_Sort: TypeAlias = tuple[
    str | None, tuple[str, ...]
]  # the word at the busiest place, the names in the busiest mapping


class Choice:
    """Chooses among `entries`: the first that fits, or with `several` every one (`otherwise`: if none before it)."""

    __slots__ = ("_entries", "_get", "_known", "_several", "_sorts")

    def __init__(self, entries: tuple[Entry, ...], *, several: bool) -> None:
        self._entries = entries
        self._several = several
        self._get = _only_place(entries)
        self._known: dict[str, tuple[Entry, ...]] = {}
        self._sorts = _Sorts(entries) if self._get is None and len(entries) > _FEW else None

    def fitting(self, scope: Scope) -> tuple[Entry, ...]:
        """Return the entries that fit, in their order."""
        if self._get is None:
            return self._choose(self._entries if self._sorts is None else self._sorts.likely(scope), scope)
        word = self._get(scope)
        if type(word) is not str:
            return self._choose(self._entries, scope)
        known = self._known.get(word)
        if known is None:
            known = self._choose(self._entries, scope)
            if len(self._known) < _REMEMBERED and len(word) <= _LONGEST:
                self._known[word] = known
        return known

    def _choose(self, entries: tuple[Entry, ...], scope: Scope) -> tuple[Entry, ...]:
        found: list[Entry] = []
        for entry in entries:
            if (entry.otherwise and found) or not (entry.when is None or entry.when.run(scope) is True):
                continue
            found.append(entry)
            if not self._several:
                break
        return tuple(found)


class _Sorts:
    """Which entries a message can fit at all, remembered by its names and the word at the busiest place."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self._trees = [None if entry.when is None else parse(entry.when.text, ROOTS) for entry in entries]
        trees = [tree for tree in self._trees if tree is not None]
        self._place = busiest_place(trees)
        self._holder = busiest_holder(trees) or ("e",)
        self._word = None if self._place is None else compile_path(self._place[0], self._place[1:])
        self._mapping = compile_path(self._holder[0], self._holder[1:])
        self._known: dict[_Sort, tuple[Entry, ...]] = {}

    def likely(self, scope: Scope) -> tuple[Entry, ...]:
        """Return the entries that this message can fit, in their order."""
        names = self._mapping(scope)
        if type(names) is not dict or len(names) > _MOST_NAMES:
            return self._entries
        word = None if self._word is None else self._word(scope)
        sort = (word if type(word) is str and len(word) <= _LONGEST else None, tuple(names))
        found = self._known.get(sort)
        if found is None:
            found = self._narrowed(sort)
            if len(self._known) < _REMEMBERED:
                self._known[sort] = found
        return found

    def _narrowed(self, sort: _Sort) -> tuple[Entry, ...]:
        known = Known(holder=self._holder, names=frozenset(sort[1]), place=self._place, word=sort[0])
        return tuple(
            entry
            for entry, tree in zip(self._entries, self._trees, strict=True)
            if tree is None or may_be(tree, True, known)
        )


def _only_place(entries: tuple[Entry, ...]) -> Getter | None:
    """Return how to get the one value that all conditions read; None when they read several."""
    paths = {path for entry in entries if entry.when is not None for path in entry.when.paths}
    split = split_path(paths.pop()) if len(paths) == 1 else None
    return compile_path(*split) if split is not None else None
