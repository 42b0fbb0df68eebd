"""Wire: MQTT 3.1.1 packets as a simulated device says them: a session with a last will, messages with QoS 0 and 1. Pure.

Source: OASIS MQTT 3.1.1, chapter 3. What is heard is read by `gateway.ingest.packets`.
"""

from __future__ import annotations

import struct

import msgspec

KEEPALIVE_S = 60
_CLEAN, _WILL, _WILL_QOS_1, _WILL_RETAIN, _PASSWORD, _USER = 0x02, 0x04, 0x08, 0x20, 0x40, 0x80


class Will(msgspec.Struct, frozen=True, kw_only=True):
    """What the broker says, retained, when the connection ends without a goodbye."""

    topic: str
    payload: bytes


def connect(
    client: str, *, user: str | None = None, password: str | None = None, will: Will | None = None
) -> bytes:
    """Return a CONNECT with a clean session."""
    flags = _CLEAN
    rest = _text(client)
    if will is not None:
        flags |= _WILL | _WILL_QOS_1 | _WILL_RETAIN
        rest += _text(will.topic) + struct.pack("!H", len(will.payload)) + will.payload
    if user is not None:
        flags |= _USER
        rest += _text(user)
        if password is not None:
            flags |= _PASSWORD
            rest += _text(password)
    return _packet(0x10, b"\x00\x04MQTT\x04" + struct.pack("!BH", flags, KEEPALIVE_S) + rest)


def publish(
    topic: str, payload: bytes, *, number: int = 0, retain: bool = False, again: bool = False
) -> bytes:
    """Return a PUBLISH: with a packet number it has QoS 1, without QoS 0; `again` says that it was sent before."""
    first = 0x30 | (0x08 if again else 0) | (0x02 if number else 0) | (0x01 if retain else 0)
    return _packet(first, _text(topic) + (struct.pack("!H", number) if number else b"") + payload)


def subscribe(number: int, *filters: str, qos: int = 0) -> bytes:
    """Return a SUBSCRIBE."""
    return _packet(0x82, struct.pack("!H", number) + b"".join(_text(each) + bytes([qos]) for each in filters))


def _packet(first: int, body: bytes) -> bytes:
    length, size = len(body), bytearray()
    while length > 127:
        size.append(length & 127 | 128)
        length >>= 7
    size.append(length)
    return bytes([first]) + bytes(size) + body


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("!H", len(raw)) + raw
