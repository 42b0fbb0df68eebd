"""World: everything response looks at. Decisions are made from it (`respond`) and put into it (`apply`).

It is the docket of cases plus the site: people, roster, categories, plans, channels. Only `apply` changes
cases; what the site edits is replaced as a whole (`replace_site`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from devices.place import PlaceTree
from devices.registry import Registry
from gateway.response.categories import UNKNOWN, Category
from gateway.response.docket import Docket
from gateway.response.drawing import Drawing
from gateway.response.grid import Grid, Place
from gateway.response.model import Channel, Incident, Person, Plan, Role, Span
from gateway.response.roster import Duty, Roster, duties, on_duty
from gateway.response.timers import UNDO, add_span, seconds_left
from rules.calendar import Calendar
from rules.model import Rule


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a site may choose about response (`dispatch:` in the site file)."""

    auto_dispatch: tuple[str, ...] = ("L1", "L2")  # once accepted, the best one is sent without being chosen
    check_roles: tuple[Role, ...] = ("checker", "leader", "manager", "guard")
    max_open: int = 5  # cases of one person; L1 ignores it
    join_within: timedelta = timedelta(seconds=120)
    undo_within: timedelta = timedelta(seconds=UNDO.seconds)
    reopen_on_recurrence: bool = (
        False  # a condition that returns reopens the closed case instead of a new one
    )


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """The site as response sees it; what `gateway/site.py` reads from the site file."""

    id: str
    zone: ZoneInfo
    name: dict[str, str] = {}
    demo: bool = False  # only channels that end on this machine may ever be chosen
    registry: Registry = msgspec.field(default_factory=Registry)
    people: dict[str, Person] = {}
    grids: dict[str, Grid] = {}
    buildings: dict[str, Place] = {}
    zones: dict[str, Place] = {}
    drawings: dict[str, Drawing] = {}  # pictures of places from above, by place
    places: PlaceTree = msgspec.field(default_factory=lambda: PlaceTree(()))  # with buildings and zones in it
    roster: Roster = Roster()
    categories: dict[str, Category] = {}
    plans: dict[str, Plan] = {}
    channels: dict[str, Channel] = {}
    calendar: Calendar | None = None  # working hours
    settings: Settings = Settings()
    rules: dict[str, Rule] = {}  # by id, for the words in which an alarm explains itself


class World(Docket):
    """The state of response between two causes. Not thread-safe: it belongs to the writer thread."""

    def __init__(
        self,
        site: SiteView,
        *,
        incidents: Iterable[Incident] = (),
        counters: Mapping[str, int] | None = None,
        modes: Mapping[str | None, Mapping[str, bool]] | None = None,
    ) -> None:
        """Take the site, the cases that are open or may reopen, and the last number used on each day.

        `counters` maps YYYYMMDD (site zone) to the last number of that day; days of loaded cases are counted
        anyway. `modes` are the site's flags per zone (None: the whole site).
        """
        super().__init__(incidents)
        self.site = site
        self._serving = serving(site)
        for day, number in (counters or {}).items():
            self._last_number[day] = max(self._last_number.get(day, 0), number)
        self._modes = {zone: dict(flags) for zone, flags in (modes or {}).items()}
        self._offset = timedelta(0)
        self._duty: tuple[datetime, tuple[Duty, ...]] | None = None

    # --- what the site is ---

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @property
    def people(self) -> dict[str, Person]:
        return self._serving

    def category(self, code: str) -> Category:
        """Return the category; an unknown code falls to item 00 of its group, then to a plain L3."""
        known = self.site.categories
        return (
            known.get(code)
            or known.get(f"{code[:2]}00")
            or msgspec.structs.replace(UNKNOWN, code=code or "0000")
        )

    def place(self, parts: Mapping[str, str | None], device: str | None = None) -> dict[str, str | None]:
        """Return a place (building, unit, floor, zone …) with the names people know it by, zh and en."""
        found = dict(parts)
        known = self.site.registry.get(device or "")
        named = {
            "building": self.site.buildings.get(parts.get("building") or ""),
            "zone": self.site.zones.get(parts.get("zone") or ""),
        }
        names = {part: place.name for part, place in named.items() if place is not None}
        if device is not None:
            names["device"] = known.name if known is not None and known.name else {"zh": device, "en": device}
        for part, name in names.items():
            found[f"{part}_zh"] = name.get("zh") or name.get("en")
            found[f"{part}_en"] = name.get("en") or name.get("zh")
        return found

    def replace_site(self, site: SiteView) -> None:
        """Use an edited site from the next cause on; open cases keep the plan they opened with."""
        self.site = site
        self._serving = serving(site)
        self._duty = None

    def set_mode(self, flags: Mapping[str, bool], zone: str | None = None) -> None:
        """Take over site flags (drill, armed …) of a zone, or of the whole site."""
        self._modes.setdefault(zone, {}).update(flags)

    def drill(self, zone: str | None) -> bool:
        """Return whether what opens now in this zone is a drill."""
        own = self._modes.get(zone, {}).get("drill") if zone is not None else None
        return self._modes.get(None, {}).get("drill", False) if own is None else own

    def set_offset(self, offset: timedelta) -> None:
        """Take over wall clock − engine time; only the roster, working hours and case numbers look at it."""
        self._offset = offset
        self._duty = None

    def wall(self, at: datetime) -> datetime:
        """Return the wall-clock time of an engine time."""
        return at + self._offset

    def after(self, start: datetime, span: Span) -> datetime:
        """Return the engine time a natural or working length of time after `start`."""
        return add_span(start + self._offset, span, self.site.calendar) - self._offset

    def left(self, now: datetime, due: datetime, span: Span) -> float:
        """Return the seconds until `due`, natural or of working time as `span` counts them."""
        return seconds_left(now + self._offset, due + self._offset, span, self.site.calendar)

    def duties(self, at: datetime) -> tuple[Duty, ...]:
        """Return everybody on duty at an instant."""
        if self._duty is None or self._duty[0] != at:
            self._duty = (at, duties(self.site.roster, self.wall(at), self.site.zone))
        return self._duty[1]

    def on_duty(self, grid: str | None, role: Role, at: datetime) -> tuple[Person, ...]:
        """Return who serves this grid in this role at an instant."""
        return on_duty(self.duties(at), self.people, self.site.grids, grid, role)

    def number_for(self, now: datetime) -> str:
        """Return the number of the next case: site, day in the site's zone, count of that day."""
        day = self.wall(now).astimezone(self.site.zone).strftime("%Y%m%d")
        return f"{self.site.id}-{day}-{self._last_number.get(day, 0) + 1:03d}"


def serving(site: SiteView) -> dict[str, Person]:
    """Return those who may be sent and told: everybody who has not left."""
    return {name: person for name, person in site.people.items() if person.active}
