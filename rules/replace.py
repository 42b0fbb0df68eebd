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
        way = _Way(old, new)
        for state in free:
            _hand_over(core, way, state, turn)
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
                _hand_over(core, _Way(work, new), state, turn)
        if new is not None and over:
            enroll_rule(core, new, turn)


class _Way:
    """What any key needs to know on its way from one version to the next, found out once."""

    def __init__(self, old: RuleAtWork, new: RuleAtWork) -> None:
        self.old, self.new = old, new
        self.pending = new.rule.enabled and keeps_pending(old.rule, new.rule)
        self.alerts = keeps_alerts(old.rule, new.rule)
        self.scoped = new.whole_device and new.rule.scope is not None
        self.asks = self.scoped or bool(new.rule.overrides)
        before = {(index, item): operator for index, item, operator in old.staged}
        self.stages = [
            (index, item)
            for index, item, operator in new.staged
            if (index, item) in before and same_operator(before[index, item], operator)
        ]
        staged = [numbers(operator) for _, _, operator in old.staged]
        self._staged = staged != [numbers(operator) for _, _, operator in new.staged]
        self._calendar = old.rule.active != new.rule.active
        self._changed: dict[tuple[int, int], bool] = {}

    def moved(self, was: int, variant: int) -> bool:
        """Tell whether what falls due must be worked out again, for a key with these overrides before and now."""
        found = self._changed.get((was, variant))
        if found is None:
            old = self.old.rule.variants.get(was, self.old.rule.detect) if was else self.old.rule.detect
            new = (
                self.new.rule.variants.get(variant, self.new.rule.detect) if variant else self.new.rule.detect
            )
            found = self._staged or self._calendar or numbers(old) != numbers(new)
            self._changed[was, variant] = found
        return found


def _hand_over(core: Core, way: _Way, state: KeyState, turn: Turn) -> None:
    """Move one key without an open alert, as far as it still means something."""
    new = way.new
    if not way.pending or state.text in new.keys:
        return
    turn.device = state.device
    turn.env = core.env(state.device, turn.now) if way.asks else {}
    if way.scoped and not scoped(new.rule, dict(turn.env)):
        return
    if not way.alerts:
        state.alerts = {}
    for alert in state.alerts.values():
        alert.version = new.version  # what is over may be re-opened by the new version
    _take_stages(way, state)
    was, state.variant = state.variant, new.variant(turn.env) if new.rule.overrides else 0
    state.extra = state.extra if way.old.rule.dedup == new.rule.dedup else None
    state.clear, state.waiting, state.deadlines, state.queued = None, 0, {}, {}
    new.add(state)
    core.gone.discard((new.slot, state.text))
    _rearm(core, new, state, turn, moved=way.moved(was, state.variant))
    if new.forget_us is not None:
        heappush(core.idle, (max(state.touched + new.forget_us, turn.now), new.slot, state.text))
    _touch(core, new, state)


def _take_stages(way: _Way, state: KeyState) -> None:
    if not way.old.staged and not way.new.staged:
        return
    fresh = way.new.fresh(state.values).stages
    for index, item in way.stages:
        fresh[index][item] = state.stages[index][item]
    kept = {f"{index}:{item}" for index, item in way.stages}
    state.stages = fresh
    state.hits = {name: at for name, at in state.hits.items() if name in kept}


def _rearm(core: Core, new: RuleAtWork, state: KeyState, turn: Turn, *, moved: bool) -> None:
    """Set what falls due; where numbers or calendars have changed, by those of the new version."""
    seen = core.look(new, turn)
    operators = [(new.operator(state), state.detect, "detect")]
    operators += [
        (operator, state.stages[index][item], f"stage:{index}:{item}")
        for index, item, operator in new.staged
        if operator.name != "every"  # runs while an alert is open
    ]
    for operator, own, slot in operators:
        if operator.name == "absence" and slot != "detect":
            operator.expected(own, seen)
        if moved:
            REARM[operator.name](operator, own, seen)
            if not seen.active:
                operator.shut(own, seen)
        core.deadline(new, state, slot, own.due)
    for text, alert in state.alerts.items():
        ends = (alert.cleared_at or 0) + new.rule.cooldown_us
        core.deadline(new, state, f"cool|{text}", max(ends, turn.now))


def _touch(core: Core, work: RuleAtWork, state: KeyState) -> None:
    """Have the row written anew: what is noted of it stands under another slot."""
    state.dirty = False
    core.touch(work, state)
