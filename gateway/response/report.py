"""A report by hand: a resident, a worker or the guard says that something is wrong, and a case is opened."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from gateway.errors import ActionRefused
from gateway.response import incident as table
from gateway.response.draft import Actor
from gateway.response.grid import grid_of_building
from gateway.response.model import Action, Decision, Incident, Photo
from gateway.response.opening import begin, open_draft
from gateway.response.plans import plan_for
from gateway.response.wording import line, refusal_sentence
from gateway.response.world import World

REQUEST = "0702"  # what a resident reports without choosing a category: a request


def read_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of an action with times and photos as values, when they came as JSON.

    What cannot be read stays as it is, and the check of its field refuses it by name.
    """
    found = dict(fields)
    kinds: tuple[tuple[str, Any], ...] = (("until", datetime), ("photos", tuple[Photo, ...]))
    for name, kind in kinds:
        if name in found:
            with suppress(msgspec.ValidationError):
                found[name] = msgspec.convert(found[name], kind)
    return found


def on_report(world: World, action: Action, *, now: datetime, seq: int) -> Decision:
    """Open a case from `fields`: text (required), place (mapping or text), category, level, photos.

    Raises:
        ActionRefused: no text, an unknown category, or a role that may not report.

    """
    fields, code = read_fields(action.fields), str(action.fields.get("category") or REQUEST)
    category = world.category(code)
    if not set(table.TABLE[0].who) & set(action.roles):
        raise _refused("role", roles=[role for role in table.TABLE[0].who if role != "system"])
    if not str(fields.get("text") or "").strip():
        raise _refused("missing_field", fields=["text"])
    if code not in world.site.categories:
        raise _refused("unknown_category", category=code)
    # Only those in charge choose a level; anybody else's report gets the category's.
    level = fields.get("level") if {"guard", "leader", "manager"} & set(action.roles) else None
    if level not in ("L1", "L2", "L3", "L4"):
        level = category.level
    place = _place(fields.get("place")) or _home(world, action.by)
    plan, _ = plan_for(world.site.plans, category, level)
    photos = tuple(photo for photo in fields.get("photos", ()) if isinstance(photo, Photo))
    case = Incident(
        number=world.number_for(now),
        site=world.site.id,
        state="pending_verify",
        version=1,
        category=code,
        level=level,
        title=category.name,
        opened_at=now,
        grid=place.get("grid") or grid_of_building(world.site.grids, place.get("building")),
        building=place.get("building"),
        place=world.place({part: place.get(part) for part in ("building", "unit", "floor", "zone", "text")}),
        origin="report",
        reporter=action.by,
        plan=plan,
        photos=photos,
        drill=world.drill(place.get("zone")),
    )
    actor = Actor(by=action.by, roles=action.roles, channel=action.channel, key=action.key)
    draft = open_draft(world, case, now=now, seq=seq, actor=actor, facts={})
    person = world.people.get(action.by)
    draft.note("reported", line("reported", who=person.name if person is not None else action.by))
    draft.write("note", {"note": str(fields["text"])}, attachments=tuple(photo.sha256 for photo in photos))
    begin(draft)
    after = draft.incident
    return draft.decision(
        "report", {"incident": after.number, "state": after.state, "version": after.version}
    )


def _place(raw: object) -> dict[str, str]:
    """Return a reported place by its parts; plain words are a place too."""
    named = raw if isinstance(raw, dict) else {"text": raw} if raw else {}
    return {str(part): str(value) for part, value in named.items() if value}


def _home(world: World, person: str) -> dict[str, str]:
    """Return where somebody lives who named no place."""
    known = world.people.get(person)
    home = world.site.registry.households.get(known.household or "") if known is not None else None
    if home is None:
        return {}
    parts = {"building": home.building, "unit": home.unit, "floor": home.floor, "grid": home.grid}
    return {part: value for part, value in parts.items() if value}


def _refused(code: str, **facts: object) -> ActionRefused:
    return ActionRefused(code, refusal_sentence(code, facts)["en"], **facts)
