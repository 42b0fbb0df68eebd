"""The community as the screens need it, made from the site file and the loaded rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

import msgspec

from devices.registry import Registry
from gateway.api.community import Community, Condition, Names, OnDuty, PlaceName, RuleCard
from gateway.response.dispatch import Candidate
from gateway.response.grid import Place
from gateway.response.guards import Attempt
from gateway.response.incident import Allowed, allowed
from gateway.response.model import Incident, Person
from gateway.response.world import SiteView, World

_BASEMENT = re.compile(r"(?:-|b-?)0*([1-9]\d*)", re.IGNORECASE)
_NUMBERED = re.compile(r"[a-z]{0,2}-?0*([1-9]\d*[a-z]?)", re.IGNORECASE)
_KINDS = ("building", "unit", "floor", "zone")


def community_of(
    view: SiteView,
    *,
    cards: Iterable[RuleCard],
    why: Callable[[Any], Names],
    candidates: Callable[[Incident, datetime], Future[tuple[Candidate, ...]]],
    near_miss: Callable[[str, Mapping[str, Any] | None], Future[list[Condition]]],
    offset: Callable[[], timedelta] = timedelta,
) -> Community:
    """Return the community of a site. `candidates` and `near_miss` are answered where the live state is.

    `offset` is wall − engine time: rosters run on the wall clock.
    """
    still = World(view)  # without cases: `allowed` and `on_duty` look at roster, grids and roles only

    def allowed_to(case: Incident, person: Person, now: datetime) -> tuple[Allowed, ...]:
        return allowed(Attempt(world=still, incident=case, by=person.id, roles=person.roles, now=now))

    def on_duty(at: datetime) -> list[OnDuty]:
        still.set_offset(offset())
        return [
            OnDuty(grid=grid, person=duty.person, until=duty.until - offset())
            for duty in still.duties(at)
            for grid in _grids(view, duty.grid, duty.person)
        ]

    return Community(
        id=view.id,
        name=view.name or {"zh": view.id, "en": view.id},
        timezone=str(view.zone),
        registry=view.registry,
        people=view.people,
        grids=view.grids,
        categories={code: category.name for code, category in view.categories.items()},
        places=places_of(view),
        drawings=view.drawings,
        rules={card.id: card for card in cards},
        channels={name: channel.kind for name, channel in view.channels.items()},
        allowed=allowed_to,
        on_duty=on_duty,
        candidates=candidates,
        near_miss=near_miss,
        why=why,
    )


def places_of(view: SiteView) -> tuple[PlaceName, ...]:
    """Return every place that the site, a device or a household names: buildings, their units and floors, zones.

    The site's own names and positions come first; what it does not name is called by its number.
    """
    registry: Registry = view.registry
    named = {"building": view.buildings, "zone": view.zones}
    found: dict[tuple[str, str], PlaceName] = {
        (kind, part): PlaceName(id=part, kind=kind, name=_own_name(places, part) or place_name(kind, part))
        for kind, places in named.items()
        for part in places
    }
    spots: dict[str, list[tuple[float, float]]] = {}
    for each in (*registry, *registry.households.values()):
        building = each.building
        for kind in _KINDS:
            part = getattr(each, kind, None)
            if not part:
                continue
            inside = building if kind in {"unit", "floor"} else None
            place = f"{inside}/{part}" if inside else part
            found.setdefault(
                (kind, place),
                PlaceName(
                    id=place,
                    kind=kind,
                    name=_own_name(named.get(kind, {}), part) or place_name(kind, part),
                    parent=inside,
                ),
            )
        x, y = getattr(each, "x", None), getattr(each, "y", None)
        where = building or getattr(each, "zone", None)
        if where and x is not None and y is not None:
            spots.setdefault(where, []).append((x, y))
    return tuple(
        msgspec.structs.replace(
            place, **_position(named.get(place.kind, {}), place.id, spots.get(place.id, []))
        )
        for place in sorted(found.values(), key=lambda place: (_KINDS.index(place.kind), _natural(place.id)))
    )


def _own_name(places: Mapping[str, Place], part: str) -> Names | None:
    place = places.get(part)
    return place.name if place is not None and place.name else None


def _position(
    places: Mapping[str, Place], part: str, spots: list[tuple[float, float]]
) -> dict[str, float | None]:
    """Return where the site draws a place, or the middle of what stands in it."""
    place = places.get(part)
    if place is not None and place.x is not None and place.y is not None:
        return {"x": place.x, "y": place.y}
    return {"x": _mean([x for x, _ in spots]), "y": _mean([y for _, y in spots])}


def place_name(kind: str, part: str) -> dict[str, str]:
    """Return how people say a place that is only a number or letter; anything longer is its own name."""
    below = _BASEMENT.fullmatch(part) if kind == "floor" else None
    if below is not None:  # not the floor of the same number above ground
        return {"zh": f"地下{below[1]}层", "en": f"basement {below[1]}"}
    number = _NUMBERED.fullmatch(part)
    if number is None or kind == "zone":
        return {"zh": part, "en": part}
    part = number[1]
    suffix = {"building": "号楼", "unit": "单元", "floor": "层"}[kind]
    return {"zh": f"{part}{suffix}", "en": f"{kind} {part}"}


def _grids(view: SiteView, grid: str | None, person: str) -> list[str]:
    """Return the grids that a duty counts for: its own, those of its person, or all of the site."""
    if grid is not None:
        return [grid]
    known = view.people.get(person)
    own = [each for each in known.grids if each in view.grids] if known else []
    return own or [each.id for each in view.grids.values() if each.kind == "grid"]


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _natural(text: str) -> tuple[int, str]:
    digits = "".join(c for c in text if c.isdigit())
    return (int(digits) if digits else 0, text)
