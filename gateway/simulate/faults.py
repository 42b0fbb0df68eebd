"""Faults: what networks and devices do to messages on the way. The same for the same seed, and off when all shares are 0.

Only ordinary life is disturbed, apart from repetitions of messages that can be recognised as such: what the
oracle expects must not hang on a lost packet. A message that is late happened a while ago: it carries an old time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import msgspec

RECOGNISED = frozenset({"own", "gate", "locker", "chirpstack"})  # formats with a number per message
LATE_S = (60.0, 3600.0)


class Mix(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of messages, 0 to 1."""

    repeated: float = 0.005
    disordered: float = 0.01  # one to four seconds
    late: float = 0.01  # one to sixty minutes
    malformed: float = 0.0005
    unknown_code: float = 0.002


NONE = Mix(repeated=0, disordered=0, late=0, malformed=0, unknown_code=0)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the broker gets it; `fault` names what was done to it.

    `link` is whose connection carries it. `cut`: it is the last will of that connection, which is cut.
    `receipt` ends the topic of the gateway's confirmation, for what it confirms.
    """

    at: datetime
    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1
    thing: str = ""
    cause: str = ""
    fault: str = ""
    link: str = ""
    cut: bool = False
    receipt: str = ""


def drawn(random: Random, mix: Mix) -> str:
    """Return which fault meets a message, empty for none."""
    number = random.random()
    for fault, share in zip(mix.__struct_fields__, msgspec.structs.astuple(mix), strict=True):
        if number < share:
            return str(fault)
        number -= share
    return ""


def disturbed(message: Sent, fault: str, format_: str, random: Random) -> Iterator[Sent]:
    """Yield the message as it arrives with this fault: twice, later than others, and broken or unknown ones beside it."""
    if fault == "repeated":
        yield message
        seconds = random.uniform(0.2, 2.0 if message.cause else 3.0)
        yield msgspec.structs.replace(message, at=message.at + timedelta(seconds=seconds), fault=fault)
    elif fault == "disordered":
        later = message.at + timedelta(seconds=random.uniform(1.0, 4.0))
        yield msgspec.structs.replace(message, at=later, fault=fault)
    elif fault == "late":
        yield msgspec.structs.replace(message, fault=fault)
    elif fault == "malformed":
        yield message
        yield msgspec.structs.replace(
            message, payload=_broken(message.payload, random), retain=False, fault=fault
        )
    else:
        yield message
        stranger = UNKNOWN[format_](message) if fault == "unknown_code" and format_ in UNKNOWN else None
        if stranger is not None:
            yield msgspec.structs.replace(stranger, fault=fault)


def _broken(payload: bytes, random: Random) -> bytes:
    cut = random.randrange(1, max(2, len(payload)))
    return payload[:cut] if random.random() < 0.5 else b"\xff\xfe" + payload[cut:]


# --- words that no profile knows, by format ---------------------------------------------------------


def _own(message: Sent) -> Sent | None:
    if "/e/" not in message.topic:
        return None
    topic = message.topic.rpartition("/")[0] + "/access.teleported"
    return msgspec.structs.replace(message, topic=topic)


def _json(change: Callable[[dict[str, Any]], dict[str, Any]], end: str) -> Callable[[Sent], Sent | None]:
    def stranger(message: Sent) -> Sent | None:
        if not message.topic.endswith(end):
            return None
        body = change(msgspec.json.decode(message.payload))
        return msgspec.structs.replace(message, payload=msgspec.json.encode(body))

    return stranger


UNKNOWN: dict[str, Callable[[Sent], Sent | None]] = {
    "own": _own,
    "gate": _json(lambda body: body | {"kind": "teleported", "id": 900_000}, "/event"),
    "locker": _json(lambda body: body | {"kind": "teleported", "id": 900_000}, "/event"),
    "frigate": _json(lambda body: body | {"type": "teleported"}, "frigate/events"),
    "chirpstack": _json(lambda body: body | {"object": {"teleported": 1}}, "/event/up"),
}
