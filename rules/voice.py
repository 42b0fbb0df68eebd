"""Voice: how a change leaves the engine, aloud or muted.

Whether a change notifies is decided here and nowhere else: by its kind, by silences and inhibitions, by
the rule's `notify` calendar. What was held back is said once more when the mute ends and it still holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.change import Change, ChangeName
from rules.duration import from_us
from rules.keyed import AlertState, KeyState
from rules.muting import mute_ends, muted_by
from rules.runtime import RuleAtWork
from rules.turn import Turn

if TYPE_CHECKING:
    from rules.core import Core

NOTIFYING = ("opened", "stepped_up", "flapping")


def announce(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn,
    change: ChangeName, why: dict[str, Any], *, notify: bool | None = None,
) -> None:  # fmt: skip
    """Write one change; `notify` None: as this kind of change and the mutes have it."""
    wanted = change in NOTIFYING if notify is None else notify
    muted = None
    if wanted or change in ("opened", "reopened"):
        muted = muted_by(core, work, alert)
    if wanted and alert.open_late:
        wanted = False
    elif wanted and muted is not None:
        wanted, alert.held_back = False, True
    elif wanted and not core.calendar(work.rule.notify, turn.now):
        wanted, alert.silent = False, True
        _speak_later(core, work, state, text, turn.now)
    if muted is not None and change in ("opened", "reopened", "stepped_up"):
        why = {**why, "muted_by": muted}
    emit(core, work, state, alert, turn, change, why, notify=wanted)
    if muted is not None and change in ("opened", "reopened"):
        mute(core, work, state, alert, text, turn, muted)


def _speak_later(core: Core, work: RuleAtWork, state: KeyState, text: str, now: int) -> None:
    assert work.rule.notify is not None
    opening = core.next_opening(work.rule.notify, now)
    if opening is not None:
        core.deadline(work, state, f"mute|{text}", opening)


def mute(
    core: Core,
    work: RuleAtWork,
    state: KeyState,
    alert: AlertState,
    text: str,
    turn: Turn,
    muted: dict[str, Any],
) -> None:
    """Write that an open alert is muted, and by whom."""
    alert.muted_by = muted
    change: ChangeName = "silenced" if "silence" in muted else "inhibited"
    emit(core, work, state, alert, turn, change, {"muted_by": muted}, notify=False)
    until = mute_ends(muted)
    if until is not None:
        core.deadline(work, state, f"mute|{text}", until)


def unmute(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """A mute may have ended: say once more, aloud, what was held back and still holds."""
    muted = muted_by(core, work, alert)
    if muted is not None:
        alert.muted_by = muted
        until = mute_ends(muted)
        core.deadline(work, state, f"mute|{text}", until)
        return
    alert.muted_by = None
    if not core.calendar(work.rule.notify, turn.now):
        if alert.silent or alert.held_back:
            alert.silent = True
            _speak_later(core, work, state, text, turn.now)
        return
    detect = state.detect
    still = work.operator(state).momentary or detect.level or work.rule.clear.form != "natural"
    if (alert.silent or alert.held_back) and still and alert.acknowledged_by is None:
        why = {"mute_ended": True}
        emit(core, work, state, alert, turn, "repeated", why, notify=True)
    alert.silent = alert.held_back = False
    core.touch(work, state)


def emit(
    core: Core,
    work: RuleAtWork,
    state: KeyState,
    alert: AlertState,
    turn: Turn,
    change: ChangeName,
    why: dict[str, Any],
    *,
    notify: bool,
) -> None:
    """Append the change to the turn."""
    stage = work.rule.stages[alert.stage]
    first_alarm = stage.stage == "alarm" and not alert.responded and work.respects_incidents
    respond = first_alarm and change in ("opened", "stepped_up", "reopened")
    alert.responded = alert.responded or respond
    alert.why = why
    turn.out.append(
        Change(
            t=from_us(turn.now),
            change=change,
            rule=work.rule.id,
            version=alert.version,
            key=alert.key,
            stage=stage.stage,
            level=stage.level,
            count=alert.count,
            notify=notify,
            respond=respond,
            late=alert.late or turn.late,
            delayed=turn.delayed,
            why=why,
            alert=alert.id,
            opened_at=from_us(alert.opened_at),
            last_at=from_us(alert.last_at),
            device=alert.device,
            category=work.rule.category,
            plan=work.rule.respond if work.rule.respond != "none" else None,
            acknowledged=alert.acknowledged_by is not None,
            silent=alert.silent or alert.muted_by is not None,
            events=tuple(dict.fromkeys((alert.first, *alert.samples))) if alert.first else (),
        )
    )
    core.touch(work, state)
