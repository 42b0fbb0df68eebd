"""Outgoing: each receiver of the settings with its own cursor over the timeline, as parts of the gateway.

A new receiver begins with what happens from then on: nobody's past is sent because an address was written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.access import Read, Write
from gateway.batch import Committed
from gateway.forward import Forward, ForwardStatus
from gateway.interop.cap import Audience, Sender, cap_alert
from gateway.interop.case_event import WORDS, CaseEvent, case_event
from gateway.interop.settings import Receiver
from gateway.sinks.cloudevents import CloudEvents
from gateway.store import cursors
from gateway.store.case_feed import Step, last_step, steps_after, steps_of

ROWS = 50  # lines read and events sent before the cursor moves
Make = Callable[[Step], CaseEvent]


class StepFeed:
    """The steps of cases that one receiver is to have; drills, other grids and levels are passed over."""

    name = "cases"

    def __init__(self, read: Read, *, receiver: Receiver, make: Make) -> None:
        self._read = read
        self._receiver = receiver
        self._make = make

    def points(self, position: int, limit: int) -> tuple[Sequence[CaseEvent], int]:
        """Return the events after `position` and the position reached."""
        with self._read() as connection:
            steps, reached = steps_after(connection, position, limit, WORDS)
        return [self._make(step) for step in steps if self._wants(step)], reached

    def _wants(self, step: Step) -> bool:
        incident, receiver = step.incident, self._receiver
        if incident.drill:
            return False
        return (not receiver.levels or incident.level in receiver.levels) and (
            not receiver.grids or incident.grid in receiver.grids
        )


class Outgoing:
    """The part that feeds one receiver."""

    def __init__(self, name: str, *, sink: CloudEvents, feed: StepFeed, read: Read, write: Write, now: Callable[[], datetime], key: str | None = None, first_retry_s: float = 1.0) -> None:  # fmt: skip
        self.name = f"receiver {name}"
        self._key = key or f"receiver-{name}"  # where its cursor stands
        self._sink, self._feed, self._read, self._write, self._now = sink, feed, read, write, now
        self._forward = Forward(
            name=self._key,
            sink=sink,
            feeds=[feed],
            read=read,
            write=write,
            now=now,
            rows=ROWS,
            first_retry_s=first_retry_s,
        )

    def committed(self, committed: Committed) -> None:
        """Wake up when a case moved; called in the writer's thread."""
        if committed.timeline:
            self._forward.wake()

    def status(self) -> ForwardStatus:
        """Return how this receiver stands."""
        return self._forward.status()

    async def run(self) -> None:
        """Forward until cancelled."""
        await asyncio.wrap_future(self._write(self._begin))
        try:
            await self._forward.run()
        finally:
            await self._sink.close()

    def _begin(self, connection: Any) -> None:
        """Let a receiver that was never served begin at the present end."""
        key = f"{self._key}/{self._feed.name}"
        if cursors.has_cursor(connection, key):
            return
        cursors.rewind_cursor(connection, key, last_step(connection), now=self._now())


def maker(receiver: Receiver, *, sender: Callable[[], Sender], read: Read) -> Make:
    """Return what makes a receiver's event of a step, by the site and clock of that moment."""

    def cloud_event(step: Step) -> CaseEvent:
        now = sender()
        return case_event(step, site=now.site, gateway=now.gateway, offset=now.offset, fields=receiver.fields)

    def cap(step: Step) -> CaseEvent:
        with read() as connection:
            steps = steps_of(connection, step.incident.number, WORDS)
        told = [each for each in steps if each.sequence <= step.sequence]
        body = cap_alert(step.incident, told, sender=sender(), audience=audience_of(receiver))
        event = cloud_event(step)
        return msgspec.structs.replace(event, body=body, content_type="application/cap+xml; charset=utf-8")

    return cap if receiver.format == "cap" else cloud_event


def audience_of(receiver: Receiver) -> Audience:
    """Return whom a receiver's CAP messages are for: its restriction, or itself by name."""
    if receiver.restriction:
        return Audience(scope="Restricted", restriction=receiver.restriction)
    return Audience(scope="Private", addresses=(receiver.recipient,))
