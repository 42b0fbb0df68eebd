"""Does the site hold together? Names that point nowhere are mistakes; gaps in the roster are warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import get_args

from devices.problem import Problem, nearest
from devices.registry import Device, Household
from gateway.device_types import TYPES
from gateway.estate.tree import lost
from gateway.response.categories import clashing_codes
from gateway.response.grid import chain
from gateway.response.model import Level
from gateway.response.plan_check import reached, weaknesses
from gateway.response.roster_gaps import gaps, wanted_of
from gateway.response.world import SiteView
from gateway.site_reader import MOST_NAMED, Reader, known
from gateway.site_roster import check_roster, listed

GAP_DAYS = 7


def cross_check(reader: Reader, view: SiteView, today: date) -> None:
    """Report what names a grid, person, category, plan or channel that does not exist, and clashes of shifts."""
    _grids(reader, view)
    for index, entry in enumerate(reader.maps("devices")):
        known(reader, ("devices", index, "grid"), "grid", entry.get("grid"), view.grids)
    for index, entry in enumerate(reader.maps("households")):
        known(reader, ("households", index, "grid"), "grid", entry.get("grid"), view.grids)
    for index, entry in enumerate(reader.maps("people")):
        for number, grid in enumerate(listed(entry, "grids")):
            known(reader, ("people", index, "grids", number), "grid", grid, view.grids)
        homes = view.registry.households
        known(reader, ("people", index, "household"), "household", entry.get("household"), homes)
        contacts = entry.get("contacts")
        kinds = {*view.channels, *(channel.kind for channel in view.channels.values())}
        for name in contacts if isinstance(contacts, dict) else ():
            known(reader, ("people", index, "contacts", str(name)), "channel", name, kinds)
    for index, entry in enumerate(reader.maps("channels")):
        for number, level in enumerate(listed(entry, "levels")):
            if level not in get_args(Level):
                reader.bad(
                    ("channels", index, "levels", number), f"expected one of L1, L2, L3, L4, not '{level}'"
                )
    check_roster(reader, view, today)
    for index, entry in enumerate(reader.maps("categories")):
        known(reader, ("categories", index, "plan"), "plan", entry.get("plan"), view.plans)
    _plans(reader, view)
    for code, one, other in clashing_codes(view.categories):
        place = next((i for i, e in enumerate(reader.maps("categories")) if e.get("code") in (one, other)), 0)
        reader.bad(("categories", place, "contact_id"), f"'{code}' means {one} and {other}")


def _plans(reader: Reader, view: SiteView) -> None:
    """Report plans of the site that reach nobody, and commands to devices and types that do not exist."""
    for index, entry in enumerate(reader.maps("plans")):
        plan = view.plans.get(str(entry.get("id")))
        if plan is None:
            continue
        responders = any(step.responders for step in plan.steps)
        if view.people and not responders and not any(reached(step, view.people) for step in plan.steps):
            roles = " or ".join(sorted({role for step in plan.steps for role in step.to}))
            reader.bad(("plans", index, "ladder"), f"nobody of this site is {roles}")
        for number, command in enumerate(plan.commands):
            place = ("plans", index, "commands", number)
            if command.device is not None and view.registry.get(command.device) is None:
                reader.bad((*place, "device"), f"no device of this site is called '{command.device}'")
            if command.role is not None and command.role not in TYPES:
                reader.bad(
                    (*place, "role"), f"unknown type of device '{command.role}'{nearest(command.role, TYPES)}"
                )


def lint_site(reader: Reader, view: SiteView, today: date) -> list[Problem]:
    """Return types of devices that nothing knows, and the gaps of the next seven days in the roster."""
    return [
        *_odd_types(reader),
        *_lost(reader, view),
        *_workers_of_nowhere(reader, view),
        *_weak_plans(reader, view),
        *_roster_gaps(reader, view, today),
    ]


def _weak_plans(reader: Reader, view: SiteView) -> list[Problem]:
    places = {str(entry.get("id")): index for index, entry in enumerate(reader.maps("plans"))}
    found = weaknesses(view.plans, view.categories, view.people, view.channels)
    return [
        reader.document.problem(
            ("plans", places[weak.plan]) if weak.plan in places else ("plans",), weak.message
        )
        for weak in found
    ]


def _workers_of_nowhere(reader: Reader, view: SiteView) -> list[Problem]:
    """Return grid workers without a grid, where the site is divided into grids."""
    if not any(grid.kind == "grid" for grid in view.grids.values()):
        return []
    return [
        reader.document.problem(
            ("people", index, "grids"),
            f"'{entry.get('id')}' is a grid worker without a grid and is asked everywhere; name the grids",
        )
        for index, entry in enumerate(reader.maps("people"))
        if "worker" in listed(entry, "roles") and not listed(entry, "grids")
    ]


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


def _some(words: list[str]) -> str:
    return f", expected some of {', '.join(words)}" if len(words) <= MOST_NAMED else ""


def _lost(reader: Reader, view: SiteView) -> list[Problem]:
    """Return devices and homes that stand in a building, unit, floor or zone which the site does not have."""
    found: list[Problem] = []
    standing: dict[str, Mapping[str, Device | Household]] = {
        "devices": {each.id: each for each in view.registry},
        "households": view.registry.households,
    }
    for key, known_here in standing.items():
        for index, entry in enumerate(reader.maps(key)):
            each = known_here.get(str(entry.get("id")))
            place = lost(view.places, each) if each is not None else None
            if place is not None:
                kind, word, there = place
                words = f"this site has no {kind} '{word}'{nearest(word, there) or _some(there)}"
                found.append(reader.document.problem((key, index, kind), words))
    return found


def _roster_gaps(reader: Reader, view: SiteView, today: date) -> list[Problem]:
    """Return the gaps for every grid and role that the roster fills at some time."""
    if not view.roster.shifts:
        return []
    start = datetime.combine(today, time(0), view.zone)
    wanted = wanted_of(view.roster, view.grids)
    found = gaps(view.roster, view.people, view.grids, wanted, start=start, days=GAP_DAYS, zone=view.zone)
    lines: list[Problem] = []
    for gap in found:
        begin, end = gap.begin.astimezone(view.zone), gap.end.astimezone(view.zone)
        where = f"grid '{gap.grid}'" if gap.grid else "the site"
        words = f"nobody on duty as {gap.role} in {where} from {begin:%a %m-%d %H:%M} to {end:%a %m-%d %H:%M}"
        lines.append(reader.document.problem(("roster", "shifts"), words))
    return lines


def _grids(reader: Reader, view: SiteView) -> None:
    home: dict[str, str] = {}
    for index, entry in enumerate(reader.maps("grids")):
        for number, building in enumerate(listed(entry, "buildings")):
            first = home.setdefault(str(building), str(entry.get("id")))
            if first != str(entry.get("id")):
                reader.bad(("grids", index, "buildings", number), f"'{building}' lies in '{first}' already")
    for index, entry in enumerate(reader.maps("grids")):
        parent = entry.get("parent")
        known(reader, ("grids", index, "parent"), "grid", parent, view.grids)
        line = chain(view.grids, str(entry.get("id")))
        if line and view.grids[line[-1]].parent in line:
            reader.bad(("grids", index, "parent"), f"'{entry.get('id')}' lies in itself: {' in '.join(line)}")
