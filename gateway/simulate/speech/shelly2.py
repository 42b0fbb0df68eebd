"""Shelly, second generation: `{id}/events/rpc` with NotifyStatus, component by component."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

ALARMS = {"fire.smoke": ("smoke", True), "env.leak": ("flood", True)}
STATES = {"smoke": "smoke", "leak": "flood"}


@speech("shelly2")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    if fact.kind in {"device.online", "device.offline"}:
        word = b"true" if fact.kind == "device.online" else b"false"
        return [Utterance(topic=f"{thing.ident}/online", payload=word, retain=True)]
    part: dict[str, Any]
    if fact.kind in ALARMS:
        name, alarm = ALARMS[fact.kind]
        part = {f"{name}:0": {"id": 0, "alarm": alarm, "mute": False}}
    elif fact.kind in {"device.heartbeat", "device.battery"}:
        percent = 8 if fact.kind == "device.battery" else 96
        part = {
            "devicepower:0": {
                "id": 0,
                "battery": {"V": 2.9, "percent": percent},
                "external": {"present": False},
            }
        }
    elif fact.kind == "env.temperature":
        part = {
            "temperature:0": {
                "id": 0,
                "tC": fact.data["value"],
                "tF": round(fact.data["value"] * 1.8 + 32, 1),
            }
        }
    elif fact.kind == "device.state" and fact.state.keys() & STATES.keys():
        part = {
            f"{STATES[n]}:0": {"id": 0, "alarm": v, "mute": False}
            for n, v in fact.state.items()
            if n in STATES
        }
    else:
        raise cannot(thing, fact)
    tongue.count(thing)
    params = {"ts": round(at.timestamp(), 2), **part}
    body = {"src": thing.ident, "dst": f"{thing.ident}/events", "method": "NotifyStatus", "params": params}
    qos = 0 if fact.kind == "device.heartbeat" else 1
    return [Utterance(topic=f"{thing.ident}/events/rpc", payload=as_json(body), qos=qos)]
