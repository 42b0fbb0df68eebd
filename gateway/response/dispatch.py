"""Dispatch: whom to send. Candidates are on duty, serve the grid and hold the role; the best has the lowest score.

score = 0.4 · load + 0.3 · distance of the grid + 0.2 · how recently sent + 0.1 · skill missing, each part
0–1. Equal scores take turns: whoever was sent longest ago goes first. The whole table goes into the timeline, so that
an unfair choice can be seen. L1 does not choose: it tells everybody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gateway.response.docket import WEIGHT
from gateway.response.grid import covers, distance
from gateway.response.model import Incident, LadderStep, Person
from gateway.response.wording import STEP_REASONS, both
from gateway.response.world import World

LOAD_PART, GRID_PART, RECENT_PART, SKILL_PART = 0.4, 0.3, 0.2, 0.1
NEVER = datetime.min.replace(tzinfo=UTC)
RECENT = timedelta(hours=8)  # one shift: whoever was sent just now scores 1 here, after a shift 0


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One person who could go: lower score goes first; `fit` is False when they cannot be chosen, with why."""

    person: str
    name: str
    on_duty: bool
    fit: bool
    score: float
    reason: dict[str, str]
    parts: dict[str, float] = {}  # load, grid, recent, skill: weighted, `score` is their sum
    last_sent: datetime | None = None


def choose(
    world: World,
    incident: Incident,
    rung: LadderStep,
    now: datetime,
    *,
    without: frozenset[str] = frozenset(),
) -> tuple[tuple[str, ...], tuple[Candidate, ...]]:
    """Return whom this rung sends, best or all, and the table behind the choice; nobody when nobody is there.

    `without` are people who must not be chosen now (they handed it back, or were told already).
    """
    people = _on_rung(world, incident, rung, now)
    table = tuple(sorted((score(world, incident, person, now) for person in people), key=_rank))
    usable = [c for c in table if c.fit and c.person not in without]
    if not usable and rung.off_duty:
        reachable = [
            p
            for role in rung.to
            for p in world.people.values()
            if role in p.roles and _serves(world, p, incident)
        ]
        everybody = dict.fromkeys(person.id for person in reachable if person.id not in incident.refused)
        return tuple(everybody), table
    if rung.everyone:
        return tuple(candidate.person for candidate in usable), table
    return tuple(candidate.person for candidate in usable[:1]), table


def candidates(world: World, incident: Incident, now: datetime) -> tuple[Candidate, ...]:
    """Return everybody who could be sent to this case, best first, those off duty last, each with reasons."""
    roles = dict.fromkeys(
        (*(r for step in incident.plan.steps for r in step.to), *world.category(incident.category).responders)
    )
    found = {
        person.id: score(world, incident, person, now)
        for role in roles
        for person in world.people.values()
        if role in person.roles and _serves(world, person, incident)
    }
    return tuple(sorted(found.values(), key=_rank))


def score(world: World, incident: Incident, person: Person, now: datetime) -> Candidate:
    """Return how well this person suits this case now, with the reasons in words."""
    settings, category = world.settings, world.category(incident.category)
    load = world.load(person.id)
    steps_up = distance(world.site.grids, person.grids, incident.grid)
    last = world.last_sent(person.id)
    idle = RECENT if last is None else min(now - last, RECENT)
    skilled = not category.skills or bool(set(category.skills) & set(person.skills))
    parts = {
        "load": LOAD_PART * min(load / (settings.max_open * WEIGHT["L2"]), 1.0),
        "grid": GRID_PART * min(steps_up / 3, 1.0),
        "recent": RECENT_PART * (1 - idle / RECENT),
        "skill": SKILL_PART * (not skilled),
    }
    on_duty = _is_on_duty(world, person, incident, now)
    reasons: list[tuple[str, dict[str, Any]]] = []
    if not on_duty:
        reasons.append(("off_duty", {}))
    if person.id in incident.refused:
        reasons.append(("refused", {}))
    in_hand = world.open_cases(person.id)
    too_full = incident.level != "L1" and in_hand >= settings.max_open
    if too_full:
        reasons.append(("full", {}))
    reasons.append((("same_grid", "near_grid")[min(steps_up, 1)] if person.grids else "whole_site", {}))
    if category.skills:
        reasons.append(("skill" if skilled else "no_skill", {}))
    reasons.append(("in_hand", {"count": in_hand}))  # people count cases; the weighted load is in the score
    reasons.append(("never_sent", {}) if last is None else ("sent_before", {"ago": _ago(now - last)}))
    said = [both(STEP_REASONS, code, facts) for code, facts in reasons]
    return Candidate(
        person=person.id,
        name=person.name,
        on_duty=on_duty,
        fit=on_duty and not too_full and person.id not in incident.refused,
        score=round(sum(parts.values()), 4),
        parts={name: round(part, 4) for name, part in parts.items()},
        last_sent=last,
        reason={"zh": "，".join(s["zh"] for s in said), "en": ", ".join(s["en"] for s in said)},
    )


def _rank(candidate: Candidate) -> tuple[bool, float, datetime, str]:
    return (not candidate.fit, candidate.score, candidate.last_sent or NEVER, candidate.person)


def _on_rung(world: World, incident: Incident, rung: LadderStep, now: datetime) -> tuple[Person, ...]:
    found = {
        p.id: p
        for role in rung.to
        for p in world.on_duty(incident.grid, role, now)
        if p.id not in incident.takers
    }
    return tuple(found.values())


def _serves(world: World, person: Person, incident: Incident) -> bool:
    return covers(world.site.grids, person.grids, incident.grid)


def _is_on_duty(world: World, person: Person, incident: Incident, now: datetime) -> bool:
    return any(
        covers(world.site.grids, (duty.grid,) if duty.grid is not None else person.grids, incident.grid)
        for duty in world.duties(now)
        if duty.person == person.id and duty.role in person.roles
    )


def _ago(length: timedelta) -> dict[str, str]:
    """Say a length of time in its largest unit."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return {"zh": f"{minutes} 分钟", "en": f"{minutes} min"}
    hours = minutes // 60
    return (
        {"zh": f"{hours} 小时", "en": f"{hours} h"}
        if hours < 48
        else {"zh": f"{hours // 24} 天", "en": f"{hours // 24} days"}
    )
