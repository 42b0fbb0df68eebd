"""Place: where things are, as a tree (site, building, unit, floor, home or area), with the names people say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec

PlaceKind: TypeAlias = Literal["site", "building", "unit", "floor", "home", "area"]


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place. `id` is unique in the site; `aliases` are what people call it.

    `part` is what devices and homes say for it beside what it lies in (`unit: u1`); the id when it says nothing.
    """

    id: str
    kind: PlaceKind
    name: dict[str, str] = {}  # {"zh": …, "en": …}
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    part: str = ""

    @property
    def word(self) -> str:
        """Return what a device that stands here says for it."""
        return self.part or self.id


class PlaceTree:
    """All places of a site; immutable after construction. A place whose parent is unknown stands at the top."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {place.id: place for place in places}
        self._below: dict[str | None, list[Place]] = {}
        for place in self._places.values():
            parent = place.parent if place.parent in self._places and place.parent != place.id else None
            self._below.setdefault(parent, []).append(place)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id, or None."""
        return self._places.get(place_id)

    def below(self, place_id: str | None = None) -> tuple[Place, ...]:
        """Return what lies directly in a place; None: at the top."""
        return tuple(self._below.get(place_id, ()))

    def way(self, place_id: str) -> tuple[Place, ...]:
        """Return the place and what it lies in, outermost first; a loop in the data ends the walk."""
        chain: list[Place] = []
        place = self._places.get(place_id)
        while place is not None and place not in chain:
            chain.append(place)
            place = self._places.get(place.parent) if place.parent else None
        return tuple(reversed(chain))

    def find(self, words: str) -> Iterator[Place]:
        """Yield the places that people call by these words: id, name or alias, whatever its case."""
        wanted = words.strip().casefold()
        for place in self._places.values():
            called = (place.id, *place.name.values(), *place.aliases)
            if any(name.casefold() == wanted for name in called):
                yield place
