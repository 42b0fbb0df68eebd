"""`sustained`: a condition that held for T, judged by the clock, without waiting for another sample.

The condition starts at the first sample for which `holds` is true, ends at the first for which it is
false; unknown samples change nothing. Samples up to the lateness out of order are put in their place;
what is older than that is settled, and a late sample is joined to what is settled as well as it can be.
"""

from __future__ import annotations

from typing import Any

import msgspec

from devices.expression import Expression
from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator
from rules.paths import value_at
from rules.why import clauses, short

_OF_EVENT = ("data.", "subject.", "state.")
MOST_RECENT = (
    256  # samples within the lateness; of a sensor that chatters faster, the oldest are settled early
)


class SustainedState(State, tag="sustained"):
    """`base` is the start as of everything older than `recent`; `start` the one that follows from both."""

    base: int | None = None
    true_at: int | None = None  # newest settled true sample, newest settled false one
    false_at: int | None = None
    recent: list[tuple[int, bool]] = []
    start: int | None = None
    last: int = 0  # newest true sample
    fired: bool = False
    confirmed: bool = False  # a true sample of this run was not late
    waiting: bool = False  # its time came, but the last sample was older than max_gap
    ids: list[str] = []
    count: int = 0
    read: dict[str, Any] = {}  # what `holds` read of the newest true sample
    longest: int = 0  # near miss: how long it held, and when it ended
    longest_at: int | None = None
    unknown_at: int | None = None  # near miss: the newest sample of which `holds` was not known


class SustainedOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `sustained`."""

    of: Selector
    holds: Expression
    for_us: int
    max_gap_us: int | None = None
    name: str = "sustained"
    momentary: bool = False
    looks_back_us: int | None = 0
    reads: tuple[str, ...] = ()  # the paths of `holds` that are of the event

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of}

    def fresh(self) -> SustainedState:
        return SustainedState()

    def event(self, state: SustainedState, _slot: str, seen: Seen) -> Fire | None:
        truth = self.holds.test(seen.env)
        if truth is not True and truth is not False:
            state.unknown_at = seen.at
            return None
        if truth and seen.cancel_only:
            return None
        started = state.start
        _place(state, seen.at, truth=truth)
        if state.start is None:
            self._ended(state, seen, started)
            return None
        if truth:
            if started is None:
                state.ids, state.count, state.confirmed, state.last = [], 0, False, 0
            state.count += 1
            state.ids = [*state.ids[:1], *state.ids[1:][-SAMPLES:], seen.id]
            if seen.at >= state.last:
                state.last = seen.at
                state.read = {path: short(value_at(path, seen.env)) for path in self.reads}
            state.confirmed = state.confirmed or not seen.late
            state.waiting = False
        self._arm(state, seen.gate)
        return None

    def _ended(self, state: SustainedState, seen: Seen, started: int | None) -> None:
        if started is not None and not state.fired and seen.at - started > state.longest:
            state.longest, state.longest_at = seen.at - started, seen.at
        state.due, state.level, state.fired, state.waiting = None, False, False, False
        state.ids, state.count, state.confirmed = [], 0, False

    def _arm(self, state: SustainedState, now: int) -> None:
        if state.start is None or state.fired or state.waiting or not state.confirmed:
            state.due = None
        else:
            state.due = max(state.start + self.for_us, now)

    def due(self, state: SustainedState, seen: Seen) -> Fire | None:
        state.due = None
        if state.start is None or state.fired or not seen.active:
            return None
        if self.max_gap_us is not None and seen.now - state.last > self.max_gap_us:
            state.waiting = True
            return None
        state.fired, state.level = True, True
        why = self.stands(state, seen)
        why["clauses"] = clauses("holds", self.holds, {**seen.env, **_roots(state.read)})
        return Fire(tuple(state.ids), max(state.count, 1), why)

    def stands(self, state: SustainedState, _seen: Seen) -> dict[str, Any]:
        why: dict[str, Any] = {
            "operator": "sustained",
            "holds": self.holds.text,
            "for": duration_text(self.for_us),
        }
        if state.start is not None:
            why["since_us"], why["last_us"] = state.start, state.last
            why["values"] = {path: value for path, value in state.read.items() if value is not None}
        if self.max_gap_us is not None:
            why["max_gap"] = duration_text(self.max_gap_us)
        return why

    def near(self, state: SustainedState) -> dict[str, Any] | None:
        found: dict[str, Any] = {"operator": "sustained", "for_us": self.for_us}
        if state.longest:
            found["held_us"], found["at_us"] = state.longest, state.longest_at
        if state.start is not None and not state.fired:
            found["since_us"], found["last_us"] = state.start, state.last
            if state.waiting:
                found["max_gap_us"] = self.max_gap_us
        if state.unknown_at is not None:
            found["unknown_us"] = state.unknown_at
        return found if len(found) > 2 else None

    def shut(self, state: SustainedState, _seen: Seen) -> None:
        """Cancel what is pending; the samples go on being followed."""
        state.due = None

    def opened(self, state: SustainedState, seen: Seen) -> Fire | None:
        self._arm(state, seen.gate)
        return None

    def idle(self, state: SustainedState) -> bool:
        return state.start is None


def _place(state: SustainedState, at: int, *, truth: bool) -> None:
    """Put a sample in its place and work out the start as if all had come in order."""
    recent = state.recent
    if not recent or at >= recent[-1][0]:
        recent.append((at, truth))
        state.start = _next(state.start, at, truth=truth)
        _forget(state, at - LATENESS_US)
        return
    if at < recent[-1][0] - LATENESS_US:
        _settle(state, at, truth=truth)
    else:
        index = len(recent)
        while index and recent[index - 1][0] > at:
            index -= 1
        recent.insert(index, (at, truth))
        _forget(state, recent[-1][0] - LATENESS_US)
    start = state.base
    for sample_at, sample in recent:
        start = _next(start, sample_at, truth=sample)
    state.start = start


def _forget(state: SustainedState, horizon: int) -> None:
    """Settle what is older than the horizon."""
    recent = state.recent
    settled = 0
    while recent[settled][0] < horizon:
        _settle(state, recent[settled][0], truth=recent[settled][1])
        settled += 1
    if len(recent) - settled > MOST_RECENT:
        for sample_at, sample in recent[settled : settled + MOST_RECENT // 2]:
            _settle(state, sample_at, truth=sample)
        settled += MOST_RECENT // 2
    if settled:
        del recent[:settled]


def _settle(state: SustainedState, at: int, *, truth: bool) -> None:
    if truth:
        if state.true_at is None or at > state.true_at:
            state.true_at = at
        if state.false_at is not None and state.false_at > at:
            return
        if state.base is None or at < state.base:
            state.base = at
        return
    if state.false_at is None or at > state.false_at:
        state.false_at = at
    if state.base is not None and at >= state.base:
        state.base = state.true_at if state.true_at is not None and state.true_at > at else None


def _roots(read: dict[str, Any]) -> dict[str, Any]:
    """Build the roots that an expression reads from the values at its paths."""
    roots: dict[str, Any] = {}
    for path, value in read.items():
        root, *names = path.split(".")
        if not names or value is None:
            continue
        holder = roots.setdefault(root, {})
        for name in names[:-1]:
            holder = holder.setdefault(name, {})
        holder[names[-1]] = value
    return roots


def _next(start: int | None, at: int, *, truth: bool) -> int | None:
    if not truth:
        return None
    return at if start is None else start


@operator("sustained", SustainedState)
def parse(fields: Fields) -> SustainedOperator | None:
    """Read `{of, holds, for, max_gap}`."""
    of = fields.selector("of", required=True)
    holds = fields.expression("holds", required=True)
    for_us = fields.duration("for", required=True)
    gap = fields.duration("max_gap")
    if of is None or holds is None or for_us is None:
        return None
    reads = tuple(path for path in holds.paths if path.startswith(_OF_EVENT))
    return SustainedOperator(of=of, holds=holds, for_us=for_us, max_gap_us=gap, reads=reads)
