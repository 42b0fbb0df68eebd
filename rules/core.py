"""Core: what every part of the engine shares: the heap of deadlines, the open alerts, and the way out.

Deadlines live in the state of their key; the heap holds copies and is checked against the state when
one comes up, so that moving a deadline costs O(log n) and a restart builds the heap again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from heapq import heappush
from typing import Any, TypeAlias

import msgspec

from devices.expression import Expression
from devices.registry import Device
from rules.duration import from_us
from rules.keyed import AlertState, KeyState, phase_of
from rules.memory import DeviceMemory, SiteMemory, StateView
from rules.model import AlertSelector, Inhibit, Rule
from rules.muting import silence_matcher
from rules.operators import Seen
from rules.runtime import RuleAtWork, key_text
from rules.site import Site
from rules.turn import Turn

Entry: TypeAlias = tuple[int, int, str, str, str]  # due, phase, rule, key, slot


class Core:
    """The shared state of one engine; its methods are for the modules of `rules/` only."""

    def __init__(
        self, rules: Iterable[Rule], inhibits: Iterable[Inhibit], site: Site, versions: Mapping[str, int]
    ) -> None:
        self.site = site
        self.inhibits = tuple(inhibits)
        self.rules = {rule.id: RuleAtWork(rule, versions.get(rule.id, 1)) for rule in rules}
        self.memory = SiteMemory()
        self.devices: dict[str, DeviceMemory] = {}
        self.unlisted: dict[str, Device] = {}
        self.heap: list[Entry] = []
        self.open: dict[str, tuple[str, str, str]] = {}  # alert id -> rule, key, dedup text
        self.dirty: set[tuple[str, str]] = set()
        self.offset_us = 0  # wall − E, for calendars alone
        self._matchers: dict[str, Expression] = {}
        self._spans: dict[str, tuple[int, int, bool]] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self.absences = [work for work in self.rules.values() if work.rule.detect.name == "absence"]

    @property
    def now(self) -> int:
        return self.memory.now

    # --- devices ---------------------------------------------------------------------------------

    def device(self, device_id: str) -> Device:
        """Return the device; one that nobody listed is made up and flagged."""
        found = self.site.registry.get(device_id) or self.unlisted.get(device_id)
        if found is None:
            found = self.unlisted[device_id] = Device(id=device_id, unlisted=True)
        return found

    def device_memory(self, device_id: str) -> DeviceMemory:
        """Return what is remembered of a device."""
        found = self.devices.get(device_id)
        if found is None:
            found = self.devices[device_id] = DeviceMemory()
        return found

    def parents(self, device_id: str) -> tuple[str, ...]:
        """Return what a device hangs on, nearest first."""
        found = self._parents.get(device_id)
        if found is None:
            found = self._parents[device_id] = self.site.registry.parents(device_id)
        return found

    def env(self, device_id: str | None, at: int) -> dict[str, Any]:
        """Return what expressions read at a deadline."""
        device = self.device(device_id) if device_id else None
        return {
            "at": from_us(at + self.offset_us),
            "device": device if device is not None else {},
            "state": StateView(self.device_memory(device_id)) if device_id else {},
            "site": self.memory.site(self.site.id, device.zone if device is not None else None),
        }

    # --- time ------------------------------------------------------------------------------------

    def calendar(self, name: str | None, at: int) -> bool:
        """Tell whether a calendar is open; a rule without one always is. Answers hold until the next change."""
        if name is None:
            return True
        span = self._spans.get(name)
        if span is None or not span[0] <= at < span[1]:
            end = self.next_change(name, at)
            inside = self.site.calendars[name].contains(from_us(at + self.offset_us))
            span = self._spans[name] = (at, max(end or at + 10**15, at + 1), inside)
        return span[2]

    def next_change(self, name: str, after: int) -> int | None:
        """Return when a calendar opens or closes next, in engine time."""
        moment = from_us(after + self.offset_us)
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

    def active(self, work: RuleAtWork, at: int) -> bool:
        """Tell whether a rule may detect and rise now."""
        return self.calendar(work.rule.active, at)

    def forget_spans(self) -> None:
        """Calendars are to be read anew: the wall clock or the site changed."""
        self._spans.clear()

    def deadline(self, work: RuleAtWork, state: KeyState, slot: str, due: int | None) -> None:
        """Set, move or (None) cancel one deadline of a key."""
        if due is None:
            if state.deadlines.pop(slot, None) is not None:
                self.touch(work, state)
        elif state.deadlines.get(slot) != due:
            self.push(work, state, slot, due, phase_of(slot))

    def push(self, work: RuleAtWork, state: KeyState, slot: str, due: int, phase: int) -> None:
        """Set one deadline in a given order among those of its instant."""
        state.deadlines[slot] = due
        heappush(self.heap, (due, phase, work.rule.id, key_text(state.values), slot))
        self.touch(work, state)

    def drop_deadlines(self, work: RuleAtWork, state: KeyState, prefix: str, text: str) -> None:
        """Cancel the deadlines of one alert whose slot begins with `prefix`."""
        for slot in [
            s for s in state.deadlines if s.startswith(prefix) and s.partition("|")[2] == text and "|" in s
        ]:
            self.deadline(work, state, slot, None)

    def touch(self, work: RuleAtWork, state: KeyState) -> None:
        """The state of this key has to go into the next snapshot."""
        self.dirty.add((work.rule.id, key_text(state.values)))

    def seen(self, work: RuleAtWork, state: KeyState, turn: Turn) -> Seen:
        """Return a moment (not an event) as operators look at it."""
        started = self.memory.started or 0
        return Seen(
            at=turn.now, now=turn.now, env=turn.env, active=self.active(work, turn.now),
            floor=started + self.grace(work), downtime=self.memory.downtime_since,
            after=lambda after: self.next_time(work, state, after),
        )  # fmt: skip

    def grace(self, work: RuleAtWork) -> int:
        """Return how long after a start no absence and no quiet deadline of this rule may lie."""
        return getattr(work.rule.detect, "grace_us", 120_000_000)

    def next_time(self, work: RuleAtWork, state: KeyState, after: int) -> int | None:
        """Return the next scheduled time of an `every` rule."""
        found = work.operator(state).next_after(after + self.offset_us, self.site.zone)
        return None if found is None else found - self.offset_us

    def expect_clear(self, work: RuleAtWork, state: KeyState, turn: Turn) -> None:
        """A clearing operator begins to watch: an absence is expected from now on, a schedule gets its time."""
        operator = work.rule.clear.operator
        if operator.name == "absence":
            operator.expected(state.clear, msgspec.structs.replace(self.seen(work, state, turn), floor=0))
        elif operator.name == "every":
            found = operator.next_after(turn.now + self.offset_us, self.site.zone)
            state.clear.due = None if found is None else found - self.offset_us
        self.deadline(work, state, "clear", state.clear.due)

    # --- alerts ----------------------------------------------------------------------------------

    def alert_id(self, rule: str, key: Mapping[str, Any], turn: Turn) -> str:
        """Return the id of an alert that opens now: the same in every replay."""
        turn.inputs += 1
        text = msgspec.json.encode(
            [self.site.id, rule, key, turn.seq, turn.inputs if turn.seq == 0 else 0, turn.now]
        )
        return hashlib.blake2b(text, digest_size=12).hexdigest()

    def opened(self, work: RuleAtWork, state: KeyState, alert: AlertState, text: str) -> None:
        """An alert is open from now on."""
        self.open[alert.id] = (work.rule.id, key_text(state.values), text)

    def closed(self, work: RuleAtWork, state: KeyState, alert: AlertState, text: str, turn: Turn) -> None:
        """An alert is no longer open: whom it muted is looked at again after the grace."""
        del work, state, text
        self.open.pop(alert.id, None)
        self.unmute_later(lambda muted: muted.get("alert") == alert.id, turn.now + 120_000_000)

    def unmute_later(self, chosen: Any, due: int) -> None:
        """Look again, at `due`, at every open alert whose mute is chosen."""
        for work, state, alert, text in list(self.open_alerts_iter()):
            if alert.muted_by is not None and chosen(alert.muted_by):
                self.deadline(work, state, f"mute|{text}", due)

    def open_alerts_iter(self) -> Iterator[tuple[RuleAtWork, KeyState, AlertState, str]]:
        """Walk the open alerts."""
        for rule, key, text in self.open.values():
            work = self.rules.get(rule)
            state = work.keys.get(key) if work is not None else None
            if work is not None and state is not None and text in state.alerts:
                yield work, state, state.alerts[text], text

    def open_of(self, selector: AlertSelector) -> Iterator[tuple[RuleAtWork, KeyState, AlertState, str]]:
        """Walk the open alerts of the rules that a selector names."""
        return (found for found in self.open_alerts_iter() if selector.names(found[0].rule.id))

    def matcher(self, text: str) -> Expression:
        """Return a compiled silence matcher."""
        found = self._matchers.get(text)
        if found is None:
            found = self._matchers[text] = silence_matcher(text)
        return found

    def absence_deadlines(self, device: str) -> Iterator[int]:
        """Yield when absence rules will judge this device."""
        key = key_text([device])
        for work in self.absences:
            if work.whole_device:
                state = work.keys.get(key)
                due = state.deadlines.get("detect") if state is not None else None
                if due is not None:
                    yield due
