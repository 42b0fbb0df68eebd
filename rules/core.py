"""Core: what every part of the engine shares: devices, flags, calendars, deadlines, keys and open alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from heapq import heappop, heappush
from typing import Any, TypeAlias

import msgspec

from devices.expression import Expression
from devices.registry import Device
from rules.deadlines import Deadlines
from rules.duration import MINUTE_US, from_us
from rules.keyed import AlertState, KeyState
from rules.memory import DeviceMemory
from rules.model import AlertSelector, Inhibit, Rule
from rules.muting import silence_matcher
from rules.operators import LATENESS_US, Seen
from rules.runtime import RuleAtWork
from rules.site import Site
from rules.turn import Turn

Open: TypeAlias = tuple[RuleAtWork, KeyState, AlertState, str]
GRACE_US = 2 * MINUTE_US


class Core(Deadlines):
    """The shared state of one engine; its methods are for the modules of `rules/` only."""

    def __init__(
        self, rules: Iterable[Rule], inhibits: Iterable[Inhibit], site: Site, versions: Mapping[str, int]
    ) -> None:
        works = [RuleAtWork(rule, versions.get(rule.id, 1)) for rule in rules]
        super().__init__({work.rule.id: work for work in sorted(works, key=lambda work: work.rule.id)})
        self.site = site
        self.inhibits = tuple(inhibits)
        self.devices: dict[str, DeviceMemory] = {}
        self.unlisted: dict[str, Device] = {}
        self.known: dict[str, Device] = {}  # every device that was asked for
        self.muted: dict[str, Open] = {}  # open alerts that are muted, by id
        self.idle: list[tuple[int, str, str]] = []  # when to look whether a key may be forgotten
        self.dirty_devices: set[str] = set()
        self.gone: set[tuple[str, str]] = set()
        self.released: list[RuleAtWork] = []  # old versions of which an alert has ended since the last look
        self.says_isolation = True  # as a change; otherwise it is noted here for whoever asks
        self.isolated: list[Any] = []  # rules.faults.Isolated
        self.view: dict[str, Any] = {}  # what expressions read of the event being judged
        self.seen, self.moment = Seen(), Seen()  # of the event being judged; of what is not an event
        for each in (self.seen, self.moment):
            each.downtime, each.next_time = self._downtime_since, self.next_time
        self.absences = [work for work in self.rules.values() if work.rule.detect.name == "absence"]
        self._matchers: dict[str, Expression] = {}
        self._spans: dict[str, tuple[int, int, bool]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._carriers: frozenset[str] | None = None  # on which others hang
        self.zone_flags: dict[str | None, dict[str, Any]] = {}

    @property
    def now(self) -> int:
        return self.memory.now

    # --- devices ---------------------------------------------------------------------------------

    def device(self, device_id: str) -> Device:
        """Return the device; one that nobody listed is made up and flagged."""
        found = self.known.get(device_id)
        if found is None:
            found = self.site.registry.get(device_id)
            if found is None:
                found = self.unlisted[device_id] = Device(id=device_id, unlisted=True)
            self.known[device_id] = found
        return found

    def device_memory(self, device_id: str) -> DeviceMemory:
        """Return what is remembered of a device; nothing yet is not kept."""
        return self.devices.get(device_id) or DeviceMemory()

    def parents(self, device_id: str) -> tuple[str, ...]:
        """Return what a device hangs on, nearest first."""
        found = self._parents.get(device_id)
        if found is None:
            found = self._parents[device_id] = self.site.registry.parents(device_id)
        return found

    def carries(self, device_id: str) -> bool:
        """Tell whether something hangs on a device."""
        if self._carriers is None:
            self._carriers = frozenset(each.parent for each in self.site.registry if each.parent)
        return device_id in self._carriers

    def forget_parents(self) -> None:
        """Another list of devices is in force: what hangs on what is to be read anew."""
        self._parents.clear()
        self._carriers = None

    def flags(self, zone: str | None) -> dict[str, Any]:
        """Return `site.*` as rules read it in a zone."""
        found = self.zone_flags.get(zone)
        if found is None:
            found = self.zone_flags[zone] = self.memory.site(self.site.id, zone)
        return found

    def forget_flags(self) -> None:
        """Flags were set."""
        self.zone_flags.clear()

    def env(self, device_id: str | None, at: int) -> dict[str, Any]:
        """Return what expressions read at a deadline."""
        device = self.device(device_id) if device_id else None
        return {
            "at": from_us(at + self.memory.offset),
            "device": device if device is not None else {},
            "state": self.device_memory(device_id).reported if device_id else {},
            "site": self.flags(device.zone if device is not None else None),
        }

    # --- time ------------------------------------------------------------------------------------

    def calendar(self, name: str | None, at: int) -> bool:
        """Tell whether a calendar is open; a rule without one always is. Answers hold until the next change."""
        if name is None:
            return True
        span = self._spans.get(name)
        if span is None or not span[0] <= at < span[1]:
            end = self.next_change(name, at)
            inside = self.site.calendars[name].contains(from_us(at + self.memory.offset))
            span = self._spans[name] = (at, max(end or at + 10**15, at + 1), inside)
        return span[2]

    def next_change(self, name: str, after: int) -> int | None:
        """Return when a calendar opens or closes next, in engine time."""
        moment = from_us(after + self.memory.offset)
        change = self.site.calendars[name].next_change(moment)
        return None if change is None else after + (change - moment) // timedelta(microseconds=1)

    def next_opening(self, name: str, after: int) -> int | None:
        """Return when a calendar that is closed opens next."""
        at: int | None = after
        for _ in range(1000):
            at = self.next_change(name, at) if at is not None else None
            if at is None or self.calendar(name, at):
                return at
        return None

    def active(self, work: RuleAtWork, turn: Turn) -> bool:
        """Tell whether a rule may detect and rise now."""
        return self.calendar(work.rule.active, turn.gate)

    def forget_spans(self) -> None:
        """Calendars are to be read anew: the wall clock changed."""
        self._spans.clear()

    def started(self, now: int) -> None:
        """This process began."""
        self.seen.started = self.moment.started = now

    def look(self, work: RuleAtWork, turn: Turn) -> Seen:
        """Return a moment (not an event) as operators look at it."""
        seen = self.moment
        seen.at = seen.now = turn.now
        seen.gate, seen.env, seen.id = turn.gate, turn.env, ""
        seen.late = seen.cancel_only = False
        seen.active = self.active(work, turn)
        return seen

    def grace(self, work: RuleAtWork) -> int:
        """Return how long after a start no absence and no quiet deadline of this rule may lie."""
        return getattr(work.rule.detect, "grace_us", GRACE_US)

    def quiet_due(self, work: RuleAtWork, turn: Turn) -> int:
        """Return when an alert is quiet for long enough, if nothing comes after this input.

        What comes from further back than the lateness counts from its arrival: nobody could have seen it before.
        """
        due = (turn.at if turn.now - turn.at <= LATENESS_US else turn.now) + work.rule.clear.us
        restarted = self.memory.restarted
        return max(due, turn.now, restarted + self.grace(work) if restarted is not None else 0)

    def _downtime_since(self, since: int) -> int:
        return self.memory.downtime_since(since)

    def next_time(self, every: Any, after: int) -> int | None:
        """Return the next scheduled time of an `every`."""
        found: int | None = every.next_after(after + self.memory.offset, self.site.zone)
        return None if found is None else found - self.memory.offset

    # --- keys ------------------------------------------------------------------------------------

    def create(self, work: RuleAtWork, values: list[Any], turn: Turn) -> KeyState:
        """Make the state of a key that was not there."""
        state = work.fresh(values)
        work.add(state)
        self.gone.discard((work.slot, state.text))
        state.touched = turn.now
        if work.forget_us is not None:
            heappush(self.idle, (turn.now + work.forget_us, work.slot, state.text))
        for index, item, operator in work.staged:
            if operator.name == "absence":
                own = state.stages[index][item]
                operator.expected(own, self.look(work, turn))
                self.deadline(work, state, f"stage:{index}:{item}", own.due)
        self.touch(work, state)
        return state

    def forget_idle(self, now: int) -> None:
        """Forget the keys that mean nothing any more: what they would do next is what a new one does."""
        idle = self.idle
        while idle and idle[0][0] < now:
            _, rule, key = heappop(idle)
            work = self.rules.get(rule)
            state = work.keys.get(key) if work is not None else None
            if work is None or state is None or work.forget_us is None:
                continue
            if self.forgettable(work, state, now):
                self.remove(work, state)
            else:
                again = max(state.touched + work.forget_us, now + 60 * MINUTE_US)
                heappush(idle, (again, rule, key))

    def forgettable(self, work: RuleAtWork, state: KeyState, now: int) -> bool:
        """Tell whether a key is as one that was never seen."""
        return work.forget_us is not None and now - state.touched > work.forget_us and work.idle(state)

    def remove(self, work: RuleAtWork, state: KeyState) -> None:
        """Forget one key."""
        work.remove(state)
        self.gone.add((work.slot, state.text))

    def expect_clear(self, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
        """A clearing operator begins to watch: an absence is expected from now on, a schedule gets its time."""
        operator = work.rule.clear.operator
        if operator.name == "absence":
            operator.expected(state.clear, self.look(work, turn))
        elif operator.name == "every":
            state.clear.due = self.next_time(operator, turn.now)
        self.deadline(work, state, "clear", state.clear.due)

    def restored(self) -> None:
        """The states have been read from a snapshot: build again what follows from them."""
        self.started(self.memory.started or 0)
        self.forget_flags()
        self.forget_spans()
        self.rebuild()
        for work in self.rules.values():
            for state in work.keys.values():
                if work.forget_us is not None:
                    heappush(self.idle, (state.touched + work.forget_us, work.slot, state.text))
                for text, alert in state.alerts.items():
                    if alert.open:
                        work.open[alert.id] = (state, text)
                        if alert.muted_by is not None:
                            self.muted[alert.id] = (work, state, alert, text)

    # --- alerts ----------------------------------------------------------------------------------

    def alert_id(self, rule: str, key: Mapping[str, Any], turn: Turn) -> str:
        """Return the id of an alert that opens now: the same in every replay."""
        turn.inputs += 1
        text = msgspec.json.encode(
            [self.site.id, rule, key, turn.seq, turn.inputs if turn.seq == 0 else 0, turn.now]
        )
        return hashlib.blake2b(text, digest_size=12).hexdigest()

    def closed(self, work: RuleAtWork, alert: AlertState, turn: Turn) -> None:
        """An alert is no longer open: whom it muted is looked at again after the grace."""
        work.open.pop(alert.id, None)
        if work.retired:
            self.released.append(work)
        self.muted.pop(alert.id, None)
        self.unmute_later("alert", alert.id, turn.now)

    def unmute_later(self, name: str, value: str, now: int) -> None:
        """Look again, after the grace, at every open alert that is muted by this alert or parent."""
        for work, state, alert, text in self.muted.values():
            if alert.muted_by is not None and alert.muted_by.get(name) == value:
                self.deadline(work, state, f"mute|{text}", now + self.grace(work))

    def open_alerts(self) -> Iterator[Open]:
        """Walk the open alerts, by rule and key."""
        for work in self.rules.values():
            yield from self.open_of(work)

    def open_of(self, work: RuleAtWork) -> Iterator[Open]:
        """Walk the open alerts of one rule, by key."""
        for state, text in sorted(work.open.values(), key=lambda each: (each[0].text, each[1])):
            yield work, state, state.alerts[text], text

    def open_named(self, selector: AlertSelector) -> Iterator[Open]:
        """Walk the open alerts of the rules that a selector names."""
        for work in self.rules.values():
            if work.open and selector.names(work.rule.id):
                yield from self.open_of(work)

    def matcher(self, text: str) -> Expression:
        """Return a compiled silence matcher."""
        found = self._matchers.get(text)
        if found is None:
            found = self._matchers[text] = silence_matcher(text)
        return found
