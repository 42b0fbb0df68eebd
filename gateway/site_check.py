"""Does the site hold together? Names that point nowhere are mistakes; gaps in the roster are warnings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from devices.document import Path
from devices.problem import Problem, nearest
from gateway.device_types import TYPES
from gateway.response.grid import chain
from gateway.response.model import Role
from gateway.response.roster import gaps, overlaps
from gateway.response.world import SiteView
from gateway.site_reader import Reader

GAP_DAYS = 7


def cross_check(reader: Reader, view: SiteView, today: date) -> None:
    """Report what names a grid, person, category, plan or channel that does not exist, and clashes of shifts."""
    _grids(reader, view)
    for index, entry in enumerate(reader.maps("devices")):
        _known(reader, ("devices", index, "grid"), "grid", entry.get("grid"), view.grids)
    for index, entry in enumerate(reader.maps("households")):
        _known(reader, ("households", index, "grid"), "grid", entry.get("grid"), view.grids)
    for index, entry in enumerate(reader.maps("people")):
        for number, grid in enumerate(_listed(entry, "grids")):
            _known(reader, ("people", index, "grids", number), "grid", grid, view.grids)
        homes = view.registry.households
        _known(reader, ("people", index, "household"), "household", entry.get("household"), homes)
        contacts = entry.get("contacts")
        kinds = {*view.channels, *(channel.kind for channel in view.channels.values())}
        for name in contacts if isinstance(contacts, dict) else ():
            _known(reader, ("people", index, "contacts", str(name)), "channel", name, kinds)
    _roster(reader, view, today)
    for index, entry in enumerate(reader.maps("categories")):
        _known(reader, ("categories", index, "plan"), "plan", entry.get("plan"), view.plans)
    for plan in view.plans.values():
        roles = {role for step in plan.steps for role in step.to}
        responders = any(step.responders for step in plan.steps)
        if (
            view.people
            and not responders
            and not any(roles & set(person.roles) for person in view.people.values())
        ):
            place = next((i for i, e in enumerate(reader.maps("plans")) if e.get("id") == plan.id), None)
            if place is not None:
                reader.bad(("plans", place, "ladder"), f"nobody of this site is {' or '.join(sorted(roles))}")


def lint_site(reader: Reader, view: SiteView, today: date) -> list[Problem]:
    """Return types of devices that nothing knows, and the gaps of the next seven days in the roster."""
    return [*_odd_types(reader), *_roster_gaps(reader, view, today)]


def _odd_types(reader: Reader) -> list[Problem]:
    found = ((n, str(entry["type"])) for n, entry in enumerate(reader.maps("devices")) if entry.get("type"))
    return [
        reader.document.problem(
            ("devices", n, "type"),
            f"no built-in rule knows the device type '{name}'{nearest(name, TYPES)}; "
            "only rules of yours that ask for it will see the device as such",
        )
        for n, name in found
        if name not in TYPES
    ]


def _roster_gaps(reader: Reader, view: SiteView, today: date) -> list[Problem]:
    """Return the gaps for every grid and role that the roster fills at some time."""
    if not view.roster.shifts:
        return []
    start = datetime.combine(today, time(0), view.zone)
    wanted = list(_wanted(view))
    found = gaps(view.roster, view.people, view.grids, wanted, start=start, days=GAP_DAYS, zone=view.zone)
    lines: list[Problem] = []
    for gap in found:
        begin, end = gap.begin.astimezone(view.zone), gap.end.astimezone(view.zone)
        where = f"grid '{gap.grid}'" if gap.grid else "the site"
        words = f"nobody on duty as {gap.role} in {where} from {begin:%a %m-%d %H:%M} to {end:%a %m-%d %H:%M}"
        lines.append(reader.document.problem(("roster", "shifts"), words))
    return lines


def _wanted(view: SiteView) -> Iterable[tuple[str | None, Role]]:
    inner = {grid.parent for grid in view.grids.values()}
    leaves = [grid.id for grid in view.grids.values() if grid.id not in inner]
    for role in dict.fromkeys(shift.role for shift in view.roster.shifts):
        if role in ("worker", "leader") and leaves:
            yield from ((grid, role) for grid in leaves)
        else:
            yield None, role


def _grids(reader: Reader, view: SiteView) -> None:
    for index, entry in enumerate(reader.maps("grids")):
        parent = entry.get("parent")
        _known(reader, ("grids", index, "parent"), "grid", parent, view.grids)
        line = chain(view.grids, str(entry.get("id")))
        if line and view.grids[line[-1]].parent in line:
            reader.bad(("grids", index, "parent"), f"'{entry.get('id')}' lies in itself: {' in '.join(line)}")


def _roster(reader: Reader, view: SiteView, today: date) -> None:
    for index, entry in enumerate(reader.maps("roster", "shifts")):
        path: Path = ("roster", "shifts", index)
        _known(reader, (*path, "grid"), "grid", entry.get("grid"), view.grids)
        teams = _listed(entry, "rotation")
        named: list[tuple[Path, Any]] = [
            ((*path, "people", n), who) for n, who in enumerate(_listed(entry, "people"))
        ]
        for number, team in enumerate(teams):
            named += [
                ((*path, "rotation", number, n), who)
                for n, who in enumerate(team if isinstance(team, list) else [])
            ]
        for place, who in named:
            _known(reader, place, "person", who, view.people)
            person = view.people.get(str(who))
            if person is not None and entry.get("role") not in (None, *person.roles):
                reader.bad(place, f"'{who}' is {', '.join(person.roles)}, not {entry.get('role')}")
        if not named:
            reader.bad(path, "expected `people` or `rotation`")
        if teams and entry.get("start") is None:
            reader.bad(
                (*path, "start"), 'a rotation needs the first day of its first team, like "2026-03-02"'
            )
    for index, entry in enumerate(reader.maps("roster", "overrides")):
        _known(reader, ("roster", "overrides", index, "grid"), "grid", entry.get("grid"), view.grids)
        for key in ("add", "remove"):
            for number, who in enumerate(_listed(entry, key)):
                _known(reader, ("roster", "overrides", index, key, number), "person", who, view.people)
    for index, entry in enumerate(reader.maps("roster", "leave")):
        _known(reader, ("roster", "leave", index, "person"), "person", entry.get("person"), view.people)
    order = [shift.id for shift in view.roster.shifts]
    for who, left, right in overlaps(view.roster, zone=view.zone, monday=today):
        place = ("roster", "shifts", order.index(right))
        reader.bad(place, f"'{who}' is in '{left}' and '{right}' at the same time")


def _listed(entry: dict[str, Any], key: str) -> list[Any]:
    found = entry.get(key)
    return found if isinstance(found, list) else []


def _known(reader: Reader, path: Path, what: str, name: object, names: Iterable[str]) -> None:
    known = list(names)
    if name is not None and name not in known:
        reader.bad(path, f"unknown {what} '{name}'{nearest(str(name), known)}")
