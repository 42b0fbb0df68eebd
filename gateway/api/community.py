"""Community: names and people of the site as the screens need them; replaced as a whole when it is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import msgspec

from devices.registry import Device, Registry
from gateway.response.dispatch import Candidate
from gateway.response.drawing import Drawing
from gateway.response.grid import Grid, covers
from gateway.response.incident import Allowed
from gateway.response.model import Incident, Person
from rules.change import Level

Names = Mapping[str, str]  # {"zh": …, "en": …}


class PlaceName(msgspec.Struct, frozen=True, kw_only=True):
    """A building, unit, floor or zone. `id` is unique within its parent."""

    id: str
    kind: str
    name: Names
    parent: str | None = None
    x: float | None = None
    y: float | None = None


class RuleCard(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as people know it."""

    id: str
    name: Names
    sentence: Names
    note: Names | None  # what to do when it fires
    setup: Names | None = None  # what whoever installs it has to prepare
    enabled: bool
    version: int
    category: str
    level: Level | None


class OnDuty(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on duty in a grid until a time (engine time)."""

    grid: str
    person: str
    until: datetime | None


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition of a rule for one key: fulfilled, not fulfilled or not known (None)."""

    ok: bool | None
    text: Names
    value: Any = None


class Community(msgspec.Struct, frozen=True, kw_only=True):
    """Names, people, and the questions that only the core can answer; every function may be called anywhere."""

    id: str
    name: Names
    timezone: str
    registry: Registry
    people: Mapping[str, Person]
    grids: Mapping[str, Grid]
    categories: Mapping[str, Names]
    places: tuple[PlaceName, ...]
    drawings: Mapping[str, Drawing] = {}
    rules: Mapping[str, RuleCard]
    earlier: Mapping[tuple[str, int], RuleCard] = {}  # old versions that still have an open alert
    channels: Mapping[str, str]  # name -> kind
    allowed: Callable[[Incident, Person, datetime], tuple[Allowed, ...]]
    on_duty: Callable[[datetime], list[OnDuty]]
    candidates: Callable[[Incident, datetime], Future[tuple[Candidate, ...]]]  # answered in the writer thread
    near_miss: Callable[[str, Mapping[str, Any] | None], Future[list[Condition]]]  # the same
    why: Callable[[Any], Names]  # of a rules.change.Change

    def device(self, device_id: str | None) -> Device | None:
        """Return the device with this id, or None."""
        return self.registry.get(device_id) if device_id else None

    def card(self, rule: str, version: int) -> RuleCard | None:
        """Return a rule as it was when this version of it opened an alert, while that is open; then as it is now."""
        return self.earlier.get((rule, version)) or self.rules.get(rule)

    def grid_name(self, grid: str) -> Names:
        """Return the name of a grid; an unknown one stands for itself."""
        known = self.grids.get(grid)
        return known.name if known is not None and known.name else {"zh": grid, "en": grid}

    def grids_of(self, person: Person) -> frozenset[str]:
        """Return every grid that a person serves: their own and all that lie in them."""
        return frozenset(grid for grid in self.grids if covers(self.grids, person.grids, grid))

    def person_name(self, person: str | None) -> str | None:
        """Return the name to show for an actor; the system and rules have names of their own."""
        if person is None:
            return None
        found = self.people.get(person)
        return found.name if found else person
