"""Connections: over whose MQTT session each device speaks, as in a real estate.

Controllers and mains sensors have a session of their own; radio sensors share that of their coordinator or network
server, cameras that of their recorder, what the vision worker sees is said by the vision worker.
"""

from __future__ import annotations

import msgspec

from gateway.simulate.estate import Size, Thing

BRIDGES = {"zigbee2mqtt": "zigbee", "chirpstack": "lora", "frigate": "frigate", "onvif": "recorder"}
COORDINATORS = 10  # zigbee: a radio reaches three buildings
BEATING = frozenset({"own", "gate", "locker"})  # formats with a heartbeat that a rule may wait for
ONE = "estate"  # the only session of a small estate


def linked(thing: Thing, size: Size) -> Thing:
    """Return the device with the name of its session, and with the tag of those whose heartbeat is waited for."""
    if not size.sessions:
        return msgspec.structs.replace(thing, link=ONE)
    link = _session(thing)
    beats = link == thing.id and "mains" in thing.tags and thing.format in BEATING
    tags = (*thing.tags, "heartbeat") if beats and "heartbeat" not in thing.tags else thing.tags
    return msgspec.structs.replace(thing, link=link, tags=tags)


def _session(thing: Thing) -> str:
    bridge = BRIDGES.get(thing.format)
    if bridge == "zigbee":
        number = int(thing.building[1:]) if thing.building is not None else 0
        return f"zigbee-{1 + number % COORDINATORS}"
    if bridge is not None:
        return bridge
    return "vision" if thing.type == "camera" and thing.format == "own" else thing.id
