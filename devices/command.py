"""Command: something a device is asked to do, and the one table of what may happen to the asking.

    queued ─ send ─► sent ─ accept ─► accepted ─ finish ─► done
       │               │  └───────────────┴────── fail ───► failed
       └ expire, fail  └ lose, expire ─► unknown ─ repeat ─► sent   (only what is harmless twice)

A command is recorded before it is sent, is never retained, never runs after its `ttl`, and a pulse that opens
a door is never sent twice: after `unknown` only the contact sensor tells. Every time is engine time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec

CommandState: TypeAlias = Literal["queued", "sent", "accepted", "done", "failed", "expired", "unknown"]
CommandWord: TypeAlias = Literal["send", "repeat", "accept", "finish", "fail", "expire", "lose"]

# state → word → next state; a pair that is not here is refused. `lose`: a restart or a lost reply after sending.
TRANSITIONS: dict[CommandState, dict[CommandWord, CommandState]] = {
    "queued": {"send": "sent", "expire": "expired", "fail": "failed"},
    "sent": {
        "repeat": "sent",
        "accept": "accepted",
        "finish": "done",
        "fail": "failed",
        "expire": "unknown",
        "lose": "unknown",
    },
    "accepted": {"finish": "done", "fail": "failed", "expire": "unknown", "lose": "unknown"},
    "unknown": {"repeat": "sent", "accept": "accepted", "finish": "done", "fail": "failed"},
    "done": {},
    "failed": {},
    "expired": {},
}
MOST_SENDS = 5
LEAST_LIFE = timedelta(seconds=1)
"""A broker counts whole seconds: what has less than one left is not sent any more."""


class CommandSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one command name: how long it is worth anything, and whether it may be repeated."""

    zh: str
    en: str
    ttl: timedelta
    repeatable: bool  # sending it twice is the same as once
    door: bool  # lets somebody in: a person confirms it a second time, no plan does it by itself
    longest: timedelta | None = None  # what the device must end by itself
    proof: tuple[tuple[str, bool], ...] = ()  # states of the device that show that it was done


COMMANDS: dict[str, CommandSpec] = {
    "open": CommandSpec(zh="开门", en="Open", ttl=timedelta(seconds=5), repeatable=False, door=True),
    "lock": CommandSpec(
        zh="锁门",
        en="Lock",
        ttl=timedelta(seconds=30),
        repeatable=True,
        door=False,
        proof=(("locked", True),),
    ),
    "unlock": CommandSpec(
        zh="解锁",
        en="Unlock",
        ttl=timedelta(seconds=30),
        repeatable=True,
        door=True,
        proof=(("locked", False),),
    ),
    "siren_on": CommandSpec(
        zh="鸣响警号",
        en="Sound the siren",
        ttl=timedelta(seconds=30),
        repeatable=True,
        door=False,
        longest=timedelta(minutes=10),
        proof=(("output", True), ("alarm", True)),
    ),
    "siren_off": CommandSpec(
        zh="关闭警号",
        en="Stop the siren",
        ttl=timedelta(seconds=30),
        repeatable=True,
        door=False,
        proof=(("output", False), ("alarm", False)),
    ),
}
ALIASES: dict[str, str] = {
    "door.open": "open",
    "lock.close": "lock",
    "lock.open": "unlock",
    "siren.on": "siren_on",
    "siren.off": "siren_off",
}
"""What plans may call a command instead."""


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
    incident: str | None = None
    line: int | None = None  # of the plan's commands, counted from 0
    state: CommandState = "queued"
    sent_at: datetime | None = None  # the last time
    sends: int = 0
    ended_at: datetime | None = None
    result: str = ""  # a code of the words in `gateway/command/wording.py`
    detail: str = ""  # what the device itself said

    @property
    def spec(self) -> CommandSpec:
        """What is known of its name."""
        return COMMANDS[self.name]

    @property
    def expires_at(self) -> datetime:
        """After this nobody may carry it out."""
        return self.created_at + self.spec.ttl

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to it any more."""
        return not TRANSITIONS[self.state]


def command_name(kind: str) -> str | None:
    """Return the name of a command as plans and people may write it, or None when there is none."""
    name = ALIASES.get(kind, kind)
    return name if name in COMMANDS else None


def command_id(*parts: object) -> str:
    """Return the id of a command from its cause: whoever asks twice for the same gets the same."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


def next_counter(last: int, wall: datetime) -> int:
    """Return the counter after `last`: it also rises when the store was restored from an older copy.

    Seconds of wall time are its floor, so a counter of yesterday's backup is below every one that was used since.
    """
    return max(last + 1, int(wall.timestamp()))


def advance(
    command: Command, word: CommandWord, *, now: datetime, result: str = "", detail: str = ""
) -> Command | None:
    """Return the command after a word, or None when the table does not have it: nothing changes then."""
    following = TRANSITIONS[command.state].get(word)
    if following is None:
        return None
    if word in ("send", "repeat") and now > command.expires_at - LEAST_LIFE:
        return None
    if word == "repeat" and not (command.spec.repeatable and command.sends < MOST_SENDS):
        return None
    sent = word in ("send", "repeat")
    return msgspec.structs.replace(
        command,
        state=following,
        sent_at=now if sent else command.sent_at,
        sends=command.sends + sent,
        ended_at=now if following in _ENDS else None,
        result=result or command.result,
        detail=detail or command.detail,
    )


def may_send_again(command: Command, *, now: datetime) -> bool:
    """Tell whether the same command, with the same id, may be sent once more: only what is harmless twice."""
    return advance(command, "repeat", now=now) is not None


def is_proof(command: Command, state: Mapping[str, Any], *, suffix: str = "") -> bool:
    """Tell whether what the device reports of itself shows that the command was carried out.

    `suffix` follows the names of states where a device has several outputs (`output_1`).
    """
    return any(state.get(name + suffix) is value for name, value in command.spec.proof)


_ENDS = frozenset({"done", "failed", "expired", "unknown"})
