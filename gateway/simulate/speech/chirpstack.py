"""ChirpStack v4: `application/{application}/device/{devEui}/event/…` of the LoRaWAN network server, objects of its codecs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

ALARMS: dict[str, dict[str, Any]] = {
    "fire.smoke": {"smoke_status": "alarm"},
    "env.leak": {"leakage_status": "leak"},
    "env.manhole": {"manhole": "open", "tilt": True},
    "sos.button": {"button": "short"},
}
STATES: dict[str, dict[bool, dict[str, Any]]] = {
    "smoke": {True: {"smoke_status": "alarm"}, False: {"smoke_status": "normal"}},
    "leak": {True: {"leakage_status": "leak"}, False: {"leakage_status": "normal"}},
}


@speech("chirpstack")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    if fact.kind == "device.online":
        return [_message(thing, "join", at, tongue, {"devAddr": f"00{thing.ident[-6:]}"})]
    if fact.kind == "device.heartbeat":
        status = {"margin": 12, "batteryLevel": 94.5, "batteryLevelUnavailable": False}
        return [_message(thing, "status", at, tongue, status)]
    values = ALARMS.get(fact.kind)
    if fact.kind == "env.level":
        values = {"level": fact.data["value"]}
    if fact.kind == "device.state":
        values = {
            name: value
            for state, on in fact.state.items()
            for name, value in STATES.get(state, {}).get(on, {}).items()
        }
    if not values:
        raise cannot(thing, fact)
    return [_message(thing, "up", at, tongue, {"fPort": 85, "object": {**values, "battery": 94}})]


def _message(thing: Thing, event: str, at: datetime, tongue: Tongue, more: dict[str, Any]) -> Utterance:
    count = tongue.count(thing)
    body: dict[str, Any] = {
        "deduplicationId": f"{thing.ident}-{tongue.boot_of(thing)}-{count}",
        "time": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "deviceInfo": {"devEui": thing.ident, "deviceName": thing.id},
        **({"fCnt": count} if count else {}),
        **more,
    }
    return Utterance(topic=f"application/estate/device/{thing.ident}/event/{event}", payload=as_json(body))
