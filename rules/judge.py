"""Judge: what one event does to one rule."""

from __future__ import annotations

from rules import lifecycle
from rules.change import ChangeName
from rules.core import Core
from rules.keyed import AlertState, KeyState
from rules.lifecycle import clear, fired, matched, move_quiet, note_event
from rules.operators import Fire, Seen
from rules.quick import Outcome
from rules.runtime import MOVES_QUIET, Plan, Reading, RuleAtWork, key_text
from rules.stages import rise, take_hits
from rules.turn import Turn

ENDING = ("on", "clear")


def judge(core: Core, work: RuleAtWork, plan: Plan, turn: Turn, seen: Seen) -> None:
    """Let one rule look, the long way, at one event that is in its scope and meets `plan.only`."""
    taken = plan.readings if plan.always or plan.only is not None else plan.taken(turn.env)
    if not taken:
        return
    state = work.by_text.get(turn.device) if work.whole_device else None
    if state is None:
        state = _state(core, work, plan, taken, turn)
        if state is None:
            return
    now = turn.now
    if work.forget_us is not None and now - state.touched > work.forget_us and work.idle(state):
        core.remove(work, state)
        state = core.create(work, state.values, turn)
    state.touched = now
    state.device = turn.device
    if not state.dirty:
        core.touch(work, state)
    seen.active = work.rule.active is None or core.active(work, turn)
    if work.rule.overrides:
        state.variant = work.variant(turn.env)
    _event(core, work, state, plan, taken, turn, seen)


def follow(core: Core, work: RuleAtWork, plan: Plan, turn: Turn, seen: Seen, outcome: Outcome) -> None:
    """Let a condition that became true on the quick way take effect."""
    state = outcome.state
    turn.hits, turn.fires = outcome.hits, outcome.fires
    fired(core, work, state, turn, outcome.fire)
    _alerts(core, work, state, plan, outcome.taken, turn, seen, outcome.fire)


def _state(
    core: Core, work: RuleAtWork, plan: Plan, taken: tuple[Reading, ...], turn: Turn
) -> KeyState | None:
    """Return the state of the event's key, made if need be; None when there is no key, or nothing to remember."""
    values = work.values(turn.env)
    if values is None:
        core.memory.missing_by[work.rule.id] = core.memory.missing_by.get(work.rule.id, 0) + 1
        return None
    found = work.find(values)
    if found is not None:
        return found
    if work.expects or (plan.ends and all(reading.target in ENDING for reading in taken)):
        return None  # not on the roster; or nothing that an event could end
    if work.retired or (work.held and key_text(values) in work.held):
        return None  # an old version takes no new keys, and keeps those with an open alert
    return core.create(work, values, turn)


def _event(
    core: Core, work: RuleAtWork, state: KeyState, plan: Plan, taken: tuple[Reading, ...], turn: Turn, seen: Seen
) -> None:  # fmt: skip
    occurs = not seen.cancel_only
    if plan.ends and occurs:
        _clears(core, work, state, taken, turn, seen)
    detect = state.detect
    before = detect.level
    fire = _detect(work, state, taken, seen)
    if detect.due is not None or "detect" in state.deadlines:
        core.deadline(work, state, "detect", detect.due)
    if plan.stages:
        turn.hits = _stage_events(core, work, state, taken, turn, seen)
    if before and not detect.level:
        ended(core, work, state, turn)
    if fire is not None:
        fired(core, work, state, turn, fire)
    _alerts(core, work, state, plan, taken, turn, seen, fire)


def _alerts(
    core: Core, work: RuleAtWork, state: KeyState, plan: Plan, taken: tuple[Reading, ...], turn: Turn, seen: Seen,
    fire: Fire | None,
) -> None:  # fmt: skip
    """Let the event count on in alerts that are open, keep them from getting quiet, and lift them."""
    if state.alerts and not seen.cancel_only:
        own = _own_alerts(work, state, turn)
        if fire is None and seen.active:
            _count_on(core, work, state, own, taken, turn)
        if any(_detects(reading, MOVES_QUIET) for reading in taken):
            _move_quiet(core, work, state, own, turn, seen)
    if plan.stages:
        for text, alert in list(state.alerts.items()):
            if alert.open:
                take_hits(alert, turn)
                rise(core, work, state, alert, text, turn)
        turn.hits, turn.fires = (), {}


def _move_quiet(
    core: Core, work: RuleAtWork, state: KeyState, own: list[tuple[str, AlertState]], turn: Turn, seen: Seen
) -> None:
    if work.rule.clear.form != "quiet" or seen.cancel_only:
        return
    for text, alert in own:
        if alert.open and not alert.flapping:
            move_quiet(core, work, state, text, turn)


def _detects(reading: Reading, slots: tuple[str, ...]) -> bool:
    return reading.target == "detect" and reading.slot in slots


def _own_alerts(work: RuleAtWork, state: KeyState, turn: Turn) -> list[tuple[str, AlertState]]:
    """Return the alerts that an event is about: of equal `dedup` values; without these values, all of the key."""
    if not work.rule.dedup:
        return list(state.alerts.items())
    values = work.dedup_values(turn.env, state)
    if all(value is None for value in values):
        return list(state.alerts.items())
    text = key_text(values)
    return [(text, state.alerts[text])] if text in state.alerts else []


def _clears(
    core: Core, work: RuleAtWork, state: KeyState, taken: tuple[Reading, ...], turn: Turn, seen: Seen
) -> None:
    for reading in taken:
        if reading.target == "on":
            for text, alert in _own_alerts(work, state, turn):
                if alert.open and turn.at >= alert.hit_at:
                    clear(core, work, state, alert, text, turn, {"on": turn.event})
        elif reading.target == "clear" and state.clear is not None:
            active, seen.active = seen.active, True  # clears go on outside the calendar
            over = work.rule.clear.operator.event(state.clear, reading.slot, seen)
            seen.active = active
            core.deadline(work, state, "clear", state.clear.due)
            if over is not None:
                clear_all(core, work, state, turn, over)


def clear_all(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, over: Fire) -> None:
    """The clearing condition became true: end every alert of the key."""
    for text, alert in list(state.alerts.items()):
        if alert.open:
            clear(core, work, state, alert, text, turn, {"when": over.why})


def _detect(work: RuleAtWork, state: KeyState, taken: tuple[Reading, ...], seen: Seen) -> Fire | None:
    operator, fire = work.operator(state), None
    for reading in taken:
        if reading.target == "detect":
            fire = operator.event(state.detect, reading.slot, seen) or fire
            if work.rule.dedup:
                state.extra = work.dedup_values(seen.env, state)
    return fire


def _stage_events(
    core: Core, work: RuleAtWork, state: KeyState, taken: tuple[Reading, ...], turn: Turn, seen: Seen
) -> tuple[str, ...]:
    hits: list[str] = []
    for reading in taken:
        if reading.target != "stage":
            continue
        watch = work.rule.stages[reading.stage].when
        assert watch is not None
        operator, own = watch.operators[reading.item], state.stages[reading.stage][reading.item]
        name = reading.name
        hit = operator.event(own, reading.slot, seen)
        if hit is not None and operator.momentary:
            hits.append(name)
            turn.fires = {**turn.fires, name: hit}
            if watch.within_us[reading.item] is not None:
                state.hits = {**state.hits, name: turn.now}
        core.deadline(work, state, reading.due_slot, own.due)
    return tuple(hits)


def ended(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    """The detecting condition ended."""
    change: ChangeName = "late_resolved" if getattr(state.detect, "resolved_in_time", False) else "cleared"
    lifecycle.ended(core, work, state, turn, change)


def _count_on(
    core: Core, work: RuleAtWork, state: KeyState, own: list[tuple[str, AlertState]],
    taken: tuple[Reading, ...], turn: Turn,
) -> None:  # fmt: skip
    """An event that did not fire may still match while the alert is open."""
    if not any(reading.target == "detect" and _counts(work, state, reading, turn) for reading in taken):
        return
    for text, alert in own:
        if alert.open:
            note_event(alert, turn.event)
            matched(core, work, state, alert, text, turn)


def _counts(work: RuleAtWork, state: KeyState, reading: Reading, turn: Turn) -> bool:
    name = work.rule.detect.name
    if name == "sustained":
        return bool(state.detect.level) and work.operator(state).holds.test(turn.env) is True
    if name == "aggregate":
        return bool(state.detect.level)
    return name in {"count", "corroborate"} and reading.slot == "of"
