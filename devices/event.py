"""Event: one fact, as a device said it, in the one shape the rest of the product knows.

Everything downstream (rules, incidents, screens, sinks) reads only what stands here. An event is a
frozen value; what was decided about it once (its id, its time, its flags) is journaled and never
decided again. Canonical JSON (`canonical_json`) is the form that is hashed, forwarded and shown.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

Mode: TypeAlias = Literal["live", "backfill", "snapshot", "retained", "test"]
TimeQuality: TypeAlias = Literal["synced", "zoned", "epoch", "naive", "skewed", "none"]
Scalar: TypeAlias = str | int | float | bool | None
Facts: TypeAlias = dict[str, Any]  # JSON values; field names and units are in the kind tree


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture, clip or sound that belongs to an event, kept by content hash outside the journal."""

    sha256: str
    mime: str
    size: int  # bytes
    at: datetime | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an event came from: the profile and revision that decoded it, the topic, the raw bytes' hash.

    The hash is worked out when the event is taken in, not by the decoder: what is shed needs none.
    """

    profile: str = ""
    topic: str = ""
    raw: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fact from one device.

    `id` is minted at the edge at first sight; `seq` is the journal's number and the only order that
    rules and uplinks trust. `at` is the best known time of the fact (UTC, aware) and never later than
    `received_at`. `data` are the facts of the event, `state` the values that now hold for the device.
    """

    id: str = ""
    seq: int = 0
    site: str = ""
    device: str
    kind: str
    mode: Mode = "live"
    at: datetime
    time_quality: TimeQuality = "none"
    device_time: str | None = None  # as the device wrote it, when it did
    received_at: datetime
    dedup: str | None = None  # None: this device's events are never merged
    subject: dict[str, str] = {}  # references only (person, cred, household, plate …), no names
    data: Facts = {}
    state: Facts = {}
    evidence: tuple[Evidence, ...] = ()
    source: Source = Source()
    flags: tuple[str, ...] = ()
    v: int = 1


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """One numeric sample: aggregated, and journaled as the event it could be (`event`, without an id) only if a rule reads it."""

    device: str
    metric: str
    value: float
    at: datetime
    event: Event | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something that only describes an earlier object (`track`) of the same device: attached to it."""

    device: str
    track: str
    at: datetime
    data: Facts = {}


class Quarantine(msgspec.Struct, frozen=True, kw_only=True):
    """A message nobody could read: kept with its raw bytes and the reason, replayable after a mend.

    `code` is a stable word for counting (`unknown_device`, `unknown_code`, `malformed`, `too_large`,
    `too_deep`, `identity`, `no_profile`, `no_kind`, `codec`); `reason` is a sentence for people.
    """

    code: str
    reason: str
    device: str | None = None
    profile: str | None = None


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was understood and is deliberately not kept, with the reason (counted)."""

    code: str
    reason: str
    device: str | None = None


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes of a piece of evidence that came inside a message; stored by hash before the commit."""

    sha256: str
    mime: str
    data: bytes


Decoded: TypeAlias = Event | Telemetry | Note | Blob | Quarantine | Ignored


class RawMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What came in, before anyone read it. `received_at` is engine-independent wall time (UTC, aware)."""

    topic: str  # MQTT topic, or the path of an HTTP push
    payload: bytes
    received_at: datetime
    adapter: Literal["mqtt", "http", "self"] = "mqtt"  # self: the gateway about itself
    user: str | None = None  # the authenticated MQTT or HTTP user, when known
    retained: bool = False
    drained: bool = False  # part of a backlog that a session delivers after a reconnect
    headers: dict[str, str] = {}
    speaks: tuple[str, ...] = ()  # senders (device ids, or `user`) it was proven to come from


_canonical = msgspec.json.Encoder(order="deterministic")


def canonical_json(value: object) -> bytes:
    """Encode a struct or JSON value as canonical JSON: sorted keys, no spaces, UTF-8."""
    return _canonical.encode(value)


def dedup_hash(device: str, key: str) -> int:
    """Return the 8-byte hash under which a device's dedup key is remembered for seven days."""
    return int.from_bytes(
        hashlib.blake2b(f"{device}\x1f{key}".encode(), digest_size=8).digest(), "big", signed=True
    )
