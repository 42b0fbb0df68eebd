"""The life of one alert, written down a second time from 20-rules §4 and §5, second by second: a judge of the engine.

One rule, one key, events in order. Nothing is shared with `rules/`. A change is
`(t, change, stage index, count, notify, respond, delayed)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.rules.reference_operators import (
    GRACE,
    Absence,
    Condition,
    Every,
    Missing,
    Sequence,
    Told,
    condition,
    seconds,
    selected,
)

Change = tuple[int, str, int, int, bool, bool, bool]
HALF_HOUR, MINUTE = 1800, 60
NATURAL = ("sustained", "aggregate", "absence", "missing")
BRIEF = ("event", "sequence", "every")  # what has no duration lasts as long as its alert
TIMERS = ("unacknowledged", "open_for")


@dataclass
class Alert:
    """What is open, or cooling down."""

    started: int
    count: int
    stage: int = 0
    open: bool = True
    top: int = 0
    acknowledged: int | None = None  # the stage
    alarm_at: int | None = None
    responded: bool = False
    cleared_at: int = -1
    by_person: bool = False
    repeated_at: int | None = None
    flapping: bool = False
    entered: set[int] = field(default_factory=set)
    latched: set[int] = field(default_factory=set)  # their timers have run out
    fired: set[tuple[int, int]] = field(default_factory=set)  # momentary stage operators, since it opened
    quiet_at: int = 0
    down_at: int | None = None


class Life:
    """One rule at work on one key."""

    def __init__(self, rule: dict[str, Any], start: int = 0) -> None:
        self.rule = rule
        self.out: list[Change] = []
        self.name = next(iter(rule["detect"]))
        self.detect = condition(rule["detect"], start)
        self.clear_form, self.clear_value = self._clear_form()
        self.ending: Condition | None = None
        self.alert: Alert | None = None
        self.changes: list[int] = []
        self.watches = [self._watch(stage.get("when"), start) for stage in rule["stages"]]
        self.hits: dict[tuple[int, int], int] = {}
        self.cooldown = seconds(rule.get("cooldown", "5m"))
        self.cool_at: int | None = None
        self.delayed, self.quiet_floor = False, 0
        self.past = start - 1  # the last second whose deadlines have happened or are happening

    def _clear_form(self) -> tuple[str, Any]:
        written = self.rule.get("clear")
        if written is not None:
            return next(iter(written.items()))  # type: ignore[no-any-return]  # one key
        return ("natural", None) if self.name in NATURAL else ("quiet", "10m")

    def _watch(self, written: Any, start: int) -> tuple[str, list[tuple[str, Any, Condition | None]]]:
        """Return the mode and the items: name, parameters, operator."""
        if written is None:
            return "any", []
        mode = next(iter(written))
        items = written[mode] if mode in {"all", "any"} else [written]
        found = []
        for item in items:
            name, parameters = next(iter(item.items()))
            found.append((name, parameters, None if name in TIMERS else condition(item, start)))
        return ("all" if mode == "all" else "any"), found

    # --- what comes in -----------------------------------------------------------------------------

    def event(self, told: Told) -> None:
        now = told.at
        if (
            self.alert is not None
            and self.alert.open
            and self.clear_form == "on"
            and selected(self.clear_value, told)
        ):
            self.clear(now, "cleared")
        if self.ending is not None and self.ending.event(told) is not None:
            self.clear(now, "cleared")
        before = self.detect.holds
        fired = self.detect.event(told)
        own = self._stage_events(told)
        if before and not self.detect.holds:
            self.ended(now)
        if fired is not None:
            self.fire(now, fired, own, event=True, before=False)
        elif self.alert is not None and self.alert.open and self._counts(told):
            self.matched(now, own)
        if self.alert is not None and self.alert.open:
            if self.detect.makes_fire(told):
                self.alert.quiet_at = now
            self.alert.fired |= own
            self.rise(now)

    def _counts(self, told: Told) -> bool:
        if self.name in {"sustained", "aggregate"} and not self.detect.holds:
            return False
        return self.detect.counts(told)

    def _times(self, now: int) -> list[int] | None:
        """Return when the events that fired it were, where some of them may have been counted already."""
        if isinstance(self.detect, Sequence):
            return self.detect.pair
        found: Any = getattr(self.detect, "window", None) or getattr(self.detect, "samples", None)
        return None if found is None else [told.at for told in found(now)]

    def _stage_events(self, told: Told) -> set[tuple[int, int]]:
        own = set()
        for index, (_, items) in enumerate(self.watches):
            for item, (_, _, operator) in enumerate(items):
                if operator is not None and operator.event(told) is not None and operator.momentary:
                    own.add((index, item))
                    self.hits[index, item] = told.at
        return own

    def acknowledge(self, now: int) -> None:
        if self.alert is not None and self.alert.open and self.alert.acknowledged is None:
            self.alert.acknowledged = self.alert.stage
            self.say(now, "acknowledged", notify=False)
            self.alert.down_at = None

    def clear_by_person(self, now: int) -> None:
        if self.alert is not None and self.alert.open:
            self.clear(now, "cleared", by_person=True)

    def clock(self, now: int) -> None:
        """Let what is due at this second happen: clears, step-downs, detection, step-ups."""
        self.happen(now, range(now, now + 1))

    def restart(self, died: int, back: int) -> None:
        """What fell due while the process was away takes effect now, once, delayed; absence and quiet wait."""
        self.delayed = True
        for operator in self.operators():
            operator.away(died, back)
        self.quiet_floor = back + (self.detect.grace if isinstance(self.detect, Absence) else GRACE)
        if back > died:
            self.happen(back, range(died, back))
        self.delayed = False

    def operators(self) -> list[Condition]:
        found = [self.detect, self.ending, *(item[2] for _, items in self.watches for item in items)]
        return [each for each in found if each is not None]

    def happen(self, now: int, due: range) -> None:
        """Let what was due in these seconds happen now."""
        self.past = last = due[-1]
        for operator in self.operators():
            operator.moment = now
        self.calm(now, last)
        self.clears(now, due)
        late = self.detect.holds
        if late:
            self.due(now, due)
        self.steps_down(now, last)
        if not late:
            self.due(now, due)
        if self.cool_at is not None and last >= self.cool_at:
            self.cooled(now)
        own: set[tuple[int, int]] = set()
        for index, (_, items) in enumerate(self.watches):
            for item, (_, _, operator) in enumerate(items):
                fired = [operator.clock(each) for each in due] if operator is not None else []
                if operator is not None and operator.momentary and any(each is not None for each in fired):
                    own.add((index, item))
                    self.hits[index, item] = now
        if self.alert is not None and self.alert.open:
            self.alert.fired |= own
            self.rise(now)
            self.steps_down(now, last)
        if self.cool_at is not None and last >= self.cool_at:
            self.cooled(now)

    def due(self, now: int, due: range) -> None:
        if isinstance(self.detect, Every):
            due = self._once(now, due)
        for each in due:
            before = self.detect.holds
            fired = self.detect.clock(each)
            if before and not self.detect.holds:
                self.ended(now)
            if fired is not None:
                self.fire(now, fired, set(), event=False, before=before)
            if isinstance(self.detect, Missing) and self.detect.answered:
                self.detect.answer()
                if not self.detect.holds:
                    self.ended(now)

    def _once(self, now: int, due: range) -> range:
        """Return the one second of these that counts: what was missed several times happens once."""
        hits = [each for each in due if self.detect.clock(each) is not None]
        if hits and self.delayed:
            self.detect.start = now
        return range(hits[-1], hits[-1] + 1) if hits else range(0)

    # --- opening, counting -------------------------------------------------------------------------

    def fire(self, now: int, number: int, own: set[tuple[int, int]], *, event: bool, before: bool) -> None:
        alert = self.alert
        if alert is not None and alert.open:
            if self.name not in BRIEF and not before:
                self.changed(now)
            if not event:
                alert.quiet_at = now
            if self.name not in {"sustained", "absence"}:  # what they fire by is counted as it comes
                self.matched(now, own, by=number if self.name in {"missing", "every"} else 1)
        elif alert is not None and self.cooldown and now <= alert.cleared_at + self.cooldown:
            times = self._times(now)
            fresh = number if times is None else sum(1 for at in times if at > alert.cleared_at)
            self.reopen(now, max(fresh, 1) if event else fresh, own, condition_changed=not before)
        else:
            self.alert = alert = Alert(started=now, count=number, fired=set(own), quiet_at=now)
            self.cool_at = None
            self.begin(now)
            self.say(now, "opened")
            self.changed(now)
            self.rise(now)

    def begin(self, now: int) -> None:
        """Start the clocks of an opening."""
        alert = self.alert
        assert alert is not None
        alert.started = alert.quiet_at = now
        stages = [stage["stage"] for stage in self.rule["stages"]]
        alert.alarm_at = now if stages[alert.stage] == "alarm" or "alarm" not in stages else None
        if self.clear_form == "when":
            self.ending = condition(self.clear_value, now)

    def reopen(self, now: int, fresh: int, own: set[tuple[int, int]], *, condition_changed: bool) -> None:
        alert = self.alert
        assert alert is not None
        by_person = alert.by_person
        alert.count += fresh
        alert.open, alert.by_person, self.cool_at = True, False, None
        alert.entered, alert.latched, alert.fired, alert.stage = set(), set(), set(own), 0
        target = self.highest(now, started=now)
        if target:
            alert.stage = target
            self.enter(target)
        self.begin(now)
        self.say(now, "reopened", notify=by_person or alert.stage > alert.top)
        alert.top = max(alert.top, alert.stage)
        if condition_changed:
            self.changed(now)
        self.rise(now)

    def matched(self, now: int, own: set[tuple[int, int]], by: int = 1) -> None:
        alert = self.alert
        assert alert is not None
        alert.count += by
        alert.fired |= own
        before = alert.stage
        self.rise(now)
        if alert.stage == before and (alert.repeated_at is None or now - alert.repeated_at >= MINUTE):
            alert.repeated_at = now
            self.say(now, "repeated", notify=False)

    def say(self, now: int, change: str, *, notify: bool = True) -> None:
        alert = self.alert
        assert alert is not None
        respond = (
            change in {"opened", "reopened", "stepped_up"} and not alert.responded
            and self.rule["stages"][alert.stage]["stage"] == "alarm" and self.rule.get("respond") != "none"
        )  # fmt: skip
        alert.responded = alert.responded or respond
        self.out.append((now, change, alert.stage, alert.count, notify, respond, self.delayed))

    # --- stages ------------------------------------------------------------------------------------

    def stage_holds(self, index: int, now: int, *, started: int | None = None) -> bool:
        alert = self.alert
        mode, items = self.watches[index]
        assert alert is not None
        found = []
        for item, (name, parameters, operator) in enumerate(items):
            if operator is None:
                found.append(self._timer(name, parameters, now, started))
            elif not operator.momentary:
                found.append(operator.holds)
            elif mode == "all" and name == "event":
                recent = now - self.hits.get((index, item), -(10**9)) < seconds(parameters["within"])
                found.append(recent or (index in alert.entered and (index, item) in self.hits))
            else:
                found.append((index, item) in alert.fired)
        return not items or (all(found) if mode == "all" else any(found))

    def _timer(self, name: str, parameters: str, now: int, started: int | None) -> bool:
        alert = self.alert
        assert alert is not None
        if name == "open_for":
            return self.past >= (alert.started if started is None else started) + seconds(parameters)
        waiting = alert.alarm_at is not None and alert.acknowledged is None and started is None
        return waiting and self.past >= (alert.alarm_at or 0) + seconds(parameters)

    def highest(self, now: int, *, started: int | None = None) -> int:
        stages = range(len(self.watches) - 1, 0, -1)
        return next((index for index in stages if self.stage_holds(index, now, started=started)), 0)

    def enter(self, index: int) -> None:
        assert self.alert is not None
        self.alert.entered.add(index)

    def rise(self, now: int) -> None:
        alert = self.alert
        assert alert is not None
        target = self.highest(now)
        if target > alert.stage:
            was = self.rule["stages"][alert.stage]["stage"]
            alert.stage = target
            alert.top = max(alert.top, target)
            self.enter(target)
            if was == "warning" and self.rule["stages"][target]["stage"] == "alarm":
                alert.alarm_at = now
            self.say(now, "stepped_up")
        if any(
            operator is None and self._timer(name, parameters, now, None)
            for name, parameters, operator in self.watches[alert.stage][1]
        ):
            alert.latched.add(alert.stage)
        self.settle(now)

    def settle(self, now: int) -> None:
        alert = self.alert
        assert alert is not None
        kept = -1 if alert.acknowledged is None else alert.acknowledged
        free = alert.stage > max(0, kept) and alert.stage not in alert.latched
        if not free or self.stage_holds(alert.stage, now):
            alert.down_at = None
        elif alert.down_at is None:
            alert.down_at = now + seconds(self.rule.get("hold_down", "2m"))

    def steps_down(self, now: int, due: int) -> None:
        alert = self.alert
        while alert is not None and alert.open and alert.down_at is not None and due >= alert.down_at:
            alert.down_at = None
            below = [index for index in range(alert.stage) if self.stage_holds(index, now)]
            kept = -1 if alert.acknowledged is None else alert.acknowledged
            target = max([0, *below, kept, *(each for each in alert.latched if each < alert.stage)])
            alert.stage = target
            alert.entered = {each for each in alert.entered if each <= target}
            stages = [stage["stage"] for stage in self.rule["stages"]]
            if stages[target] == "warning" and "alarm" in stages:
                alert.alarm_at = None
            self.say(now, "stepped_down", notify=False)
            self.settle(now)

    # --- clearing ----------------------------------------------------------------------------------

    def clears(self, now: int, due: range) -> None:
        alert = self.alert
        hits = [] if self.ending is None else [self.ending.clock(each) for each in due]
        over = any(each is not None for each in hits)
        if alert is None or not alert.open or alert.flapping:
            return
        since = {"quiet": alert.quiet_at, "after": alert.started}.get(self.clear_form)
        if over or (since is not None and due[-1] >= self._clear_at(since)):
            self.clear(now, "cleared")

    def _clear_at(self, since: int) -> int:
        floor = self.quiet_floor if self.clear_form == "quiet" else 0
        return int(max(since + seconds(self.clear_value), floor))

    def ended(self, now: int) -> None:
        """The detecting condition ended."""
        alert = self.alert
        if alert is None or not alert.open:
            if alert is not None or any(at > now - HALF_HOUR for at in self.changes):
                self.changes.append(now)
        elif self.clear_form == "natural":
            in_time = isinstance(self.detect, Missing) and self.detect.in_time
            self.clear(now, "late_resolved" if in_time else "cleared")
        else:
            self.changed(now)

    def clear(self, now: int, change: str, *, by_person: bool = False) -> None:
        alert = self.alert
        assert alert is not None
        if by_person:
            self.changes = []
        else:
            if self.clear_form == "natural" or self.name in BRIEF:
                self.changed(now)
            if alert.flapping:
                return
        alert.open, alert.cleared_at, alert.by_person, alert.flapping = False, now, by_person, False
        alert.down_at = None
        alert.top = max(alert.top, alert.stage)
        self.ending = None
        self.say(now, change, notify=False)
        self.cool_at = now + self.cooldown

    def cooled(self, now: int) -> None:
        alert = self.alert
        self.cool_at = None
        if alert is None or alert.open:
            return
        if alert.by_person and self.detect.holds:
            self.reopen(now, 0, set(), condition_changed=False)
        else:
            self.alert = None

    def changed(self, now: int) -> None:
        """More than five changes of the condition in half an hour are flapping, said once."""
        alert = self.alert
        assert alert is not None
        self.changes = [at for at in self.changes if at > now - HALF_HOUR] + [now]
        if len(self.changes) > 5 and not alert.flapping and alert.open:
            alert.flapping = True
            self.say(now, "flapping")

    def calm(self, now: int, due: int) -> None:
        """Half an hour without a change: it clears if the condition is false."""
        alert = self.alert
        if alert is None or not alert.open or not alert.flapping or due < self.changes[-1] + HALF_HOUR:
            return
        alert.flapping = False
        if self.clear_form == "by" or (self.detect.holds and self.clear_form not in {"quiet", "after"}):
            return
        since = {"quiet": alert.quiet_at, "after": alert.started}.get(self.clear_form)
        if since is not None and due < self._clear_at(since):
            return
        self.changes = []
        self.clear(now, "cleared")
