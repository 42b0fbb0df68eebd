"""Response plans (预案): parsing, and which one a case gets. Who is on each rung is decided in `escalation.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from gateway.response.categories import Category, Mistake, parse_span
from gateway.response.model import LadderStep, Level, Plan, Role, Span

_STEP_FIELDS = ("to", "wait", "everyone", "off_duty", "channels", "prompt")
_PLAN_FIELDS = ("id", "version", "name", "checklist", "ladder", "loops", "loop_every", "need_acks")


def plan_for(
    plans: Mapping[str, Plan], category: Category, level: Level, named: str | None = None
) -> tuple[Plan, str | None]:
    """Return the plan a new case gets, and the name of a plan that was asked for and does not exist.

    The rule's plan goes before the category's, that before the level's. `responders` on a rung stands for the
    category's own.
    """
    unknown = named if named is not None and named not in plans else None
    for name in (named, category.plan, f"level.{level}"):
        if name is not None and name in plans:
            return _for_category(plans[name], category), unknown
    return Plan(id="", steps=(LadderStep(to=category.responders),)), unknown


def _for_category(plan: Plan, category: Category) -> Plan:
    steps = tuple(
        msgspec.structs.replace(
            step, to=tuple(dict.fromkeys((*category.responders, *step.to))), responders=False
        )
        if step.responders
        else step
        for step in plan.steps
    )
    return msgspec.structs.replace(plan, steps=steps)


def parse_plans(
    entries: object, base: Mapping[str, Plan] | None = None, channels: Mapping[str, Any] | None = None
) -> tuple[dict[str, Plan], list[Mistake]]:
    """Return the plans by id and the mistakes as (path, message); a plan of the site replaces a built-in one.

    `channels`, when given, are the names that a rung's `channels` may use.
    """
    found = dict(base or {})
    problems: list[Mistake] = []
    if not isinstance(entries, list):
        return found, [((), "expected a list of plans")]
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not entry.get("id"):
            problems.append(((index,), "expected a mapping with id and ladder"))
            continue
        plan, mistakes = _parse_plan(entry, channels)
        problems += [((index, *path), message) for path, message in mistakes]
        if plan is not None:
            found[plan.id] = plan
    return found, problems


def _parse_plan(
    entry: dict[str, Any], channels: Mapping[str, Any] | None
) -> tuple[Plan | None, list[Mistake]]:
    problems: list[Mistake] = [
        ((key,), f"unknown field; known are {', '.join(_PLAN_FIELDS)}")
        for key in entry
        if key not in _PLAN_FIELDS
    ]
    ladder = entry.get("ladder")
    if not isinstance(ladder, list) or not ladder:
        return None, [*problems, (("ladder",), "expected at least one rung with `to`")]
    steps: list[LadderStep] = []
    for index, rung in enumerate(ladder):
        step, mistakes = _parse_step(rung, channels)
        problems += [(("ladder", index, *path), message) for path, message in mistakes]
        if step is not None:
            steps.append(step)
    loop_every = parse_span(str(entry.get("loop_every", "2m")))
    if loop_every is None:
        problems.append((("loop_every",), f"expected a time like 2m or 4hW, not '{entry['loop_every']}'"))
    raw = {
        key: entry[key]
        for key in ("id", "version", "name", "checklist", "loops", "need_acks")
        if key in entry
    }
    try:
        plan = msgspec.convert(raw, Plan)
    except msgspec.ValidationError as error:
        return None, [*problems, ((), str(error))]
    if problems or loop_every is None:
        return None, problems
    return msgspec.structs.replace(plan, steps=tuple(steps), loop_every=loop_every), []


def _parse_step(rung: object, channels: Mapping[str, Any] | None) -> tuple[LadderStep | None, list[Mistake]]:
    if not isinstance(rung, dict):
        return None, [((), "expected a mapping with `to`")]
    problems: list[Mistake] = [
        ((key,), f"unknown field; known are {', '.join(_STEP_FIELDS)}")
        for key in rung
        if key not in _STEP_FIELDS
    ]
    to = rung.get("to")
    roles = to if isinstance(to, list) else [to]
    known = {"responders", *get_args(Role)} - {"system"}
    problems += [(("to",), f"unknown role '{role}'") for role in roles if role not in known]
    wait: Span | None = None
    if "wait" in rung:
        wait = parse_span(str(rung["wait"]))
        if wait is None:
            problems.append((("wait",), f"expected a time like 3m or 4hW, not '{rung['wait']}'"))
    named = rung.get("channels", ()) if channels is not None else ()
    problems += [
        (("channels",), f"unknown channel '{name}'") for name in named if name not in (channels or ())
    ]
    if problems:
        return None, problems
    raw: dict[str, Any] = {
        **{key: rung[key] for key in ("everyone", "off_duty", "channels", "prompt") if key in rung},
        "to": [role for role in roles if role != "responders"],
        "responders": "responders" in roles,
    }
    try:
        return msgspec.structs.replace(msgspec.convert(raw, LadderStep), wait=wait), []
    except msgspec.ValidationError as error:
        return None, [((), str(error))]
