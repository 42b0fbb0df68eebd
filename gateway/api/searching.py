"""What the words of a search may mean: people type names, the store keeps codes and ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.api.community import Community, Names
from gateway.store.read_incidents import Words


def words_of(query: str | None, community: Community) -> tuple[Words, ...]:
    """Return each word of a search with the categories, buildings, grids and people whose names contain it."""
    return tuple(_meanings(word, community) for word in (query or "").split()[:6])


def _meanings(word: str, community: Community) -> Words:
    text = word.casefold()
    return Words(
        text=word,
        categories=_named(text, community.categories),
        buildings=_named(
            text, {place.id: place.name for place in community.places if place.kind == "building"}
        ),
        grids=_named(text, {grid: community.grid_name(grid) for grid in community.grids}),
        people=[
            person.id
            for person in community.people.values()
            if text in person.name.casefold() or text in person.id.casefold()
        ],
    )


def _named(text: str, names: Mapping[str, Names]) -> list[str]:
    return [key for key, name in names.items() if _contains(text, (key, *name.values()))]


def _contains(text: str, names: Iterable[str]) -> bool:
    return any(text in name.casefold() for name in names)
