"""Orders: how a command comes to be. A person asks on a page, or a plan's step orders it; either way it is recorded first.

What a person asks is refused here, before anything is recorded, when it cannot be meant: a device that does not
offer it, a door without the second confirmation, or a second door while the first is under way. There is no order
to several devices; “unlock all” does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from devices.command import COMMANDS, Command, command_id
from gateway.command.adapter import Target
from gateway.command.wording import ordered_line
from gateway.errors import ActionRefused
from gateway.response.model import TimelineRow
from gateway.store import commands as rows
from gateway.store.read import Connection


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks: of one device, why, for which case, and whether they confirmed it a second time."""

    device: str
    name: str
    by: str
    role: str
    reason: str
    key: str  # idempotency key, the person's own
    incident: str | None = None
    line: int | None = None  # of the case's plan
    confirmed: bool = False


class Book(Protocol):
    """What is needed of the store inside a job."""

    def append_timeline(self, connection: Connection, rows: Any) -> None: ...

    def append_audit(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        facts: dict[str, Any],
    ) -> None: ...


class Orders:
    """Records what people ask; `recorded` is called after the commit."""

    def __init__(
        self,
        targets: Mapping[str, Target],
        *,
        book: Book,
        call: Callable[[Callable[[Connection], Any]], Future[Any]],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
        recorded: Callable[[Command], None],
    ) -> None:
        self.targets = targets
        self._book, self._call, self._now, self._offset = book, call, now, offset
        self._recorded = recorded

    def offers(self, device: str) -> tuple[str, ...]:
        """Return the commands that a device offers, in the order of the table."""
        target = self.targets.get(device)
        return () if target is None else tuple(name for name in COMMANDS if name in target.offers)

    def ask(self, asked: Asked) -> Future[Command]:
        """Record a command with its audit row and its line in the case; a repeat with the same key gets the first.

        The future raises ActionRefused: `command_not_offered`, `command_unconfirmed`, `command_waits`, or `key_reused`
        where the key belongs to another order.
        """

        def job(connection: Connection) -> Command:
            now = self._now()
            fresh = Command(
                id=command_id(asked.by, asked.key),
                device=asked.device,
                name=asked.name,
                counter=0,
                by=asked.by,
                reason=asked.reason,
                created_at=now,
                incident=asked.incident,
                line=asked.line,
            )
            if (same := rows.command(connection, fresh.id)) is not None:
                if (same.device, same.name, same.incident) != (fresh.device, fresh.name, fresh.incident):
                    raise _refused("key_reused")
                return same
            self._check(connection, asked, now)
            (kept,) = rows.record(connection, [fresh], wall=now + self._offset())
            self._note(connection, kept, asked, now)
            return kept

        future: Future[Command] = self._call(job)
        future.add_done_callback(self._after)
        return future

    def _after(self, future: Future[Command]) -> None:
        if not future.cancelled() and future.exception() is None:
            self._recorded(future.result())

    def _check(self, connection: Connection, asked: Asked, now: datetime) -> None:
        offered = self.offers(asked.device)
        if asked.name not in offered:
            raise _refused("command_not_offered", device=asked.device, offers=", ".join(offered) or "–")
        if not COMMANDS[asked.name].door:
            return
        if not asked.confirmed:
            raise _refused("command_unconfirmed", device=asked.device)
        for each in rows.living(connection, now=now):
            under_way = each.spec.door and each.state in ("queued", "sent", "accepted")
            if under_way and (each.by == asked.by or each.device == asked.device):
                raise _refused("command_waits", device=each.device)

    def _note(self, connection: Connection, kept: Command, asked: Asked, now: datetime) -> None:
        facts = {
            "device": kept.device, "name": kept.name, "counter": kept.counter, "reason": kept.reason,
            "incident": kept.incident, "confirmed": asked.confirmed,
        }  # fmt: skip
        self._book.append_audit(
            connection, at=now, actor=kept.by, action="command", subject=kept.id, facts=facts
        )
        if kept.incident is not None:
            self._book.append_timeline(connection, [self._line(kept, role=asked.role, now=now)])

    def _line(self, kept: Command, *, role: str, now: datetime) -> TimelineRow:
        """Return the line of a case that says who ordered what, and why."""
        return TimelineRow(
            incident=kept.incident or "",
            at=now,
            actor=kept.by,
            role=role,
            channel="web",
            action="command",
            reason=kept.reason or None,
            text=ordered_line(kept, self.targets[kept.device].called),
            facts={"command": kept.id, "device": kept.device, "name": kept.name, "state": "queued"},
            key=kept.id,
        )


def _refused(code: str, **facts: object) -> ActionRefused:
    return ActionRefused(code, f"{code}: {facts}", **facts)
