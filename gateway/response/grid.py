"""Grids: the tree street → community → grid in which small things end, and which grid covers what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from devices.registry import Device, Registry

GridKind: TypeAlias = Literal["street", "community", "grid"]


class Grid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One node of the tree. `code` is the official number, kept as text, never invented for the site."""

    id: str
    kind: GridKind = "grid"
    name: dict[str, str] = {}
    parent: str | None = None
    buildings: tuple[str, ...] = ()
    code: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A building or zone that devices refer to: its name for people, its position on the plan (0–1)."""

    id: str
    name: dict[str, str] = {}
    x: float | None = None
    y: float | None = None
    units: int | None = None
    floors: int | None = None


def chain(grids: Mapping[str, Grid], grid: str | None) -> tuple[str, ...]:
    """Return a grid and what it lies in, nearest first; an unknown parent or a loop ends the walk."""
    found: list[str] = []
    while grid is not None and grid in grids and grid not in found:
        found.append(grid)
        grid = grids[grid].parent
    return tuple(found)


def covers(grids: Mapping[str, Grid], person_grids: Iterable[str], grid: str | None) -> bool:
    """Return whether somebody with these grids serves this grid: the same one, one above it, or the whole site."""
    own = tuple(person_grids)
    return not own or grid is None or bool(set(own) & set(chain(grids, grid)))


def distance(grids: Mapping[str, Grid], person_grids: Iterable[str], grid: str | None) -> int:
    """Return how many levels up the nearest of a person's grids lies above this grid; the whole site is farthest."""
    line = chain(grids, grid)
    return min((line.index(own) for own in person_grids if own in line), default=len(line))


def grid_of(grids: Mapping[str, Grid], registry: Registry, device: Device | None) -> str | None:
    """Return the grid of a device: its own, its household's, or the one that lists its building."""
    if device is None:
        return None
    if device.grid is not None:
        return device.grid
    household = registry.households.get(device.household or "")
    if household is not None and household.grid is not None:
        return household.grid
    return grid_of_building(grids, device.building)


def grid_of_building(grids: Mapping[str, Grid], building: str | None) -> str | None:
    """Return the grid that lists this building, or None."""
    if building is None:
        return None
    return next((grid.id for grid in grids.values() if building in grid.buildings), None)
