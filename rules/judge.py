"""Judge: what one event does to one rule, and what a deadline does when it falls due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from rules import lifecycle
from rules.change import ChangeName
from rules.core import Core
from rules.keyed import WAITING, AlertState, KeyState
from rules.lifecycle import clear, fired, matched
from rules.muting import undecided_parent
from rules.operators import Fire, Seen
from rules.runtime import Reading, RuleAtWork, key_text
from rules.stages import rise, step_down, take_hits
from rules.turn import Turn
from rules.voice import unmute

MOVES_QUIET = ("of", "then")


def judge(core: Core, work: RuleAtWork, kind: str, turn: Turn, *, cancel_only: bool) -> None:
    """Let one rule look at one event."""
    rule = work.rule
    if rule.scope is not None and rule.scope.test(turn.env) is not True:
        return
    taken = [reading for reading in work.readings[kind] if reading.takes(turn.env)]
    if not taken:
        return
    values = work.values(turn.env)
    if values is None:
        core.memory.missing_by[rule.id] = core.memory.missing_by.get(rule.id, 0) + 1
        return
    text = key_text(values)
    state = work.keys.get(text)
    if state is None:
        if all(reading.target == "on" for reading in taken):
            return
        state = work.keys[text] = work.fresh(values)
        state.active = core.active(work, turn.now)
    state.device = turn.device
    if rule.overrides:
        state.variant = work.variant(turn.env)
    seen = core.seen(work, state, turn)
    seen.at, seen.id, seen.late, seen.cancel_only = turn.at, turn.event, turn.late, cancel_only
    _event(core, work, state, taken, turn, seen)
    core.dirty.add((rule.id, text))


def _event(
    core: Core, work: RuleAtWork, state: KeyState, taken: list[Reading], turn: Turn, seen: Seen
) -> None:
    if not seen.cancel_only:
        _clears(core, work, state, taken, turn, seen)
    before = state.detect.level
    fire = _detect(work, state, taken, seen)
    if work.rule.detect.slots:
        core.deadline(work, state, "detect", state.detect.due)
    turn.hits = _stage_events(core, work, state, taken, seen)
    if before and not state.detect.level:
        _ended(core, work, state, turn)
    if fire is not None:
        fired(core, work, state, turn, fire)
    elif not seen.cancel_only:
        _count_on(core, work, state, taken, turn, seen)
    if not seen.cancel_only:
        _move_quiet(core, work, state, taken, turn)
    if any(reading.target == "stage" for reading in taken):
        for text, alert in list(state.alerts.items()):
            if alert.open:
                take_hits(alert, turn)
                rise(core, work, state, alert, text, turn)
    turn.hits = []


def _clears(
    core: Core, work: RuleAtWork, state: KeyState, taken: list[Reading], turn: Turn, seen: Seen
) -> None:
    for reading in taken:
        if reading.target == "on":
            for text, alert in list(state.alerts.items()):
                if alert.open:
                    clear(core, work, state, alert, text, turn, {"on": turn.event})
        elif reading.target == "clear" and state.clear is not None:
            ended = work.rule.clear.operator.event(state.clear, reading.slot, seen)
            core.deadline(work, state, "clear", state.clear.due)
            if ended is not None:
                _clear_all(core, work, state, turn, ended.why)


def _clear_all(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, why: dict[str, Any]) -> None:
    for text, alert in list(state.alerts.items()):
        if alert.open:
            clear(core, work, state, alert, text, turn, {"when": why})


def _detect(work: RuleAtWork, state: KeyState, taken: list[Reading], seen: Seen) -> Fire | None:
    operator, fire = work.operator(state), None
    for reading in taken:
        if reading.target == "detect":
            fire = operator.event(state.detect, reading.slot, seen) or fire
    return fire


def _stage_events(
    core: Core, work: RuleAtWork, state: KeyState, taken: list[Reading], seen: Seen
) -> list[str]:
    hits: list[str] = []
    for reading in taken:
        if reading.target != "stage":
            continue
        watch = work.rule.stages[reading.stage].when
        assert watch is not None
        operator, own = watch.operators[reading.item], state.stages[reading.stage][reading.item]
        if operator.event(own, reading.slot, seen) is not None and operator.momentary:
            hits.append(f"{reading.stage}:{reading.item}")
        core.deadline(work, state, f"stage:{reading.stage}:{reading.item}", own.due)
    return hits


def _ended(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    change: ChangeName = "late_resolved" if getattr(state.detect, "resolved_in_time", False) else "cleared"
    lifecycle.ended(core, work, state, turn, change)


def _count_on(
    core: Core, work: RuleAtWork, state: KeyState, taken: list[Reading], turn: Turn, seen: Seen
) -> None:
    """An event that did not fire may still match while the alert is open."""
    if (
        not state.alerts
        or not seen.active
        or not any(r.target == "detect" and _counts(work, state, r, turn) for r in taken)
    ):
        return
    extra = key_text(work.dedup_values(turn.env)) if work.rule.dedup else ""
    alert = state.alerts.get(extra)
    if alert is not None and alert.open:
        matched(core, work, state, alert, extra, turn, (turn.event,))


def _counts(work: RuleAtWork, state: KeyState, reading: Reading, turn: Turn) -> bool:
    name = work.rule.detect.name
    if name == "sustained":
        return bool(state.detect.level) and work.operator(state).holds.test(turn.env) is True
    if name == "aggregate":
        return bool(state.detect.level)
    return name in ("count", "corroborate") and reading.slot == "of"


def _move_quiet(core: Core, work: RuleAtWork, state: KeyState, taken: list[Reading], turn: Turn) -> None:
    if work.rule.clear.form != "quiet" or not state.alerts:
        return
    if not any(reading.target == "detect" and reading.slot in MOVES_QUIET for reading in taken):
        return
    for text, alert in state.alerts.items():
        if alert.open and not alert.flapping:
            due = max(turn.at + work.rule.clear.us, turn.now, state.deadlines.get(f"quiet|{text}", 0))
            core.deadline(work, state, f"quiet|{text}", due)


# --- deadlines -----------------------------------------------------------------------------------


def fall_due(core: Core, work: RuleAtWork, state: KeyState, slot: str, turn: Turn, *, phase: int) -> None:
    """Let one deadline of a key take effect."""
    turn.device, turn.at, turn.event = state.device, turn.now, ""
    turn.env = core.env(state.device, turn.now)
    turn.zone = core.device(state.device).zone if state.device else None
    name, _, text = slot.partition("|")
    if name == "detect":
        _detect_due(core, work, state, turn, phase)
    elif name == "clear":
        _clear_due(core, work, state, turn)
    elif name.startswith("stage:"):
        _stage_due(core, work, state, turn, name)
    else:
        alert = state.alerts.get(text)
        if alert is not None:
            _ALERT_SLOTS[name.partition(":")[0]](core, work, state, alert, text, turn)
    core.touch(work, state)


def _detect_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, phase: int) -> None:
    operator = work.operator(state)
    if operator.name == "absence" and work.whole_device and state.device and phase != WAITING:
        judged = undecided_parent(core, state.device, turn.now, operator.for_us)
        if judged is not None and not turn.delayed:
            core.push(work, state, "detect", judged, WAITING)
            return
    before = state.detect.level
    fire = operator.due(state.detect, core.seen(work, state, turn))
    core.deadline(work, state, "detect", state.detect.due)
    if before and not state.detect.level:
        _ended(core, work, state, turn)
    if fire is None:
        return
    turn.late = False
    fired(core, work, state, turn, fire)


def _clear_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    if state.clear is None:
        return
    fire = work.rule.clear.operator.due(state.clear, core.seen(work, state, turn))
    core.deadline(work, state, "clear", state.clear.due)
    if fire is not None:
        _clear_all(core, work, state, turn, fire.why)


def _stage_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, name: str) -> None:
    _, stage, item = name.split(":")
    watch = work.rule.stages[int(stage)].when
    assert watch is not None
    operator, own = watch.operators[int(item)], state.stages[int(stage)][int(item)]
    fire = operator.due(own, core.seen(work, state, turn))
    core.deadline(work, state, name, own.due)
    turn.hits = [f"{stage}:{item}"] if fire is not None and operator.momentary else []
    for text, alert in list(state.alerts.items()):
        if alert.open:
            take_hits(alert, turn)
            rise(core, work, state, alert, text, turn)
    turn.hits = []


def _quiet_due(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    if alert.open:
        clear(core, work, state, alert, text, turn, {"quiet": True})


def _after_due(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    if alert.open:
        clear(core, work, state, alert, text, turn, {"after": True})


_ALERT_SLOTS: dict[str, Callable[..., None]] = {
    "quiet": _quiet_due,
    "after": _after_due,
    "down": step_down,
    "unack": rise,
    "open": rise,
    "flap": lifecycle.calmed,
    "cool": lifecycle.cooled,
    "mute": lambda core, work, state, alert, text, turn: (
        unmute(core, work, state, alert, text, turn) if alert.open else None
    ),
}


def shift(core: Core, work: RuleAtWork, turn: Turn, *, open_now: bool) -> None:
    """A rule's calendar opened or closed: tell every key."""
    for state in list(work.keys.values()):
        state.active = open_now
        turn.device, turn.env = state.device, core.env(state.device, turn.now)
        seen = core.seen(work, state, turn)
        seen = msgspec.structs.replace(seen, active=open_now)
        if open_now:
            _opened(core, work, state, turn, seen)
        else:
            work.operator(state).shut(state.detect, seen)
            core.deadline(work, state, "detect", state.detect.due)
        core.touch(work, state)


def _opened(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, seen: Seen) -> None:
    fire = work.operator(state).opened(state.detect, seen)
    core.deadline(work, state, "detect", state.detect.due)
    if fire is not None:
        fired(core, work, state, turn, fire)
    for text, alert in list(state.alerts.items()):
        if alert.open:
            rise(core, work, state, alert, text, turn)
