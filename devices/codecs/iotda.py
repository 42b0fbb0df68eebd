"""Huawei IoTDA: reported services, events and messages of a device, and of the devices behind a gateway.

Each service becomes `{"device", "service", "event", "key", "time", "values"}`; `device` stands only where the payload
names one. Names of values are folded (`devices.thing_model`).
"""

from __future__ import annotations

from typing import Any

from devices.codec import CodecRefused, Document, codec
from devices.codecs.json import read_json
from devices.thing_model import folded, without_none


@codec("iotda")
def read_iotda(payload: bytes, encoding: str) -> list[Document]:
    """Read what comes under `$oc/devices/{id}/sys/`: properties, events or a message."""
    found = [document for message in read_json(payload, encoding) for document in _message(message)]
    if not found:
        raise CodecRefused("malformed", "no service in it: expected services, devices or content")
    return found


def _message(message: Document) -> list[Document]:
    device = message.get("object_device_id")
    if "content" in message:
        content = message["content"]
        values = content if isinstance(content, dict) else {"content": content}
        return [without_none({"device": device, "service": message.get("name"), "values": folded(values)})]
    if isinstance(message.get("devices"), list):
        return [
            document
            for each in _listed(message["devices"])
            for service in _listed(each.get("services"))
            for document in _service(each.get("device_id"), service)
        ]
    return [
        document for service in _listed(message.get("services")) for document in _service(device, service)
    ]


def _service(device: Any, service: dict[str, Any]) -> list[Document]:
    head = {
        "service": service.get("service_id"),
        "event": service.get("event_type"),
        "key": service.get("event_id"),
        "time": service.get("event_time"),
    }
    values = service.get("properties", service.get("paras"))
    values = values if isinstance(values, dict) else {}
    if isinstance(values.get("device_statuses"), list):
        return [
            without_none({"device": each.get("device_id"), **head, "values": folded(each)})
            for each in _listed(values["device_statuses"])
        ]
    return [without_none({"device": device, **head, "values": _named(head["service"], folded(values))})]


def _named(service: Any, values: Document) -> Document:
    """Call the level of a battery service what it is: levels are of liquids elsewhere."""
    if isinstance(service, str) and service.lower() == "battery" and "level" in values:
        values.setdefault("batterylevel", values.pop("level"))
    return values


def _listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
