"""Stages: up as soon as a stage's condition holds, down only after the hold-down, never below what a person acknowledged.

Momentary conditions hold until the alert clears; the timers `unacknowledged` and `open_for` are never
left downward. Stages are counted from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.duration import duration_text
from rules.keyed import AlertState, KeyState
from rules.runtime import RuleAtWork
from rules.turn import Turn
from rules.voice import announce

if TYPE_CHECKING:
    from rules.core import Core


def alarmed(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, now: int) -> None:
    """From here on `unacknowledged` counts."""
    alert.alarm_at = now
    if alert.acknowledged_by is not None:
        return
    for index, stage in enumerate(work.rule.stages):
        if stage.when is not None and stage.when.unacknowledged_us is not None:
            core.deadline(work, state, f"unack:{index}|{text}", now + stage.when.unacknowledged_us)


def take_hits(alert: AlertState, turn: Turn) -> None:
    """Remember which momentary stage conditions this input made true."""
    for hit in turn.hits:
        alert.fired[hit] = turn.now


def holds(work: RuleAtWork, state: KeyState, alert: AlertState, index: int, now: int) -> bool:
    """Tell whether the condition of a stage holds now."""
    watch = work.rule.stages[index].when
    if watch is None:
        return True
    found: list[bool] = []
    for item, operator in enumerate(watch.operators):
        if operator.momentary:
            hit = alert.fired.get(f"{index}:{item}")
            within = watch.within_us[item]
            found.append(hit is not None and hit >= alert.started and (within is None or now - hit < within))
        else:
            found.append(state.stages[index][item].level)
    if watch.unacknowledged_us is not None:
        base = alert.alarm_at
        found.append(
            base is not None and alert.acknowledged_by is None and now >= base + watch.unacknowledged_us
        )
    if watch.open_for_us is not None:
        found.append(now >= alert.started + watch.open_for_us)
    return bool(found) and (all(found) if watch.mode == "all" else any(found))


def highest(work: RuleAtWork, state: KeyState, alert: AlertState, turn: Turn) -> int:
    for index in range(len(work.rule.stages) - 1, 0, -1):
        if holds(work, state, alert, index, turn.now):
            return index
    return 0


def rise(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Enter the highest stage whose condition holds; or start, or stop, the way down."""
    rule = work.rule
    if len(rule.stages) == 1 or not alert.open:
        return
    target = highest(work, state, alert, turn)
    if target > alert.stage and core.active(work, turn.now):
        _enter(core, work, state, alert, text, turn, target)
        announce(core, work, state, alert, text, turn, "stepped_up", _stage_why(work, state, target))
    _settle_down(core, work, state, alert, text, turn)


def _enter(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, target: int
) -> None:
    rule = work.rule
    was = rule.stages[alert.stage].stage
    alert.stage = target
    alert.top = max(alert.top, target)
    watch = rule.stages[target].when
    timed = watch is not None and (watch.unacknowledged_us is not None or watch.open_for_us is not None)
    if timed and target not in alert.stepped:
        alert.stepped.append(target)
    if rule.stages[target].stage == "alarm" and was == "warning":
        alarmed(core, work, state, alert, text, turn.now)


def _stage_why(work: RuleAtWork, state: KeyState, target: int) -> dict[str, Any]:
    watch = work.rule.stages[target].when
    assert watch is not None
    why: dict[str, Any] = {
        "stage": target,
        "mode": watch.mode,
        "operators": [o.name for o in watch.operators],
    }
    levels = [getattr(each, "level", None) for each in state.stages[target]]
    if levels:
        why["levels"] = levels
    for name, value in (("unacknowledged", watch.unacknowledged_us), ("open_for", watch.open_for_us)):
        if value is not None:
            why[name] = duration_text(value)
    return why


def _settle_down(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    slot = f"down|{text}"
    current = alert.stage
    free = current > 0 and current > alert.acknowledged_stage and current not in alert.stepped
    if not free or holds(work, state, alert, current, turn.now):
        core.deadline(work, state, slot, None)
    elif slot not in state.deadlines:
        core.deadline(work, state, slot, turn.now + work.rule.hold_down_us)


def step_down(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    """The hold-down is over: fall to the highest lower stage that holds, never below an acknowledged one."""
    current = alert.stage
    if not alert.open or current == 0 or holds(work, state, alert, current, turn.now):
        return
    target = next((i for i in range(current - 1, 0, -1) if holds(work, state, alert, i, turn.now)), 0)
    target = max([target, alert.acknowledged_stage, *(each for each in alert.stepped if each < current)])
    if target >= current:
        return
    alert.stage = target
    if work.rule.stages[target].stage == "warning" and alert.alarm_at is not None:
        alert.alarm_at = None
        core.drop_deadlines(work, state, "unack:", text)
    why = {"stage": target, "hold_down": duration_text(work.rule.hold_down_us)}
    announce(core, work, state, alert, text, turn, "stepped_down", why, notify=False)
    _settle_down(core, work, state, alert, text, turn)
