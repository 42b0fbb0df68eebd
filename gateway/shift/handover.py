"""Handover (交接班): what one shift leaves to the next, seen and signed by both.

    offered ──confirm each open L1/L2──► offered ──accept──► accepted
       └──────────────withdraw (by who offered it)─────────► withdrawn

The snapshot is what the gateway knew when it was offered; nobody types it. Pure: takes the time, returns values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

from gateway.errors import GatewayError

State: TypeAlias = Literal["offered", "accepted", "withdrawn"]
GRAVE = frozenset({"L1", "L2"})


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is still open when the shift ends."""

    number: str
    level: str
    state: str
    title: dict[str, str]
    place: dict[str, str]
    owner: str | None
    due_at: datetime | None
    drill: bool


class Silenced(msgspec.Struct, frozen=True, kw_only=True):
    """A silence that is in force, in words."""

    text: dict[str, str]
    until: datetime
    by: str
    reason: str


class Offline(msgspec.Struct, frozen=True, kw_only=True):
    """A device that does not answer."""

    device: str
    name: dict[str, str]
    since: datetime


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the next shift has to know. Times are wall time."""

    since: datetime  # when the last handover was accepted, or twelve hours ago
    at: datetime
    open_cases: tuple[OpenCase, ...]
    unseen: int  # open alarms that nobody has acknowledged
    silenced: tuple[Silenced, ...]
    offline: tuple[Offline, ...]
    drills: tuple[str, ...]  # zones in drill mode; "" is the whole site
    opened: int  # cases in this shift
    done: int
    alarms: int
    worst_window: int  # alarms in the worst ten minutes
    records_missed: int  # two-hourly records that nobody wrote


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """One handover. `confirmed` maps the numbers of grave cases to when the incoming person saw them."""

    id: str
    state: State
    outgoing: str
    offered_at: datetime
    notes: str
    snapshot: Snapshot
    incoming: str | None = None
    accepted_at: datetime | None = None
    remark: str = ""
    confirmed: dict[str, datetime] = {}

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """The grave cases that the incoming person has not confirmed."""
        return tuple(
            case.number
            for case in self.snapshot.open_cases
            if case.level in GRAVE and case.number not in self.confirmed
        )


class HandoverRefused(GatewayError):
    """It cannot be done now; `code` is a word of the API's catalogue, `facts` fill its sentence."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{code}: {facts}")


def extended(handover: Handover, now_open: Iterable[OpenCase]) -> Handover:
    """Return an offered handover with the cases that opened since it was offered; what is over is left to its end."""
    if handover.state != "offered":
        return handover
    listed = {case.number for case in handover.snapshot.open_cases}
    fresh = tuple(case for case in now_open if case.number not in listed)
    snapshot = msgspec.structs.replace(handover.snapshot, open_cases=(*handover.snapshot.open_cases, *fresh))
    return msgspec.structs.replace(handover, snapshot=snapshot) if fresh else handover


def confirm(handover: Handover, numbers: tuple[str, ...], *, by: str, now: datetime) -> Handover:
    """Return the handover with these cases seen by the incoming person.

    Raises:
        HandoverRefused: it is over, it is one's own, somebody else is taking it, or a case is not in it.
    """
    _must_be_offered(handover)
    _must_be_the_other(handover, by)
    listed = {case.number for case in handover.snapshot.open_cases}
    strangers = [number for number in numbers if number not in listed]
    if strangers:
        raise HandoverRefused("handover_case", numbers=strangers)
    seen = {**dict.fromkeys(numbers, now), **handover.confirmed}
    return msgspec.structs.replace(handover, incoming=by, confirmed=seen)


def accept(handover: Handover, *, by: str, remark: str, now: datetime) -> Handover:
    """Return the handover signed by the incoming person.

    Raises:
        HandoverRefused: as `confirm`, or grave cases were not confirmed.
    """
    _must_be_offered(handover)
    _must_be_the_other(handover, by)
    if handover.to_confirm:
        raise HandoverRefused("handover_unconfirmed", numbers=list(handover.to_confirm))
    return msgspec.structs.replace(handover, state="accepted", incoming=by, accepted_at=now, remark=remark)


def withdraw(handover: Handover, *, by: str) -> Handover:
    """Return the handover taken back by who offered it, e.g. because something came up.

    Raises:
        HandoverRefused: it is over, or somebody else's.
    """
    _must_be_offered(handover)
    if by != handover.outgoing:
        raise HandoverRefused("handover_not_yours", outgoing=handover.outgoing)
    return msgspec.structs.replace(handover, state="withdrawn")


def _must_be_offered(handover: Handover) -> None:
    if handover.state != "offered":
        raise HandoverRefused("handover_over", state=handover.state)


def _must_be_the_other(handover: Handover, by: str) -> None:
    if by == handover.outgoing:
        raise HandoverRefused("handover_own")
    if handover.incoming not in (None, by) and handover.confirmed:
        raise HandoverRefused("handover_taken", incoming=handover.incoming)
