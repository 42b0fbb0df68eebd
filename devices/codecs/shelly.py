"""Notifications of Shelly devices of the second generation, those of Bluetooth devices behind them told apart.

A gateway's script passes on what it hears as `{"events": [{"data": {"address": …}}]}`: then `blu` is put beside the
method, the address of the device that spoke first. Any other message stays as it is.
"""

from __future__ import annotations

from devices.codec import Document, codec
from devices.codecs.json import read_json


@codec("shelly")
def read_shelly(payload: bytes, encoding: str) -> list[Document]:
    """Read one notification."""
    found = read_json(payload, encoding)
    for message in found:
        if message.get("method") == "NotifyEvent" and "blu" not in message:
            address = _address(message)
            if address is not None:
                message["blu"] = address
    return found


def _address(message: Document) -> str | None:
    params = message.get("params")
    events = params.get("events") if isinstance(params, dict) else None
    first = events[0] if isinstance(events, list) and events else None
    data = first.get("data") if isinstance(first, dict) else None
    address = data.get("address") if isinstance(data, dict) else None
    return address if isinstance(address, str) and address else None
