"""`absence`: an expected key that produced no matching event for T.

Deadline = max(last + T + downtime of the gateway since last, start + grace). For a key never seen, `last`
is when it came onto the roster. With `heard: receipt` the last sign of life is when it came in, whatever time it tells:
who speaks is there, however wrong its clock (but for a backfill, which says nothing of now). Which keys are expected,
and what a dead parent means, is the engine's business (`rules/roster.py`, `rules/muting.py`).
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from devices.expression import Expression
from rules.duration import MINUTE_US, duration_text
from rules.fields import Fields, shown
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator
from rules.why import clauses

EXPECT_ROOTS = ("device", "site", "state")
HEARD = ("at", "receipt")


class AbsenceState(State, tag="absence"):
    """When the key was last heard, or came onto the roster."""

    last: int | None = None
    heard: bool = False
    id: str = ""  # the event it was last heard by


class AbsenceOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `absence`."""

    of: Selector
    for_us: int
    expect: Expression | None = None
    roster: Literal["devices", "households"] | None = None
    grace_us: int = 2 * MINUTE_US
    heard: Literal["at", "receipt"] = "at"
    name: str = "absence"
    momentary: bool = False

    looks_back_us: int | None = None

    @property
    def slots(self) -> dict[str, Selector]:
        return {"of": self.of}

    def fresh(self) -> AbsenceState:
        return AbsenceState()

    def expected(self, state: AbsenceState, seen: Seen) -> None:
        """Start to expect the key from now on, unless it already is."""
        if state.last is None:
            state.last = seen.now
        self.rearm(state, seen)

    def rearm(self, state: AbsenceState, seen: Seen) -> None:
        """Work out the deadline again."""
        if state.last is None or state.level:
            state.due = None
            return
        floor = max(seen.started + self.grace_us, seen.gate)
        state.due = max(state.last + self.for_us + seen.downtime(state.last), floor)

    def event(self, state: AbsenceState, _slot: str, seen: Seen) -> Fire | None:
        if seen.cancel_only or (self.roster is not None and state.last is None):
            return None  # nobody expects this key
        at = seen.now if self.heard == "receipt" and seen.env["mode"] == "live" else seen.at
        if state.last is None or at >= state.last or not state.heard:
            state.last, state.id = max(at, state.last or at), seen.id
        state.heard, state.level = True, False
        self.rearm(state, seen)
        return None

    def due(self, state: AbsenceState, seen: Seen) -> Fire | None:
        state.due = None
        if state.level or not seen.active:
            return None
        state.level = True
        why = self.stands(state, seen)
        if self.roster != "households":
            why["clauses"] = clauses("expect", self.expect, seen.env)
        return Fire((state.id,) if state.id else (), 0, why)

    def shut(self, state: AbsenceState, _seen: Seen) -> None:
        """The key goes on being followed; nothing fires meanwhile."""
        state.due = None

    def opened(self, state: AbsenceState, seen: Seen) -> Fire | None:
        self.rearm(state, seen)
        return None

    def idle(self, _state: AbsenceState) -> bool:
        return False

    def stands(self, state: AbsenceState, seen: Seen) -> dict[str, Any]:
        why: dict[str, Any] = {"operator": "absence", "for": duration_text(self.for_us), "heard": state.heard}
        if state.last is not None:
            why["last_us"] = state.last
            down = seen.downtime(state.last)
            if down:
                why["downtime"] = duration_text(down)
        return why

    def near(self, state: AbsenceState) -> dict[str, Any] | None:
        if state.last is None:
            return None
        return {"operator": "absence", "last_us": state.last, "heard": state.heard, "for_us": self.for_us}


@operator("absence", AbsenceState)
def parse(fields: Fields) -> AbsenceOperator | None:
    """Read `{of, for, expect, grace, heard}`; `expect` is an expression over device or `{roster: households, where}`."""
    of = fields.selector("of", required=True)
    for_us = fields.duration("for", required=True)
    grace = fields.duration("grace", default=2 * MINUTE_US, zero=True)
    heard: Literal["at", "receipt"] = fields.word("heard", HEARD) or "at"
    written = fields.take("expect")
    expect, roster = None, None
    if isinstance(written, dict):
        inner = Fields(fields.reader, written, fields.at("expect"))
        roster = inner.word("roster", ("devices", "households"), required=True)
        expect = inner.expression("where", ("household", "site") if roster == "households" else EXPECT_ROOTS)
        inner.end()
    elif isinstance(written, str | bool):
        roster = "devices"
        expect = fields.reader.expression(written, fields.at("expect"), EXPECT_ROOTS)
    elif written is not None:
        fields.wrong(
            "expect",
            f"expected an expression over device, or {{roster: households, where: …}}, found {shown(written)}",
        )
    if of is None or for_us is None:
        return None
    return AbsenceOperator(
        of=of, for_us=for_us, expect=expect, roster=roster, grace_us=grace or 0, heard=heard
    )
