"""Batch: everything that one transaction will write, and what is told to the others after it.

Inputs are evaluated as they arrive and collected here as plain values; nothing leaves the process before
the commit. The store turns a batch into rows, the pump settles it afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import msgspec

from devices.event import Blob, Event, Note, RawMessage, Telemetry
from devices.shadow import Shadow
from gateway.clock import ClockMark, from_us
from gateway.response.model import Decision, Incident, Message, TimelineRow
from gateway.store.inputs import Acknowledged, Other
from rules.change import Change


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A message that could not be read or carried through, with the reason; its bytes are kept."""

    message: RawMessage
    at: datetime  # E
    code: str
    reason: str
    device: str | None = None
    profile: str | None = None
    told: dict[str, int] = {}  # what of the same message was taken: events by `device|kind`


class Again(RawMessage, frozen=True, kw_only=True):
    """A quarantined message that is read anew: its row there, and what of it was taken when it first came."""

    row: int
    told: dict[str, int] = {}


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a quarantined message that was read anew; `unread`: it stays, for this reason."""

    row: int
    at: datetime  # E
    outcome: Literal["stored", "duplicate", "ignored", "unread"]
    code: str = ""
    reason: str = ""
    device: str | None = None
    profile: str | None = None


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Our own code failed on one input: which stage, for what, how. Nothing of that stage was applied."""

    stage: Literal["rules", "respond"]
    subject: str
    error: str
    at: datetime
    seq: int = 0  # of the newest numbered input


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a saved configuration, named `site`, `rule:<id>`, `plan:<id>` and the like."""

    name: str
    version: int
    author: str
    at: datetime
    body: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What an action's caller got, kept under its idempotency key."""

    key: str
    by: str
    at: datetime
    result: dict[str, Any]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """An action that was not allowed: nothing changed, but the audit log says who tried what."""

    at: datetime
    by: str
    action: str
    facts: dict[str, Any]


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the audit log that belongs to what is being stored: who did what to what."""

    at: datetime  # E
    by: str
    action: str
    subject: str
    facts: dict[str, Any]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a changed configuration brings with it: written in its transaction, or not at all."""

    audit: tuple[AuditLine, ...] = ()
    messages: tuple[Message, ...] = ()


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where a batch stands: its journal numbers, its newest engine time, and the clock mark if that is new."""

    first_seq: int
    last_seq: int
    e_us: int
    offset_us: int  # wall − E
    mark: ClockMark | None = None


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What has just become durable, in the order in which it happened; read it, do not change it.

    `duplicates` were stored before and want their confirmation again. `telemetry` is not stored here.
    `counters` is what this batch added.
    """

    first_seq: int  # of this batch; greater than last_seq when it brought no input
    last_seq: int
    at: datetime  # E of the newest input
    offset_us: int  # wall − E
    events: list[Event]
    duplicates: list[Event]
    telemetry: list[Telemetry]
    notes: list[Note]
    changes: list[tuple[int, Change]]  # with the number of the input that caused each
    incidents: list[Incident]  # the newest value of each that changed
    timeline: list[TimelineRow]
    messages: list[Message]
    withdrawn: list[tuple[str, str]]
    quarantined: list[Quarantined]
    faults: list[Fault]
    shadows: dict[str, Shadow]
    counters: dict[str, int]


class Batch:
    """The open batch. Fields are lists that the pump appends to and the store reads; `closing` says why it must close."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.arrivals: list[datetime] = []  # E of each event
        self.others: list[Other] = []
        self.acknowledged: list[Acknowledged] = []
        self.dedup: list[tuple[int, int]] = []
        self.duplicates: list[Event] = []
        self.telemetry: list[Telemetry] = []
        self.notes: list[Note] = []
        self.blobs: list[Blob] = []
        self.quarantined: list[Quarantined] = []
        self.reread: list[Reread] = []
        self.changes: list[tuple[int, Change]] = []
        self.decisions: list[tuple[int, Decision]] = []
        self.faults: list[Fault] = []
        self.shadows: dict[str, Shadow] = {}
        self.documents: list[Document] = []
        self.results: list[Result] = []
        self.refusals: list[Refusal] = []
        self.beside: list[Beside] = []
        self.counts: Counter[str] = Counter()
        self.modes: dict[str, dict[str, bool]] | None = (
            None  # site flags by zone ("": the whole site), if changed
        )
        self.snapshot: dict[tuple[str, str], bytes | None] | None = None
        self.settle: list[Callable[[], None]] = []  # acknowledgements and futures, in order of arrival
        self.fail: list[
            Callable[[BaseException], None]
        ] = []  # who waits for an answer if this cannot be stored
        self.unacknowledged = 0
        self.taken = 0  # messages and actions, stored or not
        self.bytes = 0
        self.closing: str | None = None

    @property
    def inputs(self) -> int:
        """How many journal numbers this batch uses."""
        return len(self.events) + len(self.others)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write; duplicates and ignored messages alone need no commit."""
        return bool(
            self.events
            or self.others
            or self.quarantined
            or self.reread
            or self.notes
            or self.faults
            or self.refusals
            or self.results
            or self.documents
            or self.snapshot is not None
        )

    def close_for(self, reason: str) -> None:
        """Ask for this batch to be committed now; the first reason stays."""
        if self.closing is None:
            self.closing = reason

    def incidents(self) -> dict[str, Incident]:
        """Return the newest value of each incident that changed, in order of first change."""
        return {each.number: each for _, decision in self.decisions for each in decision.incidents}

    def committed(self, position: Position) -> Committed:
        """Return what listeners get."""
        decisions = [decision for _, decision in self.decisions]
        return Committed(
            first_seq=position.first_seq,
            last_seq=position.last_seq,
            at=from_us(position.e_us),
            offset_us=position.offset_us,
            events=self.events,
            duplicates=self.duplicates,
            telemetry=self.telemetry,
            notes=self.notes,
            changes=self.changes,
            incidents=list(self.incidents().values()),
            timeline=[row for each in decisions for row in each.timeline],
            messages=[
                *(message for each in decisions for message in each.messages),
                *(message for each in self.beside for message in each.messages),
            ],
            withdrawn=[pair for each in decisions for pair in each.withdraw],
            quarantined=self.quarantined,
            faults=self.faults,
            shadows=self.shadows,
            counters=dict(self.counts),
        )
