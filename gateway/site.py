"""The site file: everything a property office says about its estate, read as one, all mistakes at once.

The rules' part (devices, households, calendars, holidays) is read by `rules.site`; grids, people, roster,
categories, plans, channels and dispatch settings are read here, and the two are checked against each other.
Built-in categories and plans come first; the site changes what it names.
"""

from __future__ import annotations

from datetime import date, time
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from devices.document import Document, parse_document
from devices.form import Profile
from devices.gateway_voice import GATEWAY
from devices.place import Place as TreePlace
from devices.problem import Problem, nearest
from devices.registry import Registry
from gateway.estate.tree import check_places, known_places
from gateway.response.categories import Category, parse_categories
from gateway.response.drawing import Drawing
from gateway.response.grid import Grid, Place
from gateway.response.model import Channel, Person, Plan
from gateway.response.plans import parse_plans
from gateway.response.world import Settings, SiteView
from gateway.site_check import cross_check, lint_site
from gateway.site_reader import Reader
from gateway.site_roster import read_roster
from rules.calendar import Calendar, Span
from rules.site import Site, read_estate

OWN_KEYS = (
    "name",
    "demo",
    "buildings",
    "zones",
    "places",
    "drawings",
    "grids",
    "people",
    "roster",
    "requests",
    "categories",
    "plans",
    "channels",
    "dispatch",
)


class SiteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A site file that was read: for the rules, for response, and what is worth a warning.

    `channel_settings` holds, per channel name, what its entry says under `settings` (addresses, names of
    secrets): for the channel at the edge, never looked at here. `profiles` are the device profiles in force, which
    are laid beside a site and never stand in its file.
    """

    rules: Site
    view: SiteView
    channel_settings: dict[str, dict[str, Any]] = {}
    profiles: tuple[Profile, ...] = ()
    lint: list[Problem] = []


@cache
def built_in_categories() -> dict[str, Category]:
    """Return the categories shipped with the product, by code."""
    found, problems = parse_categories(_own_file("categories.yaml").value)
    assert not problems, problems
    return found


@cache
def built_in_plans() -> dict[str, Plan]:
    """Return the response plans shipped with the product, by id."""
    found, problems = parse_plans(_own_file("plans.yaml").value)
    assert not problems, problems
    return found


def _own_file(name: str) -> Document:
    text = resources.files("gateway.response").joinpath(name).read_text(encoding="utf-8")
    return parse_document(text, name)


def load_site_file(text: str, file: str, *, today: date) -> tuple[SiteFile, list[Problem]]:
    """Read a whole site file.

    Args:
        text: YAML 1.2, the keys of `rules.site` and those in OWN_KEYS.
        file: its name, for the problems.
        today: from which day on the roster is looked at for gaps and overlaps.

    Returns:
        The site as far as it could be read, and every mistake in it. Gaps in the roster are `lint`.

    """
    return read_site(parse_document(text, file), today=today)


def read_site(document: Document, *, today: date) -> tuple[SiteFile, list[Problem]]:
    """Read a whole site from a file that was parsed, or from data put together; as `load_site_file` does."""
    rules_site, problems = read_estate(document, extra_keys=OWN_KEYS)
    value = document.value if isinstance(document.value, dict) else {}
    reader = Reader(document, value, problems)
    grids = {g.id: g for _, g in reader.entries("grids", Grid)}
    people = {p.id: p for _, p in reader.entries("people", Person)}
    channels = {c.name: c for _, c in reader.entries("channels", Channel, passed_on=("settings",))}
    categories = reader.parsed("categories", lambda entries: parse_categories(entries, built_in_categories()))
    plans = reader.parsed("plans", lambda entries: parse_plans(entries, built_in_plans(), channels))
    buildings = {place.id: place for _, place in reader.entries("buildings", Place)}
    zones = {place.id: place for _, place in reader.entries("zones", Place)}
    written = reader.entries("places", TreePlace)
    known = known_places([place for _, place in written], buildings, zones)
    check_places(reader, written, known.tree)
    view = SiteView(
        id=rules_site.id,
        zone=ZoneInfo(str(rules_site.zone)),
        name=reader.names("name"),
        demo=value.get("demo") is True,
        registry=_with_gateway(rules_site.registry),
        people=people,
        grids=grids,
        roster=read_roster(reader, rules_site),
        categories=categories if categories is not None else built_in_categories(),
        plans=plans if plans is not None else built_in_plans(),
        channels=channels,
        calendar=_work_calendar(reader, rules_site),
        buildings=known.buildings,
        zones=known.zones,
        places=known.tree,
        drawings={each.id: each for _, each in reader.entries("drawings", Drawing)},
        settings=_settings(reader),
    )
    cross_check(reader, view, today)
    settings = {str(c.get("name")): c.get("settings") or {} for c in reader.maps("channels")}
    lint = [*rules_site.lint, *lint_site(reader, view, today)]
    return SiteFile(rules=rules_site, view=view, channel_settings=settings, lint=lint), problems


def _with_gateway(registry: Registry) -> Registry:
    """Let the gateway itself have a name in cases and on screens; rules meet it when it says something."""
    if registry.get(GATEWAY.id) is not None:
        return registry
    return Registry([*registry, GATEWAY], registry.households.values())


def _settings(reader: Reader) -> Settings:
    raw = reader.value.get("dispatch")
    if raw is None:
        return Settings()
    known = ("auto_dispatch", "check_roles", "max_open", "reopen_on_recurrence", "work_calendar")
    if not isinstance(raw, dict):
        reader.bad(("dispatch",), f"expected a mapping with {', '.join(known)}")
        return Settings()
    for name in raw:
        if name not in known:
            reader.bad(("dispatch", str(name)), f"unknown setting '{name}'{nearest(str(name), known)}")
    for index, level in enumerate(raw.get("auto_dispatch") or ()):
        if level not in ("L1", "L2", "L3", "L4"):
            reader.bad(("dispatch", "auto_dispatch", index), f"expected one of L1, L2, L3, L4, not '{level}'")
    try:
        return msgspec.convert({name: raw[name] for name in raw if name in known[:-1]}, Settings)
    except msgspec.ValidationError as error:
        reader.bad(("dispatch",), str(error))
        return Settings()


def _work_calendar(reader: Reader, site: Site) -> Calendar:
    """Return the working hours: the calendar that `dispatch.work_calendar` names, or working days 9 to 18."""
    dispatch = reader.value.get("dispatch")
    name = dispatch.get("work_calendar") if isinstance(dispatch, dict) else None
    if name is None:
        hours = Span(start=time(9), end=time(18), days=("workday",))
        return Calendar("working hours", (hours,), site.zone, site.holidays)
    known = site.calendars.get(name)
    if known is None:
        reader.bad(
            ("dispatch", "work_calendar"), f"unknown calendar '{name}'{nearest(str(name), site.calendars)}"
        )
        return _work_calendar(Reader(reader.document, {}, reader.problems), site)
    return known
