"""Replace: a rule gives way to its next version while the engine runs.

Untouched rules are not looked at. Of the rule itself, a key without an open alert goes over to the new version at
once, with what is pending if that still means the same (`rules/carry.py`). A key with an open alert stays with the
version that opened it, with its stages, its way to clear and its name, until no alert of it is open; until then the
new version leaves that key alone. A rule that is disabled or gone keeps its open alerts in the same way.

An old version lies among the rules under the slot `id@version`: its rows and deadlines are its own.
"""

from __future__ import annotations

from heapq import heappush

import msgspec

from rules import acts
from rules.carry import REARM, keeps_alerts, keeps_pending, numbers, same_operator
from rules.core import Core
from rules.index import scoped
from rules.keyed import NOTHING, KeyState
from rules.model import Rule
from rules.roster import enroll_rule
from rules.runtime import RuleAtWork
from rules.turn import Turn


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """What a replacement came to: whether what was pending is forgotten, and the open alerts that stay as they are."""

    resets: bool = False
    keeps_open: int = 0


def replace(core: Core, rule_id: str, rule: Rule | None, version: int, now: int) -> Replaced:
    """Put a version of a rule in force (None: the rule is gone); faults of the one before are forgiven."""
    turn = Turn(max(now, core.memory.now), 0)
    old = core.rules.pop(rule_id, None)
    core.memory.faults.pop(rule_id, None)
    core.memory.disabled = [each for each in core.memory.disabled if each != rule_id]
    new = RuleAtWork(rule, version) if rule is not None else None
    if new is not None:
        core.rules[rule_id] = new
    found = _succeed(core, old, new, turn) if old is not None else Replaced()
    settle(core)
    if new is not None and core.memory.started is not None:
        acts.plan_shifts(core, turn.now)
        enroll_rule(core, new, turn)
    return found


def _succeed(core: Core, old: RuleAtWork, new: RuleAtWork | None, turn: Turn) -> Replaced:
    held = {state.text: state for state, _ in old.open.values()}
    free = [state for text, state in old.keys.items() if text not in held]
    for state in old.keys.values():
        core.gone.add((old.slot, state.text))
    old.keys, old.by_text = {}, {}
    resets = new is None or not new.rule.enabled or not keeps_pending(old.rule, new.rule)
    if new is not None:
        for state in free:
            _hand_over(core, old, new, state, turn)
    if held:
        retire(core, old)
        for state in held.values():
            old.add(state)
            state.queued = NOTHING
            for slot, due in state.deadlines.items():
                core.queue(old, state, slot, due)
            _touch(core, old, state)
    return Replaced(resets=resets, keeps_open=len(old.open))


def retire(core: Core, work: RuleAtWork) -> None:
    """Keep a version that is no longer in force for the keys it still has."""
    work.retired = True
    work.slot = f"{work.rule.id}@{work.version}"
    core.rules[work.slot] = work


def settle(core: Core) -> None:
    """Old versions without a key end; the others hold their keys; rules stand in the order of their slots."""
    works = sorted(core.rules.items())
    core.rules.clear()
    core.rules.update((slot, work) for slot, work in works if work.keys or not work.retired)
    for work in core.rules.values():
        work.held = {}
    for work in core.rules.values():
        current = core.rules.get(work.rule.id)
        if work.retired and current is not None and current.rule.by == work.rule.by:
            current.held.update(dict.fromkeys(work.keys, work))
    core.absences = [work for work in core.rules.values() if work.rule.detect.name == "absence"]


def hand_over(core: Core, now: int) -> None:
    """Let keys of old versions that have no open alert any more go over to the version in force."""
    works, core.released = core.released, []
    turn = Turn(now, 0)
    for work in works:
        new = core.rules.get(work.rule.id)
        over = [state for state in work.keys.values() if not any(each.open for each in state.alerts.values())]
        for state in over:
            work.remove(state)
            core.gone.add((work.slot, state.text))
            if new is not None:
                if new.held.get(state.text) is work:
                    del new.held[state.text]
                _hand_over(core, work, new, state, turn)
        if new is not None and over:
            enroll_rule(core, new, turn)


def _hand_over(core: Core, old: RuleAtWork, new: RuleAtWork, state: KeyState, turn: Turn) -> None:
    """Move one key without an open alert, as far as it still means something."""
    pending = new.rule.enabled and keeps_pending(old.rule, new.rule) and state.text not in new.keys
    env = core.env(state.device, turn.now)
    if not pending or (new.whole_device and not scoped(new.rule, env)):
        return
    turn.device, turn.env = state.device, env
    _take_alerts(old, new, state)
    _take_stages(old, new, state)
    state.variant = new.variant(env) if new.rule.overrides else 0
    state.extra = state.extra if old.rule.dedup == new.rule.dedup else None
    state.clear, state.waiting, state.deadlines, state.queued = None, 0, NOTHING, NOTHING
    new.add(state)
    core.gone.discard((new.slot, state.text))
    _rearm(core, old, new, state, turn)
    if new.forget_us is not None:
        heappush(core.idle, (max(state.touched + new.forget_us, turn.now), new.slot, state.text))
    _touch(core, new, state)


def _take_alerts(old: RuleAtWork, new: RuleAtWork, state: KeyState) -> None:
    """Keep what is over and may be re-opened: under the new version, from then on."""
    if not keeps_alerts(old.rule, new.rule):
        state.alerts = NOTHING
    for alert in state.alerts.values():
        alert.version = new.version


def _take_stages(old: RuleAtWork, new: RuleAtWork, state: KeyState) -> None:
    before = {(index, item): (operator, state.stages[index][item]) for index, item, operator in old.staged}
    fresh = new.fresh(state.values).stages
    kept: set[str] = set()
    for index, item, operator in new.staged:
        was = before.get((index, item))
        if was is not None and same_operator(was[0], operator):
            fresh[index][item] = was[1]
            kept.add(f"{index}:{item}")
    state.stages = fresh
    state.hits = {name: at for name, at in state.hits.items() if name in kept}


def _rearm(core: Core, old: RuleAtWork, new: RuleAtWork, state: KeyState, turn: Turn) -> None:
    """Work out what falls due under the numbers of the new version."""
    seen = core.look(new, turn)
    operators = [(new.operator(state), state.detect, "detect")]
    operators += [
        (operator, state.stages[index][item], f"stage:{index}:{item}")
        for index, item, operator in new.staged
        if operator.name != "every"  # runs while an alert is open
    ]
    changed = _numbers(old, state) != _numbers(new, state)
    for operator, own, slot in operators:
        if operator.name == "absence" and slot != "detect":
            operator.expected(own, seen)
        if changed or old.rule.active != new.rule.active:
            REARM[operator.name](operator, own, seen)
            if not seen.active:
                operator.shut(own, seen)
        core.deadline(new, state, slot, own.due)
    for text, alert in state.alerts.items():
        ends = (alert.cleared_at or 0) + new.rule.cooldown_us
        core.deadline(new, state, f"cool|{text}", max(ends, turn.now))


def _numbers(work: RuleAtWork, state: KeyState) -> list[object]:
    return [numbers(work.operator(state)), *(numbers(operator) for _, _, operator in work.staged)]


def _touch(core: Core, work: RuleAtWork, state: KeyState) -> None:
    """Have the row written anew: what is noted of it stands under another slot."""
    state.dirty = False
    core.touch(work, state)
