"""Voice: how a change leaves the engine, aloud or muted.

Whether a change notifies is decided here and nowhere else: by its kind, by silences and inhibitions, by
the rule's `notify` calendar. What was held back is said once more when the mute ends and it still holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.change import Change, ChangeName
from rules.duration import from_us
from rules.keyed import AlertState, KeyState
from rules.muting import mute_ends, muted_by, silent_behind
from rules.runtime import RuleAtWork
from rules.turn import Turn

if TYPE_CHECKING:
    from rules.core import Core

NOTIFYING = ("opened", "stepped_up", "flapping")
OPENING = ("opened", "reopened")
COUNTING = (*OPENING, "stepped_up", "repeated")  # these say how many are silent with it


def announce(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn,
    change: ChangeName, why: dict[str, Any], *, notify: bool | None = None,
) -> None:  # fmt: skip
    """Write one change; `notify` None: as this kind of change and the mutes have it."""
    wanted = change in NOTIFYING if notify is None else notify
    muted = muted_by(core, work, alert) if wanted or change in OPENING else None
    if wanted and (alert.open_late or turn.quiet):
        wanted = False
    elif wanted and muted is not None:
        wanted, alert.held_back = False, True
    elif wanted and not core.calendar(work.rule.notify, turn.now):
        wanted, alert.silent = False, True
        _speak_later(core, work, state, text, turn.now)
    if muted is not None:
        why = {**why, "muted_by": muted}
    emit(core, work, state, alert, turn, change, why, notify=wanted)
    if muted is not None and change in OPENING:
        mute(core, work, state, alert, text, turn, muted)
    elif muted is not None and alert.muted_by is None:
        _muted(core, work, state, alert, text, muted)


def _speak_later(core: Core, work: RuleAtWork, state: KeyState, text: str, now: int) -> None:
    assert work.rule.notify is not None
    opening = core.next_opening(work.rule.notify, now)
    if opening is not None:
        core.deadline(work, state, f"mute|{text}", opening)


def mute(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, muted: dict[str, Any]
) -> None:  # fmt: skip
    """Write that an open alert is muted, and by whom."""
    _muted(core, work, state, alert, text, muted)
    change: ChangeName = "silenced" if "silence" in muted else "inhibited"
    emit(core, work, state, alert, turn, change, {"muted_by": muted}, notify=False)


def _muted(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, muted: dict[str, Any]
) -> None:
    """Note who mutes an alert, and when to look again."""
    alert.muted_by = muted
    core.muted[alert.id] = (work, state, alert, text)
    core.deadline(work, state, f"mute|{text}", mute_ends(muted))


def unmute(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """A mute may have ended: say once more, aloud, what was held back and still holds."""
    muted = muted_by(core, work, alert)
    if muted is not None:
        _muted(core, work, state, alert, text, muted)
        return
    alert.muted_by = None
    core.muted.pop(alert.id, None)
    if not (alert.silent or alert.held_back):
        return
    if not core.calendar(work.rule.notify, turn.now):
        alert.silent = True
        _speak_later(core, work, state, text, turn.now)
        return
    alert.silent = alert.held_back = False
    natural = work.rule.clear.form == "natural" and not alert.flapping
    if alert.acknowledged_by is None and (state.detect.level or not natural):
        alert.repeated_at = turn.now
        emit(core, work, state, alert, turn, "repeated", {"mute_ended": True}, notify=True)


def emit(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, turn: Turn,
    change: ChangeName, why: dict[str, Any], *, notify: bool,
) -> None:  # fmt: skip
    """Append the change to the turn."""
    rule = work.rule
    stage = rule.stages[alert.stage]
    first_alarm = stage.stage == "alarm" and not alert.responded and work.respects_incidents
    respond = first_alarm and change in {"opened", "stepped_up", "reopened"}
    alert.responded = alert.responded or respond
    behind = silent_behind(core, work, alert) if change in COUNTING else 0
    if behind:
        why = {**why, "behind": behind}
    turn.out.append(
        Change(
            t=from_us(turn.now), change=change, rule=rule.id, version=alert.version, key=alert.key,
            stage=stage.stage, level=stage.level, count=alert.count, notify=notify, respond=respond,
            late=alert.late or turn.late, delayed=turn.delayed, alert=alert.id,
            why={"rule": rule.id, "version": alert.version, "operator": rule.detect.name, **why},
            opened_at=from_us(alert.opened_at), last_at=from_us(alert.last_at), device=alert.device,
            category=rule.category, plan=rule.respond if rule.respond != "none" else None,
            acknowledged=alert.acknowledged_by is not None, silent=alert.silent or alert.muted_by is not None,
            events=tuple(dict.fromkeys((alert.first, *alert.samples))) if alert.first else (),
        )
    )  # fmt: skip
    core.touch(work, state)
