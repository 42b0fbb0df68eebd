"""Is a plan any good at this site? Whom its rungs reach at all, and what is left of it without the internet. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.response.categories import Category
from gateway.response.model import Channel, LadderStep, Person, Plan, Role
from gateway.response.plans import plan_for

OFFLINE_KINDS: frozenset[str] = frozenset({"lan", "mqtt", "console"})
"""Kinds of channels that work while the internet is down: they end on this box or in the estate's own network."""


class Weak(msgspec.Struct, frozen=True, kw_only=True):
    """Something to know about the plan that cases of a category get."""

    plan: str
    category: str
    message: str


def reached(
    step: LadderStep, people: Mapping[str, Person], responders: tuple[Role, ...] = ()
) -> tuple[str, ...]:
    """Return everybody whom a rung could ever reach, on duty or not."""
    roles = {*step.to, *(responders if step.responders else ())}
    return tuple(person.id for person in people.values() if roles & set(person.roles))


def weaknesses(
    plans: Mapping[str, Plan],
    categories: Mapping[str, Category],
    people: Mapping[str, Person],
    channels: Mapping[str, Channel],
) -> tuple[Weak, ...]:
    """Return, by category, plans that reach nobody, and plans of L1 whose every rung needs the internet."""
    found: list[Weak] = []
    for category in categories.values():
        if category.retired:
            continue
        plan, _ = plan_for(plans, category, category.level)
        if people and not any(reached(step, people) for step in plan.steps):
            roles = " or ".join(dict.fromkeys(role for step in plan.steps for role in step.to))
            said = f"cases of {category.code} reach nobody: nobody of this site is {roles}"
            found.append(Weak(plan=plan.id, category=category.code, message=said))
        elif (
            category.level == "L1"
            and plan.steps
            and all(_needs_internet(step, channels) for step in plan.steps)
        ):
            said = (
                f"every rung that cases of {category.code} get is told by channels that need the internet; "
                "name one that works without it (the LAN page, LAN MQTT) on a rung, or none to use all"
            )
            found.append(Weak(plan=plan.id, category=category.code, message=said))
    return tuple(found)


def _needs_internet(step: LadderStep, channels: Mapping[str, Channel]) -> bool:
    """Tell whether a rung names its channels and none of them works offline."""
    kinds = {channels[name].kind if name in channels else name for name in step.channels}
    return bool(kinds) and not kinds & OFFLINE_KINDS
