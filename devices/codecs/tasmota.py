"""Tasmota's telemetry, with the Zigbee devices behind a Tasmota bridge taken apart: one document a device.

`{"ZbReceived": {"0x35D7": {…}}}`, and the same without its wrapper (a setting of the bridge), become
`{"zigbee": NAME, "values": {…}}`, where NAME is the friendly name and, where none was given, the short address. Any other
message stays as it is.
"""

from __future__ import annotations

from typing import Any

from devices.codec import Document, codec
from devices.codecs.json import read_json


@codec("tasmota")
def read_tasmota(payload: bytes, encoding: str) -> list[Document]:
    """Read one message of a module, or of the devices behind it."""
    return [document for message in read_json(payload, encoding) for document in _message(message)]


def _message(message: Document) -> list[Document]:
    received = message.get("ZbReceived")
    if isinstance(received, dict):
        if _is_device(received):  # as bridges wrote it at first
            return [_device(str(received["Device"]), received)]
        found = [_device(name, values) for name, values in received.items() if isinstance(values, dict)]
        return found or [message]
    return [_device(str(message["Device"]), message)] if _is_device(message) else [message]


def _is_device(values: Document) -> bool:
    return str(values.get("Device", "")).startswith("0x") and (
        "Endpoint" in values or "LinkQuality" in values
    )


def _device(name: str, values: dict[str, Any]) -> Document:
    return {"zigbee": values.get("Name") or name, "values": values}
