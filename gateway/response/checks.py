"""Conditions of the transition table on what an action carries: codes, people, times, pictures, the other case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gateway.response.guards import CLOSE_CODES, Attempt, Refusal
from gateway.response.model import SOMEBODY, Incident
from gateway.response.timers import LONGEST_REST

LONGEST_AGO = timedelta(days=7)  # a call that is written down later than this belongs into a note
CLOCKS_DIFFER = timedelta(minutes=2)  # a phone's clock may go a little fast


def known_code(attempt: Attempt) -> Refusal | None:
    """A close code is one of the list; without one the resolver's stands."""
    code = attempt.fields.get("code", attempt.incident.close_code)
    if code in CLOSE_CODES:
        return None
    return Refusal(code="unknown_code", facts={"given": code, "codes": list(CLOSE_CODES)})


def code_if_given(attempt: Attempt) -> Refusal | None:
    """A close code may be left out where the action says what happened; a wrong one is refused."""
    return known_code(attempt) if attempt.fields.get("code") else None


def false_code(attempt: Attempt) -> Refusal | None:
    """Rejecting or calling everybody back says why it was nothing."""
    code = str(attempt.fields.get("code", ""))
    if code.startswith("false_") or code in ("test_drill", "duplicate", "nuisance", "unfounded"):
        return known_code(attempt)
    allowed = [c for c in CLOSE_CODES if not c.startswith("true_") and c != "no_access"]
    return Refusal(code="unknown_code", facts={"given": code, "codes": allowed})


def evidence_given(attempt: Attempt) -> Refusal | None:
    """Categories that ask for a photo are not settled without one; what the reporter sent is no proof of the work."""
    incident = attempt.incident
    category = attempt.world.category(incident.category)
    sent = {incident.reporter, SOMEBODY} - {attempt.by, *incident.takers}
    given = (*incident.photos, *(attempt.fields.get("photos") or ()))
    if "photo" not in category.evidence or any(p.is_picture and p.by not in sent for p in given):
        return None
    return Refusal(code="photo_needed", facts={"category": category.code})


def sensible_until(attempt: Attempt) -> Refusal | None:
    """A suspension ends at a time ahead of us, within what the level allows."""
    until, longest = attempt.fields.get("until"), LONGEST_REST[attempt.incident.level]
    if isinstance(until, datetime) and attempt.now < until <= attempt.now + longest:
        return None
    return Refusal(code="bad_until", facts={"until": until, "days": longest.days})


def known_assignees(attempt: Attempt) -> Refusal | None:
    """Those named to go are people of this site."""
    strangers = [who for who in assignees_of(attempt.fields) if who not in attempt.world.people]
    return Refusal(code="unknown_person", facts={"people": strangers}) if strangers else None


def assignees_of(fields: dict[str, Any]) -> tuple[str, ...]:
    """Return the people named in `assignees` (list) or `assignee` (one), or nobody."""
    many = fields.get("assignees")
    if isinstance(many, (list, tuple)):
        return tuple(str(who) for who in many)
    return (str(fields["assignee"]),) if fields.get("assignee") else ()


def other_level(attempt: Attempt) -> Refusal | None:
    """A level is L1 to L4 and another one than now; the system only raises."""
    level = attempt.fields.get("level")
    if level not in ("L1", "L2", "L3", "L4") or level == attempt.incident.level:
        return Refusal(code="bad_level", facts={"value": level, "level": attempt.incident.level})
    if attempt.is_system and level > attempt.incident.level:
        return Refusal(code="manager_only", facts={"level": attempt.incident.level})
    return None


def lowered_with_note(attempt: Attempt) -> Refusal | None:
    """Whoever lowers a level writes down why it is safe to."""
    if str(attempt.fields.get("level")) <= attempt.incident.level or attempt.fields.get("note"):
        return None
    return Refusal(code="missing_field", facts={"fields": ["note"]})


def open_primary(attempt: Attempt) -> Refusal | None:
    """A case is merged into another open one that is as grave, and never a drill with a real alarm."""
    child, into = attempt.incident, attempt.world.incidents.get(str(attempt.fields.get("into")))
    if into is None or not into.is_open or into.number == child.number or into.drill != child.drill:
        return Refusal(code="bad_primary", facts={"into": attempt.fields.get("into")})
    if into.level > child.level:
        return Refusal(code="milder_primary", facts={"into": into.number, "level": into.level})
    return None


def reachable_agency(attempt: Attempt) -> Refusal | None:
    """Whoever hands a case over says how to ask about it: a telephone number or the agency's ticket."""
    if attempt.fields.get("contact") or attempt.fields.get("ticket"):
        return None
    return Refusal(code="missing_field", facts={"fields": ["contact"]})


def call_time(attempt: Attempt) -> Refusal | None:
    """A call was made before it is written down; without a time it was made just now."""
    at = attempt.fields.get("called_at")
    if at is None or (
        isinstance(at, datetime) and attempt.now - LONGEST_AGO <= at <= attempt.now + CLOCKS_DIFFER
    ):
        return None
    return Refusal(code="bad_call_time", facts={"called_at": at, "days": LONGEST_AGO.days})


def is_step(incident: Incident, step: object) -> bool:
    """Return whether this is the number of a line of the case's checklist."""
    return type(step) is int and 0 <= step < len(incident.plan.checklist)


def known_step(attempt: Attempt) -> Refusal | None:
    """A line of the checklist is named by its number, from 0; it is ticked once, and a tick can be taken back."""
    step, checklist = attempt.fields.get("step"), attempt.incident.plan.checklist
    if not is_step(attempt.incident, step):
        return Refusal(code="unknown_step", facts={"given": step, "count": len(checklist)})
    ticked = any(tick.step == step for tick in attempt.incident.ticks)
    wanted = attempt.fields.get("done", True) is not False
    return Refusal(code="already_ticked" if wanted else "not_ticked") if ticked == wanted else None


def something_new(attempt: Attempt) -> Refusal | None:
    """A note carries words or pictures."""
    if attempt.fields.get("note") or attempt.fields.get("photos"):
        return None
    return Refusal(code="missing_field", facts={"fields": ["note"]})
