"""Commands in the database: recorded with their counter, read while something can still happen to them.

Every function is part of a job of the writer thread or of a batch, and gets its connection. A command is
recorded once under its id: whoever asks twice with one key gets the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.command import Command, next_counter
from devices.event import canonical_json
from gateway.clock import to_us
from gateway.command.turn import LATE
from gateway.store.tables_commands import command_counters, commands

_ALIVE = ("queued", "sent", "accepted")


def record(connection: sa.Connection, asked: Iterable[Command], *, wall: datetime) -> list[Command]:
    """Keep commands that were asked for, each with the next counter of its device; return them as kept.

    One that is there already is returned as it is now. `counter` of what is given is not looked at.
    """
    kept: list[Command] = []
    for each in asked:
        if (same := command(connection, each.id)) is not None:
            kept.append(same)
            continue
        numbered = msgspec.structs.replace(each, counter=_count(connection, each.device, wall))
        connection.execute(commands.insert().values(_row(numbered)))
        kept.append(numbered)
    return kept


def _count(connection: sa.Connection, device: str, wall: datetime) -> int:
    last = connection.execute(_LAST, {"of": device}).scalar_one_or_none()
    counter = next_counter(last or 0, wall)
    if last is None:
        connection.execute(command_counters.insert().values(device=device, last=counter))
    else:
        connection.execute(
            command_counters.update().where(command_counters.c.device == device).values(last=counter)
        )
    return counter


def save(connection: sa.Connection, changed: Iterable[Command]) -> None:
    """Keep commands as they are now."""
    for each in changed:
        connection.execute(
            commands.update()
            .where(commands.c.id == each.id)
            .values(state=each.state, body=canonical_json(each).decode())
        )


def living(connection: sa.Connection, *, now: datetime) -> list[Command]:
    """Return the commands that something can still happen to: those that are not over, and lately unknown ones."""
    unknown = (commands.c.state == "unknown") & (commands.c.created_us > to_us(now - LATE))
    query = sa.select(commands.c.body).where(commands.c.state.in_(_ALIVE) | unknown)
    return _read(connection, query.order_by(commands.c.device, commands.c.counter))


def counters(connection: sa.Connection, devices: Iterable[str]) -> dict[str, int]:
    """Return the last counter of each of these devices."""
    query = sa.select(command_counters).where(command_counters.c.device.in_(sorted(set(devices))))
    return {row.device: row.last for row in connection.execute(query)}


def command(connection: sa.Connection, command_id: str) -> Command | None:
    """Return one command, or None."""
    found = _read(connection, sa.select(commands.c.body).where(commands.c.id == command_id))
    return found[0] if found else None


def of_device(connection: sa.Connection, device: str, *, limit: int) -> list[Command]:
    """Return the newest commands to a device, newest first."""
    query = sa.select(commands.c.body).where(commands.c.device == device)
    return _read(connection, query.order_by(commands.c.counter.desc()).limit(limit))


def of_incident(connection: sa.Connection, incident: str) -> list[Command]:
    """Return the commands that belong to a case, oldest first."""
    query = sa.select(commands.c.body).where(commands.c.incident == incident)
    return _read(connection, query.order_by(commands.c.created_us, commands.c.id))


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Command]:
    return [msgspec.json.decode(body, type=Command) for body in connection.execute(query).scalars()]


def _row(each: Command) -> dict[str, object]:
    return {
        "id": each.id,
        "device": each.device,
        "counter": each.counter,
        "incident": each.incident,
        "state": each.state,
        "created_us": to_us(each.created_at),
        "body": canonical_json(each).decode(),
    }


_LAST = sa.select(command_counters.c.last).where(command_counters.c.device == sa.bindparam("of"))
