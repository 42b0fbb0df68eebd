"""Command: something a device is asked to do, and the one table of what may happen to the asking.

A command is recorded before it is sent, is never retained, never runs after its `ttl`, and a pulse that opens
a door is never sent twice: after `unknown` only the contact sensor tells.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec

CommandState: TypeAlias = Literal["queued", "sent", "accepted", "done", "failed", "expired", "unknown"]
CommandWord: TypeAlias = Literal["send", "accept", "finish", "fail", "expire", "lose"]

# state → word → next state; a pair that is not here is refused. `lose`: a restart or a lost reply after sending.
TRANSITIONS: dict[CommandState, dict[CommandWord, CommandState]] = {
    "queued": {"send": "sent", "expire": "expired", "fail": "failed"},
    "sent": {
        "accept": "accepted",
        "finish": "done",
        "fail": "failed",
        "expire": "unknown",
        "lose": "unknown",
    },
    "accepted": {"finish": "done", "fail": "failed", "expire": "unknown", "lose": "unknown"},
    "unknown": {"accept": "accepted", "finish": "done", "fail": "failed"},
    "done": {},
    "failed": {},
    "expired": {},
}


class CommandSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one command name: how long it is worth anything, and whether it may be repeated."""

    ttl: timedelta
    repeatable: bool  # sending it twice is the same as once
    longest: timedelta | None = None  # what the device must end by itself


COMMANDS: dict[str, CommandSpec] = {
    "open": CommandSpec(ttl=timedelta(seconds=5), repeatable=False),
    "lock": CommandSpec(ttl=timedelta(seconds=30), repeatable=True),
    "unlock": CommandSpec(ttl=timedelta(seconds=30), repeatable=True),
    "siren_on": CommandSpec(ttl=timedelta(seconds=30), repeatable=True, longest=timedelta(minutes=10)),
    "siren_off": CommandSpec(ttl=timedelta(seconds=30), repeatable=True),
}


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One command to one device. `counter` rises per device, so that an old one is recognised by the device."""

    id: str
    device: str
    name: str
    counter: int
    by: str
    reason: str = ""
    arguments: dict[str, Any] = {}
    created_at: datetime
    state: CommandState = "queued"
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    result: str = ""

    @property
    def expires_at(self) -> datetime:
        """After this nobody may carry it out."""
        return self.created_at + COMMANDS[self.name].ttl


def advance(command: Command, word: CommandWord, *, now: datetime, result: str = "") -> Command | None:
    """Return the command after a word, or None when the table does not have it: nothing changes then."""
    following = TRANSITIONS[command.state].get(word)
    if following is None or (word == "send" and now >= command.expires_at):
        return None
    ended = now if not TRANSITIONS[following] else command.ended_at
    sent = now if word == "send" else command.sent_at
    return msgspec.structs.replace(
        command, state=following, sent_at=sent, ended_at=ended, result=result or command.result
    )


def may_send_again(command: Command, *, now: datetime) -> bool:
    """Tell whether the same command, with the same id, may be sent once more: only what is harmless twice."""
    waiting = command.state in ("sent", "unknown")
    return waiting and COMMANDS[command.name].repeatable and now < command.expires_at
