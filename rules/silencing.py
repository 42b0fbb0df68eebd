"""Silences: somebody mutes what a matcher covers, for a time; it can begin later and end early."""

from __future__ import annotations

from rules.action import EndSilence, SilenceAlerts
from rules.core import Core
from rules.duration import to_us
from rules.memory import SilenceState
from rules.muting import covers_l1, muted_by, silence_matcher
from rules.turn import Turn
from rules.voice import mute, unmute


def silence(core: Core, action: SilenceAlerts, turn: Turn) -> None:
    """Begin a silence; alerts that are open fall silent at once. One that begins later meets them at their next notice."""
    matcher = silence_matcher(action.where)
    core.memory.silences = [each for each in core.memory.silences if each.until > turn.now]
    core.memory.silences.append(
        SilenceState(
            where=action.where,
            until=to_us(action.until),
            by=action.by,
            reason=action.reason,
            l1=covers_l1(matcher, action.level),
            start=to_us(action.start) if action.start is not None else turn.now,
            id=action.id,
        )
    )
    for work, state, alert, text in list(core.open_alerts()):
        if alert.muted_by is None:
            muted = muted_by(core, work, alert)
            if muted is not None and "silence" in muted:
                mute(core, work, state, alert, text, turn, muted)


def end_silence(core: Core, action: EndSilence, turn: Turn) -> None:
    """End a silence early: what it held back and still holds is said once more, aloud.

    Raises:
        LookupError: there is no such silence, or it is over.
    """
    kept = [each for each in core.memory.silences if each.id != action.id]
    ended = [each for each in core.memory.silences if each.id == action.id and each.until > turn.now]
    if not action.id or not ended:
        raise LookupError(f"no silence {action.id}")
    core.memory.silences = kept
    for work, state, alert, text in list(core.muted.values()):
        if alert.muted_by is not None and alert.muted_by.get("silence_id") == action.id:
            turn.device, turn.zone = alert.device, None
            turn.env = core.env(alert.device, turn.now)
            core.drop_deadlines(work, state, "mute", text)
            unmute(core, work, state, alert, text, turn)
            core.touch(work, state)
