"""ThingsBoard's device and gateway API: telemetry and attributes as `{"device", "time", "values"}`, one a moment.

A device sends `{"name": value}`, `{"ts": ms, "values": {…}}` or a list of either; a gateway puts the same under the
names of its devices. Names are folded (`devices.thing_model`).
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import parse_json
from devices.thing_model import folded, without_none


@codec("thingsboard")
def read_device(payload: bytes, encoding: str) -> list[Document]:
    """Read what one device publishes under `v1/devices/me/`."""
    return _moments(parse_json(payload, encoding))


@codec("thingsboard-gateway")
def read_gateway(payload: bytes, encoding: str) -> list[Document]:
    """Read what a gateway publishes for several devices under `v1/gateway/`."""
    value = parse_json(payload, encoding)
    if not isinstance(value, dict) or not all(isinstance(each, dict | list) for each in value.values()):
        raise CodecRefused(
            "malformed", "expected an object whose names are devices and whose values their messages"
        )
    return [{"device": name, **moment} for name, said in value.items() for moment in _moments(said)]


def _moments(value: Any) -> list[Document]:
    moments = value if isinstance(value, list) else [value]
    if not moments or not all(isinstance(each, dict) for each in moments):
        raise CodecRefused("malformed", "expected an object of values, or a list of such objects")
    return [_moment(each) for each in moments]


def _moment(said: dict[str, Any]) -> Document:
    values = said.get("values")
    if isinstance(values, dict):
        return without_none({"time": said.get("ts"), "values": folded(values)})
    return {"values": folded(said)}
