"""Alibaba's Alink JSON: properties and events of a thing model, single, batched, packed and stored.

Each moment becomes `{"id", "method", "device", "event", "time", "values"}`; `device` stands only where a gateway speaks
for its sub-devices, `event` only for events, `stored` only for what was kept while there was no line. Names are folded
(`devices.thing_model`). The same parameters are used by other Chinese platforms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import read_json
from devices.thing_model import by_time, folded, without_none

_PROPERTIES = "thing.event.property.post"
_EVENT_PARTS = 4  # thing.event.NAME.post


@codec("alink")
def read_alink(payload: bytes, encoding: str) -> list[Document]:
    """Read one Alink message (or a list of them)."""
    return [document for message in read_json(payload, encoding) for document in _message(message)]


def _message(message: Document) -> list[Document]:
    method, params = message.get("method"), message.get("params")
    if not isinstance(params, dict | list):
        raise CodecRefused("malformed", "Alink without params")
    words = method.split(".") if isinstance(method, str) else []
    stored = "history" in words
    head = without_none({"id": message.get("id"), "method": method, "stored": stored or None})
    if isinstance(params, list) or {"properties", "events", "subDevices"} & params.keys():
        found = [document for block in _blocks(params) for document in _block(block)]
    elif len(words) == _EVENT_PARTS and words[2] != "property":
        found = [_event(words[2], params)]
    else:
        found = by_time((name, *_value_and_time(value)) for name, value in params.items())
    return [head | document for document in found]


def _blocks(params: Any) -> Iterator[dict[str, Any]]:
    """Yield the gateway's own block and those of its sub-devices."""
    for block in params if isinstance(params, list) else [params]:
        if isinstance(block, dict):
            yield block
            yield from _listed(block.get("subDevices"))


def _block(block: dict[str, Any]) -> Iterable[Document]:
    identity = block.get("identity")
    device = identity.get("deviceName", identity.get("device_name")) if isinstance(identity, dict) else None
    properties = block.get("properties")
    pairs = [
        (name, value)
        for group in (properties if isinstance(properties, list) else [properties])
        if isinstance(group, dict)
        for name, value in group.items()
    ]
    moments = by_time(
        (name, *_value_and_time(each))
        for name, value in pairs
        for each in (value if isinstance(value, list) else [value])
    )
    for document in moments:
        yield without_none({"device": device}) | document
    events = block.get("events")
    for name, value in events.items() if isinstance(events, dict) else ():
        for each in value if isinstance(value, list) else [value]:
            yield without_none({"device": device}) | _event(name, each if isinstance(each, dict) else {})


def _event(name: str, params: dict[str, Any]) -> Document:
    value = params.get("value")
    values = (
        value if isinstance(value, dict) else {key: each for key, each in params.items() if key != "time"}
    )
    return without_none({"event": name, "time": params.get("time"), "values": folded(values)})


def _value_and_time(value: Any) -> tuple[Any, Any]:
    if isinstance(value, dict) and "value" in value:
        return value["value"], value.get("time")
    return value, None


def _listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
