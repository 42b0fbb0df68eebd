"""Desired: the values that commands want a device to hold (locked, siren on), beside those it reports. Pure.

Derived from the commands that were recorded, so it is never other than they are: the newest one of its sort that did
not fail and did not expire unsent. A siren is wanted no longer than a device may sound it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from devices.command import Command, CommandState
from devices.shadow import Reported

_NEVER_TOOK = ("failed", "expired")


class Desired(msgspec.Struct, frozen=True, kw_only=True):
    """One state that is wanted since `at` (engine time); `reached`: the device reports it; None: it reports no such state."""

    name: str
    value: bool
    at: datetime
    command: str
    state: CommandState
    reached: bool | None


def desired(commands: Iterable[Command], reported: Mapping[str, Reported], *, now: datetime) -> list[Desired]:
    """Return what the commands to one device, newest first, want of it at `now`."""
    found: list[Desired] = []
    decided: set[str] = set()
    for command in commands:
        proof = dict(command.spec.proof)
        if not proof or command.state in _NEVER_TOOK or not decided.isdisjoint(proof):
            continue
        decided.update(proof)
        longest = command.spec.longest
        if longest is not None and now - (command.sent_at or command.created_at) > longest:
            continue
        name = next((name for name in proof if name in reported), next(iter(proof)))
        found.append(
            Desired(
                name=name,
                value=proof[name],
                at=command.created_at,
                command=command.id,
                state=command.state,
                reached=reported[name].value is proof[name] if name in reported else None,
            )
        )
    return found
