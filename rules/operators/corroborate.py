"""`corroborate`: n distinct sources matched within T, of whatever kind of the list."""

from __future__ import annotations

from typing import Any

import msgspec

from rules.fields import Fields
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator
from rules.operators.count import CountOperator, CountState


class CorroborateState(State, tag="corroborate"):
    """The window of distinct sources: a count over the union of the selectors."""

    inner: CountState = msgspec.field(default_factory=CountState)


class CorroborateOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `corroborate`."""

    count: CountOperator
    name: str = "corroborate"
    momentary: bool = True

    @property
    def slots(self) -> dict[str, Selector]:
        return self.count.slots

    @property
    def looks_back_us(self) -> int | None:
        return self.count.within_us

    def fresh(self) -> CorroborateState:
        return CorroborateState()

    def event(self, state: CorroborateState, slot: str, seen: Seen) -> Fire | None:
        fire = self.count.event(state.inner, slot, seen)
        state.due, state.level = state.inner.due, state.inner.level
        if fire is not None:
            fire.why["operator"] = "corroborate"
        return fire

    def due(self, state: CorroborateState, seen: Seen) -> Fire | None:
        self.count.due(state.inner, seen)
        state.due, state.level = state.inner.due, state.inner.level
        return None

    def shut(self, state: CorroborateState, seen: Seen) -> None:
        """Only what came while the calendar was open counts."""
        self.count.shut(state.inner, seen)

    def opened(self, _state: CorroborateState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, state: CorroborateState) -> bool:
        return not state.level

    def stands(self, state: CorroborateState, seen: Seen) -> dict[str, Any]:
        return {**self.count.stands(state.inner, seen), "operator": "corroborate"}

    def near(self, state: CorroborateState) -> dict[str, Any] | None:
        found = self.count.near(state.inner)
        return {**found, "operator": "corroborate"} if found is not None else None


@operator("corroborate", CorroborateState)
def parse(fields: Fields) -> CorroborateOperator | None:
    """Read `{any_of, at_least, within, distinct}`; `distinct` is `device` unless it says otherwise."""
    written = fields.take("any_of", required=True)
    if written is not None and not isinstance(written, list):
        fields.wrong("any_of", "expected a list of selectors")
    of = fields.reader.selector(written, fields.at("any_of")) if isinstance(written, list) else None
    at_least = fields.integer("at_least", required=True)
    within = fields.duration("within", required=True)
    distinct = fields.path("distinct") or "device"
    if of is None or at_least is None or within is None:
        return None
    return CorroborateOperator(
        count=CountOperator(of=of, at_least=at_least, within_us=within, distinct=distinct)
    )
