"""Response plans (预案): parsing, and which one a case gets. Who is on each rung is decided in `escalation.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from devices.command import ALIASES, COMMANDS, command_name
from devices.problem import nearest
from gateway.response.categories import Category, Mistake, parse_span, plain, span_text
from gateway.response.fitting import misfits
from gateway.response.model import LadderStep, Level, Plan, Role, Span

_STEP_FIELDS = ("to", "wait", "everyone", "off_duty", "channels", "prompt")
_PLAN_FIELDS = (
    "id",
    "version",
    "name",
    "checklist",
    "commands",
    "ladder",
    "loops",
    "loop_every",
    "need_acks",
)
LINE_KINDS = ("say", "look", "do", "call")
"""What a line of the checklist asks for: say something, look, do something, call somebody."""
_LINE_FIELDS = ("zh", "en", "kind", "sign")
_COMMAND_FIELDS = ("device", "role", "kind", "name", "confirm", "step")


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
    problems += _words(entry)
    for index, command in enumerate(_listed(entry, "commands")):
        problems += [(("commands", index, *path), message) for path, message in _command(command)]
    loop_every = parse_span(str(entry.get("loop_every", "2m")))
    if loop_every is None:
        problems.append(
            (("loop_every",), f"expected a time like 2m, or 4hW of working time, not '{entry['loop_every']}'")
        )
    raw: dict[str, Any] = {
        key: entry[key]
        for key in ("id", "version", "name", "checklist", "commands", "loops", "need_acks")
        if key in entry
    }
    try:
        plan = msgspec.convert(raw, Plan)
    except msgspec.ValidationError:
        told = {path[:1] for path, _ in problems}
        return None, [*problems, *(each for each in misfits(raw, Plan) if each[0][:1] not in told)]
    if problems or loop_every is None:
        return None, problems
    return msgspec.structs.replace(plan, steps=tuple(steps), loop_every=loop_every), []


def _words(entry: dict[str, Any]) -> list[Mistake]:
    """Return what is wrong with the words people read and with the numbers."""
    problems: list[Mistake] = []
    if "name" in entry and not _bilingual(entry["name"]):
        problems.append((("name",), "expected a name in zh and en"))
    problems += [
        ((key,), "expected a list")
        for key in ("checklist", "commands")
        if entry.get(key) is not None and not isinstance(entry[key], list)
    ]
    problems += [
        (("checklist", index), "expected words in zh and en")
        for index, line in enumerate(_listed(entry, "checklist"))
        if not _bilingual(line)
    ]
    for index, line in enumerate(_listed(entry, "checklist")):
        if isinstance(line, dict):
            problems += [(("checklist", index, *path), message) for path, message in _line(line)]
    for key, least in (("need_acks", 1), ("loops", -1)):
        number = entry.get(key, least)
        if isinstance(number, int) and number < least:
            problems.append(((key,), f"expected {least} or more, not {number}"))
    return problems


def _line(line: dict[str, Any]) -> list[Mistake]:
    """Return what is wrong with the kind of a line, and with the role that signs it."""
    problems: list[Mistake] = [
        ((key,), f"unknown field; known are {', '.join(_LINE_FIELDS)}")
        for key in line
        if key not in _LINE_FIELDS
    ]
    roles = [role for role in get_args(Role) if role != "system"]
    for key, known in (("kind", LINE_KINDS), ("sign", roles)):
        if key in line and line[key] not in known:
            problems.append(((key,), f"expected one of {', '.join(known)}, not '{line[key]}'"))
    return problems


def _listed(entry: dict[str, Any], key: str) -> list[Any]:
    found = entry.get(key)
    return found if isinstance(found, list) else []


def _command(command: object) -> list[Mistake]:
    if not isinstance(command, dict):
        return [((), f"expected a mapping with {', '.join(_COMMAND_FIELDS)}")]
    problems: list[Mistake] = [
        ((key,), f"unknown field; known are {', '.join(_COMMAND_FIELDS)}")
        for key in command
        if key not in _COMMAND_FIELDS
    ]
    if (command.get("device") is None) == (command.get("role") is None):
        problems.append(((), "expected either `device` (its id) or `role` (a type of device at the place)"))
    name = command_name(str(command.get("kind")))
    if name is None:
        known = (*COMMANDS, *ALIASES)
        problems.append(
            (
                ("kind",),
                f"expected one of {', '.join(COMMANDS)}, found '{command.get('kind')}'{nearest(str(command.get('kind')), known)}",
            )
        )
    elif command.get("confirm") is False and (COMMANDS[name].door or not COMMANDS[name].repeatable):
        problems.append((("confirm",), f"'{name}' lets somebody in: a person orders it, expected true"))
    if not isinstance(command.get("step", 0), int) or command.get("step", 0) < 0:
        problems.append((("step",), "expected the number of a rung of the ladder, from 0"))
    if not _bilingual(command.get("name")):
        problems.append((("name",), "expected a name in zh and en"))
    return problems


def _bilingual(text: object) -> bool:
    return isinstance(text, dict) and all(isinstance(text.get(lang), str) for lang in ("zh", "en"))


def plan_entry(plan: Plan) -> dict[str, Any]:
    """Return a plan as a site file would have it; `parse_plans` reads it back."""
    found = plain(plan)
    for key in ("steps", "loop_every"):
        found.pop(key, None)
    if plan.loop_every != Plan(id="").loop_every:
        found["loop_every"] = span_text(plan.loop_every)
    found["ladder"] = [_rung_entry(step) for step in plan.steps]
    return found


def _rung_entry(step: LadderStep) -> dict[str, Any]:
    found = plain(step)
    found["to"] = [*(["responders"] if step.responders else []), *step.to]
    found.pop("responders", None)
    if step.wait is not None:
        found["wait"] = span_text(step.wait)
    return found


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
    problems += [
        (("to",), f"unknown role '{role}', expected some of {', '.join(sorted(known))}")
        for role in roles
        if role not in known
    ]
    wait: Span | None = None
    if "wait" in rung:
        wait = parse_span(str(rung["wait"]))
        if wait is None:
            problems.append(
                (("wait",), f"expected a time like 3m, or 4hW of working time, not '{rung['wait']}'")
            )
    named = rung.get("channels", ()) if channels is not None else ()
    exist = f", expected some of {', '.join(channels)}" if channels else "; this site names no channels"
    problems += [
        (("channels",), f"unknown channel '{name}'{exist}") for name in named if name not in (channels or ())
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
    except msgspec.ValidationError:
        return None, list(misfits(raw, LadderStep))
