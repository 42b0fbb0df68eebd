"""`sequence`: first, then within T, with equal `match` values; fires at the `then` event.

One pending `first` per match values (at most 64, the oldest dropped): a repeat replaces it, a `then`
consumes it. A `then` that arrives up to the lateness before its `first` is remembered for it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, Fire, Seen, State, operator
from rules.paths import value_at
from rules.window import text_of

PENDING = 64


class SequenceState(State, tag="sequence"):
    """Match values -> (time, event id) of the pending first; the newest `then`s by match values."""

    pending: dict[str, tuple[int, str]] = {}
    recent: list[tuple[int, str, str]] = []  # (at, id, match) of `then`s not consumed


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

    def fresh(self) -> SequenceState:
        return SequenceState()

    def event(self, state: SequenceState, slot: str, seen: Seen) -> Fire | None:
        match = match_of(self.match, seen)
        if match is None or not seen.active or seen.cancel_only:
            return None
        state.recent = [each for each in state.recent if each[0] > seen.now - 2 * LATENESS_US]
        if slot == "then":
            found = state.pending.get(match)
            if found is not None and 0 < seen.at - found[0] <= self.within_us:
                del state.pending[match]
                return self._fire(found, (seen.at, seen.id))
            if found is not None and seen.at - found[0] > self.within_us:
                del state.pending[match]
            state.recent = [*state.recent[-PENDING:], (seen.at, seen.id, match)]
            return None
        for index, (at, id_, other) in enumerate(state.recent):
            if other == match and id_ != seen.id and 0 < at - seen.at <= min(self.within_us, LATENESS_US):
                del state.recent[index]
                return self._fire((seen.at, seen.id), (at, id_))
        if match not in state.pending or state.pending[match][0] <= seen.at:
            state.pending.pop(match, None)
            state.pending[match] = (seen.at, seen.id)
        if len(state.pending) > PENDING:
            del state.pending[min(state.pending, key=lambda each: state.pending[each][0])]
        return None

    def _fire(self, first: tuple[int, str], then: tuple[int, str]) -> Fire:
        why: dict[str, Any] = {
            "operator": "sequence",
            "within": duration_text(self.within_us),
            "match": list(self.match),
        }
        why["first_us"], why["then_us"] = first[0], then[0]
        return Fire((first[1], then[1]), 2, why)

    def due(self, _state: SequenceState, _seen: Seen) -> Fire | None:
        return None

    def shut(self, state: SequenceState, _seen: Seen) -> None:
        """What is pending is cancelled."""
        state.pending, state.recent = {}, []

    def opened(self, _state: SequenceState, _seen: Seen) -> Fire | None:
        return None


def match_of(paths: tuple[str, ...], seen: Seen) -> str | None:
    """Return the match values as one text; None when one is missing: unknown is never equal."""
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
