"""Devices, rules, places and the duty as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from devices.registry import Device
from gateway.api.community import Community
from gateway.api.plan_drawing import draw_plan
from gateway.api.schemas.site import (
    DeviceView,
    DutyGrid,
    DutyPerson,
    DutyView,
    GridName,
    PlaceNode,
    PlaceTree,
    RuleStanding,
    RuleView,
)
from gateway.api.views.availability import availability
from gateway.api.views.lens import Lens, both
from gateway.response.grid import chain
from gateway.store.clocks import KeptClock
from gateway.store.read_availability import Held
from gateway.store.read_devices import DeviceState, Trouble


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of the devices that are to be shown."""

    states: Mapping[str, DeviceState]
    troubles: Mapping[str, Trouble]
    held: Mapping[str, Held]
    clocks: Mapping[str, KeptClock]


def device_view(device: Device, known: Known, lens: Lens) -> DeviceView:
    """Return a device with how it is now."""
    state, trouble, kept = (
        known.states.get(device.id),
        known.troubles.get(device.id),
        known.clocks.get(device.id),
    )
    skew = kept.clock.skew if kept else None
    return DeviceView(
        id=device.id,
        type=device.type,
        name=both(device.name, device.id),
        place=lens.place_of_device(device),
        building=device.building,
        unit=device.unit,
        floor=device.floor,
        zone=device.zone,
        grid=device.grid,
        profile=device.profile,
        parent=device.parent,
        state=device.state,
        online=state.online if state else None,
        last_at=state.last_at if state else None,
        availability=availability(
            device.id, lens.community.registry.parents(device.id), known.states, known.held, lens
        ),
        skew_ms=round(skew * 1000) if skew is not None else None,
        reported=state.reported if state else {},
        worst=trouble.worst if trouble else None,
        open_alerts=trouble.count if trouble else 0,
        tags=list(device.tags),
        x=device.x,
        y=device.y,
    )


def rule_views(
    lens: Lens, hits: Mapping[str, int], standings: Mapping[str, RuleStanding] | None = None
) -> list[RuleView]:
    """Return every rule as a sentence, with how often it spoke and how it stands."""
    return [
        RuleView(
            id=card.id,
            name=both(card.name, card.id),
            sentence=both(card.sentence, card.id),
            note=both(card.note, "") if card.note else None,
            setup=both(card.setup, "") if card.setup else None,
            enabled=card.enabled,
            version=card.version,
            category=card.category,
            category_name=lens.category(card.category),
            level=card.level,
            hits_7d=hits.get(card.id, 0),
            standing=(standings or {}).get(card.id),
        )
        for card in lens.community.rules.values()
    ]


def duty_view(lens: Lens) -> DutyView:
    """Return who is on duty in each grid now; a grid with nobody is a gap."""
    community = lens.community
    serving: dict[str, list[DutyPerson]] = {grid: [] for grid in community.grids}
    for duty in community.on_duty(lens.now):
        person = community.people.get(duty.person)
        serving.setdefault(duty.grid, []).append(
            DutyPerson(
                id=duty.person,
                name=person.name if person else duty.person,
                roles=list(person.roles) if person else [],
                until=lens.maybe(duty.until),
            )
        )
    staffed = {grid for grid, people in serving.items() if people}
    return DutyView(
        at=lens.shown(lens.now),
        grids=[
            DutyGrid(
                grid=grid,
                grid_name=both(community.grid_name(grid), grid),
                people=people,
                gap=not _served(community, grid, staffed),
            )
            for grid, people in serving.items()
        ],
    )


def _served(community: Community, grid: str, staffed: set[str]) -> bool:
    """Tell whether somebody on duty serves a grid: theirs, one above it, or one of those it is made of."""
    return bool(staffed.intersection(chain(community.grids, grid))) or any(
        grid in chain(community.grids, other) for other in staffed
    )


def place_tree(lens: Lens) -> PlaceTree:
    """Return the tree of places, the grids and the drawn plan."""
    community = lens.community
    return PlaceTree(
        tree=_children(lens, None, set()),
        grids=[GridName(id=grid, name=both(community.grid_name(grid), grid)) for grid in community.grids],
        plan=draw_plan(community),
    )


def _children(lens: Lens, parent: str | None, seen: set[str]) -> list[PlaceNode]:
    nodes = [place for place in lens.community.places if place.parent == parent and place.id not in seen]
    seen |= {place.id for place in nodes}
    return [
        PlaceNode(
            id=place.id,
            kind=place.kind,
            name=both(place.name, place.id),
            devices=sum(
                place.id.rsplit("/", 1)[-1] == getattr(device, place.kind, None)
                and (place.kind == "building" or place.parent in {None, device.building})
                for device in lens.community.registry
            ),
            children=_children(lens, place.id, seen),
        )
        for place in nodes
    ]
