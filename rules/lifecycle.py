"""The life of an alert: opened, repeated, up and down its stages, cleared, re-opened, flapping.

One transition, one function. All take the engine's core (deadlines, emission, muting), the rule at
work, the state of the key, and the turn; times are microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.change import ChangeName
from rules.duration import MINUTE_US
from rules.keyed import AlertState, KeyState
from rules.operators import SAMPLES, Fire
from rules.runtime import RuleAtWork, key_text
from rules.stages import alarmed, highest, rise, take_hits
from rules.turn import Turn
from rules.voice import announce

if TYPE_CHECKING:
    from rules.core import Core

REPEAT_US = MINUTE_US
FLAPPING_US = 30 * MINUTE_US
FLAPPING_CHANGES = 5


def fired(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, fire: Fire) -> None:
    """The detecting condition became true: open an alert, re-open it, or count on."""
    extra = work.dedup_values(turn.env) if work.rule.dedup else []
    text = key_text(extra) if extra else ""
    alert = state.alerts.get(text)
    if alert is not None and alert.open:
        _again(core, work, state, alert, text, turn, fire)
    elif alert is not None and _cooling(work, alert, turn.now):
        reopen(core, work, state, alert, text, turn, fire)
    else:
        _open(core, work, state, alert, text, turn, fire, extra)


def _cooling(work: RuleAtWork, alert: AlertState, now: int) -> bool:
    return (
        alert.cleared_at is not None
        and work.rule.cooldown_us > 0
        and now <= alert.cleared_at + work.rule.cooldown_us
    )


def _open(
    core: Core,
    work: RuleAtWork,
    state: KeyState,
    old: AlertState | None,
    text: str,
    turn: Turn,
    fire: Fire,
    extra: list[Any],
) -> None:
    rule = work.rule
    key = dict(zip((*rule.by, *rule.dedup), (*state.values, *extra), strict=True))
    alert = AlertState(
        id=core.alert_id(rule.id, key, turn), key=key, version=work.version, opened_at=turn.now, last_at=turn.now,
        count=fire.count, started=turn.now, late=turn.late, open_late=turn.quiet,
        device=turn.device or state.device, zone=turn.zone, changes=old.changes if old is not None else [],
    )  # fmt: skip
    _note_events(alert, fire.events)
    take_hits(alert, turn)
    state.alerts[text] = alert
    core.opened(work, state, alert, text)
    _begin(core, work, state, alert, text, turn)
    announce(core, work, state, alert, text, turn, "opened", fire.why)
    changed(core, work, state, alert, text, turn)
    rise(core, work, state, alert, text, turn)


def _again(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, fire: Fire
) -> None:
    operator = work.operator(state)
    if not operator.momentary:
        changed(core, work, state, alert, text, turn)
    if operator.name not in ("sustained", "absence"):  # their samples were counted one by one
        counted = fire.count if operator.name == "missing" else 1
        matched(core, work, state, alert, text, turn, fire.events[-1:], by=counted)
    if alert.open_late and not turn.quiet:
        alert.open_late = False
        announce(core, work, state, alert, text, turn, "repeated", fire.why, notify=True)


def _fresh(fire: Fire, cleared_at: int | None) -> int:
    """Return how many of the events that fired it were not counted before the clear."""
    window = fire.why.get("window_us")
    if window is None or cleared_at is None or window[0] > cleared_at:
        return fire.count
    return sum(1 for at in window if at > cleared_at)


def reopen(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, fire: Fire
) -> None:
    """A hit inside the cooldown: the same alert again, with its count and acknowledgement."""
    before, by_person = alert.top, alert.cleared_by_person
    alert.count += _fresh(fire, alert.cleared_at)
    alert.open, alert.cleared_at, alert.cleared_by_person = True, None, False
    alert.started, alert.last_at = turn.now, turn.now
    alert.stage, alert.fired, alert.stepped, alert.alarm_at = 0, {}, [], None
    alert.late = alert.late or turn.late
    alert.open_late = turn.quiet
    _note_events(alert, fire.events)
    take_hits(alert, turn)
    core.deadline(work, state, f"cool|{text}", None)
    core.opened(work, state, alert, text)
    target = highest(work, state, alert, turn)
    alert.stage = target
    _begin(core, work, state, alert, text, turn)
    loud = by_person or target > before
    announce(core, work, state, alert, text, turn, "reopened", fire.why, notify=loud)
    alert.top = max(before, target)
    changed(core, work, state, alert, text, turn)


def _begin(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Start the clocks of an opening."""
    rule = work.rule
    if rule.clear.form == "quiet":
        core.deadline(work, state, f"quiet|{text}", max(turn.at + rule.clear.us, turn.now))
    elif rule.clear.form == "after":
        core.deadline(work, state, f"after|{text}", turn.now + rule.clear.us)
    elif rule.clear.form == "when":
        state.clear = rule.clear.operator.fresh()
        core.expect_clear(work, state, turn)
    for index, stage in enumerate(rule.stages):
        if stage.when is not None and stage.when.open_for_us is not None:
            core.deadline(work, state, f"open:{index}|{text}", alert.started + stage.when.open_for_us)
    if rule.stages[alert.stage].stage == "alarm" or all(each.stage == "warning" for each in rule.stages):
        alarmed(core, work, state, alert, text, turn.now)


def matched(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn,
    events: tuple[str, ...], *, by: int = 1,
) -> None:  # fmt: skip
    """Another matching event while the alert is open: count it, write it at most once a minute."""
    alert.count += by
    alert.last_at = turn.now
    if turn.device is not None:
        alert.device = turn.device
    _note_events(alert, events)
    take_hits(alert, turn)
    before = alert.stage
    rise(core, work, state, alert, text, turn)
    if alert.stage != before:
        return
    if alert.repeated_at is None or turn.now - alert.repeated_at >= REPEAT_US:
        alert.repeated_at = turn.now
        why = {"operator": work.rule.detect.name, "number": alert.count}
        announce(core, work, state, alert, text, turn, "repeated", why, notify=False)
    else:
        core.touch(work, state)


def _note_events(alert: AlertState, events: tuple[str, ...]) -> None:
    for event in events:
        if event:
            alert.first = alert.first or event
            alert.samples = [*alert.samples[-SAMPLES:], event]


def ended(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, change: ChangeName = "cleared") -> None:
    """The detecting condition ended: clear what clears naturally, count the change of what is held open."""
    for text, alert in list(state.alerts.items()):
        if not alert.open:
            continue
        if work.rule.clear.form == "natural":
            clear(
                core,
                work,
                state,
                alert,
                text,
                turn,
                {"operator": work.rule.detect.name, "ended": True},
                change=change,
            )
        else:
            changed(core, work, state, alert, text, turn)


def clear(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, why: dict[str, Any],
    *, change: ChangeName = "cleared", by_person: bool = False,
) -> None:  # fmt: skip
    """End an alert and start its cooldown; one that flaps is held open instead."""
    if not by_person:
        changed(core, work, state, alert, text, turn)
        if alert.flapping:
            return
    alert.open, alert.cleared_at, alert.cleared_by_person, alert.flapping = False, turn.now, by_person, False
    alert.top = max(alert.top, alert.stage)
    for prefix in ("quiet", "after", "flap", "down", "unack:", "open:", "mute"):
        core.drop_deadlines(work, state, prefix, text)
    announce(core, work, state, alert, text, turn, change, why, notify=False)
    core.closed(work, state, alert, text, turn)
    core.deadline(work, state, f"cool|{text}", turn.now + work.rule.cooldown_us)
    if not any(each.open for each in state.alerts.values()):
        state.clear = None
        core.deadline(work, state, "clear", None)


def changed(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """The condition changed: more than five changes in half an hour are flapping, said once."""
    alert.changes = [at for at in alert.changes if at > turn.now - FLAPPING_US][-2 * FLAPPING_CHANGES :]
    alert.changes.append(turn.now)
    alert.last_change = turn.now
    if len(alert.changes) > FLAPPING_CHANGES and not alert.flapping and alert.open:
        alert.flapping = True
        core.drop_deadlines(work, state, "quiet", text)
        why = {"changes": len(alert.changes), "within": "30m"}
        announce(core, work, state, alert, text, turn, "flapping", why)
    if alert.flapping:
        core.deadline(work, state, f"flap|{text}", turn.now + FLAPPING_US)


def calmed(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Half an hour without a change: clear if the condition is false (a latched alert waits for a person)."""
    if not alert.open:
        state.alerts.pop(text, None)
        return
    alert.flapping = False
    rest = alert.last_at + work.rule.clear.us
    if work.rule.clear.form == "quiet" and rest > turn.now:
        core.deadline(work, state, f"quiet|{text}", rest)
    elif not getattr(state.detect, "level", False) and work.rule.clear.form != "person":
        alert.changes = []
        clear(core, work, state, alert, text, turn, {"flapping": False, "within": "30m"})


def cooled(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """The cooldown is over: what a person cleared and still holds comes back; the rest is forgotten."""
    if alert.open:
        return
    if alert.cleared_by_person and getattr(state.detect, "level", False):
        reopen(
            core,
            work,
            state,
            alert,
            text,
            turn,
            Fire((), 0, {"operator": work.rule.detect.name, "still": True}),
        )
    elif alert.changes and alert.changes[-1] > turn.now - FLAPPING_US:
        core.deadline(work, state, f"flap|{text}", alert.changes[-1] + FLAPPING_US)
    else:
        state.alerts.pop(text, None)
        core.touch(work, state)
