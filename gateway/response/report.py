"""A report by hand: a resident, a worker or the guard says that something is wrong, and a case is opened.

What a resident sent by the public form comes as a reference (`report`): the words lie sealed beside the case
and can be erased, so they are in no line and in no event. Such a report joins an open case of the same place
and category group of the last two hours. What is done is answered to those who reported (`public_note`), they
rate it, and who is unhappy may ask for the case to be taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, get_args

import msgspec

from gateway.errors import ActionRefused
from gateway.response import incident as table
from gateway.response.draft import Actor, Draft
from gateway.response.grid import grid_of_building
from gateway.response.model import SOMEBODY, Action, Decision, Incident, Level, Photo, TimelineRow
from gateway.response.notices import tell, tell_site, those_in
from gateway.response.opening import begin, open_draft
from gateway.response.plans import plan_for
from gateway.response.wording import line, refusal_sentence
from gateway.response.world import World

REQUEST = "0702"  # what a resident reports without choosing a category: a request
SOMEBODY_NAME = {"zh": "居民（扫码上报）", "en": "A resident (by the form)"}
JOIN_WITHIN = timedelta(hours=2)
JOINABLE: frozenset[str] = frozenset(
    {"pending_verify", "accepted", "dispatched", "taken", "on_scene", "suspended"}
)
UNHAPPY = 2  # this score and below may ask for the case to be taken up again
_PLACE = ("building", "unit", "floor", "zone", "text")


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
    """Open a case from `fields`, or let it join one.

    `fields`: text (or report: the reference under which the words are kept), place (mapping or text), category,
    level, photos, device (a lift or locker whose place it is), drill (by those in charge: a test of everything).

    Raises:
        ActionRefused: no text, an unknown category, or a role that may not report.

    """
    fields, code = read_fields(action.fields), str(action.fields.get("category") or REQUEST)
    reference = str(fields.get("report") or "")
    if not set(table.TABLE[0].who) & set(action.roles):
        raise _refused("role", roles=[role for role in table.TABLE[0].who if role != "system"])
    if not reference and not str(fields.get("text") or "").strip():
        raise _refused("missing_field", fields=["text"])
    if code not in world.site.categories:
        raise _refused("unknown_category", category=code)
    place = _place(fields.get("place")) or _home(world, action.by)
    actor = Actor(by=action.by, roles=action.roles, channel=action.channel, key=action.key)
    if reference and (known := _fitting(world, code[:2], place, now)) is not None:
        draft = _joined(Draft(world, known, now=now, seq=seq, actor=actor))
    else:
        draft = _opened(world, action, fields, place, now=now, seq=seq, actor=actor)
    _say(draft, fields)
    if draft.is_new:
        begin(draft, believed=action.by != SOMEBODY)
    after = draft.incident
    return draft.decision(
        "report",
        {
            "incident": after.number, "state": after.state, "version": after.version,
            "drill": after.drill, "joined": not draft.is_new,
        },
    )  # fmt: skip


def _opened(
    world: World, action: Action, fields: Mapping[str, Any], place: dict[str, str], *, now: datetime, seq: int, actor: Actor
) -> Draft:  # fmt: skip
    category = world.category(str(action.fields.get("category") or REQUEST))
    level = _level(action, category.level)
    plan, _ = plan_for(world.site.plans, category, level)
    device = str(fields.get("device") or "") or None
    case = Incident(
        number=world.number_for(now),
        site=world.site.id,
        state="pending_verify",
        version=1,
        category=category.code,
        level=level,
        title=category.name,
        opened_at=now,
        grid=place.get("grid") or grid_of_building(world.site.grids, place.get("building")),
        building=place.get("building"),
        place=world.place({part: place.get(part) for part in _PLACE}, device),
        device=device,
        origin="report",
        reporter=action.by,
        plan=plan,
        photos=_photos(fields),
        drill=world.drill(place.get("zone")) or _is_test(action),
    )
    return open_draft(world, case, now=now, seq=seq, actor=actor, facts={})


def _is_test(action: Action) -> bool:
    """Only those in charge may say that what they report is a drill."""
    return action.fields.get("drill") is True and bool({"guard", "leader", "manager"} & set(action.roles))


def _level(action: Action, usual: Level) -> Level:
    """Only those in charge choose a level; a stranger's words alone send nobody, whatever they are about."""
    wanted = action.fields.get("level") if {"guard", "leader", "manager"} & set(action.roles) else None
    for level in get_args(Level):
        if level == wanted:
            return level  # type: ignore[no-any-return]  # one of the four
    return "L2" if usual == "L1" and action.by == SOMEBODY else usual


def _joined(draft: Draft) -> Draft:
    """Let one more reporter belong to a case that is already open."""
    case, by = draft.incident, draft.actor.by
    known = {case.reporter, *case.watchers, SOMEBODY}
    draft.grow(watchers=case.watchers if by in known else (*case.watchers, by))
    return draft


def _say(draft: Draft, fields: Mapping[str, Any]) -> None:
    """Write who reported it, and their words or where these are kept."""
    person = draft.world.people.get(draft.actor.by)
    name: object = person.name if person is not None else draft.actor.by
    who = SOMEBODY_NAME if draft.actor.by == SOMEBODY else name
    draft.note("reported", line("reported" if draft.is_new else "reported_too", who=who))
    photos = _photos(fields)
    draft.change(photos=tuple(dict.fromkeys((*draft.incident.photos, *photos))))
    text = None if fields.get("report") else {"note": str(fields["text"])}
    facts = {"report": str(fields["report"])} if fields.get("report") else {}
    draft.write("note", text, facts=facts, attachments=tuple(photo.sha256 for photo in photos))


def _fitting(world: World, group: str, place: Mapping[str, str], now: datetime) -> Incident | None:
    """Return the oldest open case that this is about too: same place, same group, of the last two hours."""
    drill = world.drill(place.get("zone"))
    for case in world.cases_near(place.get("building"), group, now - JOIN_WITHIN):
        same = all(
            not place.get(part) or not case.place.get(part) or place[part] == case.place[part]
            for part in ("unit", "floor", "zone")
        )
        if same and case.drill == drill and case.state in JOINABLE:
            return case
    return None


def answer_reporters(draft: Draft, fields: Mapping[str, Any]) -> None:
    """Write what those who reported the case may read: `public_note`, and the hashes of photos in `release`."""
    words = str(fields.get("public_note") or "").strip()
    wanted = {str(each) for each in fields.get("release") or ()}
    released = tuple(photo.sha256 for photo in draft.incident.photos if photo.sha256 in wanted)
    if words or released:
        draft.write("answered", {"note": words} if words else None, attachments=released)


def on_rating(_world: World, action: Action, *, now: datetime, seq: int) -> Decision:  # noqa: ARG001 - one shape for all
    """Write a resident's rating into the timeline of their case, which may be closed for long.

    `fields`: score (1 to 5), report (the reference; the words of the rating are kept with it).
    """
    score = int(action.fields["score"])
    row = TimelineRow(
        incident=str(action.incident), at=now, actor=action.by, role="resident", channel=action.channel,
        action="rated", text=line("rated", score=score), key=action.key,
        facts={"score": score, "report": str(action.fields["report"])},
    )  # fmt: skip
    return Decision(timeline=(row,), result={"incident": action.incident, "score": score}, reason="rating")


def on_ask_reopen(world: World, action: Action, *, now: datetime, seq: int) -> Decision:
    """Tell the managers that a resident is not satisfied; they decide whether the case is taken up again.

    Raises:
        ActionRefused: the case is not closed, or its time to reopen is over.
    """
    case = world.incidents.get(action.incident or "")
    if case is None or case.state != "closed" or "reopen" not in case.timers:
        raise _refused("window_over", incident=action.incident)
    actor = Actor(by=action.by, roles=action.roles, channel=action.channel, key=action.key)
    draft = Draft(world, case, now=now, seq=seq, actor=actor)
    draft.write("ask_reopen", line("ask_reopen"), facts={"report": str(action.fields.get("report") or "")})
    tell(draft, those_in(draft, "manager"), "case.unhappy")
    tell_site(draft, "case.unhappy")
    return draft.decision("a resident asks to reopen", {"incident": case.number})


def _photos(fields: Mapping[str, Any]) -> tuple[Photo, ...]:
    return tuple(photo for photo in fields.get("photos", ()) if isinstance(photo, Photo))


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
