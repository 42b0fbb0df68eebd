"""`sequence`: first, then within T, with equal `match` values; fires at the `then` event.

One pending `first` per match values (at most 64, the oldest dropped): a repeat replaces it, a `then`
consumes it. What comes out of order is judged as if it had come in order: a `first` looks for the `then`
that follows it, a `then` for the `first` that it follows, among those of the last while.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.duration import MINUTE_US, duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, SAMPLES, Fire, Seen, State, operator
from rules.paths import value_at
from rules.window import text_of

PENDING = 64
RECENT = 16  # remembered per match values for what comes out of order


class Then(msgspec.Struct, array_like=True):
    """One `then` of the last while; `used` when it consumed a `first`."""

    at: int
    id: str
    used: bool = False


class SequenceState(State, tag="sequence"):
    """By match values: the pending first, firsts that it replaced, and the newest `then`s."""

    pending: dict[str, tuple[int, str]] = {}
    replaced: dict[str, list[tuple[int, str]]] = {}
    thens: dict[str, list[Then]] = {}
    near: list[int] = []  # near miss: first, and the `then` that came the least too late
    apart: list[Any] = []  # near miss: first, then, and their match values, that were not equal


class SequenceOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `sequence`."""

    first: Selector
    then: Selector
    within_us: int
    match: tuple[str, ...] = ()
    name: str = "sequence"
    momentary: bool = True

    @property
    def slots(self) -> dict[str, Selector]:
        return {"then": self.then, "first": self.first}

    @property
    def looks_back_us(self) -> int | None:
        return self.within_us

    def fresh(self) -> SequenceState:
        return SequenceState()

    def event(self, state: SequenceState, slot: str, seen: Seen) -> Fire | None:
        if not seen.active or seen.cancel_only:
            return None
        match = match_of(self.match, seen)
        if match is None:
            return None
        if slot == "then":
            return self._then(state, match, seen)
        return self._first(state, match, seen)

    def _first(self, state: SequenceState, match: str, seen: Seen) -> Fire | None:
        at, id_ = seen.at, seen.id
        for later in state.thens.get(match, ()) if state.thens else ():
            if later.at <= at or later.id == id_:
                continue
            if later.used or later.at - at > self.within_us:
                return None  # in order, that `then` would have consumed it, or left it behind
            later.used = True
            return self._fire(match, (at, id_), (later.at, later.id))
        found = state.pending.pop(match, None)
        if found is not None:
            own = (at, id_)
            older, (at, id_) = (found, own) if at >= found[0] else (own, found)
            if max(at, seen.now) - older[0] <= 2 * LATENESS_US:  # a `then` may come in between
                state.replaced[match] = [*state.replaced.get(match, [])[-RECENT + 1 :], older]
        state.pending[match] = (at, id_)
        if len(state.pending) > PENDING:
            oldest = min(state.pending, key=lambda each: state.pending[each][0])
            del state.pending[oldest]
            state.replaced.pop(oldest, None)
        return None

    def _then(self, state: SequenceState, match: str, seen: Seen) -> Fire | None:
        thens = self._recent(state, match, seen)
        found = state.pending.get(match)
        if found is not None and found[0] == seen.at:
            found = None  # not after it; and what it replaced is gone
        elif found is not None and found[0] > seen.at:
            found = self._replaced(state, match, seen.at, thens)
        elif found is not None:
            del state.pending[match]
            state.replaced.pop(match, None)
        used = found is not None and seen.at - found[0] <= self.within_us
        if not used:
            _note(state, found, match, seen.at)
        thens.append(Then(seen.at, seen.id, used))
        thens.sort(key=lambda each: each.at)
        state.thens[match] = thens
        return self._fire(match, found, (seen.at, seen.id)) if used and found is not None else None

    def _recent(self, state: SequenceState, match: str, seen: Seen) -> list[Then]:
        """Return the `then`s that a `first` may still come before; forget the others, of all match values."""
        horizon = seen.now - min(self.within_us, MINUTE_US) - 2 * LATENESS_US
        for other in [each for each, thens in state.thens.items() if thens[-1].at <= horizon]:
            del state.thens[other]
        if len(state.thens) > PENDING:
            del state.thens[next(iter(state.thens))]
        return [each for each in state.thens.get(match, [])[-RECENT:] if each.at > horizon]

    def _replaced(
        self, state: SequenceState, match: str, at: int, thens: list[Then]
    ) -> tuple[int, str] | None:
        """Return the replaced `first` that a `then` of this time follows, unless another `then` had it."""
        firsts = state.replaced.get(match, [])
        found = max((each for each in firsts if each[0] < at), default=None)
        if found is None or any(found[0] < each.at <= at for each in thens):
            return None
        firsts.remove(found)
        return found

    def _fire(self, match: str, first: tuple[int, str], then: tuple[int, str]) -> Fire:
        why: dict[str, Any] = {"operator": "sequence", "within": duration_text(self.within_us)}
        why["match"] = list(self.match)
        if match:
            why["values"] = values_of(match)
        why["first_us"], why["then_us"] = first[0], then[0]
        why["gap"] = duration_text(then[0] - first[0])
        return Fire((first[1], then[1]), 2, why, (first[0], then[0]))

    def due(self, _state: SequenceState, _seen: Seen) -> Fire | None:
        return None

    def shut(self, state: SequenceState, _seen: Seen) -> None:
        """What is pending is cancelled."""
        state.pending, state.replaced, state.thens = {}, {}, {}

    def opened(self, _state: SequenceState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, _state: SequenceState) -> bool:
        return True

    def stands(self, state: SequenceState, _seen: Seen) -> dict[str, Any]:
        why: dict[str, Any] = {"operator": "sequence", "within": duration_text(self.within_us)}
        waiting = sorted(at for at, _ in state.pending.values())
        if waiting:
            why["window_us"] = waiting[-SAMPLES:]
        return why

    def near(self, state: SequenceState) -> dict[str, Any] | None:
        found: dict[str, Any] = {"operator": "sequence", "within_us": self.within_us}
        if state.near:
            found["first_us"], found["then_us"] = state.near
        if state.apart:
            first, then, wanted, came = state.apart
            found["apart"] = {
                "first_us": first,
                "then_us": then,
                "first": values_of(wanted),
                "then": values_of(came),
            }
        if state.pending:
            found["waiting_us"] = max(at for at, _ in state.pending.values())
        return found if len(found) > 2 else None


def _note(state: SequenceState, found: tuple[int, str] | None, match: str, at: int) -> None:
    """Remember how close a `then` came that did not fire."""
    if found is not None:
        if not state.near or at - found[0] <= state.near[1] - state.near[0]:
            state.near = [found[0], at]
        return
    if state.pending and match not in state.pending:
        other, (first, _) = max(state.pending.items(), key=lambda each: each[1])
        if first < at:
            state.apart = [first, at, other, match]


def values_of(match: str) -> list[str]:
    """Return the match values of one text as people read them."""
    return [each[1:] for each in match.split("\x1f")]


def match_of(paths: tuple[str, ...], seen: Seen) -> str | None:
    """Return the match values as one text; None when one is missing: unknown is never equal."""
    if not paths:
        return ""
    values = [value_at(path, seen.env) for path in paths]
    return None if any(value is None for value in values) else "\x1f".join(map(text_of, values))


@operator("sequence", SequenceState)
def parse(fields: Fields) -> SequenceOperator | None:
    """Read `{first, then, within, match}`."""
    first = fields.selector("first", required=True)
    then = fields.selector("then", required=True)
    within = fields.duration("within", required=True)
    match = fields.paths("match")
    if first is None or then is None or within is None:
        return None
    return SequenceOperator(first=first, then=then, within_us=within, match=match)
