"""Places: what a generated layout would add to a site, who a place is called by, what may be taken away. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from devices.place import Place, PlaceTree
from devices.registry import Household
from gateway.estate.generator import Layout, places_of
from gateway.estate.tree import place_of
from gateway.response.categories import plain
from gateway.response.world import SiteView

Entry = dict[str, Any]


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """What a layout adds: new places and homes, those that are there already, ids that are something else."""

    tree: PlaceTree
    added: tuple[Place, ...] = ()
    households: tuple[Household, ...] = ()
    there: int = 0
    clashing: tuple[str, ...] = ()

    def bodies(self) -> dict[str, Entry]:
        """Return the documents to save."""
        return {
            **{f"place:{place.id}": plain(place) for place in self.added},
            **{f"household:{home.id}": plain(home) for home in self.households},
        }


def grown(view: SiteView, layout: Layout, *, households: bool) -> Growth:
    """Return what a layout adds to a site; places that are there keep their names. Nothing is changed by it."""
    made = places_of(layout)
    known = view.places
    added: list[Place] = []
    clashing: list[str] = []
    for place in made:
        before = known.get(place.id)
        if before is None:
            added.append(place)
        elif before.kind != place.kind or before.parent != place.parent:
            clashing.append(place.id)
    homes = _homes(PlaceTree(made), view) if households else ()
    return Growth(
        tree=PlaceTree(made), added=tuple(added), households=tuple(homes),
        there=len(made) - len(added) - len(clashing), clashing=tuple(clashing),
    )  # fmt: skip


def _homes(made: PlaceTree, view: SiteView) -> Iterable[Household]:
    known = view.registry.households
    for place in made:
        if place.kind == "home" and place.id not in known:
            parts = {each.kind: each.word for each in made.way(place.id)}
            yield Household(
                id=place.id, building=parts.get("building"), unit=parts.get("unit"), floor=parts.get("floor")
            )  # fmt: skip


def said(tree: PlaceTree, words: str) -> list[Place]:
    """Return the places that people mean by some words, the outer ones first."""
    return sorted(tree.find(words), key=lambda place: (len(tree.way(place.id)), place.id))


def near(tree: PlaceTree, words: str) -> list[Place]:
    """Return the places that people mean; when nobody calls one so, those in whose names every word stands."""
    exact = said(tree, words)
    if exact:
        return exact
    wanted = words.casefold().split()
    return [place for place in tree if all(word in _spoken(tree, place) for word in wanted)]


def _spoken(tree: PlaceTree, place: Place) -> str:
    """Return everything a place and what it lies in are called: “3号楼 2单元” finds the unit, too."""
    own = " ".join((place.id, *place.name.values(), *place.aliases))
    return f"{own} {' '.join(name for each in tree.way(place.id) for name in each.name.values())}".casefold()


def shared_names(tree: PlaceTree) -> dict[str, tuple[str, ...]]:
    """Return aliases that mean several places, each with the ids: whoever says one is not understood."""
    called: dict[str, set[str]] = {}
    for place in tree:
        for alias in place.aliases:
            called.setdefault(alias.strip().casefold(), set()).add(place.id)
    for place in tree:
        for name in (place.id, *place.name.values()):
            if name.casefold() in called:
                called[name.casefold()].add(place.id)
    return {alias: tuple(sorted(ids)) for alias, ids in called.items() if len(ids) > 1}


def standing_in(view: SiteView, place_id: str) -> list[str]:
    """Return the devices and homes that stand in a place or below it."""
    tree = view.places
    found = []
    for each in (*view.registry, *view.registry.households.values()):
        here = place_of(tree, each)
        if here is not None and any(place.id == place_id for place in tree.way(here.id)):
            found.append(each.id)
    return found
