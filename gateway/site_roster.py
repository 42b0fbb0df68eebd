"""The roster of a site: what the manager planned (`roster`) and what people arranged (`requests`), read as one.

`requests` holds swaps, leave that was asked for and the overrides that came of agreed swaps; the gateway writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from devices.document import Path
from devices.problem import nearest
from gateway.response.roster import DAY_WORDS, Leave, Override, Roster, Shift, Swap
from gateway.response.roster_gaps import overlaps
from gateway.response.world import SiteView
from gateway.site_reader import Reader, known
from rules.site import Site

PLANNED, ARRANGED = "roster", "requests"


def read_roster(reader: Reader, site: Site) -> Roster:
    """Read shifts, overrides, leave and swaps."""
    zone = ZoneInfo(str(site.zone))

    def shift(entry: dict[str, Any]) -> dict[str, Any]:
        times = {
            key: f"{entry[key]}:00"
            for key in ("from", "to")
            if re.fullmatch(r"\d\d:\d\d", str(entry.get(key)))
        }
        return {**entry, **times}

    def local(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, **{key: _aware(entry[key], zone) for key in ("from", "to") if key in entry}}

    def at(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, **({"at": _aware(entry["at"], zone)} if entry.get("at") is not None else {})}

    both = (PLANNED, ARRANGED)
    return Roster(
        shifts=tuple(each for _, each in reader.entries((PLANNED, "shifts"), Shift, ready=shift)),
        overrides=tuple(
            each for part in both for _, each in reader.entries((part, "overrides"), Override, ready=local)
        ),
        leave=tuple(each for part in both for _, each in reader.entries((part, "leave"), Leave, ready=at)),
        swaps=tuple(each for _, each in reader.entries((ARRANGED, "swaps"), Swap, ready=at)),
        workdays=site.holidays,
    )


def check_roster(reader: Reader, view: SiteView, today: date) -> None:
    """Report what names a grid, person or shift that does not exist, days that are none, and clashes of shifts."""
    for part, keys in (
        (PLANNED, ("shifts", "overrides", "leave")),
        (ARRANGED, ("overrides", "leave", "swaps")),
    ):
        whole = reader.value.get(part)
        for key in whole if isinstance(whole, dict) else ():
            if key not in keys:
                reader.bad((part, str(key)), f"unknown part '{key}'{nearest(str(key), keys)}")
    for index, entry in enumerate(reader.maps(PLANNED, "shifts")):
        _shift(reader, view, (PLANNED, "shifts", index), entry)
    # Who is named by an arrangement of the past may have left since: only what is planned has to be whole.
    for index, entry in enumerate(reader.maps(PLANNED, "overrides")):
        path: Path = (PLANNED, "overrides", index)
        known(reader, (*path, "grid"), "grid", entry.get("grid"), view.grids)
        for key in ("add", "remove"):
            for number, who in enumerate(listed(entry, key)):
                known(reader, (*path, key, number), "person", who, view.people)
    for index, entry in enumerate(reader.maps(PLANNED, "leave")):
        known(reader, (PLANNED, "leave", index, "person"), "person", entry.get("person"), view.people)
    for override in view.roster.overrides:
        if override.begin >= override.end:
            reader.bad(
                (PLANNED, "overrides"), f"an override ends at {override.end:%Y-%m-%d %H:%M}, before it begins"
            )
    order = [shift.id for shift in view.roster.shifts]
    for who, left, right in overlaps(view.roster, zone=view.zone, monday=today):
        reader.bad(
            (PLANNED, "shifts", order.index(right)), f"'{who}' is in '{left}' and '{right}' at the same time"
        )


def _shift(reader: Reader, view: SiteView, path: Path, entry: dict[str, Any]) -> None:
    known(reader, (*path, "grid"), "grid", entry.get("grid"), view.grids)
    for number, day in enumerate(listed(entry, "days")):
        if day not in DAY_WORDS:
            words = ", ".join(DAY_WORDS)
            reader.bad((*path, "days", number), f"unknown day '{day}', expected some of {words}")
    teams = listed(entry, "rotation")
    named: list[tuple[Path, Any]] = [
        ((*path, "people", n), who) for n, who in enumerate(listed(entry, "people"))
    ]
    for number, team in enumerate(teams):
        members = team if isinstance(team, list) else []
        named += [((*path, "rotation", number, n), who) for n, who in enumerate(members)]
    for place, who in named:
        known(reader, place, "person", who, view.people)
        person = view.people.get(str(who))
        if person is not None and entry.get("role") not in (None, *person.roles):
            reader.bad(place, f"'{who}' is {', '.join(person.roles)}, not {entry.get('role')}")
    if not named:
        reader.bad(path, "expected `people` or `rotation`")
    if teams and entry.get("start") is None:
        reader.bad((*path, "start"), 'a rotation needs the first day of its first team, like "2026-03-02"')
    turn = entry.get("turn_days")
    if isinstance(turn, int) and turn < 1:
        reader.bad((*path, "turn_days"), f"expected 1 or more days, found {turn}")


def listed(entry: dict[str, Any], key: str) -> list[Any]:
    """Return a list of an entry; what is none was reported by its reader."""
    found: Iterable[Any] | None = entry.get(key)
    return found if isinstance(found, list) else []


def _aware(text: object, zone: ZoneInfo) -> object:
    """Read a local time of the site; what is none is left for the reader to report."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return text
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
