"""Reaction: what one input causes, from the rules' changes to the last decision about a case.

rules: input → Changes. respond: each Change → Decision. A decision may acknowledge alerts; the engine's
Changes on that are responded to in turn. All of it belongs to the one input and gets its number.

Faults. `respond` changes nothing by itself, so when it fails on a change, that change stands (the alert is
kept and shown) and only the decision is missing. When the engine fails, its state can no longer be
trusted: `EngineBroken` asks the pump to leave this input out and to build the state again from the store.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

import msgspec

from devices.event import Event
from gateway.batch import Fault
from gateway.claims import Claims
from gateway.errors import ActionRefused
from gateway.response.model import Action, Decision, Due, Incident
from rules.action import Acknowledge, SetMode
from rules.action import Action as AlertAction
from rules.change import Change
from rules.measured import Wanted
from rules.model import Rule

AGAIN_AFTER = timedelta(seconds=60)
"""A case timer on which `respond` failed is tried again after this time."""
ROUNDS = 1000
"""More decisions than this on one input mean that rules and response chase each other."""


class Rules(Protocol):
    """The part of `rules.engine.Engine` that the pump drives."""

    @property
    def rules(self) -> Iterable[Rule]: ...
    def step(self, event: Event, *, now: datetime) -> list[Change]: ...
    def tick(self, now: datetime, *, seq: int) -> list[Change]: ...
    def act(self, action: AlertAction, *, now: datetime, seq: int) -> list[Change]: ...
    def restart(
        self, now: datetime, *, down_for: timedelta, seq: int, waits: bool = False
    ) -> list[Change]: ...
    def hold(self, now: datetime, *, until: datetime | None, seq: int) -> list[Change]: ...
    def next_due(self) -> datetime | None: ...
    def dump_changed(self) -> dict[tuple[str, str], bytes | None]: ...
    def set_offset(self, offset: timedelta) -> None: ...
    def wanted(self, device: str, metric: str) -> Wanted | None: ...


class Cases(Protocol):
    """The part of `gateway.response.world.World` that the pump drives."""

    incidents: dict[str, Incident]

    def apply(self, decision: Decision) -> None: ...
    def next_due(self) -> datetime | None: ...
    def due(self, now: datetime) -> list[Due]: ...
    def set_offset(self, offset: timedelta) -> None: ...
    def set_mode(self, flags: Mapping[str, bool], zone: str | None = None) -> None: ...


Respond: TypeAlias = Callable[..., Decision]


class Effects(msgspec.Struct, frozen=True):
    """Everything one input caused, in order."""

    changes: Sequence[Change] = ()
    decisions: Sequence[Decision] = ()
    faults: Sequence[Fault] = ()
    acknowledged: Sequence[tuple[str, str]] = ()  # (alert, by) that decisions told the engine
    result: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self.changes or self.decisions or self.faults)

    def then(self, other: Effects) -> Effects:
        """Return these effects followed by others; the result stays."""
        return Effects(
            [*self.changes, *other.changes],
            [*self.decisions, *other.decisions],
            [*self.faults, *other.faults],
            [*self.acknowledged, *other.acknowledged],
            self.result,
        )


NOTHING = Effects()


class EngineBroken(Exception):
    """The rule engine failed on an input; its state must be built again."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.error)


class Reaction:
    """The engine, the cases and `respond` as one step function. Belongs to the writer's thread."""

    def __init__(self, rules: Rules, cases: Cases, respond: Respond) -> None:
        self.rules = rules
        self.cases = cases
        self._respond = respond
        self._cases_due = cases.next_due()
        self._not_before: datetime | None = None  # a failing case timer rests until then
        self._claims = Claims(cases.incidents.values())

    def set_offset(self, offset: timedelta) -> None:
        """The wall clock differs from engine time by `offset`: calendars and rosters follow it."""
        self.rules.set_offset(offset)
        self.cases.set_offset(offset)
        self._cases_due = self.cases.next_due()

    def next_due(self) -> datetime | None:
        """Return when the next deadline of rules or cases falls due, or None."""
        rules, cases = self.rules.next_due(), self._cases_due
        if cases is not None and self._not_before is not None:
            cases = max(cases, self._not_before)
        if rules is None or cases is None:
            return rules or cases
        return min(rules, cases)

    def event(self, event: Event, now: datetime) -> Effects:
        """A device said something."""
        try:
            changes = self.rules.step(event, now=now)
        except Exception as error:
            raise _broken(error, event.id, now) from error
        return self._follow(changes, now, event.seq) if changes else NOTHING

    def tick(self, now: datetime, seq: int) -> Effects:
        """Time passed: every deadline due by `now`, of rules first, then of cases."""
        try:
            changes = self.rules.tick(now, seq=seq)
        except Exception as error:
            raise _broken(error, "tick", now) from error
        found = self._follow(changes, now, seq) if changes else NOTHING
        if self._cases_due is None or self._cases_due > now or (self._not_before and now < self._not_before):
            return found
        causes: list[Due] = self.cases.due(now)
        return found.then(self._decide(causes, now, seq))

    def restart(self, now: datetime, down_for: timedelta, seq: int, *, waits: bool = False) -> Effects:
        """The gateway was away for `down_for` and is back; with `waits` deadlines wait until `hold` says otherwise."""
        try:
            changes = self.rules.restart(now, down_for=down_for, seq=seq, waits=waits)
        except Exception as error:
            raise _broken(error, "restart", now) from error
        return self._follow(changes, now, seq)

    def hold(self, now: datetime, until: datetime | None, seq: int) -> Effects:
        """Deadlines of rules from `until` on wait (None: none); of those that waited, the earlier take effect."""
        try:
            changes = self.rules.hold(now, until=until, seq=seq)
        except Exception as error:
            raise _broken(error, "hold", now) from error
        return self._follow(changes, now, seq) if changes else NOTHING

    def act(self, action: Action | AlertAction, now: datetime, seq: int) -> Effects:
        """A person acted.

        Raises:
            ActionRefused: it is not allowed now; nothing changed.
            EngineBroken: the engine failed.
        """
        if not isinstance(action, Action):
            return self._alert_action(action, now, seq)
        decision = self._respond(self.cases, action, now=now, seq=seq)
        self._claims.check(decision)
        settled = self._settle(decision, now, seq)
        effects = settled.then(self._decide(settled.changes, now, seq))
        return msgspec.structs.replace(effects, result=decision.result)

    def _alert_action(self, action: AlertAction, now: datetime, seq: int) -> Effects:
        try:
            changes = self.rules.act(action, now=now, seq=seq)
        except LookupError as error:
            raise ActionRefused("not_open", str(error), action=type(action).__name__) from error
        except Exception as error:
            raise _broken(error, type(action).__name__, now) from error
        if isinstance(action, SetMode):
            self.cases.set_mode(action.flags, action.zone)
        effects = self._follow(changes, now, seq)
        return msgspec.structs.replace(effects, result={"alerts": [change.alert for change in changes]})

    def _follow(self, changes: Sequence[Change], now: datetime, seq: int) -> Effects:
        return Effects(changes).then(self._decide(changes, now, seq))

    def _decide(self, causes: Sequence[Change | Due], now: datetime, seq: int) -> Effects:
        """Respond to each cause, and to what the engine answers to those decisions."""
        found = NOTHING
        waiting: deque[Change | Due] = deque(causes)
        while waiting:
            cause = waiting.popleft()
            if len(found.decisions) >= ROUNDS:
                endless = RuntimeError(f"more than {ROUNDS} decisions on one input")
                return found.then(Effects(faults=[_fault(cause, endless, now)]))
            try:
                decision = self._respond(self.cases, cause, now=now, seq=seq)
                self._claims.check(decision)
            except Exception as error:  # noqa: BLE001  # task boundary: a fault in response must not cost the alert
                found = found.then(Effects(faults=[_fault(cause, error, now)]))
                if isinstance(cause, Due):
                    self._not_before = now + AGAIN_AFTER
                continue
            if _changes_nothing(decision):
                continue
            settled = self._settle(decision, now, seq)
            waiting.extend(settled.changes)
            found = found.then(settled)
        return found

    def _settle(self, decision: Decision, now: datetime, seq: int) -> Effects:
        """Apply one decision; return it with the engine's answer to what it acknowledges."""
        changes: list[Change] = []
        acknowledged: list[tuple[str, str]] = []
        for alert, by in decision.acknowledge:
            try:
                changes.extend(self.rules.act(Acknowledge(alert=alert, by=by), now=now, seq=seq))
            except LookupError:
                continue  # it cleared meanwhile: there is nothing left to acknowledge
            except Exception as error:
                raise _broken(error, alert, now) from error
            acknowledged.append((alert, by))
        self.cases.apply(decision)
        self._claims.apply(decision)
        self._cases_due = self.cases.next_due()
        return Effects(changes, [decision], acknowledged=acknowledged)


def _changes_nothing(decision: Decision) -> bool:
    return not (
        decision.incidents
        or decision.timeline
        or decision.messages
        or decision.withdraw
        or decision.acknowledge
    )


def _fault(cause: Change | Due, error: Exception, now: datetime) -> Fault:
    subject = cause.incident if isinstance(cause, Due) else cause.alert
    return Fault(stage="respond", subject=subject, error=f"{type(error).__name__}: {error}", at=now)


def _broken(error: Exception, subject: str, now: datetime) -> EngineBroken:
    return EngineBroken(
        Fault(stage="rules", subject=subject, error=f"{type(error).__name__}: {error}", at=now)
    )
