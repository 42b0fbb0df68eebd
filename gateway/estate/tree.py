"""Tree: the places of a site as one tree, and the way between a place and what devices say of where they stand.

A site file may name `buildings` and `zones` alone, as devices refer to them; `places` is the whole tree, with units,
floors and homes. Whichever of them names a building, it is the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import msgspec

from devices.place import Place, PlaceKind, PlaceTree
from devices.problem import nearest
from devices.registry import Device, Household
from gateway.response.grid import Place as Spot
from gateway.site_reader import Reader

LIES_IN: dict[PlaceKind, tuple[PlaceKind, ...]] = {
    "site": (),
    "building": ("site", "area"),
    "unit": ("building",),
    "floor": ("unit", "building"),
    "home": ("floor", "unit", "building"),
    "area": ("site", "building", "unit", "floor", "area"),
}
"""In which kinds of place a place of a kind may lie; any may stand at the top, but for units, floors and homes."""
INNER = frozenset({"unit", "floor", "home"})


class KnownPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """The tree, and the buildings and zones that devices refer to, each by its id."""

    tree: PlaceTree
    buildings: dict[str, Spot]
    zones: dict[str, Spot]


def known_places(
    places: Sequence[Place], buildings: Mapping[str, Spot], zones: Mapping[str, Spot]
) -> KnownPlaces:
    """Return what `places`, `buildings` and `zones` of a site say together; a name in the tree comes first."""
    named = {place.id for place in places}
    whole = [
        *places,
        *(_at_top(spot, "building") for spot in buildings.values() if spot.id not in named),
        *(_at_top(spot, "area") for spot in zones.values() if spot.id not in named),
    ]
    return KnownPlaces(
        tree=PlaceTree(whole),
        buildings=_spots(places, "building", buildings),
        zones=_spots(places, "area", zones),
    )


def _at_top(spot: Spot, kind: PlaceKind) -> Place:
    return Place(id=spot.id, kind=kind, name=spot.name)


def _spots(places: Iterable[Place], kind: PlaceKind, written: Mapping[str, Spot]) -> dict[str, Spot]:
    found = dict(written)
    for place in places:
        if place.kind == kind:
            before = found.get(place.id, Spot(id=place.id))
            found[place.id] = msgspec.structs.replace(before, name=place.name or before.name)
    return found


def check_places(reader: Reader, places: Sequence[tuple[int, Place]], tree: PlaceTree) -> None:
    """Report a place that lies nowhere, in itself, or in something of the whole tree it cannot lie in."""
    for index, place in places:
        at = ("places", index, "parent")
        if place.parent is None:
            if place.kind in INNER:
                reader.bad(at, f"a {place.kind} lies in a {' or '.join(LIES_IN[place.kind])}: say which")
            continue
        parent = tree.get(place.parent)
        if parent is None:
            near = nearest(place.parent, [each.id for each in tree])
            reader.bad(at, f"unknown place '{place.parent}'{near}")
        elif parent.kind not in LIES_IN[place.kind]:
            wanted = " or ".join(LIES_IN[place.kind]) or "nothing"
            reader.bad(at, f"a {place.kind} lies in {wanted}, not in the {parent.kind} '{parent.id}'")
        elif tree.way(place.id)[0].parent is not None:
            reader.bad(at, f"'{place.id}' lies in itself")


def parts_of(tree: PlaceTree, place_id: str) -> dict[str, str]:
    """Return what a device that stands in a place says of it: building, unit, floor, zone (no more than it has)."""
    found: dict[str, str] = {}
    for place in tree.way(place_id):
        part = "zone" if place.kind == "area" else place.kind
        if part in ("building", "unit", "floor", "zone"):
            found[part] = place.word
    return found


def place_of(tree: PlaceTree, each: Device | Household) -> Place | None:
    """Return the innermost place of the tree in which something stands, or None: the tree does not know it."""
    here = tree.get(each.building) if each.building else None
    if here is None:
        zone = getattr(each, "zone", None)
        return tree.get(zone) if zone else None
    for kind, word in (("unit", each.unit), ("floor", each.floor)):
        inside = [] if word is None else [p for p in tree.below(here.id) if p.kind == kind and p.word == word]
        here = inside[0] if inside else here
    return here


def lost(tree: PlaceTree, each: Device | Household) -> tuple[str, str, list[str]] | None:
    """Return the first word of where something stands that the tree does not know: which, what, and what would do.

    Where a site names nothing of a kind (no buildings, no units of this building), any word is good.
    """
    zone = getattr(each, "zone", None)
    zones = [place.id for place in tree if place.kind == "area"]
    if zone is not None and zones and zone not in zones:
        return "zone", zone, zones
    buildings = [place.id for place in tree if place.kind == "building"]
    if not each.building or not buildings:
        return None
    if each.building not in buildings:
        return "building", each.building, buildings
    here = each.building
    for kind, word in (("unit", each.unit), ("floor", each.floor)):
        inside = {place.word: place.id for place in tree.below(here) if place.kind == kind}
        if word is not None and inside and word not in inside:
            return kind, word, list(inside)
        here = inside.get(word or "", here)
    return None


KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
