"""Faults: what networks and devices do to messages on the way. The same for the same seed, and off when all shares are 0.

Only ordinary life is disturbed, apart from repetitions of messages that can be recognised as such: what the
oracle expects must not hang on a lost packet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import msgspec

RECOGNISED = frozenset({"own", "gate", "locker"})  # formats with a number per message


class Mix(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of messages, 0 to 1."""

    repeated: float = 0.005
    disordered: float = 0.01  # one to four seconds late
    late: float = 0.002  # one to ten minutes
    malformed: float = 0.0005
    unknown_code: float = 0.002


NONE = Mix(repeated=0, disordered=0, late=0, malformed=0, unknown_code=0)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the broker gets it; `fault` names what was done to it."""

    at: datetime
    topic: str
    payload: bytes
    retain: bool = False
    thing: str = ""
    cause: str = ""
    fault: str = ""


def disturbed(message: Sent, format_: str, random: Random, mix: Mix) -> Iterator[Sent]:
    """Yield the message as it arrives: perhaps twice, late, broken, or with a word nobody knows."""
    drawn = random.random()
    if message.cause:
        if format_ in RECOGNISED and drawn < mix.repeated:
            yield _after(message, random.uniform(0.2, 2.0), "repeated")
        yield message
        return
    for fault, share in zip(mix.__struct_fields__, msgspec.structs.astuple(mix), strict=True):
        if drawn < share:
            yield from _FAULTS[fault](message, format_, random)
            return
        drawn -= share
    yield message


def _after(message: Sent, seconds: float, fault: str) -> Sent:
    return msgspec.structs.replace(message, at=message.at + timedelta(seconds=seconds), fault=fault)


def _repeated(message: Sent, _format: str, random: Random) -> Iterator[Sent]:
    yield message
    yield _after(message, random.uniform(0.2, 3.0), "repeated")


def _disordered(message: Sent, _format: str, random: Random) -> Iterator[Sent]:
    yield _after(message, random.uniform(1.0, 4.0), "disordered")


def _late(message: Sent, _format: str, random: Random) -> Iterator[Sent]:
    yield _after(message, random.uniform(60.0, 600.0), "late")


def _malformed(message: Sent, _format: str, random: Random) -> Iterator[Sent]:
    cut = random.randrange(1, max(2, len(message.payload)))
    broken = message.payload[:cut] if random.random() < 0.5 else b"\xff\xfe" + message.payload[cut:]
    yield message
    yield msgspec.structs.replace(message, payload=broken, retain=False, fault="malformed")


def _unknown_code(message: Sent, format_: str, _random: Random) -> Iterator[Sent]:
    yield message
    if format_ == "own" and "/e/" in message.topic:
        topic = message.topic.rpartition("/")[0] + "/access.teleported"
        yield msgspec.structs.replace(message, topic=topic, fault="unknown_code")
    elif format_ in {"gate", "locker"} and message.topic.endswith("/event"):
        body = msgspec.json.decode(message.payload) | {"kind": "teleported", "id": 900_000}
        yield msgspec.structs.replace(message, payload=msgspec.json.encode(body), fault="unknown_code")


_FAULTS = {
    "repeated": _repeated,
    "disordered": _disordered,
    "late": _late,
    "malformed": _malformed,
    "unknown_code": _unknown_code,
}
