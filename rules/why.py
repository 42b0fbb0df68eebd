"""Why: the reasons of a change as plain data. Made when a change is written, never before; `rules/explain.py` says it.

Every `why` begins with `rule`, `version` and `operator`. `clauses` holds the parts of every condition that was asked,
each `{"of": "scope", "text": "data.value > 80", "truth": true, "values": {"data.value": 92}}` with `truth` true, false
or "unknown"; a path that was not there is not among the values. Names that end in `_us` are times in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from devices.expression import UNKNOWN, BudgetExceeded, Expression
from rules.model import Selector, covers
from rules.paths import storable

if TYPE_CHECKING:
    from rules.core import Core
    from rules.keyed import KeyState
    from rules.runtime import RuleAtWork
    from rules.turn import Turn

Why: TypeAlias = dict[str, Any]
MOST_CLAUSES = 12  # of one change: a condition of more parts is cut
MOST_ITEMS = 8
LONGEST = 120  # characters of a text among the values


def clauses(of: str, expression: Expression | None, env: Mapping[str, Any]) -> list[Why]:
    """Return each part of a condition with its truth and the values it read."""
    if expression is None:
        return []
    try:
        parts = expression.clauses(env)
    except BudgetExceeded:
        return [{"of": of, "text": expression.text[:LONGEST], "truth": "unknown", "values": {}}]
    return [
        {
            "of": of,
            "text": text,
            "truth": truth if isinstance(truth, bool) else "unknown",
            "values": {path: short(value) for path, value in values.items() if value is not UNKNOWN},
        }
        for text, truth, values in parts[:MOST_CLAUSES]
    ]


def where(selector: Selector | None, env: Mapping[str, Any], of: str = "where") -> list[Why]:
    """Return the parts of the conditions under which a selector takes an event of this kind."""
    found: list[Why] = []
    kind = env.get("kind")
    for clause in selector.clauses if selector is not None and isinstance(kind, str) else ():
        if clause.where is not None and covers(clause.pattern, str(kind)):
            found += clauses(of, clause.where, env)
    return found[:MOST_CLAUSES]


def asked(work: RuleAtWork, operator: Any, env: Mapping[str, Any]) -> list[Why]:
    """Return the parts of a rule's scope and of what its operator asks of an event, or of a moment without one."""
    scope = work.rule.scope
    known = scope is None or all(path.partition(".")[0] in env for path in scope.paths)
    found = clauses("scope", scope, env) if known else []  # what is not about an event is asked without one
    for selector in operator.slots.values():
        found += where(selector, env)
    if "data" in env:
        found += clauses("holds", getattr(operator, "holds", None), env)
    return found[:MOST_CLAUSES]


def stands(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> Why:
    """Return what the detecting operator of a key compares now."""
    found: Why = work.operator(state).stands(state.detect, core.look(work, turn))
    return found


def of_stage(
    core: Core, work: RuleAtWork, state: KeyState, index: int, held: list[bool], turn: Turn
) -> list[Why]:
    """Return each operator that a stage asks: whether it holds, and what it compares or what made it true."""
    found: list[Why] = []
    watch = work.rule.stages[index].when
    for item, operator in enumerate(watch.operators if watch is not None else ()):
        name = f"{index}:{item}"
        fire = turn.fires.get(name)
        if fire is not None:
            why = explained(work, operator, turn, fire.why, fire.events)
        else:
            why = operator.stands(state.stages[index][item], core.look(work, turn))
            if name in state.hits:
                why["hit_us"] = state.hits[name]
            parts = asked(work, operator, turn.env) if turn.event else []
            if parts:
                why["clauses"] = parts
        found.append({**why, "operator": operator.name, "truth": held[item]})
    return found


def of_end(work: RuleAtWork, operator: Any, turn: Turn, why: Why) -> Why:
    """Return the reason of an end with what is to be said of the event that ended it."""
    found = of_input(work, operator, turn)
    if "on" in why:
        parts = where(work.rule.clear.on, turn.env, "on")
        found.pop("clauses", None)
        if parts:
            found["clauses"] = parts
    return {**found, **why}


def of_input(work: RuleAtWork, operator: Any, turn: Turn) -> Why:
    """Return what is to be said of the event, or the moment, that caused a change."""
    why: Why = {}
    if turn.event:
        kind = turn.env.get("kind")
        if kind is not None:
            why["kind"] = kind
        why["events"] = [turn.event]
    if turn.late:
        why["at_us"] = turn.at
    found = asked(work, operator, turn.env)
    if found:
        why["clauses"] = found
    return why


def explained(work: RuleAtWork, operator: Any, turn: Turn, why: Why, events: tuple[str, ...] = ()) -> Why:
    """Return a reason of an operator with what is to be said of the input: events, real time, conditions."""
    own = of_input(work, operator, turn)
    found = {**why, **own}
    parts = [*own.get("clauses", ()), *why.get("clauses", ())]
    if parts:
        found["clauses"] = parts[:MOST_CLAUSES]
    ids = [event for event in events if event]
    if ids:
        found["events"] = ids
    return found


def overridden(work: RuleAtWork, state: KeyState) -> Why:
    """Return the conditions of the overrides whose parameters hold for this key."""
    found = [each.where.text for index, each in enumerate(work.rule.overrides) if state.variant >> index & 1]
    return {"overrides": found} if found else {}


def short(value: Any) -> Any:
    """Return a value of an event as it can stand in an explanation: bounded, and storable."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if isinstance(value, list | tuple):
        items = [short(each) for each in value[:MOST_ITEMS]]
        return [*items, "…"] if len(value) > MOST_ITEMS else items
    if isinstance(value, Mapping):
        return {str(name): short(item) for name, item in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, bool | int | float) or value is None:
        return storable(value)
    return short(getattr(value, "id", None) or str(value))
