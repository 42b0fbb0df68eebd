"""`count`: the n-th matching event (n-th distinct value) in a half-open window (at − T, at].

Matches are counted, not consecutive ones; `reset` empties the window. It re-arms when the number in the
window, which falls by the clock, is below n.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator
from rules.paths import value_at
from rules.window import Entry, falls_below, inside, number, put, samples, text_of


class CountState(State, tag="count"):
    """The window, and the newest reset."""

    window: list[Entry] = []
    reset_at: int = 0
    best: tuple[int, int] = (0, 0)  # near miss: number, when


class CountOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `count`."""

    of: Selector
    at_least: int
    within_us: int
    distinct: str | None = None
    reset: Selector | None = None
    name: str = "count"
    momentary: bool = False

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of} if self.reset is None else {"reset": self.reset, "of": self.of}

    def fresh(self) -> CountState:
        return CountState()

    def event(self, state: CountState, slot: str, seen: Seen) -> Fire | None:
        if not seen.active or seen.cancel_only:
            return None
        if slot == "reset":
            self._reset(state, seen)
            return None
        value = ""
        if self.distinct is not None:
            found = value_at(self.distinct, seen.env)
            if found is None:
                return None
            value = text_of(found)
        if seen.at < state.reset_at:
            return None
        if state.level and state.due is not None and state.due <= seen.now:
            state.level = False
        put(
            state.window,
            Entry(seen.at, seen.id, value),
            within=self.within_us,
            need=self.at_least,
            distinct=self.distinct is not None,
        )
        hit = self._hit(state, seen.at)
        fire = None
        if hit is not None and not state.level:
            fire = self._fire(hit)
        self._settle(state, seen.now, fired=fire is not None)
        return fire

    def _hit(self, state: CountState, at: int) -> list[Entry] | None:
        """Return the first window, among those that the new entry is in, that holds enough."""
        distinct = self.distinct is not None
        for end in (entry.at for entry in state.window if at <= entry.at < at + self.within_us):
            entries = inside(state.window, end, self.within_us)
            found = number(entries, distinct=distinct)
            if found >= self.at_least:
                return entries
            if found >= state.best[0]:
                state.best = (found, end)
        return None

    def _fire(self, entries: list[Entry]) -> Fire:
        distinct = self.distinct is not None
        why: dict[str, Any] = {
            "operator": "count",
            "number": number(entries, distinct=distinct),
            "at_least": self.at_least,
        }
        why["within"] = duration_text(self.within_us)
        if self.distinct is not None:
            why["distinct"] = self.distinct
            why["values"] = sorted({entry.value[1:] for entry in entries})[:8]
        why["window_us"] = [entry.at for entry in entries[-8:]]
        return Fire(samples(entries), len(entries), why)

    def _settle(self, state: CountState, now: int, *, fired: bool = False) -> None:
        falls = falls_below(
            state.window, now, within=self.within_us, need=self.at_least, distinct=self.distinct is not None
        )
        state.level = falls is not None and (fired or state.level)
        state.due = falls if state.level else None

    def _reset(self, state: CountState, seen: Seen) -> None:
        state.reset_at = max(state.reset_at, seen.at)
        state.window = [entry for entry in state.window if entry.at > seen.at]
        self._settle(state, seen.now)

    def due(self, state: CountState, seen: Seen) -> Fire | None:
        self._settle(state, seen.now)
        return None

    def shut(self, state: CountState, _seen: Seen) -> None:
        """Only what came while the calendar was open counts."""
        state.window, state.level, state.due = [], False, None

    def opened(self, _state: CountState, _seen: Seen) -> Fire | None:
        return None


@operator("count", CountState)
def parse(fields: Fields) -> CountOperator | None:
    """Read `{of, at_least, within, distinct, reset}`."""
    of = fields.selector("of", required=True)
    at_least = fields.integer("at_least", required=True)
    within = fields.duration("within", required=True)
    distinct = fields.path("distinct")
    reset = fields.selector("reset")
    if of is None or at_least is None or within is None:
        return None
    return CountOperator(of=of, at_least=at_least, within_us=within, distinct=distinct, reset=reset)
