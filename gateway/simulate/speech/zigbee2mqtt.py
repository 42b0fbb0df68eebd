"""zigbee2mqtt: every message repeats all values a sensor has; `contact: false` means open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

# our state -> zigbee's name; the value is turned round where the meaning is
STATES = {"smoke": "smoke", "gas": "gas", "leak": "water_leak", "motion": "occupancy"}
KINDS: dict[str, dict[str, Any]] = {
    "fire.smoke": {"smoke": True},
    "fire.gas": {"gas": True},
    "env.leak": {"water_leak": True},
    "contact.opened": {"contact": False},
    "contact.closed": {"contact": True},
    "device.tamper": {"tamper": True},
    "device.battery": {"battery_low": True, "battery": 8},
    "device.heartbeat": {},
    "device.state": {},
    "env.temperature": {},
    "sos.button": {},
}


@speech("zigbee2mqtt")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    base = f"zigbee2mqtt/{thing.ident}"
    if fact.kind in {"device.online", "device.offline"}:
        state = {"state": fact.kind.removeprefix("device.")}
        return [Utterance(topic=f"{base}/availability", payload=as_json(state), retain=True)]
    if fact.kind not in KINDS:
        raise cannot(thing, fact)
    values = tongue.values.setdefault(thing.id, {"battery": 97})
    values.update(KINDS[fact.kind])
    for name, value in fact.state.items():
        if name in STATES:
            values[STATES[name]] = value
    if fact.kind == "env.temperature":
        values["temperature"] = fact.data["value"]
        if "humidity" in fact.data:
            values["humidity"] = fact.data["humidity"]
    body = {
        **values,
        "linkquality": 60 + tongue.count(thing) % 90,
        "last_seen": at.isoformat(timespec="milliseconds"),
    }
    if fact.kind == "sos.button":
        body["action"] = "emergency"  # said once, never repeated
    return [Utterance(topic=base, payload=as_json(body))]
