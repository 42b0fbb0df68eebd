"""Door: how another system's message enters, and what became of it, told only after the commit.

The same way as every message: decode, journal, rules, cases in one transaction. Whoever knocked gets the verdict
once that is on disk, and must not be answered before; while nothing can be stored there is no verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal, TypeAlias

import msgspec

from devices.event import Event, RawMessage
from devices.reading import raw_hash
from gateway.batch import Committed

Offer: TypeAlias = Callable[[RawMessage, Callable[[], None]], bool]  # Writer.offer
Outcome: TypeAlias = Literal["stored", "duplicate", "quarantined", "ignored"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message; `code` and `reason` of one that was quarantined."""

    outcome: Outcome
    code: str = ""
    reason: str = ""


class Door:
    """Hands messages to the writer. `committed` must be called after each commit, in the writer's thread."""

    name = "door"

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._stored: list[tuple[RawMessage, Future[Verdict]]] = []  # acknowledged, verdict not yet told

    def put(self, message: RawMessage) -> Future[Verdict] | None:
        """Hand a message in; the future has its verdict after the commit. None: there is no room now."""
        future: Future[Verdict] = Future()
        taken = self._offer(message, lambda: self._stored.append((message, future)))
        return future if taken else None

    def committed(self, committed: Committed) -> None:
        """Tell everybody whose message was in this commit."""
        if not self._stored:
            return
        stored, self._stored = self._stored, []
        for message, future in stored:
            if future.set_running_or_notify_cancel():
                future.set_result(verdict(message, committed))

    async def run(self) -> None:
        """Have nothing to do beside what is called."""


def verdict(message: RawMessage, committed: Committed) -> Verdict:
    """Return what became of a message that was part of this commit; what was kept of it counts most."""
    raw = raw_hash(message.payload)

    def mine(event: Event) -> bool:
        return event.source.raw == raw and event.source.topic == message.topic

    if any(mine(event) for event in committed.events):
        return Verdict(outcome="stored")
    for each in committed.quarantined:
        if each.message is message:
            return Verdict(outcome="quarantined", code=each.code, reason=each.reason)
    if any(mine(event) for event in committed.duplicates):
        return Verdict(outcome="duplicate")
    return Verdict(outcome="ignored")
