"""How places, homes and registered devices are shown to whoever edits them."""

from __future__ import annotations

from collections import Counter

from devices.place import Place, PlaceTree
from devices.registry import Device, Household
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.estate import (
    HouseholdView,
    LayoutMistake,
    LayoutView,
    PlaceView,
    RegisteredDevice,
    StepView,
)
from gateway.api.views.lens import Lens, both
from gateway.estate.generator import Layout, Mistake, places_of
from gateway.estate.life import lacks, ways
from gateway.estate.places import Growth
from gateway.estate.tree import parts_of, place_of
from gateway.response.categories import plain
from gateway.sitebook.book import Sitebook

_ORDER = ("building", "unit", "floor", "home")
_WORDS = {"building": ("栋", "buildings"), "unit": ("个单元", "units"), "floor": ("层", "floors"), "home": ("户", "homes")}  # fmt: skip


def way_of(tree: PlaceTree, place: Place | None) -> list[Bilingual]:
    """Return the names on the way to a place, outermost first."""
    return [both(each.name, each.id) for each in tree.way(place.id)] if place is not None else []


def place_view(tree: PlaceTree, place: Place, version: int) -> PlaceView:
    """Return one place."""
    return PlaceView(
        id=place.id, kind=place.kind, name=both(place.name, place.id), aliases=list(place.aliases), parent=place.parent,
        way=way_of(tree, place), inside=len(tree.below(place.id)), parts=parts_of(tree, place.id), version=version,
        entry=plain(place),
    )  # fmt: skip


def layout_view(layout: Layout, growth: Growth) -> LayoutView:
    """Return what a line would make."""
    made = places_of(layout)
    counts = Counter[str](place.kind for place in made)
    told = {kind: counts[kind] for kind in _ORDER if counts[kind]}
    zh = "、".join(f"{count} {_WORDS[kind][0]}" for kind, count in told.items())
    en = ", ".join(f"{count} {_WORDS[kind][1]}" for kind, count in told.items())
    return LayoutView(
        mistakes=[], counts=dict(told), added=len(growth.added), there=growth.there, clashing=list(growth.clashing),
        households=len(growth.households),
        sample=[place_view(growth.tree, place, 0) for place in growth.tree.way(made[-1].id)],
        sentence=Bilingual(
            zh=f"将有 {zh}；新增 {len(growth.added)} 个地点，已有 {growth.there} 个不变",
            en=f"{en}; {len(growth.added)} places are new, {growth.there} are there and stay as they are",
        ),
    )  # fmt: skip


def mistaken(wrong: tuple[Mistake, ...]) -> LayoutView:
    """Return every mistake of a line."""
    said = [LayoutMistake(part=each.part, message=Bilingual(zh=each.zh, en=each.en)) for each in wrong]
    return LayoutView(
        mistakes=said, counts={}, added=0, there=0, clashing=[], households=0, sample=[],
        sentence=Bilingual(zh=f"有 {len(said)} 处看不懂", en=f"{len(said)} thing(s) are not understood"),
    )  # fmt: skip


def household_view(book: Sitebook, home: Household, lens: Lens) -> HouseholdView:
    """Return one home with the devices that belong to it; nothing about its people."""
    return HouseholdView(
        id=home.id, place=_home_place(book, home, lens),
        grid_name=both(lens.community.grid_name(home.grid), home.grid) if home.grid else None,
        building=home.building, unit=home.unit, floor=home.floor, grid=home.grid, care=list(home.care),
        tags=list(home.tags), devices=[each.id for each in book.view.registry if each.household == home.id],
        version=book.version(f"household:{home.id}"), entry=plain(home),
    )  # fmt: skip


def _home_place(book: Sitebook, home: Household, lens: Lens) -> Bilingual:
    """Return the way to a home that the tree knows, else its building, unit and floor."""
    way = way_of(book.view.places, book.view.places.get(home.id))
    if way:
        return Bilingual(zh="".join(part.zh for part in way), en=", ".join(part.en for part in reversed(way)))
    parts = {"building": home.building, "unit": home.unit, "floor": home.floor}
    return lens.place(parts) if any(parts.values()) else both(None, home.id)


def registered(book: Sitebook, device: Device, code: str) -> RegisteredDevice:
    """Return a device with what it hangs on and the steps that may follow."""
    view = book.view
    return RegisteredDevice(
        id=device.id, state=device.state, entry=plain(device), version=book.version(f"device:{device.id}"),
        way=way_of(view.places, place_of(view.places, device)), parents=list(view.registry.parents(device.id)),
        children=[each.id for each in view.registry if each.parent == device.id],
        steps=[
            StepView(
                step=way.step, name=Bilingual(zh=way.zh, en=way.en), target=way.target, missing=lacks(device, way)
            )
            for way in ways(device.state)
        ],
        code=code,
    )  # fmt: skip
