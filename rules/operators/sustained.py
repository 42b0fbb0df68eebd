"""`sustained`: a condition that held for T, judged by the clock, without waiting for another sample.

The condition starts at the first sample for which `holds` is true, ends at the first for which it is
false; unknown samples change nothing. Samples up to the lateness out of order are put in their place.
"""

from __future__ import annotations

from bisect import insort
from typing import Any

import msgspec

from devices.expression import Expression
from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator


class SustainedState(State, tag="sustained"):
    """`base` is the start as of everything older than `recent`; `start` the one that follows from both."""

    base: int | None = None
    recent: list[tuple[int, bool]] = []
    start: int | None = None
    last: int = 0  # newest true sample
    fired: bool = False
    confirmed: bool = False  # a true sample of this run was not late
    waiting: bool = False  # its time came, but the last sample was older than max_gap
    ids: list[str] = []
    count: int = 0
    longest: int = 0  # near miss


class SustainedOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `sustained`."""

    of: Selector
    holds: Expression
    for_us: int
    max_gap_us: int | None = None
    name: str = "sustained"
    momentary: bool = False

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of}

    def fresh(self) -> SustainedState:
        return SustainedState()

    def event(self, state: SustainedState, _slot: str, seen: Seen) -> Fire | None:
        truth = self.holds.test(seen.env)
        if truth is not True and truth is not False:
            return None
        if seen.cancel_only and truth:
            return None
        started = state.start
        _place(state, seen.at, truth=truth)
        if state.start is None:
            self._ended(state, seen, started)
            return None
        if truth:
            if state.start != started and not state.fired:
                state.ids, state.count, state.confirmed = [], 0, False
            state.count += 1
            state.ids = [*state.ids[:1], *state.ids[1:][-SAMPLES:], seen.id]
            state.last = max(state.last, seen.at)
            state.confirmed = state.confirmed or not seen.late
            state.waiting = False
        self._arm(state, seen)
        return None

    def _ended(self, state: SustainedState, seen: Seen, started: int | None) -> None:
        if started is not None and not state.fired:
            state.longest = max(state.longest, seen.at - started)
        state.due, state.level, state.fired, state.waiting = None, False, False, False
        state.ids, state.count, state.confirmed = [], 0, False

    def _arm(self, state: SustainedState, seen: Seen) -> None:
        ready = state.start is not None and not state.fired and state.confirmed and not state.waiting
        state.due = max(state.start + self.for_us, seen.now) if ready and state.start is not None else None

    def due(self, state: SustainedState, seen: Seen) -> Fire | None:
        state.due = None
        if state.start is None or state.fired or not seen.active:
            return None
        if self.max_gap_us is not None and seen.now - state.last > self.max_gap_us:
            state.waiting = True
            return None
        state.fired, state.level = True, True
        why: dict[str, Any] = {
            "operator": "sustained",
            "holds": self.holds.text,
            "for": duration_text(self.for_us),
        }
        why["since_us"], why["clauses"] = state.start, [{"text": self.holds.text, "truth": True}]
        return Fire(tuple(state.ids), max(state.count, 1), why)

    def shut(self, state: SustainedState, _seen: Seen) -> None:
        """Cancel what is pending; the samples go on being followed."""
        state.due = None

    def opened(self, state: SustainedState, seen: Seen) -> Fire | None:
        self._arm(state, seen)
        return None


def _place(state: SustainedState, at: int, *, truth: bool) -> None:
    """Put a sample in its place and work out the start as if all had come in order."""
    insort(state.recent, (at, truth), key=lambda sample: sample[0])
    horizon = state.recent[-1][0] - LATENESS_US
    while state.recent[0][0] < horizon:
        old_at, old = state.recent.pop(0)
        state.base = _next(state.base, old_at, truth=old)
    start = state.base
    for sample_at, sample in state.recent:
        start = _next(start, sample_at, truth=sample)
    state.start = start
    if len(state.recent) > 256:  # a chattering sensor: the oldest half is settled early
        for sample_at, sample in state.recent[:128]:
            state.base = _next(state.base, sample_at, truth=sample)
        del state.recent[:128]


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
    return SustainedOperator(of=of, holds=holds, for_us=for_us, max_gap_us=gap)
