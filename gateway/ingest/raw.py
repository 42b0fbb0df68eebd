"""From the MQTT client's message to a RawMessage, cut down to its head when it is above the limit."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from paho.mqtt.client import MQTTMessage

from devices.event import RawMessage

HEAD_BYTES = 4096  # what is kept of a message above the limit


def raw_message(message: MQTTMessage, *, drained: bool, limit_bytes: int) -> RawMessage:
    """Return the message as the decoder takes it.

    Above `limit_bytes` only the first 4 KiB are kept, with headers `oversize` (its size in bytes), `limit`
    and `sha256` (of the whole), so that it is quarantined with the reason and can be recognised.
    """
    payload = bytes(message.payload)
    headers: dict[str, str] = {}
    if len(payload) > limit_bytes:
        headers = {
            "oversize": str(len(payload)),
            "limit": str(limit_bytes),
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
        payload = payload[:HEAD_BYTES]
    return RawMessage(
        topic=mqtt_topic(message),
        payload=payload,
        received_at=datetime.now(UTC),
        retained=message.retain,
        drained=drained,
        headers=headers,
    )


def mqtt_topic(message: MQTTMessage) -> str:
    """Return the topic; bytes that are no UTF-8 are written as escapes."""
    try:
        return message.topic
    except UnicodeDecodeError as error:
        return bytes(error.object).decode("utf-8", "backslashreplace")
