"""`count`: the n-th matching event (n-th distinct value) in a half-open window (at − T, at].

Matches are counted, not consecutive ones; `reset` empties the window. It re-arms when the number in the
window, which falls by the clock, is below n. `until` is when the number falls below n: what comes up to then,
by its own time, continues a condition that has been reported.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import msgspec

from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator
from rules.paths import value_at
from rules.window import SPARE, Entry, after, falls_below, inside, number, put, samples, text_of, trim

_value = itemgetter(2)


class CountState(State, tag="count"):
    """The window, the newest reset, and until when the number was reached."""

    window: list[Entry] = []
    reset_at: int | None = None
    until: int | None = None
    best: tuple[int, int] = (0, 0)  # near miss: number, when
    best_values: list[str] = []  # of it, if distinct ones are counted
    # What the newest reset emptied: for what came before it and arrives after.
    emptied: CountState | None = None


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

    @property
    def looks_back_us(self) -> int | None:
        return self.within_us

    def fresh(self) -> CountState:
        return CountState()

    def event(self, state: CountState, slot: str, seen: Seen) -> Fire | None:
        if not seen.active or seen.cancel_only:
            return None
        if slot == "reset":
            self._reset(state, seen)
            return None
        at, value, distinct = seen.at, "", self.distinct
        if distinct is not None:
            found = value_at(distinct, seen.env)
            if found is None:
                return None
            value = text_of(found)
        if state.reset_at is not None and at < state.reset_at:
            return self._before_reset(state, (at, seen.id, value))
        window, need = state.window, self.at_least
        if window and at < window[-1][0]:
            put(window, (at, seen.id, value))
        else:
            window.append((at, seen.id, value))
            until = state.until  # a number that was reached has fallen long since, or never was
            if (until is None or (until < at and until < seen.gate and not state.level)) and self._far(
                state, window, at
            ):
                if len(window) > need + SPARE:
                    trim(window, within=self.within_us, need=need, distinct=distinct is not None)
                return None
        if len(window) > need + SPARE:
            trim(window, within=self.within_us, need=need, distinct=distinct is not None)
        fire = self._look(state, at)
        if state.until is not None:
            self._settle(state, seen.gate)
        return fire

    def _far(self, state: CountState, window: list[Entry], at: int) -> bool:
        """Tell whether the newest entry neither reaches the number nor comes nearer to it: nearly always.

        The n-th newest lies before the window, and so does the one that would make a nearer near miss; or the
        distinct values are too few. Measured: 1.5 µs less than to look at the window.
        """
        start, held, need, nearest = at - self.within_us, len(window), self.at_least, state.best[0] + 1
        if (held < need or window[-need][0] <= start) and (held < nearest or window[-nearest][0] <= start):
            return True
        if self.distinct is None:
            return False
        found = len(set(map(_value, window[after(window, start) :])))
        return found < need and found < nearest

    def _before_reset(self, state: CountState, entry: Entry) -> Fire | None:
        """What came before the newest reset may have been the n-th then; it is no more."""
        emptied = state.emptied
        if emptied is None or state.reset_at is None or entry[0] < state.reset_at - LATENESS_US:
            return None
        put(emptied.window, entry)
        trim(emptied.window, within=self.within_us, need=self.at_least, distinct=self.distinct is not None)
        return self._look(emptied, entry[0])

    def _look(self, state: CountState, at: int) -> Fire | None:
        """Look at the windows that the new entry is in; fire for the first that begins a new condition."""
        window, fire, distinct = state.window, None, self.distinct is not None
        ends = [at] if at >= window[-1][0] else self._ends(window, at)
        for end in ends:
            entries = inside(window, end, self.within_us)
            found = number(entries, distinct=distinct)
            if found < self.at_least:
                self._note_best(state, entries, found, end)
                continue
            begins = state.until is None or end > state.until
            falls = falls_below(entries, within=self.within_us, need=self.at_least, distinct=distinct)
            state.until = falls if begins or state.until is None else max(state.until, falls)
            if begins and fire is None:
                fire = self._fire(entries, found, window[after(window, end) :])
        return fire

    def _ends(self, window: list[Entry], at: int) -> list[int]:
        later = window[after(window, at - 1) : after(window, at + self.within_us - 1)]
        return list(dict.fromkeys(entry[0] for entry in later))

    def _note_best(self, state: CountState, entries: list[Entry], found: int, end: int) -> None:
        if found > state.best[0]:
            state.best = (found, end)
            if self.distinct is not None:
                state.best_values = sorted({entry[2][1:] for entry in entries})[:SAMPLES]

    def _fire(self, entries: list[Entry], found: int, later: list[Entry]) -> Fire:
        """Fire for a window; what was later and came earlier counts as if it had come to an open alert."""
        times = [entry[0] for entry in (*entries, *later)]
        return Fire(samples(entries), len(times), self._why(entries, found), times)

    def _why(self, entries: list[Entry], found: int) -> dict[str, Any]:
        why: dict[str, Any] = {"operator": "count", "number": found, "at_least": self.at_least}
        why["within"] = duration_text(self.within_us)
        if self.distinct is not None:
            why["distinct"] = self.distinct
            why["values"] = sorted({entry[2][1:] for entry in entries})[:SAMPLES]
        why["window_us"] = [entry[0] for entry in entries[-SAMPLES:]]
        return why

    def stands(self, state: CountState, seen: Seen) -> dict[str, Any]:
        entries = inside(state.window, seen.gate, self.within_us)
        why = self._why(entries, number(entries, distinct=self.distinct is not None))
        if state.reset_at is not None:
            why["reset_us"] = state.reset_at
        return why

    def near(self, state: CountState) -> dict[str, Any] | None:
        if not state.best[0]:
            return None
        found = {"operator": "count", "number": state.best[0], "at_least": self.at_least}
        found["at_us"] = state.best[1]
        if self.distinct is not None:
            found["values"] = state.best_values
        return found

    def _settle(self, state: CountState, now: int) -> None:
        state.level = state.until is not None and state.until > now
        state.due = state.until if state.level else None

    def _reset(self, state: CountState, seen: Seen) -> None:
        at = seen.at
        if state.reset_at is None or at >= state.reset_at:
            held = state.window[: after(state.window, at)]
            state.emptied = CountState(window=held[-self.at_least - SPARE :], until=state.until)
        elif state.emptied is not None:
            self._empty(state.emptied, at)
        state.reset_at = at if state.reset_at is None else max(state.reset_at, at)
        self._empty(state, at)
        self._settle(state, seen.gate)

    def _empty(self, state: CountState, at: int) -> None:
        state.window = window = state.window[after(state.window, at) :]
        if state.until is None:
            return
        entries = inside(window, window[-1][0], self.within_us) if window else []
        if number(entries, distinct=self.distinct is not None) < self.at_least:
            state.until = None  # below n: what comes now, at this very instant too, begins anew

    def due(self, state: CountState, seen: Seen) -> Fire | None:
        self._settle(state, seen.gate)
        return None

    def shut(self, state: CountState, _seen: Seen) -> None:
        """Only what came while the calendar was open counts; a number that was reached falls by the clock."""
        state.window = []
        if not state.level:
            state.until = None

    def opened(self, _state: CountState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, state: CountState) -> bool:
        return not state.level


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
