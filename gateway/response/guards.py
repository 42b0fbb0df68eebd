"""Conditions of the transition table: may this person do this to this case, now? What the fields must say: `checks.py`.

Each is a small function of one `Attempt`. It returns None (go on) or a Refusal that says why not, in a
code of the bilingual catalogue (`wording.py`) with the facts that fill its sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
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
    primary = attempt.world.root_of(incident)
    for key in incident.alert_keys:
        holder = attempt.world.case_of_key(key)
        if holder is not None and holder.number not in (incident.number, primary.number):
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
    if not previous.incident.is_open:
        return None
    was = msgspec.structs.replace(previous.incident, primary=attempt.incident.primary)
    return keys_free(msgspec.structs.replace(attempt, incident=was))
