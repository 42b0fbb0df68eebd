"""What people and time do to the engine as a whole: acknowledge, clear, silence, modes, calendars, restarts."""

from __future__ import annotations

from typing import Any

import msgspec

from rules import falling
from rules.action import Acknowledge, Action, ClearAlert, EndSilence, SetMode, SilenceAlerts
from rules.change import Change
from rules.core import Core
from rules.duration import from_us
from rules.keyed import AlertState, KeyState
from rules.lifecycle import clear
from rules.memory import GAPS
from rules.runtime import RuleAtWork
from rules.silencing import end_silence, silence
from rules.turn import Turn
from rules.voice import emit


def act(core: Core, action: Action, turn: Turn) -> None:
    """Carry out one action.

    Raises:
        LookupError: it names an alert that is not open; nothing changed.
    """
    if isinstance(action, SilenceAlerts):
        silence(core, action, turn)
    elif isinstance(action, EndSilence):
        end_silence(core, action, turn)
    elif isinstance(action, SetMode):
        core.memory.set_flags(action.flags, action.zone)
        core.forget_flags()
    else:
        _on_alert(core, action, turn)


def _on_alert(core: Core, action: Acknowledge | ClearAlert, turn: Turn) -> None:
    for work, state, alert, text in core.open_alerts():
        if _named(action, work, alert):
            turn.device, turn.zone = alert.device, None
            turn.env = core.env(alert.device, turn.now)
            if isinstance(action, Acknowledge):
                _acknowledge(core, work, state, alert, text, turn, action.by)
            else:
                clear(core, work, state, alert, text, turn, {"by": action.by}, by_person=True)
            return
    if isinstance(action, ClearAlert) and action.last is not None:
        turn.out.append(_ended(action.last, action.by, turn.now))
        return
    raise LookupError(f"no open alert {action.alert or (action.rule, action.key)}")


def _ended(last: Change, by: str, now: int) -> Change:
    """Return the end of an alert that only the table knows."""
    ended: dict[str, Any] = {"change": "cleared", "t": from_us(now), "why": {"by": by}}
    return msgspec.structs.replace(last, notify=False, respond=False, delayed=False, **ended)


def _named(action: Acknowledge | ClearAlert, work: RuleAtWork, alert: AlertState) -> bool:
    if action.alert is not None:
        return action.alert == alert.id
    return action.rule == work.rule.id and action.key == alert.key


def _acknowledge(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, by: str
) -> None:
    if alert.acknowledged_by is not None:
        return
    alert.acknowledged_by, alert.acknowledged_stage = by, alert.stage
    core.drop_deadlines(work, state, "unack:", text)
    core.drop_deadlines(work, state, "down", text)
    emit(core, work, state, alert, turn, "acknowledged", {"by": by, "count": alert.count}, notify=False)


# --- calendars -----------------------------------------------------------------------------------


def plan_shifts(core: Core, now: int) -> None:
    """Note, for each calendar that gates a rule, when it opens or closes next."""
    for name in sorted({work.rule.active for work in core.rules.values() if work.rule.active is not None}):
        core.calendar(name, now)
        change = core.next_change(name, now)
        if change is not None:
            core.shift_at(name, change)


def shift(core: Core, name: str, due: int, turn: Turn) -> None:
    """A calendar opens or closes: its rules are told, and the next change is noted."""
    if core.memory.shifts.get(name) != due:
        return
    del core.memory.shifts[name]
    open_now = core.calendar(name, turn.gate)
    for work in core.rules.values():
        if work.rule.active == name and work.rule.enabled:
            falling.shift(core, work, turn, open_now=open_now)
    change = core.next_change(name, turn.gate)
    if change is not None:
        core.shift_at(name, change)


# --- restart -------------------------------------------------------------------------------------


def restarted(core: Core, died: int, now: int) -> None:
    """Note the gap, and move the deadlines that a gap must not let fall early."""
    memory = core.memory
    memory.gaps = [*memory.gaps[-GAPS + 1 :], (died, now)]
    memory.started = memory.restarted = now
    core.started(now)
    turn = Turn(now, 0)
    for work in core.rules.values():
        if work.rule.detect.name == "absence":
            for state in work.keys.values():
                if state.detect.due is not None:
                    state.waiting = 0
                    work.operator(state).rearm(state.detect, core.look(work, turn))
                    core.deadline(work, state, "detect", state.detect.due)
        if work.rule.clear.form == "quiet":
            floor = now + core.grace(work)
            for state in work.keys.values():
                for slot, due in list(state.deadlines.items()):
                    if slot.startswith("quiet|") and due < floor:
                        core.deadline(work, state, slot, floor)
