"""`event`: fires at each matching event."""

from __future__ import annotations

from typing import Any

import msgspec

from rules.fields import Fields
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator


class EventState(State, tag="event"):
    """Nothing to remember."""


class EventOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `event`."""

    of: Selector
    name: str = "event"
    momentary: bool = True
    looks_back_us: int | None = 0

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of}

    def fresh(self) -> EventState:
        return EventState()

    def event(self, _state: EventState, _slot: str, seen: Seen) -> Fire | None:
        if not seen.active or seen.cancel_only:
            return None
        return Fire((seen.id,), 1, {"operator": "event"}, (seen.at,))

    def due(self, _state: EventState, _seen: Seen) -> Fire | None:
        return None

    def shut(self, _state: EventState, _seen: Seen) -> None:
        """Nothing is pending."""

    def opened(self, _state: EventState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, _state: EventState) -> bool:
        return True

    def stands(self, _state: EventState, _seen: Seen) -> dict[str, Any]:
        return {}

    def near(self, _state: EventState) -> dict[str, Any] | None:
        return None  # what its conditions kept out is remembered where they are asked


@operator("event", EventState)
def parse(fields: Fields) -> EventOperator | None:
    """Read `{of}`."""
    of = fields.selector("of", required=True)
    return EventOperator(of=of) if of else None
