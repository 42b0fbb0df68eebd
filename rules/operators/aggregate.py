"""`aggregate`: a number over a window crosses a threshold, strictly, with hysteresis.

It re-arms only strictly past the clear threshold. The window (at − T, at] is judged again when a sample
leaves it; fewer than `min_samples` samples are unknown and hold the state.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from math import isnan
from typing import Any, Literal

import msgspec

from rules.duration import LONGEST_US, SECOND_US, duration_text, parse_duration
from rules.fields import Fields, shown
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator
from rules.paths import value_at

MOST_SAMPLES = 4096  # per window; beyond it the oldest are forgotten and the explanation says so
SLACK = 16  # samples kept beyond `over: n events`, for those that come out of order
FUNCTIONS = ("avg", "min", "max", "sum", "rate", "delta", "last")


class AggregateState(State, tag="aggregate"):
    """The samples sorted by time (times, values, event ids side by side); `level`: beyond the threshold."""

    ats: list[int] = []
    values: list[float] = []
    ids: list[str] = []
    nearest: float | None = None  # near miss: the value that came closest, and when
    nearest_at: int | None = None


class AggregateOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `aggregate`. Exactly one of `over_us` and `over_events`, and of `above` and `below`."""

    of: Selector
    value: str
    fn: str
    over_us: int | None
    over_events: int | None
    min_samples: int
    side: Literal["above", "below"]
    threshold: float
    clear: float
    per_us: int = SECOND_US
    name: str = "aggregate"
    momentary: bool = False

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of}

    @property
    def looks_back_us(self) -> int | None:
        return self.over_us or 0

    def fresh(self) -> AggregateState:
        return AggregateState()

    def event(self, state: AggregateState, _slot: str, seen: Seen) -> Fire | None:
        if seen.cancel_only:
            return None
        value = _number(value_at(self.value, seen.env))
        if value is None:
            return None
        at, ats = seen.at, state.ats
        place = len(ats) if not ats or at >= ats[-1] else bisect_right(ats, at)
        ats.insert(place, at)
        state.values.insert(place, value)
        state.ids.insert(place, seen.id)
        fire: Fire | None = None
        for end in range(place, len(ats)):
            if self.over_us is not None and ats[end] >= at + self.over_us:
                break
            if self.over_events is not None and end >= place + self.over_events:
                break
            fire = self._judge(state, self._first(state, end), end + 1, seen) or fire
        self._arm(state, self._first(state, len(ats) - 1), seen.gate)
        self._forget(state)
        if fire is not None and not state.level:  # it crossed and came back: it is told, and ends at once
            state.level, state.due = True, seen.gate
        return fire

    def _first(self, state: AggregateState, end: int) -> int:
        """Return the index of the first sample in the window that ends with sample `end`."""
        if self.over_events is not None:
            return max(0, end + 1 - self.over_events)
        assert self.over_us is not None
        horizon = state.ats[end] - self.over_us
        return 0 if state.ats[0] > horizon else bisect_right(state.ats, horizon)

    def _judge(self, state: AggregateState, first: int, end: int, seen: Seen) -> Fire | None:
        """Judge the samples [first, end): fewer than enough are unknown and hold the state."""
        if end - first < max(1, self.min_samples):
            return None
        value = _FUNCTIONS[self.fn](state, first, end, self.per_us)
        if value is None:
            return None
        sign = 1 if self.side == "above" else -1
        if state.level:
            state.level = not sign * (value - self.clear) < 0
            return None
        if state.nearest is None or sign * (value - state.nearest) > 0:
            state.nearest, state.nearest_at = value, state.ats[end - 1]
        if not sign * (value - self.threshold) > 0 or not seen.active:
            return None
        state.level = True
        return self._fire(state, first, end, value)

    def _forget(self, state: AggregateState) -> None:
        ats = state.ats
        if self.over_us is None:
            assert self.over_events is not None
            drop = len(ats) - self.over_events - SLACK
        else:
            horizon = ats[-1] - self.over_us - LATENESS_US
            drop = bisect_right(ats, horizon) if ats[0] <= horizon else 0
            drop = max(drop, len(ats) - MOST_SAMPLES)
        if drop > 0:
            del ats[:drop], state.values[:drop], state.ids[:drop]

    def _arm(self, state: AggregateState, first: int, now: int) -> None:
        """Ask to be called when the first sample of the window leaves it, if that can change anything."""
        state.due = None
        if self.over_us is None or self.fn == "last" or first >= len(state.ats):
            return
        if state.level or (self.fn, self.side) not in {("max", "above"), ("min", "below")}:
            state.due = max(state.ats[first] + self.over_us, now)

    def due(self, state: AggregateState, seen: Seen) -> Fire | None:
        state.due = None
        if not state.ats or self.over_us is None:
            return None
        first = bisect_right(state.ats, seen.gate - self.over_us)
        fire = self._judge(state, first, len(state.ats), seen)
        self._arm(state, first, seen.gate)
        return fire

    def _fire(self, state: AggregateState, first: int, end: int, value: float) -> Fire:
        why = self._why(state, first, end, value)
        ids = [each for each in state.ids[first:end] if each]
        return Fire((*ids[:1], *ids[1:][-9:]), end - first, why, state.ats[first:end])

    def _why(self, state: AggregateState, first: int, end: int, value: float | None) -> dict[str, Any]:
        why: dict[str, Any] = {"operator": "aggregate", "fn": self.fn, "path": self.value, "value": value}
        why[self.side] = self.threshold
        if self.clear != self.threshold:
            why["clear_below" if self.side == "above" else "clear_above"] = self.clear
        why["over"] = (
            duration_text(self.over_us) if self.over_us is not None else f"{self.over_events} events"
        )
        if self.fn == "rate":
            why["per"] = duration_text(self.per_us)
        if value is None and end - first < self.min_samples:
            why["min_samples"] = self.min_samples
        newest = max(first, end - SAMPLES)
        why["samples"], why["window_us"] = state.values[newest:end], state.ats[newest:end]
        return why

    def stands(self, state: AggregateState, seen: Seen) -> dict[str, Any]:
        end = len(state.ats)
        if self.over_us is None:
            first = self._first(state, end - 1) if end else 0
        else:
            first = bisect_right(state.ats, seen.gate - self.over_us)
        enough = end - first >= max(1, self.min_samples)
        value = _FUNCTIONS[self.fn](state, first, end, self.per_us) if enough else None
        return self._why(state, first, end, value)

    def near(self, state: AggregateState) -> dict[str, Any] | None:
        if state.nearest is not None:
            return {
                "operator": "aggregate", "nearest": state.nearest, self.side: self.threshold, "at_us": state.nearest_at,
            }  # fmt: skip
        if not state.ats:
            return None
        return {"operator": "aggregate", "number": len(state.ats), "min_samples": self.min_samples}

    def shut(self, _state: AggregateState, _seen: Seen) -> None:
        """The samples go on being followed."""

    def opened(self, state: AggregateState, seen: Seen) -> Fire | None:
        if not state.ats:
            return None
        if self.over_us is not None:
            first = bisect_right(state.ats, seen.gate - self.over_us)
        else:
            first = self._first(state, len(state.ats) - 1)
        fire = self._judge(state, first, len(state.ats), seen)
        self._arm(state, first, seen.gate)
        return fire

    def idle(self, state: AggregateState) -> bool:
        return not state.level and (self.over_us is not None or not state.ats)


def _number(value: object) -> float | None:
    """Return a sample as a number; None for what is none (a bool, a text, NaN, beyond a float)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return None if isnan(found) else found


def _delta(state: AggregateState, first: int, end: int, _per_us: int) -> float | None:
    return state.values[end - 1] - state.values[first] if end - first > 1 else None


def _rate(state: AggregateState, first: int, end: int, per_us: int) -> float | None:
    elapsed = state.ats[end - 1] - state.ats[first]
    return None if elapsed == 0 else (state.values[end - 1] - state.values[first]) * per_us / elapsed


_FUNCTIONS: dict[str, Callable[[AggregateState, int, int, int], float | None]] = {
    "avg": lambda state, first, end, _: sum(state.values[first:end]) / (end - first),
    "min": lambda state, first, end, _: min(state.values[first:end]),
    "max": lambda state, first, end, _: max(state.values[first:end]),
    "sum": lambda state, first, end, _: sum(state.values[first:end]),
    "rate": _rate,
    "delta": _delta,
    "last": lambda state, _first, end, __: state.values[end - 1],
}


def _over(fields: Fields) -> tuple[int | None, int | None]:
    written = fields.take("over", required=True)
    if isinstance(written, str) and written.endswith((" events", " event")):
        number = written.partition(" ")[0]
        if number.isdigit() and 1 <= int(number) <= MOST_SAMPLES:
            return None, int(number)
    microseconds = parse_duration(written)
    if written is not None and (not microseconds or microseconds > LONGEST_US):
        fields.wrong(
            "over",
            f"expected a duration such as 5m, or '3 events' (at most {MOST_SAMPLES}), found {shown(written)}",
        )
    return microseconds, None


def _limits(fields: Fields) -> tuple[Literal["above", "below"], float, float] | None:
    above, below = fields.number("above"), fields.number("below")
    clear_below, clear_above = fields.number("clear_below"), fields.number("clear_above")
    if (above is None) == (below is None):
        if not any(name in fields for name in ("above", "below")) or (above is not None):
            fields.reader.problem(fields.place, "expected exactly one of above and below")
        return None
    if above is not None:
        if clear_above is not None:
            fields.wrong("clear_above", "belongs to 'below'; with 'above' write clear_below")
        if clear_below is not None and clear_below > above:
            fields.wrong("clear_below", f"expected at most {above:g}, found {clear_below:g}")
        return "above", above, above if clear_below is None else clear_below
    assert below is not None
    if clear_below is not None:
        fields.wrong("clear_below", "belongs to 'above'; with 'below' write clear_above")
    if clear_above is not None and clear_above < below:
        fields.wrong("clear_above", f"expected at least {below:g}, found {clear_above:g}")
    return "below", below, below if clear_above is None else clear_above


@operator("aggregate", AggregateState)
def parse(fields: Fields) -> AggregateOperator | None:
    """Read `{of, value, fn, over, min_samples, above|below, clear_below|clear_above, per}`."""
    of = fields.selector("of", required=True)
    value = fields.path("value") if fields.take("value", required=True) is not None else None
    fn = fields.word("fn", FUNCTIONS, required=True)
    over_us, over_events = _over(fields)
    least = fields.integer("min_samples")
    per = fields.duration("per", default=SECOND_US)
    limits = _limits(fields)
    if (
        of is None
        or value is None
        or fn is None
        or limits is None
        or (over_us is None and over_events is None)
    ):
        return None
    if least is None:
        least = over_events or (2 if fn in ("delta", "rate") else 1)
    return AggregateOperator(
        of=of, value=value, fn=fn, over_us=over_us, over_events=over_events, min_samples=least,
        side=limits[0], threshold=limits[1], clear=limits[2], per_us=per or SECOND_US,
    )  # fmt: skip
