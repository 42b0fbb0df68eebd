"""`missing`: a `first` that no `then` followed within T; fires at first.at + T + lateness.

Of several `first` in the window the first stands. After it fired, the next `then` of the same match
resolves it: `late_resolved` when it was in time by its own `at`, else `cleared`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from rules.duration import duration_text
from rules.fields import Fields
from rules.model import Selector
from rules.operators import LATENESS_US, Fire, Seen, State, operator
from rules.operators.sequence import PENDING, match_of


class MissingState(State, tag="missing"):
    """Pending firsts, overdue ones, and `then`s that came shortly before their first."""

    pending: dict[str, tuple[int, str]] = {}
    overdue: dict[str, tuple[int, str]] = {}
    recent: list[tuple[int, str]] = []
    resolved_in_time: bool = False  # how the last overdue one ended


class MissingOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `missing`."""

    first: Selector
    then: Selector
    within_us: int
    match: tuple[str, ...] = ()
    name: str = "missing"
    momentary: bool = True

    @property
    def slots(self) -> dict[str, Selector]:
        return {"then": self.then, "first": self.first}

    def fresh(self) -> MissingState:
        return MissingState()

    def event(self, state: MissingState, slot: str, seen: Seen) -> Fire | None:
        match = match_of(self.match, seen)
        if match is None or seen.cancel_only:
            return None
        if slot == "then":
            self._then(state, match, seen)
        elif seen.active and not self._answered(state, match, seen):
            found = state.pending.get(match)
            if found is None or seen.at < found[0]:
                state.pending[match] = (seen.at, seen.id)
            if len(state.pending) > PENDING:
                del state.pending[min(state.pending, key=lambda each: state.pending[each][0])]
        self._arm(state, seen.now)
        return None

    def _then(self, state: MissingState, match: str, seen: Seen) -> None:
        found = state.pending.get(match)
        if found is not None and 0 < seen.at - found[0] <= self.within_us:
            del state.pending[match]
        state.recent = [each for each in state.recent if each[0] > seen.now - 2 * LATENESS_US][-PENDING:]
        state.recent.append((seen.at, match))
        overdue = state.overdue.get(match)
        if overdue is not None and seen.at > overdue[0]:
            state.resolved_in_time = seen.at - overdue[0] <= self.within_us
            del state.overdue[match]
            state.level = bool(state.overdue)

    def _answered(self, state: MissingState, match: str, seen: Seen) -> bool:
        return any(
            other == match and 0 < at - seen.at <= min(self.within_us, LATENESS_US)
            for at, other in state.recent
        )

    def _arm(self, state: MissingState, now: int) -> None:
        if not state.pending:
            state.due = None
            return
        earliest = min(at for at, _ in state.pending.values())
        state.due = max(earliest + self.within_us + LATENESS_US, now)

    def due(self, state: MissingState, seen: Seen) -> Fire | None:
        limit = seen.now - self.within_us - LATENESS_US
        fallen = sorted((at, match, id_) for match, (at, id_) in state.pending.items() if at <= limit)
        for _, match, _ in fallen:
            del state.pending[match]
        self._arm(state, seen.now)
        if not fallen or not seen.active:
            return None
        for at, match, id_ in fallen:
            state.overdue[match] = (at, id_)
            if len(state.overdue) > PENDING:
                del state.overdue[min(state.overdue, key=lambda each: state.overdue[each][0])]
        state.level = True
        why: dict[str, Any] = {
            "operator": "missing",
            "within": duration_text(self.within_us),
            "match": list(self.match),
        }
        why["first_us"] = fallen[0][0]
        return Fire(tuple(id_ for _, _, id_ in fallen), len(fallen), why)

    def shut(self, state: MissingState, seen: Seen) -> None:
        """What is pending is cancelled; what is overdue stays until its `then`."""
        state.pending, state.recent = {}, []
        self._arm(state, seen.now)

    def opened(self, _state: MissingState, _seen: Seen) -> Fire | None:
        return None


@operator("missing", MissingState)
def parse(fields: Fields) -> MissingOperator | None:
    """Read `{first, then, within, match}`."""
    first = fields.selector("first", required=True)
    then = fields.selector("then", required=True)
    within = fields.duration("within", required=True)
    match = fields.paths("match")
    if first is None or then is None or within is None:
        return None
    return MissingOperator(first=first, then=then, within_us=within, match=match)
