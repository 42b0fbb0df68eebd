"""Turn: what becomes of every open command now. Pure: commands, what was heard and the time in, changes out.

    heard (reply, proof, failure of the send) → time that ran out → what is queued: may it go? → what to send

Nothing is decided anywhere else, so the laws of a command hold or fall here: never two sends of what is not
repeatable, nothing after its ttl, no repeat of an order that a newer one to the same device has replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from devices.command import LEAST_LIFE, Command, CommandWord, advance, is_proof
from devices.event import Event

REPLY_WITHIN = timedelta(seconds=5)  # after this a silent device is asked again, or its silence is said
SETTLE_WITHIN = timedelta(seconds=30)  # after this an accepted order is no longer waited for
CONTACT_WITHIN = timedelta(seconds=5)
LATE = timedelta(minutes=2)  # so long a reply to an unknown one is still taken


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Something about one command: a word of the table, why, and what the device said."""

    command: str
    word: CommandWord
    result: str
    detail: str = ""


class Watching(msgspec.Struct, frozen=True, kw_only=True):
    """What shows the outcome of commands to one device: its contact, and within which time after the send."""

    contact: str | None = None
    within: timedelta = CONTACT_WITHIN
    answers: bool = True  # False: this way of sending brings no reply
    suffix: str = ""  # of its states, where a device has several outputs: `_1`


class Turned(msgspec.Struct, frozen=True, kw_only=True):
    """The commands that changed, in order, and those of them that are to be sent now."""

    changed: tuple[Command, ...] = ()
    send: tuple[Command, ...] = ()

    @property
    def told(self) -> tuple[Command, ...]:
        """What people are told of: repeats are not news."""
        return tuple(each for each in self.changed if each.state != "sent" or each.sends == 1)


WhyNot = Callable[[Command], str | None]
Watch = Callable[[str], Watching]
Ready = Callable[[Command], bool]


def turn(
    commands: Iterable[Command],
    heard: Sequence[Heard],
    *,
    now: datetime,
    watch: Watch,
    why_not: WhyNot,
    ready: Ready = lambda _: True,
    counters: Mapping[str, int] | None = None,
) -> Turned:
    """Return what changes now; `why_not` says why a command must not leave the house, for the first or another time.

    One whose way is not open (`ready`) waits; when its time is over meanwhile, it was never sent. `counters` are
    the last ones of devices, also of commands that are over: what a newer one replaced is not repeated.
    """
    before = sorted(commands, key=lambda each: (each.counter, each.id))
    newest = {each.device: each.counter for each in before} | dict(counters or {})
    changed: list[Command] = []
    send: list[Command] = []
    for each in before:
        after = _told(each, heard, now)
        may_repeat = newest[each.device] <= each.counter and ready(each) and why_not(each) is None
        after = _waited(after, now, watch(each.device), may_repeat=may_repeat)
        if after.state == "queued":
            after = _released(after, now, why_not, ready)
        if after is not each:
            changed.append(after)
            if after.state == "sent" and after.sends > each.sends:
                send.append(after)
    return Turned(changed=tuple(changed), send=tuple(send))


def recovered(commands: Iterable[Command], *, now: datetime) -> Turned:
    """Return what a restart means: nobody knows what became of what was sent, and no old pulse may follow.

    What is harmless twice stays as it is: a turn repeats it within its ttl, with the same id.
    """
    changed: list[Command] = []
    for each in commands:
        after: Command | None = None
        if each.spec.repeatable:
            continue
        if each.state == "queued":
            after = advance(each, "expire", now=now, result="restart")
        elif each.state in ("sent", "accepted"):
            after = advance(each, "lose", now=now, result="restart")
        if after is not None:
            changed.append(after)
    return Turned(changed=tuple(changed))


def next_due(commands: Iterable[Command], watch: Watch) -> datetime | None:
    """Return when time alone changes one of these commands next."""
    found = [due for each in commands if (due := _due(each, watch(each.device))) is not None]
    return min(found, default=None)


def proofs(command: Command, event: Event, watching: Watching) -> Heard | None:
    """Return what an event shows about a command that was sent: reply, state of the device, or its door's contact.

    Only what was said after the send counts, and only live: a replayed state proves nothing.
    """
    if command.sent_at is None or command.is_over:
        return None
    if event.kind.startswith("command."):
        return _reply(command, event, watching)
    if event.mode != "live" or event.at < command.sent_at or event.received_at < command.sent_at:
        return None
    if event.device == command.device and is_proof(command, event.state, suffix=watching.suffix):
        return Heard(command=command.id, word="finish", result="state")
    if command.name != "open" or watching.contact is None or event.device != watching.contact:
        return None
    if event.at > command.sent_at + watching.within:
        return None
    if event.kind == "contact.opened" or event.state.get("open") is True:
        return Heard(command=command.id, word="finish", result="contact")
    return None


_WORDS: dict[str, CommandWord] = {
    "command.accepted": "accept",
    "command.done": "finish",
    "command.failed": "fail",
}


def _reply(command: Command, event: Event, watching: Watching) -> Heard | None:
    """Return the device's own word; where a contact watches the door, its "done" is worth no more than "taken"."""
    word = _WORDS.get(event.kind)
    if word == "finish" and command.name == "open" and watching.contact is not None:
        word = "accept"
    if word is None or event.device != command.device or event.data.get("command") != command.id:
        return None
    return Heard(command=command.id, word=word, result="device", detail=str(event.data.get("reason", "")))


def _told(command: Command, heard: Sequence[Heard], now: datetime) -> Command:
    for each in heard:
        if each.command != command.id:
            continue
        after = advance(command, each.word, now=now, result=each.result, detail=each.detail)
        command = after if after is not None else command
    return command


def _waited(command: Command, now: datetime, watching: Watching, *, may_repeat: bool) -> Command:
    """Return a sent or accepted command after the time it had."""
    due = _due(command, watching)
    if due is None or now < due or command.state == "queued":
        return command
    after: Command | None = None
    if command.state == "sent":
        again = advance(command, "repeat", now=now) if may_repeat else None
        after = again or advance(command, "lose", now=now, result=_silence(command, watching))
    elif command.state == "accepted":
        after = advance(command, "lose", now=now, result=_silence(command, watching))
    return after or command


def _silence(command: Command, watching: Watching) -> str:
    """Return what is to be said when nothing more was heard."""
    if command.name == "open" and watching.contact is not None:
        return "contact_silent"
    if command.state == "accepted":
        return "no_contact" if command.name == "open" else "no_proof"
    return "no_reply" if watching.answers else "no_answer_way"


def _due(command: Command, watching: Watching) -> datetime | None:
    if command.state == "queued":
        return command.expires_at - LEAST_LIFE
    if command.sent_at is None or command.state not in ("sent", "accepted"):
        return None
    if command.name == "open" and watching.contact is not None:
        return command.sent_at + max(watching.within, REPLY_WITHIN)
    within = REPLY_WITHIN if command.state == "sent" or command.name == "open" else SETTLE_WITHIN
    return command.sent_at + within


def _released(command: Command, now: datetime, why_not: WhyNot, ready: Ready) -> Command:
    """Return a queued command sent, refused by a guard, expired, or as it was: its way is not open."""
    if now > command.expires_at - LEAST_LIFE:
        late = "ttl" if ready(command) else "not_connected"
        return advance(command, "expire", now=now, result=late) or command
    if (reason := why_not(command)) is not None:
        return advance(command, "fail", now=now, result=reason) or command
    if not ready(command):
        return command
    return advance(command, "send", now=now) or command
