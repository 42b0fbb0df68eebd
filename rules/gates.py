"""Gates: what stopped the newest events on their way to a rule, and what stops the rule for one key now.

Asked only when somebody wants to know why nothing happened. The newest event of each kind and device is at hand
for it, a bounded number, since the start of the process; nothing of this is state of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from devices.expression import BudgetExceeded, Expression
from devices.kinds import KINDS
from rules.core import Core
from rules.faults import OVERRUNS, is_off
from rules.index import scoped
from rules.keyed import AlertState, KeyState
from rules.newest import Arrival, Newest
from rules.paths import value_at
from rules.runtime import RuleAtWork, key_text
from rules.turn import Turn
from rules.why import Why, clauses, where

MOST_GATES = 8  # in one answer
NOT_OCCURRING = ("retained", "test")


def gates(core: Core, newest: Newest, work: RuleAtWork, key: str) -> list[Why]:
    """Return what stops a rule for one key now, then what stopped the newest events, the newest first."""
    found = list(_now(core, work, work.keys.get(key), key))
    stopped: list[Why] = []
    for kind in _kinds(work):
        for arrival in newest.of(kind, core):
            gate = _stopped(core, work, arrival, key)
            if gate is not None:
                stopped.append({**gate, "kind": kind, "event": arrival.event.id, "at_us": arrival.at})
    stopped.sort(key=lambda each: -int(each["at_us"]))
    return [*found, *stopped][:MOST_GATES]


def near_miss(core: Core, newest: Newest, rule: str, key: str) -> Why | None:
    """Return the best that one key reached, in the words of its operator, and what stopped it."""
    work, state = _found(core, rule, key)
    if work is None:
        return None
    close: Why | None = work.operator(state).near(state.detect) if state is not None else None
    stopped = gates(core, newest, work, key)
    return {**(close or {}), "gates": stopped} if stopped else close


def standing(core: Core, rule: str, key: str) -> Why | None:
    """Return what the operators of one key compare now: of `detect`, and of each stage that has operators."""
    work, state = _found(core, rule, key)
    if work is None or state is None:
        return None
    seen = core.look(work, Turn(core.now, 0))
    found: Why = {"detect": work.operator(state).stands(state.detect, seen)}
    staged = [
        {"stage": index, **operator.stands(state.stages[index][item], seen)}
        for index, item, operator in work.staged
    ]
    return {**found, "stages": staged} if staged else found


def _found(core: Core, rule: str, key: str) -> tuple[RuleAtWork | None, KeyState | None]:
    """Return a rule, in the version that has this key, and the state of the key."""
    work = core.rules.get(rule)
    work = work.held.get(key, work) if work is not None else None
    return work, work.keys.get(key) if work is not None else None


# --- now


def _now(core: Core, work: RuleAtWork, state: KeyState | None, key: str) -> Iterator[Why]:
    memory, rule = core.memory, work.rule
    device = _device(work, key)
    if not rule.enabled or rule.id in memory.disabled:
        yield {"gate": "off"}
    elif device is not None and memory.faults.get(rule.id, {}).get(device, 0) >= OVERRUNS:
        yield {"gate": "faulty"}
    if rule.active is not None and not core.calendar(rule.active, core.now):
        yield {
            "gate": "active",
            "calendar": rule.active,
            "until_us": core.next_opening(rule.active, core.now),
        }
    if device is not None and rule.scope is not None:
        env = core.env(device, core.now)
        parts = clauses("scope", rule.scope, env)
        if not scoped(rule, env) and any(each["truth"] is False for each in parts):
            yield {"gate": "scope", "clauses": [each for each in parts if each["truth"] is False]}
    for alert in state.alerts.values() if state is not None else ():
        yield from _of_alert(core, work, alert)


def _of_alert(core: Core, work: RuleAtWork, alert: AlertState) -> Iterator[Why]:
    if alert.open:
        yield {"gate": "open", "since_us": alert.started}
        if alert.muted_by is not None:
            yield {"gate": "muted", "muted_by": alert.muted_by}
        elif alert.silent and work.rule.notify is not None:
            yield {"gate": "notify", "calendar": work.rule.notify}
    elif alert.cleared_at is not None and core.now <= alert.cleared_at + work.rule.cooldown_us:
        yield {"gate": "cooldown", "until_us": alert.cleared_at + work.rule.cooldown_us}


def _device(work: RuleAtWork, key: str) -> str | None:
    """Return the device of a key of a rule that counts by device."""
    if not work.whole_device or not key.startswith('["'):
        return None
    state = work.keys.get(key)
    return str(state.values[0]) if state is not None else key[2:-2]


# --- the newest events


def _kinds(work: RuleAtWork) -> list[str]:
    """Return the kinds that could make a rule fire."""
    return [
        kind
        for kind, plan in work.plans.items()
        if any(each.target == "detect" and each.slot != "reset" for each in plan.readings)
    ]


def _stopped(core: Core, work: RuleAtWork, arrival: Arrival, key: str) -> Why | None:
    """Return the first gate that stopped an event of this key, or None: it counted, or it is of another key."""
    event, env = arrival.event, arrival.env
    whole = _device(work, key)
    if whole is not None and event.device != whole:
        return None
    if env is None:  # no rule looked at it
        return (
            {"gate": "mode", "mode": event.mode}
            if whole is not None and event.mode in NOT_OCCURRING
            else None
        )
    values = work.values(env)
    if values is not None and key_text(values) != key:
        return None
    if arrival.late and (work.rule.late or KINDS[event.kind].late) == "record":
        return {"gate": "late"}
    if event.mode not in ("live", "backfill"):
        return {"gate": "mode", "mode": event.mode}
    if is_off(core.memory, work.rule.id, event.device):
        return None
    return _refused(core, work, arrival, env, lacking=values is None)


def _refused(
    core: Core, work: RuleAtWork, arrival: Arrival, env: Mapping[str, Any], *, lacking: bool
) -> Why | None:
    """Return the condition that kept an event out; what reads the state before it cannot be asked afterwards."""
    scope, rule = work.rule.scope, work.rule
    if scope is not None and not _looks_back(scope.paths):
        parts = [each for each in clauses("scope", scope, env) if each["truth"] is not True]
        if not _holds(scope, env):
            return {"gate": "scope", "clauses": parts}
    found: list[Why] = []
    for slot, selector in work.rule.detect.slots.items():
        if slot == "reset" or arrival.event.kind not in selector.kinds():
            continue
        conditions = selector.conditions(arrival.event.kind)
        if any(each is None or _looks_back(each.paths) or _holds(each, env) for each in conditions):
            break
        found += [each for each in where(selector, env) if each["truth"] is not True]
    else:
        if found:
            return {"gate": "where", "clauses": found}
    if lacking:
        paths = [path for path in rule.by if value_at(path, env) is None]
        return {"gate": "by", "paths": paths}
    if rule.active is not None and not core.calendar(rule.active, arrival.at):
        return {"gate": "active", "calendar": rule.active}
    return None


def _holds(expression: Expression, env: Mapping[str, Any]) -> bool:
    try:
        return expression.test(env) is True
    except BudgetExceeded:
        return False


def _looks_back(paths: tuple[str, ...]) -> bool:
    return any(path.partition(".")[0] == "state" for path in paths)
