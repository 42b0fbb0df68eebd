"""The Things Stack v3: its MQTT and webhook messages, and the same inside an exported event (`as.up.data.forward`).

One shape comes out: `{"what", "device", "eui", "time", "key", "port", "count", "object", "raw", …}` with `what` one of
`up`, `join`, `sent`, `ack`, `nack`, `failed`, `queued`, `location`, `service`. Empty values are left out by the server:
a frame counter that is not there is 0. The decoded payload stands under `object`, as ChirpStack calls it.
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import read_json
from devices.codecs.lorawan import LOW, plain, split_history

_PARTS = {
    "uplink_message": "up",
    "join_accept": "join",
    "downlink_sent": "sent",
    "downlink_ack": "ack",
    "downlink_nack": "nack",
    "downlink_failed": "failed",
    "downlink_queued": "queued",
    "location_solved": "location",
    "service_data": "service",
}
_CAYENNE = {"relative_humidity": "humidity", "presence": "occupancy"}


@codec("tts")
def read_tts(payload: bytes, encoding: str) -> list[Document]:
    """Read one message of an application, plain or inside an exported event."""
    return [document for message in read_json(payload, encoding) for document in _moments(_read(message))]


def _moments(read: Document) -> list[Document]:
    """Give the object our words, and split off what the device had stored."""
    if not isinstance(read.get("object"), dict):
        return [read]
    rest, stored = split_history(read["object"])
    found = [{**read, "object": _with_battery(plain(rest), read)}] if rest is not None or not stored else []
    return found + [{**read, "object": plain(each), "time": time, "stored": True} for time, each in stored]


def _with_battery(object_: Any, read: Document) -> Any:
    """Put what the network knows of the battery into the object, where the device itself says nothing of it."""
    if isinstance(object_, dict) and "battery" in read and "battery" not in object_ and "low" not in object_:
        object_ |= {"battery": read["battery"], "low": read["battery"] < LOW}
    return object_


def _read(message: Document) -> Document:
    inner = message.get("data")
    if isinstance(inner, dict) and "end_device_ids" in inner:
        message = inner
    ids = message.get("end_device_ids")
    part = next((name for name in _PARTS if name in message), None)
    if not isinstance(ids, dict) or part is None:
        raise CodecRefused(
            "malformed", "no message of The Things Stack: end_device_ids or its content is missing"
        )
    content = message[part] if isinstance(message[part], dict) else {}
    read = {
        "what": _PARTS[part],
        "device": ids.get("device_id"),
        "eui": ids.get("dev_eui"),
        "time": content.get("received_at", message.get("received_at")),
        "port": content.get("f_port", 0),
        "count": content.get("f_cnt", 0),
        "object": _channels(content.get("decoded_payload")),
        "raw": content.get("frm_payload"),
        "rssi": _strongest(content.get("rx_metadata")),
        "battery": _battery(content.get("last_battery_percentage")),
        "error": _error(content),
    }
    session = content.get("session_key_id") or ids.get("dev_addr")
    if part == "uplink_message" and session:
        read["key"] = f"{session}|{read['count']}"  # a join makes a new session and starts to count again
    elif part == "join_accept" and session:
        read["key"] = f"join|{session}"
    return {name: value for name, value in read.items() if value is not None}


def _channels(decoded: Any) -> Any:
    """Give values of numbered channels (`temperature_3`, as Cayenne LPP names them) their plain name as well."""
    if not isinstance(decoded, dict):
        return decoded
    found = dict(decoded)
    for name, value in decoded.items():
        base, _, channel = name.rpartition("_")
        if base and channel.isdecimal():
            found.setdefault(_CAYENNE.get(base, base), value)
    return found


def _strongest(gateways: Any) -> float | None:
    heard = [
        each["rssi"]
        for each in (gateways if isinstance(gateways, list) else ())
        if isinstance(each, dict) and isinstance(each.get("rssi"), int | float)
    ]
    return max(heard, default=None)


def _battery(said: Any) -> Any:
    value = said.get("value", 0) if isinstance(said, dict) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _error(content: Document) -> Any:
    error = content.get("error")
    return error.get("name") if isinstance(error, dict) else None
