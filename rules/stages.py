"""Stages: up as soon as a stage's condition holds, down only after the hold-down, never below what a person acknowledged.

Momentary conditions hold until the alert clears; the timers `unacknowledged` and `open_for` are never
left downward. Stages are counted from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.duration import duration_text
from rules.keyed import AlertState, KeyState
from rules.model import Watch
from rules.runtime import RuleAtWork
from rules.turn import Turn
from rules.voice import announce
from rules.why import of_stage

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


def holds(
    work: RuleAtWork, state: KeyState, alert: AlertState, index: int, now: int, elapsed: int | None = None
) -> bool:
    """Tell whether the condition of a stage holds now, its timers as of `elapsed`."""
    watch = work.rule.stages[index].when
    if watch is None:
        return True
    found = [_item_holds(work, state, alert, index, item, now) for item in range(len(watch.operators))]
    found += _timers(watch, alert, now if elapsed is None else elapsed)
    return bool(found) and (all(found) if watch.mode == "all" else any(found))


def _item_holds(
    work: RuleAtWork, state: KeyState, alert: AlertState, index: int, item: int, now: int
) -> bool:
    watch = work.rule.stages[index].when
    assert watch is not None
    if not watch.operators[item].momentary:
        return bool(state.stages[index][item].level)
    name, within = f"{index}:{item}", watch.within_us[item]
    hit = alert.fired.get(name)
    if hit is not None and (within is None or index in alert.entered):
        return True
    return within is not None and now - state.hits.get(name, -within) < within


def _timers(watch: Watch, alert: AlertState, now: int) -> list[bool]:
    found = []
    if watch.unacknowledged_us is not None:
        base = alert.alarm_at
        waiting = base is not None and alert.acknowledged_by is None
        found.append(waiting and now >= (base or 0) + watch.unacknowledged_us)
    if watch.open_for_us is not None:
        found.append(now >= alert.started + watch.open_for_us)
    return found


def highest(work: RuleAtWork, state: KeyState, alert: AlertState, turn: Turn) -> int:
    """Return the highest stage whose condition holds; a timer that runs out now does so after the events of now."""
    elapsed = turn.now - 1 if turn.event else turn.now
    for index in range(len(work.rule.stages) - 1, 0, -1):
        if holds(work, state, alert, index, turn.now, elapsed):
            return index
    return 0


def rise(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Enter the highest stage whose condition holds; or start, or stop, the way down."""
    if len(work.rule.stages) == 1 or not alert.open:
        return
    target = highest(work, state, alert, turn)
    if target > alert.stage and core.active(work, turn):
        was = work.rule.stages[alert.stage].stage
        alert.stage = target
        alert.top = max(alert.top, target)
        enter(work, state, alert, target)
        if work.rule.stages[target].stage == "alarm" and was == "warning":
            alarmed(core, work, state, alert, text, turn.now)
        announce(
            core,
            work,
            state,
            alert,
            text,
            turn,
            "stepped_up",
            _stage_why(core, work, state, alert, target, turn),
        )
    watch = work.rule.stages[alert.stage].when
    if watch is not None and alert.stage not in alert.latched and any(_timers(watch, alert, turn.now)):
        alert.latched.append(alert.stage)
    settle_down(core, work, state, alert, text, turn)


def enter(work: RuleAtWork, state: KeyState, alert: AlertState, index: int) -> None:
    """A stage is entered: the momentary conditions that led into it hold from now on."""
    alert.entered.append(index)
    watch = work.rule.stages[index].when
    for item, within in enumerate(watch.within_us if watch is not None else ()):
        hit = state.hits.get(f"{index}:{item}")
        if within is not None and hit is not None:
            alert.fired[f"{index}:{item}"] = hit


def _stage_why(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, index: int, turn: Turn
) -> dict[str, Any]:
    """Return the conditions of a stage, each with whether it holds now and what it compares."""
    watch = work.rule.stages[index].when
    assert watch is not None
    held = [_item_holds(work, state, alert, index, item, turn.now) for item in range(len(watch.operators))]
    conditions = of_stage(core, work, state, index, held, turn)
    spans = (
        ("unacknowledged", watch.unacknowledged_us, alert.alarm_at),
        ("open_for", watch.open_for_us, alert.started),
    )
    timers = [each for each in spans if each[1] is not None]
    for (name, span, since), passed in zip(timers, _timers(watch, alert, turn.now), strict=True):
        since_us = {} if since is None else {"since_us": since}
        conditions.append({name: duration_text(span or 0), "truth": passed, **since_us})
    why: dict[str, Any] = {"stage": index, "mode": watch.mode, "conditions": conditions}
    if turn.event:
        why["events"] = [turn.event]
    return why


def settle_down(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    """Start the hold-down of a stage whose condition has ended, or stop it."""
    slot = f"down|{text}"
    current = alert.stage
    free = current > 0 and current > alert.acknowledged_stage and current not in alert.latched
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
    target = max([target, alert.acknowledged_stage, *(each for each in alert.latched if each < current)])
    if target >= current:
        return
    alert.stage = target
    alert.entered = [each for each in alert.entered if each <= target]
    if work.rule.stages[target].stage == "warning" and alert.alarm_at is not None and _has_alarm(work):
        alert.alarm_at = None
        core.drop_deadlines(work, state, "unack:", text)
    why = {**_stage_why(core, work, state, alert, current, turn), "stage": target, "left": current}
    why["hold_down"] = duration_text(work.rule.hold_down_us)
    announce(core, work, state, alert, text, turn, "stepped_down", why, notify=False)
    settle_down(core, work, state, alert, text, turn)


def _has_alarm(work: RuleAtWork) -> bool:
    return any(stage.stage == "alarm" for stage in work.rule.stages)
