"""What if it happened now: who would be told when, by which channels, and where nobody would be. Pure; changes nothing.

Walks the ladder of the plan that such a case would get, with the same choice and the same channels as a real one, as if
nobody took it. The load of people is that of this moment, also for another time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from gateway.response.categories import Category
from gateway.response.dispatch import Candidate, choose
from gateway.response.grid import grid_of, grid_of_building
from gateway.response.model import Incident, LadderStep, Level, Plan, Span
from gateway.response.notices import channels_of
from gateway.response.plans import plan_for
from gateway.response.timers import span_of
from gateway.response.world import World

Begins: TypeAlias = Literal["at_once", "verified", "dispatched"]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where it would happen: at a device, in a building or in a grid; nothing: somewhere on the site."""

    device: str | None = None
    building: str | None = None
    grid: str | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One person who would be told, and by which channels."""

    person: str
    name: str
    channels: tuple[str, ...]


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of the ladder: when it would be reached, whom it would tell, and the table behind the choice.

    `off_duty`: nobody was on duty, so that everybody who holds the role is told. `gap`: nobody would be told at all.
    """

    step: int
    at: datetime
    roles: tuple[str, ...]
    everyone: bool
    told: tuple[Told, ...]
    table: tuple[Candidate, ...]
    wait_s: float
    gap: bool = False
    off_duty: bool = False
    prompt: dict[str, str] = {}


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `begins`: at once, when the guard has verified it, or when somebody has chosen whom to send."""

    category: str
    level: Level
    grid: str | None
    building: str | None
    plan: Plan
    begins: Begins
    rungs: tuple[Rung, ...]
    gaps: tuple[int, ...]  # steps with nobody at all
    loops: int
    loop_every_s: float


def what_if(world: World, category: str, where: Where, at: datetime) -> WhatIf:
    """Return what the ladder of such a case would do from `at` (engine time) on."""
    kind = world.category(category)
    incident = _imagined(world, kind, where, at)
    rungs = tuple(_walk(world, incident, at))
    plan = incident.plan
    return WhatIf(
        category=kind.code, level=kind.level, grid=incident.grid, building=incident.building, plan=plan,
        begins=_begins(world, kind), rungs=rungs, gaps=tuple(rung.step for rung in rungs if rung.gap),
        loops=plan.loops, loop_every_s=plan.loop_every.seconds,
    )  # fmt: skip


def _imagined(world: World, kind: Category, where: Where, at: datetime) -> Incident:
    site = world.site
    device = site.registry.get(where.device) if where.device is not None else None
    building = where.building or (device.building if device is not None else None)
    grid = where.grid or grid_of(site.grids, site.registry, device) or grid_of_building(site.grids, building)
    plan, _ = plan_for(site.plans, kind, kind.level)
    return Incident(
        number="", site=site.id, state="accepted", version=1, category=kind.code, level=kind.level, title=kind.name,
        opened_at=at, grid=grid, building=building, device=where.device, plan=plan,
    )  # fmt: skip


def _begins(world: World, kind: Category) -> Begins:
    if kind.auto_accept:
        return "at_once"
    return "verified" if kind.level in world.settings.auto_dispatch else "dispatched"


def _walk(world: World, incident: Incident, at: datetime) -> list[Rung]:
    found: list[Rung] = []
    asked: frozenset[str] = frozenset()
    for step, rung in enumerate(incident.plan.steps):
        people, table = choose(world, incident, rung, at, without=asked)
        told = tuple(_told(world, incident, person, rung) for person in people)
        present = {each.person for each in table if each.on_duty}
        span = rung.wait or span_of("take", incident.level, world.category(incident.category)) or Span(60)
        until = world.after(at, span) if people else at  # a rung with nobody is passed at once
        found.append(
            Rung(
                step=step, at=at, roles=rung.to, everyone=rung.everyone, told=told, table=table, prompt=rung.prompt,
                wait_s=(until - at).total_seconds(), gap=not people, off_duty=bool(people) and not set(people) & present,
            )
        )  # fmt: skip
        at, asked = until, asked | set(people)
    return found


def _told(world: World, incident: Incident, person: str, rung: LadderStep) -> Told:
    known = world.people[person]
    channels = channels_of(world, known, incident.level, "case.sent", rung.channels)
    return Told(person=person, name=known.name, channels=tuple(channel.name for channel in channels))
