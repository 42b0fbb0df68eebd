"""A profile's own samples: messages with what must come of them. A profile that fails them does not load.

An expectation names one result (`event`, `state`, `note`, `telemetry`, `ignored`, `quarantine`, `blob`) and
is compared where it speaks; `data` and `state` are compared whole, so that a field too many shows too.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from devices.event import Blob, Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import Adapter, Sample
from devices.node import Node

KEYS = (
    "name", "note", "topic", "path", "payload", "base64", "headers", "user", "retained", "drained", "received", "expect",
)  # fmt: skip
RESULTS = ("event", "state", "note", "telemetry", "ignored", "quarantine", "blob")
EXPECT_KEYS = (
    *RESULTS, "device", "at", "time_quality", "device_time", "mode", "dedup", "data", "subject", "flags", "value",
    "reason", "evidence",
)  # fmt: skip
_SHOWN = 2_000  # characters of a result that a problem shows
RECEIVED = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)


def read_sample(node: Node, number: int) -> Sample | None:
    """Return one sample, or None where it cannot be used (the problems say why)."""
    if not node.mapping(KEYS, ("name", "expect")):
        return None
    if node.has("topic") == node.has("path"):
        node.say("expected either 'topic' (MQTT) or 'path' (HTTP)")
        return None
    adapter = "mqtt" if node.has("topic") else "http"
    topic = node.child("topic" if node.has("topic") else "path").text()
    payload = _payload(node)
    received = _received(node.child("received"))
    expect = list(_expectations(node.child("expect")))
    name = node.child("name").text()
    if node.has("note"):  # for whoever reads the profile
        node.child("note").text()
    if topic is None or payload is None or received is None or name is None:
        return None
    headers = (
        {key: str(place.value) for key, place in node.child("headers").pairs()} if node.has("headers") else {}
    )
    return Sample(
        name=name,
        topic=topic,
        payload=payload,
        adapter=cast("Adapter", adapter),
        headers=headers,
        user=node.child("user").text() if node.has("user") else None,
        retained=node.child("retained").flag(),
        drained=node.child("drained").flag(),
        received=received,
        expect=tuple(expect),
        number=number,
    )


def _payload(node: Node) -> bytes | None:
    if node.has("base64"):
        place = node.child("base64")
        try:
            return binascii.a2b_base64(place.text() or "", strict_mode=True)
        except ValueError:
            place.say("not base64")
            return None
    value = node.child("payload").value
    if isinstance(value, str):
        return value.encode()
    return msgspec.json.encode(value)


def _received(node: Node) -> datetime | None:
    if node.value is None:
        return RECEIVED
    moment = _moment(node.value)
    if moment is None:
        node.say(f"expected a time with its zone, found '{node.value}'")
    return moment


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


def _expectations(node: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place in node.items():
        if not place.mapping(EXPECT_KEYS):
            continue
        if not any(place.has(key) for key in RESULTS):
            place.say(f"expected one of {', '.join(RESULTS)}")
            continue
        found.append(dict(place.value))
    return found


def prove(sample: Sample, decode: Callable[[RawMessage], list[Decoded]]) -> str | None:
    """Run a sample; return what came out otherwise than expected, or None."""
    message = RawMessage(
        topic=sample.topic,
        payload=sample.payload,
        received_at=sample.received,
        adapter=sample.adapter,
        user=sample.user,
        retained=sample.retained,
        drained=sample.drained,
        headers=sample.headers,
    )
    results = [describe(result) for result in decode(message)]
    wrong = _difference(results, sample)
    if wrong is not None and any("clock" in result.get("flags", ()) for result in results):
        received = sample.received.isoformat().replace("+00:00", "Z")
        wrong += f"; its own time is not believed beside received {received}: write when you caught it as 'received'"
    return wrong


def _difference(results: list[dict[str, Any]], sample: Sample) -> str | None:
    if len(results) != len(sample.expect):
        return f"expected {len(sample.expect)} results, got {len(results)}: {_short([_told(each) for each in results])}"
    for number, (got, expected) in enumerate(zip(results, sample.expect, strict=True)):
        for key, value in expected.items():
            if not _equal(key, got.get(key), value):
                return f"result {number}: {key} is {_short(got.get(key))}, expected {_short(value)}"
    return None


def describe(result: Decoded) -> dict[str, Any]:
    """Return a decoded result under the words expectations use."""
    if isinstance(result, Event):
        return {
            "event": result.kind,
            **{
                name: getattr(result, name)
                for name in ("device", "at", "time_quality", "device_time", "mode", "dedup")
            },
            "data": result.data,
            "state": result.state,
            "subject": sorted(result.subject),
            "flags": list(result.flags),
            "evidence": len(result.evidence),
        }
    if isinstance(result, Note):
        return {"note": result.track, "device": result.device, "data": result.data}
    if isinstance(result, Telemetry):
        return {"telemetry": result.metric, "device": result.device, "value": result.value, "at": result.at}
    if isinstance(result, Blob):
        return {"blob": result.mime}
    if isinstance(result, Quarantine):
        return {"quarantine": result.code, "reason": result.reason, "device": result.device}
    return _ignored(result)


def _ignored(result: Ignored) -> dict[str, Any]:
    return {"ignored": result.code, "reason": result.reason, "device": result.device}


def _equal(key: str, got: Any, expected: Any) -> bool:
    if key == "at":
        return isinstance(got, datetime) and got == _moment(expected)
    if key == "reason":
        return isinstance(got, str) and str(expected) in got
    if key == "flags":
        return bool([flag for flag in got or () if flag != "unlisted"] == expected)
    return bool(got == expected) and isinstance(got, bool) == isinstance(expected, bool)


def _told(result: dict[str, Any]) -> dict[str, Any]:
    """Return what is worth writing down of a result: ready to be pasted as its expectation."""
    found = {
        key: value
        for key, value in result.items()
        if value not in (None, {}, [], 0, "live") or key == "value"
    }
    found["flags"] = [flag for flag in found.pop("flags", ()) if flag != "unlisted"]
    if not found["flags"]:
        del found["flags"]
    found.pop("device_time", None)
    return found


def _short(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()[:_SHOWN]
