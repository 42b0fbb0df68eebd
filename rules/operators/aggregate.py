"""`aggregate`: a number over a window crosses a threshold, strictly, with hysteresis.

It re-arms only strictly past the clear threshold. The window (at − T, at] is judged again when a sample
leaves it; fewer than `min_samples` samples are unknown and hold the state.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rules.duration import SECOND_US, duration_text, parse_duration
from rules.fields import Fields, shown
from rules.model import Selector
from rules.operators import LATENESS_US, Fire, Seen, State, operator
from rules.paths import value_at

MOST_SAMPLES = 4096  # per window; beyond it the oldest are forgotten and the explanation says so
FUNCTIONS = ("avg", "min", "max", "sum", "rate", "delta", "last")


class Sample(msgspec.Struct, order=True, frozen=True, array_like=True):
    """One number: its time, its event's id, its value."""

    at: int
    id: str
    value: float


class AggregateState(State, tag="aggregate"):
    """The window, and whether the value is beyond the threshold (`level`)."""

    samples: list[Sample] = []
    nearest: float | None = None  # near miss: the value that came closest


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

    def fresh(self) -> AggregateState:
        return AggregateState()

    def event(self, state: AggregateState, _slot: str, seen: Seen) -> Fire | None:
        if seen.cancel_only:
            return None
        found = value_at(self.value, seen.env)
        if isinstance(found, bool) or not isinstance(found, int | float) or found != found:  # noqa: PLR0124 - NaN
            return None
        insort(state.samples, Sample(seen.at, seen.id, float(found)), key=lambda s: s.at)
        return self._judge(state, seen)

    def due(self, state: AggregateState, seen: Seen) -> Fire | None:
        return self._judge(state, seen)

    def _judge(self, state: AggregateState, seen: Seen) -> Fire | None:
        window = self._window(state, seen.now)
        state.due = window[0].at + self.over_us if window and self.over_us is not None else None
        if state.due is not None and state.due <= seen.now:
            state.due = seen.now + 1
        if len(window) < self.min_samples:
            return None
        value = _FUNCTIONS[self.fn](window, self.per_us)
        if value is None:
            return None
        sign = 1 if self.side == "above" else -1
        if state.level:
            state.level = not sign * (value - self.clear) < 0
            return None
        if state.nearest is None or sign * (value - state.nearest) > 0:
            state.nearest = value
        if not sign * (value - self.threshold) > 0 or not seen.active:
            return None
        state.level = True
        return self._fire(window, value)

    def _window(self, state: AggregateState, now: int) -> list[Sample]:
        if self.over_events is not None:
            del state.samples[: max(0, len(state.samples) - self.over_events)]
            return state.samples
        assert self.over_us is not None
        end = max(now, state.samples[-1].at) if state.samples else now
        del state.samples[: bisect_right(state.samples, end - self.over_us - LATENESS_US, key=lambda s: s.at)]
        del state.samples[: max(0, len(state.samples) - MOST_SAMPLES)]
        return state.samples[bisect_right(state.samples, end - self.over_us, key=lambda s: s.at) :]

    def _fire(self, window: list[Sample], value: float) -> Fire:
        why: dict[str, Any] = {"operator": "aggregate", "fn": self.fn, "path": self.value, "value": value}
        why[self.side] = self.threshold
        why["over"] = (
            duration_text(self.over_us) if self.over_us is not None else f"{self.over_events} events"
        )
        why["samples"] = [sample.value for sample in window[-8:]]
        ids = tuple(sample.id for sample in window if sample.id)
        return Fire((*ids[:1], *ids[1:][-9:]), len(window), why)

    def shut(self, _state: AggregateState, _seen: Seen) -> None:
        """The samples go on being followed."""

    def opened(self, state: AggregateState, seen: Seen) -> Fire | None:
        return self._judge(state, seen)


def _span(window: list[Sample]) -> float | None:
    return window[-1].value - window[0].value if len(window) > 1 else None


def _rate(window: list[Sample], per_us: int) -> float | None:
    span = _span(window)
    elapsed = window[-1].at - window[0].at
    return None if span is None or elapsed == 0 else span * per_us / elapsed


_FUNCTIONS: dict[str, Callable[[list[Sample], int], float | None]] = {
    "avg": lambda window, _: sum(s.value for s in window) / len(window),
    "min": lambda window, _: min(s.value for s in window),
    "max": lambda window, _: max(s.value for s in window),
    "sum": lambda window, _: sum(s.value for s in window),
    "rate": _rate,
    "delta": lambda window, _: _span(window),
    "last": lambda window, _: window[-1].value,
}


def _over(fields: Fields) -> tuple[int | None, int | None]:
    written = fields.take("over", required=True)
    if isinstance(written, str) and written.endswith((" events", " event")):
        number = written.partition(" ")[0]
        if number.isdigit() and 1 <= int(number) <= MOST_SAMPLES:
            return None, int(number)
    microseconds = parse_duration(written)
    if written is not None and not microseconds:
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
