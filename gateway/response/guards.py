"""Conditions of the transition table: may this person do this to this case, now, with these fields?

Each is a small function of one `Attempt`. It returns None (go on) or a Refusal that says why not, in a
code of the bilingual catalogue (`wording.py`) with the facts that fill its sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from gateway.response.model import Incident, Role
from gateway.response.world import World

IN_CHARGE: frozenset[str] = frozenset({"guard", "leader", "manager"})
CLOSE_CODES: tuple[str, ...] = (
    "true_handled",
    "true_self_cleared",
    "true_transferred",
    "false_device",
    "false_environment",
    "false_rule",
    "false_operator",
    "test_drill",
    "duplicate",
    "nuisance",
    "unfounded",
    "no_access",
)
LONGEST_SUSPENSION = timedelta(days=30)


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants to do something to a case: all that a guard may look at."""

    world: World
    incident: Incident
    by: str
    roles: tuple[Role, ...]
    now: datetime
    fields: dict[str, Any] = {}

    @property
    def is_system(self) -> bool:
        return "system" in self.roles


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why not: a code of the catalogue and what fills its sentence."""

    code: str
    facts: dict[str, Any] = {}


Guard: TypeAlias = Callable[[Attempt], Refusal | None]


def grave_needs_manager(attempt: Attempt) -> Refusal | None:
    """A guard may reject L3 and L4; to drop an L1 or L2 takes the manager."""
    if attempt.incident.level in ("L1", "L2") and "manager" not in attempt.roles:
        return Refusal(code="manager_only", facts={"level": attempt.incident.level})
    return None


def was_sent(attempt: Attempt) -> Refusal | None:
    """Whoever was sent or told may take; on a broadcast everybody on duty there; those in charge always."""
    incident = attempt.incident
    if (
        attempt.is_system
        or IN_CHARGE & set(attempt.roles)
        or attempt.by in (*incident.assignees, *incident.told)
    ):
        return None
    steps = incident.plan.steps
    if steps and steps[min(incident.step, len(steps) - 1)].everyone and _on_duty_here(attempt):
        return None
    return Refusal(code="not_sent", facts={"assignees": list(incident.assignees)})


def _on_duty_here(attempt: Attempt) -> bool:
    return any(
        attempt.by == person.id
        for role in attempt.roles
        for person in attempt.world.on_duty(attempt.incident.grid, role, attempt.now)
    )


def help_wanted(attempt: Attempt) -> Refusal | None:
    """A taken case takes further people only until its plan has enough of them, each once."""
    incident = attempt.incident
    if attempt.by in incident.takers:
        return Refusal(code="already_yours")
    if len(incident.takers) >= incident.plan.need_acks:
        return Refusal(code="already_taken", facts={"owner": incident.owner, "takers": list(incident.takers)})
    return None


def is_assignee(attempt: Attempt) -> Refusal | None:
    """Only somebody who was sent can hand the job back."""
    if attempt.by in attempt.incident.assignees:
        return None
    return Refusal(code="not_sent", facts={"assignees": list(attempt.incident.assignees)})


def is_taker(attempt: Attempt) -> Refusal | None:
    """Only those who took the case report from the place."""
    if attempt.by in attempt.incident.takers:
        return None
    return Refusal(
        code="not_taker", facts={"owner": attempt.incident.owner, "takers": list(attempt.incident.takers)}
    )


def responder_or_in_charge(attempt: Attempt) -> Refusal | None:
    """Everybody sent to the case, and everybody in charge, may change who goes."""
    incident = attempt.incident
    if attempt.is_system or IN_CHARGE & set(attempt.roles):
        return None
    if attempt.by in (*incident.takers, *incident.assignees, *incident.told):
        return None
    return Refusal(code="not_sent", facts={"assignees": list(incident.assignees)})


def taker_or_leader(attempt: Attempt) -> Refusal | None:
    """A suspended case comes back by its owner, a leader, the manager, or the clock."""
    if attempt.is_system or {"leader", "manager"} & set(attempt.roles):
        return None
    return is_taker(attempt)


def may_check(attempt: Attempt) -> Refusal | None:
    """The site says which roles check; the system closes only an L4 whose condition has cleared."""
    incident = attempt.incident
    if attempt.is_system:
        if incident.level == "L4" and not incident.open_alerts:
            return None
        return Refusal(code="person_must_check", facts={"level": incident.level})
    return may_send_back(attempt)


def may_send_back(attempt: Attempt) -> Refusal | None:
    """Those who check may send back; the system does when the condition returned."""
    checkers = {"checker", "manager", "system", *attempt.world.settings.check_roles}
    if checkers & set(attempt.roles):
        return None
    return Refusal(code="role", facts={"roles": sorted(checkers - {"system"})})


def not_the_resolver(attempt: Attempt) -> Refusal | None:
    """Nobody checks their own work on L1 to L3."""
    incident = attempt.incident
    if incident.level != "L4" and attempt.by == incident.resolver:
        return Refusal(code="own_work", facts={"resolver": incident.resolver, "level": incident.level})
    return None


def reopen_window(attempt: Attempt) -> Refusal | None:
    """A closed or merged case can be taken up again only while its window runs."""
    until = attempt.incident.timers.get("reopen")
    if until is not None and attempt.now <= until:
        return None
    return Refusal(code="window_over", facts={"closed_at": attempt.incident.closed_at})


def keys_free(attempt: Attempt) -> Refusal | None:
    """No second open case for one alert: the newer one has to be used."""
    incident = attempt.incident
    for key in incident.alert_keys:
        holder = attempt.world.case_of_key(key)
        if holder is not None and holder.number not in (incident.number, incident.primary):
            return Refusal(code="open_elsewhere", facts={"incident": holder.number})
    return None


def can_undo(attempt: Attempt) -> Refusal | None:
    """The same person, within eight seconds, and nothing followed."""
    previous = attempt.incident.previous
    if previous is None:
        return Refusal(code="nothing_to_undo")
    if previous.by != attempt.by:
        return Refusal(code="undo_own_only", facts={"by": previous.by})
    if attempt.now > previous.until:
        return Refusal(code="undo_too_late", facts={"until": previous.until})
    return (
        keys_free(msgspec.structs.replace(attempt, incident=previous.incident))
        if previous.incident.is_open
        else None
    )


# --- what must be in the fields --------------------------------------------------------------------------


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
    """Categories that ask for a photo are not settled without one."""
    category = attempt.world.category(attempt.incident.category)
    if "photo" not in category.evidence or attempt.incident.photos or attempt.fields.get("photos"):
        return None
    return Refusal(code="photo_needed", facts={"category": category.code})


def sensible_until(attempt: Attempt) -> Refusal | None:
    """A suspension ends at a time ahead of us, within thirty days."""
    until = attempt.fields.get("until")
    if isinstance(until, datetime) and attempt.now < until <= attempt.now + LONGEST_SUSPENSION:
        return None
    return Refusal(code="bad_until", facts={"until": until, "days": LONGEST_SUSPENSION.days})


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


def open_primary(attempt: Attempt) -> Refusal | None:
    """A case is merged into another open one."""
    into = attempt.world.incidents.get(str(attempt.fields.get("into")))
    if into is not None and into.is_open and into.number != attempt.incident.number:
        return None
    return Refusal(code="bad_primary", facts={"into": attempt.fields.get("into")})


def something_new(attempt: Attempt) -> Refusal | None:
    """A note carries words or pictures."""
    if attempt.fields.get("note") or attempt.fields.get("photos"):
        return None
    return Refusal(code="missing_field", facts={"fields": ["note"]})
