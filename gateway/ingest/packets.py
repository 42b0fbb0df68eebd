"""MQTT packets as bytes, for the receiving side: 3.1.1 and 5, only what the ingest says and hears. Pure.

Sources: OASIS MQTT 3.1.1 and 5.0, chapters 2 and 3. A whole socket read is taken apart at once; that is
what makes receiving cheap (bench/ingest.py).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec

CONNACK, PUBLISH, PUBACK, SUBACK, UNSUBACK, PINGRESP, DISCONNECT = 2, 3, 4, 9, 11, 13, 14
PINGREQ = b"\xc0\x00"
_SESSION_EXPIRY, _RECEIVE_MAXIMUM, _MAXIMUM_PACKET, _SERVER_KEEP_ALIVE = 0x11, 0x21, 0x27, 0x13
# How many bytes a property's value has; -1: a text or binary with its length before it, -2: two of them.
_VALUE_BYTES = {1: 1, 2: 4, 3: -1, 8: -1, 9: -1, 17: 4, 18: -1, 19: 2, 21: -1, 22: -1, 23: 1, 24: 4, 25: 1}
_VALUE_BYTES |= {
    26: -1,
    28: -1,
    31: -1,
    33: 2,
    34: 2,
    35: 2,
    36: 1,
    37: 1,
    38: -2,
    39: 4,
    40: 1,
    41: 1,
    42: 1,
}


class MalformedError(ValueError):
    """The broker sent something that is not MQTT; the connection cannot go on."""


class Publish(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message from the broker."""

    topic: bytes
    payload: bytes
    qos: int
    retained: bool
    packet: int  # 0 with QoS 0


class Connack(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to CONNECT; `code` is an MQTT 5 reason code in both versions, 0 means welcome."""

    session_present: bool
    code: int
    keepalive_s: int | None = None  # the broker's own choice, which then holds


def connect_packet(
    *,
    client: str,
    five: bool,
    keepalive_s: int,
    user: str | None,
    password: str | None,
    session_expiry_s: int,
    receive_maximum: int,
    packet_limit_bytes: int,
) -> bytes:
    """Return a CONNECT that keeps the session."""
    flags = (0x80 if user is not None else 0) | (0x40 if user is not None and password is not None else 0)
    body = b"\x00\x04MQTT" + struct.pack("!BBH", 5 if five else 4, flags, keepalive_s)
    if five:
        wishes = struct.pack("!BIBH", _SESSION_EXPIRY, session_expiry_s, _RECEIVE_MAXIMUM, receive_maximum)
        wishes += struct.pack("!BI", _MAXIMUM_PACKET, packet_limit_bytes)
        body += _number(len(wishes)) + wishes
    body += _text(client)
    if user is not None:
        body += _text(user)
        if password is not None:
            body += _text(password)
    return b"\x10" + _number(len(body)) + body


def subscribe_packet(packet: int, filters: Sequence[str], *, five: bool) -> bytes:
    """Return a SUBSCRIBE with QoS 1.

    With MQTT 5 retained messages are asked for new subscriptions only: a reconnect is no reason to hear
    them again. (The protocol forbids that option for shared subscriptions.)
    """
    body = struct.pack("!H", packet) + (b"\x00" if five else b"")
    for name in filters:
        options = 1 | (0x10 if five and not name.startswith("$share/") else 0)
        body += _text(name) + bytes([options])
    return b"\x82" + _number(len(body)) + body


def unsubscribe_packet(packet: int, filters: Sequence[str], *, five: bool) -> bytes:
    """Return an UNSUBSCRIBE."""
    body = struct.pack("!H", packet) + (b"\x00" if five else b"")
    body += b"".join(_text(name) for name in filters)
    return b"\xa2" + _number(len(body)) + body


def publish_packet(packet: int, topic: str, payload: bytes, *, five: bool) -> bytes:
    """Return a PUBLISH with QoS 1, not retained."""
    body = _text(topic) + struct.pack("!H", packet) + (b"\x00" if five else b"") + payload
    return b"\x32" + _number(len(body)) + body


def puback(packet: int) -> bytes:
    """Return the acknowledgement of a QoS 1 message (the short form of MQTT 5 is that of 3.1.1)."""
    return b"\x40\x02" + packet.to_bytes(2, "big")


def disconnect_packet() -> bytes:
    """Return an ordinary goodbye, in the form that both versions share."""
    return b"\xe0\x00"


def length_at(data: bytes, at: int) -> tuple[int, int] | None:
    """Read a variable-length number: (value, position after it), or None when bytes are missing."""
    value = shift = 0
    for position in range(at, min(at + 4, len(data))):
        byte = data[position]
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position + 1
        shift += 7
    if len(data) - at >= 4:
        raise MalformedError("a length of more than four bytes")
    return None


def split(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Take complete packets out of a read: (first byte, start of the body, end of the body) of each."""
    at, end = 0, len(data)
    while end - at >= 2:
        length, start = data[at + 1], at + 2
        if length > 127 and start < end and data[start] < 128:  # two bytes: the usual size of a message
            length, start = length - 128 + (data[start] << 7), start + 1
        elif length > 127:
            found = length_at(data, at + 1)
            if found is None:
                return
            length, start = found
        if end - start < length:
            return
        yield data[at], start, start + length
        at = start + length


def read_publish(first: int, data: bytes, start: int, end: int, *, five: bool) -> Publish:
    """Read a PUBLISH whose body lies at [start, end) of `data`."""
    try:
        at = start + 2 + int.from_bytes(data[start : start + 2], "big")
        topic = data[start + 2 : at]
        qos, packet = (first >> 1) & 3, 0
        if qos:
            packet = int.from_bytes(data[at : at + 2], "big")
            at += 2
        if five:
            size = data[at]
            at += 1
            if size:  # none is asked for; what comes is passed over
                found = length_at(data, at - 1)
                at = found[0] + found[1] if found else end + 1
    except IndexError:
        at, qos, packet, topic = end + 1, 0, 0, b""
    if at > end or qos > 1 or (qos and not packet) or not topic:
        raise MalformedError(
            f"a PUBLISH that does not fit: QoS {qos}, packet id {packet}, {end - start} bytes"
        )
    return Publish(topic=topic, payload=data[at:end], qos=qos, retained=bool(first & 1), packet=packet)


def read_connack(body: bytes, *, five: bool) -> Connack:
    """Read a CONNACK; return codes of 3.1.1 become their MQTT 5 equals."""
    if len(body) < 2:
        raise MalformedError("a CONNACK of less than two bytes")
    code = body[1]
    if not five or code < 128:
        code = {0: 0, 1: 132, 2: 133, 3: 136, 4: 134, 5: 135}.get(code, 128)
    keepalive = None
    if five and len(body) > 2:
        value = _properties(body, 2).get(_SERVER_KEEP_ALIVE)
        keepalive = int.from_bytes(value, "big") if value is not None else None
    return Connack(session_present=bool(body[0] & 1), code=code, keepalive_s=keepalive)


def read_suback(body: bytes, *, five: bool) -> tuple[int, list[bool]]:
    """Read a SUBACK: its packet id and whether each filter was granted."""
    at = 2
    if five:
        found = length_at(body, 2)
        if found is None:
            raise MalformedError("a SUBACK without its properties")
        at = found[0] + found[1]
    return int.from_bytes(body[:2], "big"), [code < 128 for code in body[at:]]


def _properties(data: bytes, at: int) -> dict[int, bytes]:
    """Read a property list; the last one of a kind counts."""
    found = length_at(data, at)
    if found is None or found[0] + found[1] > len(data):
        raise MalformedError("properties that do not fit")
    at, end = found[1], found[0] + found[1]
    values: dict[int, bytes] = {}
    while at < end:
        kind = data[at]
        at += 1
        size = _VALUE_BYTES.get(kind)
        if size is None:
            raise MalformedError(f"unknown property {kind}")
        for _ in range(2 if size == -2 else 1):
            length = size if size > 0 else 2 + int.from_bytes(data[at : at + 2], "big")
            values[kind] = data[at : at + length]
            at += length
    return values


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("!H", len(raw)) + raw
