"""The kinds of input that the journal numbers: the only things that change state.

Events are kept bare inside a batch; the others are rare and stand as they are. Every time is engine time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from devices.event import Event


class EventInput(msgspec.Struct, frozen=True, kw_only=True, tag="e"):
    """A device said something; `at` is the engine time at which it was taken in."""

    event: Event
    at: datetime

    @property
    def seq(self) -> int:
        """The event's journal number."""
        return self.event.seq


class ActionInput(msgspec.Struct, frozen=True, kw_only=True, tag="a"):
    """A person acted. `what` is the class of the action in `actions.py`, `body` its fields."""

    seq: int
    at: datetime
    what: str
    body: dict[str, Any]


class TickInput(msgspec.Struct, frozen=True, kw_only=True, tag="t"):
    """Time passed and a deadline changed something."""

    seq: int
    at: datetime


class OffsetInput(msgspec.Struct, frozen=True, kw_only=True, tag="o"):
    """The wall clock was stepped: wall − E is now `offset_us`."""

    seq: int
    at: datetime
    offset_us: int


class ConfigInput(msgspec.Struct, frozen=True, kw_only=True, tag="c"):
    """A document was saved and is now in force."""

    seq: int
    at: datetime
    name: str
    version: int


class RestartInput(msgspec.Struct, frozen=True, kw_only=True, tag="r"):
    """The gateway was away for `down_for_us` and is back; `waits`: what was said meanwhile is still to be read."""

    seq: int
    at: datetime
    down_for_us: int
    waits: bool = False


class HoldInput(msgspec.Struct, frozen=True, kw_only=True, tag="h"):
    """What was said before `until` has been read, and deadlines from then on wait; None: they wait no longer."""

    seq: int
    at: datetime
    until: datetime | None


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True, tag="k"):
    """Not an input of its own: a decision on the input of this number acknowledged an alert.

    Cases are loaded from their tables and not replayed, so what they told the engine stands here.
    """

    seq: int
    at: datetime
    alert: str
    by: str


Other: TypeAlias = ActionInput | TickInput | OffsetInput | ConfigInput | RestartInput | HoldInput
Input: TypeAlias = EventInput | Other | Acknowledged
