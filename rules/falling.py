"""Falling due: what a deadline of a key does when its time has come, and what a calendar does to a rule."""

from __future__ import annotations

from collections.abc import Callable

from rules import lifecycle
from rules.core import Core
from rules.duration import duration_text
from rules.judge import clear_all, ended
from rules.keyed import WAITING, AlertState, KeyState
from rules.lifecycle import clear, fired
from rules.muting import undecided_parent
from rules.runtime import RuleAtWork
from rules.stages import rise, step_down, take_hits
from rules.turn import Turn
from rules.voice import unmute


def fall_due(core: Core, work: RuleAtWork, state: KeyState, slot: str, turn: Turn) -> None:
    """Let one deadline of a key take effect."""
    turn.device, turn.at, turn.event, turn.late = state.device, turn.now, "", False
    turn.env = core.env(state.device, turn.now)
    turn.zone = core.device(state.device).zone if state.device else None
    name, _, text = slot.partition("|")
    if name == "detect":
        _detect_due(core, work, state, turn)
    elif name == "clear":
        _clear_due(core, work, state, turn)
    elif name.startswith("stage:"):
        _stage_due(core, work, state, turn, name)
    else:
        alert = state.alerts.get(text)
        if alert is not None:
            _ALERT_SLOTS[name.partition(":")[0]](core, work, state, alert, text, turn)
    core.touch(work, state)


def _detect_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    operator = work.operator(state)
    if state.waiting:
        state.waiting = 0
    elif operator.name == "absence" and work.whole_device and state.device and not turn.delayed:
        judged = undecided_parent(core, state.device, turn.now, operator.for_us)
        if judged is not None:
            state.waiting = WAITING + min(len(core.parents(state.device)), 99)
            core.deadline(work, state, "detect", judged)
            return
    before = state.detect.level
    fire = operator.due(state.detect, core.look(work, turn))
    core.deadline(work, state, "detect", state.detect.due)
    if before and not state.detect.level:
        ended(core, work, state, turn)
    if fire is not None:
        fired(core, work, state, turn, fire)


def _clear_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    if state.clear is None:
        return
    seen = core.look(work, turn)
    seen.active = True  # clears go on outside the calendar
    over = work.rule.clear.operator.due(state.clear, seen)
    core.deadline(work, state, "clear", state.clear.due)
    if over is not None:
        clear_all(core, work, state, turn, over)


def _stage_due(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, name: str) -> None:
    _, stage, item = name.split(":")
    watch = work.rule.stages[int(stage)].when
    assert watch is not None
    operator, own = watch.operators[int(item)], state.stages[int(stage)][int(item)]
    fire = operator.due(own, core.look(work, turn))
    core.deadline(work, state, name, own.due)
    if fire is not None and operator.momentary:
        turn.hits, turn.fires = (f"{stage}:{item}",), {f"{stage}:{item}": fire}
    for text, alert in list(state.alerts.items()):
        if alert.open:
            take_hits(alert, turn)
            rise(core, work, state, alert, text, turn)
    turn.hits, turn.fires = (), {}


def _quiet_due(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    if alert.open:
        why = {"quiet": duration_text(work.rule.clear.us), "last_us": alert.last_at}
        clear(core, work, state, alert, text, turn, why)


def _after_due(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    if alert.open:
        clear(core, work, state, alert, text, turn, {"after": duration_text(work.rule.clear.us)})


def _mute_due(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    if alert.open:
        unmute(core, work, state, alert, text, turn)


_ALERT_SLOTS: dict[str, Callable[..., None]] = {
    "quiet": _quiet_due,
    "after": _after_due,
    "down": step_down,
    "unack": rise,
    "open": rise,
    "flap": lifecycle.calmed,
    "cool": lifecycle.cooled,
    "mute": _mute_due,
}


# --- calendars -----------------------------------------------------------------------------------


def shift(core: Core, work: RuleAtWork, turn: Turn, *, open_now: bool) -> None:
    """A rule's calendar opened or closed: tell every key, in the order of the keys."""
    for _, state in sorted(work.keys.items()):
        turn.device, turn.env = state.device, core.env(state.device, turn.now)
        turn.at, turn.event, turn.late = turn.now, "", False
        if open_now:
            _opened(core, work, state, turn)
        else:
            _closed(core, work, state, turn)


def _opened(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    seen = core.look(work, turn)
    seen.active = True
    fire = work.operator(state).opened(state.detect, seen)
    core.deadline(work, state, "detect", state.detect.due)
    for index, item, operator in work.staged:
        own = state.stages[index][item]
        operator.opened(own, seen)
        core.deadline(work, state, f"stage:{index}:{item}", own.due)
    if fire is not None:
        fired(core, work, state, turn, fire)
    for text, alert in list(state.alerts.items()):
        if alert.open:
            rise(core, work, state, alert, text, turn)
    core.touch(work, state)


def _closed(core: Core, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
    """What is pending is cancelled; open alerts stay, and so does what holds."""
    seen = core.look(work, turn)
    seen.active = False
    work.operator(state).shut(state.detect, seen)
    core.deadline(work, state, "detect", state.detect.due)
    for index, item, operator in work.staged:
        own = state.stages[index][item]
        operator.shut(own, seen)
        core.deadline(work, state, f"stage:{index}:{item}", own.due)
    core.touch(work, state)
