"""Lint: what is allowed but is probably not meant. Warnings, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator

from devices.expression import Expression
from devices.kinds import KINDS, STATES
from devices.problem import Problem, nearest
from rules.duration import MINUTE_US
from rules.model import Rule, Selector

DEVICE_FIELDS = (
    "id",
    "type",
    "building",
    "unit",
    "floor",
    "zone",
    "grid",
    "parent",
    "tags",
    "profile",
    "name",
    "household",
)
LONG_WINDOW_US = 7 * 24 * 60 * MINUTE_US
UNBOUNDED = ("subject.cred", "data.track", "data.parcel", "data.plate", "data.code")


def lint_rule(rule: Rule) -> list[Problem]:
    """Return the warnings of one rule."""
    return [
        Problem(
            file=rule.file, line=rule.line, path=f"{rule.id}.{path}" if path else rule.id, message=message
        )
        for path, message in (*_clearing(rule), *_stages(rule), *_fields(rule), *_keys(rule))
    ]


def _clearing(rule: Rule) -> Iterator[tuple[str, str]]:
    detect = rule.detect
    if rule.clear.form == "person":
        yield "clear", "never clears by itself: somebody must end each alert by hand"
    if detect.name == "aggregate" and detect.clear == detect.threshold:
        side = "clear_below" if detect.side == "above" else "clear_above"
        yield (
            f"detect.aggregate.{side}",
            f"threshold and clear threshold are both {detect.threshold:g}: the alert will flap around it",
        )
    if not rule.note:
        yield "note", "has no note: say why this rule exists and what to do"
    if not rule.category:
        yield "category", "has no category: cases fall under the group's 'other'"


def _stages(rule: Rule) -> Iterator[tuple[str, str]]:
    seen_alarm = False
    for index, stage in enumerate(rule.stages):
        if seen_alarm and stage.stage == "warning":
            yield f"stages[{index}]", "a warning above an alarm is never what a guard expects"
        seen_alarm = seen_alarm or stage.stage == "alarm"
        if index and stage.level > rule.stages[index - 1].level:
            yield f"stages[{index}].level", f"a higher stage has the lower level {stage.level}"
        if stage.when is not None and stage.when.unacknowledged_us is not None and stage.stage == "alarm":
            earlier = [each.stage for each in rule.stages[:index]]
            if "alarm" not in earlier and "warning" in earlier:
                yield (
                    f"stages[{index}].when",
                    "unacknowledged never lifts an alert out of warning; use open_for",
                )
    for window in (getattr(rule.detect, name, None) for name in ("within_us", "over_us")):
        if window is not None and window > LONG_WINDOW_US:
            yield "detect", "looks back more than 7 days: what it remembers grows with it"


def _selectors(rule: Rule) -> Iterator[tuple[str, Selector]]:
    for slot, selector in rule.detect.slots.items():
        yield f"detect.{rule.detect.name}.{slot}", selector
    for index, stage in enumerate(rule.stages):
        for operator in stage.when.operators if stage.when is not None else ():
            for slot, selector in operator.slots.items():
                yield f"stages[{index}].when.{operator.name}.{slot}", selector
    if rule.clear.on is not None:
        yield "clear.on", rule.clear.on


def _fields(rule: Rule) -> Iterator[tuple[str, str]]:
    kinds = {kind for _, selector in _selectors(rule) for kind in selector.kinds()}
    for place, selector in _selectors(rule):
        for clause in selector.clauses:
            if clause.where is not None:
                own = {kind for kind in selector.kinds() if clause.where in selector.conditions(kind)}
                yield from ((f"{place}.where", text) for text in _unknown(clause.where, own))
    holds = getattr(rule.detect, "holds", None)
    if holds is not None:
        yield from ((f"detect.{rule.detect.name}.holds", text) for text in _unknown(holds, kinds))
    if rule.scope is not None:
        yield from (("scope", text) for text in _unknown(rule.scope, kinds))


def _unknown(expression: Expression, kinds: set[str]) -> Iterator[str]:
    facts = {name for kind in kinds for name in KINDS[kind].fields}
    for path in expression.paths:
        root, _, rest = path.partition(".")
        name = rest.partition(".")[0]
        if not name:
            continue
        if root == "data" and name not in facts:
            yield f"unknown field '{path}' for {', '.join(sorted(kinds)[:3]) or 'these kinds'}{nearest(name, facts)}"
        elif root == "device" and name not in DEVICE_FIELDS:
            yield f"unknown field '{path}'{nearest(name, DEVICE_FIELDS)}"
        elif (
            root == "state"
            and name not in {*STATES, "online"}
            and not any(name in kind.fields for kind in KINDS.values())
        ):
            yield f"unknown state '{path}'{nearest(name, [*STATES, 'online'])}"


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    for path in (*rule.by, *rule.dedup):
        if path in UNBOUNDED:
            yield "by", f"'{path}' takes ever new values: memory grows until each is quiet"
