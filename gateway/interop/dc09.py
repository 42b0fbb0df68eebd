"""DC-09: one frame of an alarm panel read, and the frame that answers it. Pure: bytes, accounts and the time in.

`pysiaalarm` takes a frame apart (header, AES, Contact-ID, SIA, CRC); what is accepted is decided here. An account with a
key is heard only encrypted; a clock out of its limits is refused, so that a recorded frame cannot be played again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
from pysiaalarm.account import SIAAccount
from pysiaalarm.errors import EventFormatError, NoAccountError
from pysiaalarm.event import OHEvent, SIAEvent
from pysiaalarm.utils.enums import MessageTypes

from gateway.interop.contact_codes import QUALIFIERS, SIA, Qualifier

FRAME_BYTES = 1024
Word: TypeAlias = Literal["ACK", "NAK", "DUH"]
Why: TypeAlias = Literal["format", "crc", "account", "key", "clock", "code"]
logging.getLogger("pysiaalarm").setLevel(
    logging.CRITICAL
)  # it logs whole frames, and names can stand in them


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One panel's account: AES key (None: plain), and how far its clock may be (behind, ahead) in seconds."""

    id: str
    key: str | None = None
    clock_s: tuple[int, int] | None = (40, 20)

    def __repr__(self) -> str:
        return f"Account({self.id}, {'encrypted' if self.key else 'plain'})"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a panel said. `event` is three digits of Contact-ID, empty for a poll; `code` as the panel wrote it."""

    account: str
    sequence: str
    event: str
    qualifier: Qualifier
    code: str = ""
    zone: str = "0"
    partition: str = ""
    frame: SIAEvent

    @property
    def is_poll(self) -> bool:
        """Whether it only says that it is there."""
        return self.event == ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that is not taken: why, for which account (empty: unreadable), and the answer if there is one."""

    why: Why
    account: str = ""
    answer: bytes | None = None


def read_frame(line: bytes, accounts: Mapping[str, Account], *, now: datetime) -> Report | Refusal:
    """Read one frame (without LF and CR); never raises, whatever the bytes are."""
    text = line.decode("ascii", "replace").strip()
    theirs = {name: SIAAccount(account_id=name, key=each.key) for name, each in accounts.items()}
    try:
        frame = SIAEvent.from_line(text, theirs)
    except NoAccountError:
        return Refusal(why="account", answer=nak(now))
    except (EventFormatError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return Refusal(why="format", answer=framed('"DUH"0000R0L0A0[]'))
    if isinstance(frame, OHEvent):
        return Refusal(why="format", answer=framed('"DUH"0000R0L0A0[]'))
    if not frame.valid_message:
        return Refusal(why="crc")  # silence: the panel repeats
    return _judged(frame, accounts, now)


def answer(word: Word, report: Report, *, now: datetime) -> bytes:
    """Return the frame that answers a report: the sequence and account echoed, encrypted when it came so."""
    frame = report.frame
    head = f"{frame.sequence}{frame.receiver or ''}{frame.line or ''}#{report.account}["
    if frame.encrypted and word == "ACK":
        sealed = frame.encrypt_content(f"]{_stamp(now)}")
        return framed(f'"*{word}"{head}{sealed}')
    return framed(f'"{word}"{head}]')


def nak(now: datetime) -> bytes:
    """Return the refusal that tells a panel the time."""
    return framed(f'"NAK"0000R0L0A0[]{_stamp(now)}')


def framed(text: str) -> bytes:
    """Return the text between LF and CR, with its CRC and length in front."""
    return f"\n{crc(text)}{len(text):04X}{text}\r".encode("ascii")


def crc(text: str) -> str:
    """Return the CRC-16 of a frame (polynomial 0xA001, reflected, start 0) as four hex digits."""
    value = 0
    for byte in text.encode():
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
    return f"{value:04X}"


def _judged(frame: SIAEvent, accounts: Mapping[str, Account], now: datetime) -> Report | Refusal:
    name = (frame.account or "").upper()
    account = accounts.get(name)
    if account is None:
        return Refusal(why="account", account=name, answer=nak(now))
    if account.key is not None and not frame.encrypted:
        return Refusal(why="key", account=name, answer=nak(now))
    if not _in_time(frame, account, now):
        return Refusal(why="clock", account=name, answer=nak(now))
    found = _said(frame)
    if found is None:
        unread = _report(frame, name, "", "new", frame.code or "")
        return Refusal(why="code", account=name, answer=answer("DUH", unread, now=now))
    return _report(frame, name, *found)


def _said(frame: SIAEvent) -> tuple[str, Qualifier, str] | None:
    """Return event, qualifier and the code as written (unknown letters stand for themselves); None: not understood."""
    if frame.message_type == MessageTypes.NULL:
        return "", "new", ""
    if frame.message_type == MessageTypes.ADMCID:
        qualifier = QUALIFIERS.get(frame.event_qualifier or "")
        return (
            None
            if qualifier is None or not frame.event_type
            else (frame.event_type, qualifier, frame.event_type)
        )
    letters = (frame.code or "").upper()
    return (*SIA.get(letters, (letters, "new")), letters) if letters else None


def _report(frame: SIAEvent, account: str, event: str, qualifier: Qualifier, code: str) -> Report:
    zone = (frame.ri or "").lstrip("0") or "0"
    if (
        zone == "0" and frame.message_type == MessageTypes.SIADCS
    ):  # some panels write the zone behind the letters
        digits = (frame.message or "").strip()
        zone = digits.lstrip("0") or "0" if digits.isdecimal() and len(digits) <= 4 else "0"
    return Report(
        account=account,
        sequence=frame.sequence or "0000",
        event=event,
        qualifier=qualifier,
        code=code,
        zone=zone,
        partition=(frame.partition or "").lstrip("0"),
        frame=frame,
    )


def _in_time(frame: SIAEvent, account: Account, now: datetime) -> bool:
    if account.clock_s is None:
        return True
    if not isinstance(frame.timestamp, datetime):
        return account.key is None  # encrypted frames must carry their time
    behind, ahead = account.clock_s
    return now - timedelta(seconds=behind) <= frame.timestamp <= now + timedelta(seconds=ahead)


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("_%H:%M:%S,%m-%d-%Y")
