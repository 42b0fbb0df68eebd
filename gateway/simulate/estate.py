"""The estate: buildings, devices, homes, people and roster, drawn up from a size and a seed.

`site_text` writes it as the gateway's own site file; the rest of the simulator reads the same values, so what
speaks is exactly what is registered. Positions are shares 0–1 of the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from gateway.simulate import names
from gateway.simulate.crew import people, roster

SITE = "xingfuli"
ZONE = "Asia/Shanghai"


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each; `homes` is homes per floor and unit."""

    buildings: int
    units: int
    floors: int
    homes: int
    gates: int
    lanes: int
    lockers: int
    cells: int
    cameras: int
    lifts: int
    smoke: int
    leaks: int
    manholes: int
    buttons: int
    falls: int
    switches: int
    care: int
    levels: int = 0
    sessions: bool = (
        False  # mains devices have a connection and a heartbeat each, others speak through a bridge
    )


SIZES = {
    "small": Size(
        buildings=6, units=2, floors=6, homes=2, gates=6, lanes=2, lockers=2, cells=40, cameras=8, lifts=3,
        smoke=12, leaks=5, manholes=2, buttons=4, falls=2, switches=3, care=6,
    ),
    "block": Size(
        buildings=3, units=2, floors=5, homes=2, gates=2, lanes=2, lockers=1, cells=60, cameras=16, lifts=2,
        smoke=24, leaks=4, manholes=2, levels=1, buttons=6, falls=3, switches=3, care=2, sessions=True,
    ),
    "estate": Size(
        buildings=30, units=2, floors=25, homes=2, gates=6, lanes=4, lockers=8, cells=100, cameras=120, lifts=20,
        smoke=600, leaks=80, manholes=25, levels=15, buttons=90, falls=40, switches=25, care=12, sessions=True,
    ),
}  # fmt: skip


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """One device: what the registry knows, `format`, the way it speaks on the wire, and `link`, whose connection it uses.

    A device with a connection of its own is its own link; sensors share the link of their network server or
    coordinator, cameras that of their recorder.
    """

    id: str
    type: str
    name: dict[str, str]
    format: str
    ident: str
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    zone: str | None = None
    grid: str | None = None
    parent: str | None = None
    household: str | None = None
    tags: tuple[str, ...] = ()
    x: float = 0.5
    y: float = 0.5
    link: str = ""


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """One home; `care` are the consented reasons."""

    id: str
    building: str
    unit: str
    floor: str
    grid: str
    care: tuple[str, ...] = ()


class Building(msgspec.Struct, frozen=True, kw_only=True):
    """One building and where it stands on the plan."""

    id: str
    name: dict[str, str]
    grid: str
    x: float
    y: float


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    """The whole place."""

    site: str
    size: Size
    buildings: tuple[Building, ...]
    things: tuple[Thing, ...]
    homes: tuple[Home, ...]
    by_type: dict[str, tuple[Thing, ...]] = {}

    def of(self, *types: str) -> tuple[Thing, ...]:
        """Return the devices of these types, type by type."""
        found = tuple(self.by_type.get(each, ()) for each in types)
        return found[0] if len(found) == 1 else tuple(thing for group in found for thing in group)

    def links(self) -> tuple[str, ...]:
        """Return the names of all connections, each once."""
        return tuple(dict.fromkeys(thing.link for thing in self.things))


def draw_up(size: str = "small", *, site: str = SITE) -> Estate:
    """Return the estate of a named size (`small`, `block`, `estate`)."""
    scale = SIZES[size]
    buildings = tuple(_buildings(scale))
    homes = tuple(_homes(scale, buildings))
    from gateway.simulate.connections import linked
    from gateway.simulate.fittings import fittings

    things = tuple(linked(thing, scale) for thing in fittings(scale, buildings, homes))
    by_type: dict[str, list[Thing]] = {}
    for thing in things:
        by_type.setdefault(thing.type, []).append(thing)
    return Estate(
        site=site,
        size=scale,
        buildings=buildings,
        homes=homes,
        things=things,
        by_type={name: tuple(group) for name, group in by_type.items()},
    )


def _buildings(size: Size) -> Iterator[Building]:
    columns = 3 if size.buildings <= 12 else 6
    rows = -(-size.buildings // columns)
    for n in range(size.buildings):
        yield Building(
            id=f"b{n + 1}",
            name={"zh": f"{n + 1}号楼", "en": f"Building {n + 1}"},
            grid=f"grid-{1 if n < size.buildings / 2 else 2}",
            x=round(0.2 + 0.6 * (n % columns) / max(1, columns - 1), 3),
            y=round(0.28 + 0.46 * (n // columns) / max(1, rows - 1), 3),
        )


def _homes(size: Size, buildings: tuple[Building, ...]) -> Iterator[Home]:
    number = 0
    total = size.buildings * size.units * size.floors * size.homes
    every = max(1, total // size.care)
    cared = {n * every + (n * 7 + 3) % every: n for n in range(size.care)}
    reasons = (("alone",), ("alone", "disabled"), ("child",))
    for building in buildings:
        for unit in range(1, size.units + 1):
            for floor in range(1, size.floors + 1):
                for home in range(1, size.homes + 1):
                    yield Home(
                        id=f"{building.id}-{unit}-{floor}{home:02d}",
                        building=building.id,
                        unit=f"u{unit}",
                        floor=str(floor),
                        grid=building.grid,
                        care=reasons[cared[number] % len(reasons)] if number in cared else (),
                    )
                    number += 1


def site_document(estate: Estate) -> dict[str, Any]:
    """Return the site file as plain values: what `gateway/site.py` reads."""
    first = [building.id for building in estate.buildings if building.grid == "grid-1"]
    second = [building.id for building in estate.buildings if building.grid == "grid-2"]
    return {
        "site": estate.site,
        "name": names.SITE,
        "timezone": ZONE,
        "demo": True,
        "dispatch": {
            "auto_dispatch": ["L1"]
        },  # what is not life and fire waits for the guard: that is what a visitor tries
        "grids": [
            {"id": "street", "kind": "street", "name": names.STREET},
            {"id": "community", "kind": "community", "name": names.COMMUNITY, "parent": "street"},
            {
                "id": "grid-1",
                "name": {"zh": "第一网格", "en": "Grid 1"},
                "parent": "community",
                "buildings": first,
            },
            {
                "id": "grid-2",
                "name": {"zh": "第二网格", "en": "Grid 2"},
                "parent": "community",
                "buildings": second,
            },
        ],
        "buildings": [
            {
                "id": b.id,
                "name": b.name,
                "x": b.x,
                "y": b.y,
                "units": estate.size.units,
                "floors": estate.size.floors,
            }
            for b in estate.buildings
        ],
        "zones": list(_zones(estate)),
        "people": people(home=estate.homes[0].id),
        "roster": roster(),
        "calendars": {
            "night": [{"from": "22:00", "to": "06:00"}],
            "office_hours": [{"days": ["workday"], "from": "08:30", "to": "18:00"}],
        },
        "households": [_sparse(home, "care") for home in estate.homes],
        "devices": [device_entry(thing) for thing in estate.things],
    }


def _zones(estate: Estate) -> Iterator[dict[str, Any]]:
    """Yield the named places that devices refer to, each where its first device stands."""
    named = {f"gate-{short}": (zh, en) for short, zh, en in names.GATES}
    named |= {short: (zh, en) for short, zh, en in names.CAMERAS} | names.ZONES
    seen: set[str] = set()
    for thing in estate.things:
        if thing.zone is not None and thing.zone not in seen:
            seen.add(thing.zone)
            zh, en = named[thing.zone]
            yield {"id": thing.zone, "name": {"zh": zh, "en": en}, "x": thing.x, "y": thing.y}


def device_entry(thing: Thing) -> dict[str, Any]:
    """Return a device as the site file writes it."""
    entry = _sparse(thing, "tags")
    del entry["link"]
    entry["profile"] = entry.pop("format")
    if thing.ident == thing.id:
        del entry["ident"]
    return entry


def _sparse(value: msgspec.Struct, *lists: str) -> dict[str, Any]:
    entry = {name: field for name, field in msgspec.structs.asdict(value).items() if field not in (None, ())}
    return {name: list(field) if name in lists else field for name, field in entry.items()}


def site_text(estate: Estate) -> str:
    """Return the site file of the estate as YAML."""
    head = "# A simulated community: every place, person and device in it is made up (演示数据，均为虚构).\n"
    return head + yaml.safe_dump(site_document(estate), allow_unicode=True, sort_keys=False, width=110)
