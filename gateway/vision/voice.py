"""Voice: how a camera speaks on MQTT. The worker speaks for each camera as if it were a device itself.

Topics are those of our own namespace. An event is kept until the gateway confirms on `k/{boot}/{n}` that
it is committed, and is said again after a reconnection or a minute of silence; the pair (boot, n) makes
the repetition harmless. What is kept is bounded: the oldest event gives way, and that is counted.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from gateway.vision.frame import Sighting

MOST_KEPT = 64
AGAIN = 60.0  # seconds without a confirmation


class Said(msgspec.Struct, kw_only=True):
    """One event on its way: `sent` is when it was last handed to the broker, None before."""

    number: int
    topic: str
    payload: bytes
    sent: float | None = None


class Voice:
    """The events of one camera that the gateway has not confirmed, in order."""

    def __init__(self, *, site: str, camera: str, boot: str) -> None:
        self.base = f"sc1/{site}/{camera}"
        self.boot = boot
        self.dropped = 0
        self._next = 1
        self._kept: dict[int, Said] = {}

    def say(self, sighting: Sighting) -> None:
        """Number an event and keep it for sending."""
        number, self._next = self._next, self._next + 1
        self._kept[number] = Said(
            number=number,
            topic=f"{self.base}/e/{sighting.kind}",
            payload=payload(sighting, self.boot, number),
        )
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
            self.dropped += 1

    def to_send(self, now: float) -> Iterator[Said]:
        """Yield what was never sent, or not confirmed for a minute, oldest first."""
        for said in list(self._kept.values()):
            if said.sent is None or now - said.sent >= AGAIN:
                yield said

    def reconnected(self) -> None:
        """Everything unconfirmed is to be said again: nobody knows what arrived."""
        for said in self._kept.values():
            said.sent = None

    def confirmed(self, topic: str) -> bool:
        """Forget the event that `…/k/{boot}/{n}` names; return whether it was ours."""
        boot, _, number = topic.removeprefix(f"{self.base}/k/").partition("/")
        if boot != self.boot or not number.isdecimal():
            return False
        return self._kept.pop(int(number), None) is not None

    def __len__(self) -> int:
        return len(self._kept)


def payload(sighting: Sighting, boot: str, number: int) -> bytes:
    """Return an event as the namespace writes it, the snapshot inside as base64."""
    body: dict[str, Any] = {
        "n": number,
        "boot": boot,
        "at": sighting.at.isoformat(timespec="milliseconds"),
        "data": sighting.data,
    }
    if sighting.snapshot is not None:
        taken = sighting.snapshot_at or sighting.at
        picture = base64.b64encode(sighting.snapshot).decode("ascii")
        body["evidence"] = [
            {"mime": "image/jpeg", "at": taken.isoformat(timespec="milliseconds"), "b64": picture}
        ]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def birth(boot: str, firmware: str) -> bytes:
    return json.dumps({"status": "online", "boot": boot, "firmware": firmware}).encode()


def last_will() -> bytes:
    return json.dumps({"status": "offline"}).encode()
