"""ChirpStack's events in JSON: version 4 as it is, version 3 in the shape of version 4.

The object of the device's codec is given our words beside the maker's (`devices.codecs.lorawan`); its stored records
become documents of their own with `stored`. Version 3 writes the EUI in base64 or hexadecimal, the object perhaps as a
text, the time and the number of the uplink with the gateway that heard it.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from typing import Any

import msgspec

from devices.codec import Document, codec
from devices.codecs.json import read_json
from devices.codecs.lorawan import plain, split_history

_EUI = 16  # hexadecimal digits


@codec("chirpstack")
def read_chirpstack(payload: bytes, encoding: str) -> list[Document]:
    """Read one event (or a list of them)."""
    return [document for message in read_json(payload, encoding) for document in _message(message)]


def _message(message: Document) -> list[Document]:
    if "devEUI" in message and "deviceInfo" not in message:
        message = _as_four(message)
    if not isinstance(message.get("object"), dict):
        return [message]
    rest, stored = split_history(message["object"])
    found = [{**message, "object": plain(rest)}] if rest is not None or not stored else []
    return found + [{**message, "object": plain(each), "time": time, "stored": True} for time, each in stored]


def _as_four(message: Document) -> Document:
    first = message.get("rxInfo")
    heard = first[0] if isinstance(first, list) and first and isinstance(first[0], dict) else {}
    extra = {
        "deduplicationId": message.get("deduplicationId", heard.get("uplinkID")),
        "time": message.get("publishedAt", heard.get("time")),
        "object": _object(message),
    }
    return {
        **message,
        **{name: value for name, value in extra.items() if value is not None},
        "deviceInfo": {"devEui": _eui(message["devEUI"])},
    }


def _object(message: Document) -> Any:
    written = message.get("objectJSON")
    if not isinstance(written, str) or not written:
        return message.get("object")
    try:
        return msgspec.json.decode(written)
    except (msgspec.DecodeError, RecursionError):
        return None


def _eui(written: Any) -> str:
    text = str(written)
    if len(text) == _EUI:
        return text.lower()
    try:
        return b64decode(text, validate=True).hex()
    except (Error, ValueError):
        return text
