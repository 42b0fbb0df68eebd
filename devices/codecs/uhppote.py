"""UHPPOTE access boards: the JSON that uhppoted-mqtt publishes, and the 64-byte frame of the board itself.

Both become one shape, `{"what", "device", "key", "index", "type", "granted", "door", "direction", "card",
"reason", "time", "open", "doors"}`. `what` is `event` (it happens now), `record` (fetched from the board's
memory), `status` (how things stand; it repeats the last event, which is left out) or `reply`. Frame layout and
field names are those of the public uhppoted project. Frames have no checksum: a wrong length is all one can see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import parse_json

_FRAME = 64  # bytes
_STARTS = (0x17, 0x19)
_STATUS, _RECORD = 0x20, 0xB0
_DOORS = 4
_NOW_S = 5  # a status whose last event is this close to the board's own clock was sent because of it


@codec("uhppote")
def read_uhppote(payload: bytes, encoding: str) -> list[Document]:
    """Read a frame (64 bytes, or 128 hexadecimal digits) or one message of uhppoted-mqtt."""
    if len(payload) == _FRAME and payload[0] in _STARTS:
        return [_frame(payload)]
    text = payload.strip()
    if text[:1] not in (b"{", b"["):
        return [_frame(_from_hex(text))]
    value = parse_json(text, encoding)
    if not isinstance(value, dict):
        raise CodecRefused("malformed", "expected one JSON object")
    return _message(value)


def _from_hex(text: bytes) -> bytes:
    try:
        frame = bytes.fromhex(text.decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        raise CodecRefused(
            "malformed", f"neither JSON nor a frame: {len(text)} bytes, a frame has {_FRAME}"
        ) from None
    if len(frame) != _FRAME or frame[0] not in _STARTS:
        raise CodecRefused(
            "malformed", f"no frame: {len(frame)} bytes, expected {_FRAME} that begin with 17 or 19"
        )
    return frame


def _frame(frame: bytes) -> Document:
    serial = str(int.from_bytes(frame[4:8], "little"))
    if frame[1] == _RECORD:
        return _event("record", serial, _stored(frame))
    if frame[1] == _STATUS:
        return _status_frame(serial, frame)
    raise CodecRefused(
        "unknown_code", f"a frame of function {frame[1]:#04x}; read are 0x20 (status) and 0xb0 (event)"
    )


def _stored(frame: bytes) -> dict[str, Any]:
    return {
        "event-id": int.from_bytes(frame[8:12], "little"),
        "event-type": frame[12],
        "access-granted": frame[13] == 1,
        "door-id": frame[14],
        "direction": frame[15],
        "card-number": int.from_bytes(frame[16:20], "little"),
        "timestamp": _bcd(frame[20:27]),
        "event-reason": frame[27],
    }


def _status_frame(serial: str, frame: bytes) -> Document:
    last = _stored(frame)
    clock = _bcd(b"\x20" + frame[51:54] + frame[37:40])
    doors = {str(number + 1): frame[28 + number] == 1 for number in range(_DOORS)}
    if last["event-id"] and _close(last["timestamp"], clock):
        said = _event("event", serial, last)
        return said | {"open": doors.get(str(last["door-id"]))}
    return _without_none({"what": "status", "device": serial, "time": clock, "doors": doors})


def _message(value: dict[str, Any]) -> list[Document]:
    message = value.get("message", value)
    if not isinstance(message, dict) or "data" in message or "iv" in value:
        raise CodecRefused(
            "malformed", "an encrypted or empty message; uhppoted-mqtt must send plain ones here"
        )
    event = message.get("event", message if "event-id" in message else None)
    if isinstance(event, dict):
        return [_event("event", _serial(event), event)]
    reply = message.get("reply")
    if not isinstance(reply, dict):
        raise CodecRefused("malformed", "neither an event nor a reply of uhppoted-mqtt")
    response = reply.get("response")
    found = response if isinstance(response, dict) else {}
    if isinstance(found.get("status"), dict):
        return [_status(_serial(found), found["status"])]
    several = found.get("events")
    records = several if isinstance(several, list) else [found.get("event")]
    return [
        _event("record", _serial(found) or _serial(record), record)
        for record in records
        if isinstance(record, dict)
    ] or [
        _without_none(
            {"what": "reply", "device": _serial(found) or None, "method": str(reply.get("method", ""))}
        )
    ]


def _status(serial: str, status: dict[str, Any]) -> Document:
    doors = status.get("door-states")
    return _without_none(
        {
            "what": "status",
            "device": serial,
            "time": _without_zone(status.get("system-datetime")),
            "doors": doors if isinstance(doors, dict) else {},
        }
    )


def _event(what: str, serial: str, event: dict[str, Any]) -> Document:
    index, time, card = event.get("event-id"), _without_zone(event.get("timestamp")), event.get("card-number")
    return _without_none(
        {
            "what": what,
            "device": serial,
            # A board whose clock has stopped still counts; the card tells apart what a cleared memory repeats.
            "key": f"{index}|{time or card or 0}" if index else None,
            "index": index,
            "type": event.get("event-type"),
            "granted": event.get("access-granted"),
            "door": event.get("door-id") or None,
            "direction": event.get("direction"),
            "card": card or None,
            "reason": event.get("event-reason"),
            "time": time,
        }
    )


def _serial(found: dict[str, Any]) -> str:
    value = found.get("device-id")
    return str(value) if isinstance(value, int | str) and value else ""


def _bcd(digits: bytes) -> str | None:
    """Return `YYYY-MM-DD hh:mm:ss` from seven bytes of two decimal digits each; None where they are no time."""
    text = digits.hex()
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").isoformat(" ")  # noqa: DTZ007  the board knows no zone
    except ValueError:
        return None


def _close(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return False
    apart = datetime.fromisoformat(one) - datetime.fromisoformat(other)
    return abs(apart.total_seconds()) <= _NOW_S


def _without_zone(time: Any) -> str | None:
    """Drop the zone's abbreviation: `CST` is five zones, and the board's clock is the site's."""
    return time[:19] if isinstance(time, str) and len(time) >= len("YYYY-MM-DD hh:mm:ss") else None


def _without_none(document: dict[str, Any]) -> Document:
    return {name: value for name, value in document.items() if value is not None}
