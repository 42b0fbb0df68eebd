"""The life of an alert: opened, repeated, up and down its stages, cleared, re-opened, flapping.

One transition, one function. All take the engine's core (deadlines, emission, muting), the rule at
work, the state of the key, and the turn; times are microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.change import ChangeName
from rules.duration import MINUTE_US
from rules.keyed import NOTHING, AlertState, KeyState
from rules.operators import SAMPLES, Fire
from rules.runtime import RuleAtWork, key_text
from rules.stages import alarmed, enter, highest, rise, take_hits
from rules.turn import Turn
from rules.voice import announce
from rules.why import explained, of_end, of_input, overridden, stands

if TYPE_CHECKING:
    from rules.core import Core

REPEAT_US = MINUTE_US
FLAPPING_US = 30 * MINUTE_US
FLAPPING_CHANGES = 5
BRIEF = (
    "event",
    "sequence",
    "every",
)  # they hold for a moment: the condition that changes is the alert itself


def fired(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, fire: Fire) -> None:
    """The detecting condition became true: open an alert, re-open it, or count on."""
    extra = work.dedup_values(turn.env, state) if work.rule.dedup else []
    text = key_text(extra) if extra else ""
    alert = state.alerts.get(text)
    if alert is not None and alert.open:
        _again(core, work, state, alert, text, turn, fire)
    elif alert is not None and alert.cleared_at is not None and _cooling(work, alert.cleared_at, turn.now):
        reopen(core, work, state, alert, text, turn, fire)
    else:
        _open(core, work, state, alert, text, turn, fire, extra)


def _explain(work: RuleAtWork, state: KeyState, turn: Turn, fire: Fire) -> None:
    """Add to a fire's reason the events that did it, when they really were, and the conditions they met."""
    fire.why = explained(work, work.operator(state), turn, fire.why, fire.events) | overridden(work, state)


def _cooling(work: RuleAtWork, cleared_at: int, now: int) -> bool:
    return work.rule.cooldown_us > 0 and now <= cleared_at + work.rule.cooldown_us


def _hit(alert: AlertState, turn: Turn, fire: Fire) -> None:
    """Note where in time a fire lies: what the clock did is later than any event of that instant."""
    alert.hit_at = max(alert.hit_at, turn.at if turn.event else turn.gate + 1)
    for event in fire.events:
        note_event(alert, event)


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
        device=turn.device or state.device, changes=old.changes if old is not None else [],
    )  # fmt: skip
    _hit(alert, turn, fire)
    _explain(work, state, turn, fire)
    take_hits(alert, turn)
    state.alerts = {**state.alerts, text: alert}
    work.open[alert.id] = (state, text)
    _begin(core, work, state, alert, text, turn)
    announce(core, work, state, alert, text, turn, "opened", fire.why)
    changed(core, work, state, alert, text, turn)
    rise(core, work, state, alert, text, turn)


def _again(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, fire: Fire
) -> None:
    name = work.rule.detect.name
    if fire.begins and name not in BRIEF:
        changed(core, work, state, alert, text, turn)
    _hit(alert, turn, fire)
    if work.rule.clear.form == "quiet" and not turn.event and not alert.flapping:
        move_quiet(core, work, state, text, turn)
    if name not in {"sustained", "absence"} or alert.open_late:  # their samples were counted one by one
        by = 0 if name in {"sustained", "absence"} else fire.count if name in {"missing", "every"} else 1
        matched(core, work, state, alert, text, turn, by=by)


def reopen(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, fire: Fire
) -> None:
    """A hit inside the cooldown: the same alert again, with its count and acknowledgement."""
    before, by_person, cleared_at = alert.top, alert.cleared_by_person, alert.cleared_at or 0
    fresh = sum(1 for at in fire.times if at > cleared_at) if fire.times else fire.count
    alert.count += max(fresh, 1) if turn.event else fresh
    alert.open, alert.cleared_at, alert.cleared_by_person = True, None, False
    alert.started, alert.last_at = turn.now, turn.now
    alert.stage, alert.fired, alert.entered, alert.latched, alert.alarm_at = 0, {}, [], [], None
    alert.late = alert.late or turn.late
    alert.open_late = turn.quiet
    owed = (alert.held_back or alert.silent) and alert.acknowledged_by is None  # nobody has heard of it yet
    alert.held_back = alert.silent = False
    _hit(alert, turn, fire)
    _explain(work, state, turn, fire)
    take_hits(alert, turn)
    core.deadline(work, state, f"cool|{text}", None)
    work.open[alert.id] = (state, text)
    target = highest(work, state, alert, turn)
    if target and core.active(work, turn):
        alert.stage = target
        enter(work, state, alert, target)
    _begin(core, work, state, alert, text, turn)
    loud = by_person or owed or alert.stage > before
    announce(core, work, state, alert, text, turn, "reopened", fire.why, notify=loud)
    alert.top = max(before, alert.stage)
    if fire.begins:
        changed(core, work, state, alert, text, turn)
    rise(core, work, state, alert, text, turn)


def _begin(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Start the clocks of an opening."""
    rule = work.rule
    if rule.clear.form == "quiet":
        core.deadline(work, state, f"quiet|{text}", core.quiet_due(work, turn))
    elif rule.clear.form == "after":
        core.deadline(work, state, f"after|{text}", turn.now + rule.clear.us)
    elif rule.clear.form == "when":
        state.clear = rule.clear.operator.fresh()
        core.expect_clear(work, state, turn)
    for index, stage in enumerate(rule.stages):
        if stage.when is not None and stage.when.open_for_us is not None:
            core.deadline(work, state, f"open:{index}|{text}", alert.started + stage.when.open_for_us)
    for index, item, operator in work.staged:
        if operator.name == "every":
            own = state.stages[index][item]
            own.due = core.next_time(operator, turn.now)
            core.deadline(work, state, f"stage:{index}:{item}", own.due)
    if rule.stages[alert.stage].stage == "alarm" or all(each.stage == "warning" for each in rule.stages):
        alarmed(core, work, state, alert, text, turn.now)


def move_quiet(core: Core, work: RuleAtWork, state: KeyState, text: str, turn: Turn) -> None:
    """What could make `detect` fire again came: the quiet time begins anew."""
    slot = f"quiet|{text}"
    core.deadline(work, state, slot, max(core.quiet_due(work, turn), state.deadlines.get(slot, 0)))


def matched(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, *, by: int = 1
) -> None:
    """Another matching event while the alert is open: count it, write it at most once a minute.

    What a late event had opened in silence happens now: it is said aloud.
    """
    loud = alert.open_late and not turn.quiet
    alert.open_late = alert.open_late and turn.quiet
    alert.count += by
    alert.last_at = turn.now
    if turn.device is not None:
        alert.device = turn.device
    take_hits(alert, turn)
    before = alert.stage
    rise(core, work, state, alert, text, turn)
    if alert.stage != before:
        return
    if loud or alert.repeated_at is None or turn.now - alert.repeated_at >= REPEAT_US:
        alert.repeated_at = turn.now
        why = {"count": alert.count, **stands(core, work, state, turn)}
        why |= of_input(work, work.operator(state), turn)
        loud = loud and alert.acknowledged_by is None
        announce(core, work, state, alert, text, turn, "repeated", why, notify=loud)
    else:
        core.touch(work, state)


def note_event(alert: AlertState, event: str) -> None:
    """Keep the id of an event: the first, and the newest few."""
    if event:
        alert.first = alert.first or event
        alert.samples = [*alert.samples[-SAMPLES:], event]


def ended(core: Core, work: RuleAtWork, state: KeyState, turn: Turn, change: ChangeName = "cleared") -> None:
    """The detecting condition ended: clear what clears naturally, count the change of what is held open."""
    for text, alert in list(state.alerts.items()):
        if not alert.open:
            _note_change(alert, turn.now)
        elif work.rule.clear.form == "natural":
            why = {"ended": True, **stands(core, work, state, turn)}
            clear(core, work, state, alert, text, turn, why, change=change)
        else:
            changed(core, work, state, alert, text, turn)


def clear(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn, why: dict[str, Any],
    *, change: ChangeName = "cleared", by_person: bool = False,
) -> None:  # fmt: skip
    """End an alert and start its cooldown; one that flaps is held open instead."""
    if by_person:
        alert.changes = []
    else:
        if work.rule.clear.form == "natural" or work.rule.detect.name in BRIEF:
            changed(core, work, state, alert, text, turn)
        if alert.flapping:
            return
    if turn.event and not by_person:
        why = of_end(work, work.operator(state), turn, why)
    alert.open, alert.cleared_at, alert.cleared_by_person, alert.flapping = False, turn.now, by_person, False
    alert.muted_by = None
    alert.top = max(alert.top, alert.stage)
    for prefix in ("quiet", "after", "flap", "down", "unack:", "open:", "mute"):
        core.drop_deadlines(work, state, prefix, text)
    announce(core, work, state, alert, text, turn, change, why, notify=False)
    core.closed(work, alert, turn)
    core.deadline(work, state, f"cool|{text}", turn.now + work.rule.cooldown_us)
    if not any(each.open for each in state.alerts.values()):
        state.clear = None
        core.deadline(work, state, "clear", None)
        for index, item, operator in work.staged:
            if operator.name == "every":
                state.stages[index][item].due = None
                core.deadline(work, state, f"stage:{index}:{item}", None)


def changed(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """The condition changed: more than five changes in half an hour are flapping, said once."""
    _note_change(alert, turn.now)
    if len(alert.changes) > FLAPPING_CHANGES and not alert.flapping and alert.open:
        alert.flapping = True
        core.drop_deadlines(work, state, "quiet", text)
        why = {
            "changes": len(alert.changes),
            "more_than": FLAPPING_CHANGES,
            "within": "30m",
            "window_us": alert.changes[-SAMPLES:],
        }
        announce(core, work, state, alert, text, turn, "flapping", why)
    if alert.flapping:
        core.deadline(work, state, f"flap|{text}", turn.now + FLAPPING_US)


def _note_change(alert: AlertState, now: int) -> None:
    alert.changes = [at for at in alert.changes if at > now - FLAPPING_US][-2 * FLAPPING_CHANGES :]
    alert.changes.append(now)


def calmed(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """Half an hour without a change: clear what is over (a latched alert waits for a person)."""
    if not alert.open:
        _forget_in_time(core, work, state, alert, text, turn)
    if not alert.flapping:
        return  # what is left of an earlier alert of this key
    alert.flapping = False
    form = work.rule.clear.form
    rest = (alert.last_at if form == "quiet" else alert.started) + work.rule.clear.us
    if form in ("quiet", "after") and rest > turn.now:
        core.deadline(work, state, f"{form}|{text}", rest)
    elif form in ("quiet", "after") or (not state.detect.level and form != "person"):
        alert.changes = []
        clear(core, work, state, alert, text, turn, {"flapping": False, "within": "30m"})


def cooled(core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
    """The cooldown is over: what a person cleared and still holds comes back; the rest is forgotten."""
    if alert.open:
        return
    if alert.cleared_by_person and state.detect.level:
        why = {"still": True, **stands(core, work, state, turn)}
        still = Fire((), 0, why)
        still.begins = False
        reopen(core, work, state, alert, text, turn, still)
    else:
        _forget_in_time(core, work, state, alert, text, turn)


def _forget_in_time(
    core: Core, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn
) -> None:
    """Forget an alert that is over, but not the changes that count towards flapping."""
    if alert.changes and alert.changes[-1] > turn.now - FLAPPING_US:
        core.deadline(work, state, f"flap|{text}", alert.changes[-1] + FLAPPING_US)
    else:
        forget(core, work, state, text)


def forget(core: Core, work: RuleAtWork, state: KeyState, text: str) -> None:
    """Forget an alert that is over; and its key, when nothing else is remembered of it."""
    state.alerts.pop(text, None)
    state.alerts = state.alerts or NOTHING
    if work.rule.detect.name == "event" and not work.staged and not state.alerts and not state.deadlines:
        core.remove(work, state)
    else:
        core.touch(work, state)
