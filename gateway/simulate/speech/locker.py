"""A plain JSON parcel locker: `community/{site}/locker/{locker}/event`, local times with their zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

WORDS = {
    "parcel.deposited": "deposit",
    "parcel.collected": "collect",
    "parcel.overdue": "overdue",
    "parcel.forced": "forced",
    "parcel.door_open": "door_open",
    "parcel.door_closed": "door_closed",
    "parcel.jammed": "jammed",
    "env.temperature": "temperature",
    "power.lost": "power_lost",
    "power.restored": "power_restored",
    "device.heartbeat": "heartbeat",
}


@speech("locker")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    base = f"community/{tongue.site}/locker/{thing.ident}"
    if fact.kind in {"device.online", "device.offline"}:
        word = fact.kind.removeprefix("device.").encode()
        return [Utterance(topic=f"{base}/status", payload=word, retain=True)]
    if fact.kind not in WORDS:
        raise cannot(thing, fact)
    body: dict[str, Any] = {
        "id": tongue.count(thing),
        "ts": at.astimezone(tongue.zone).isoformat(timespec="milliseconds"),
        "kind": WORDS[fact.kind],
        "locker": thing.ident,
    }
    body |= {name: fact.data[name] for name in ("cell", "parcel") if name in fact.data}
    if "value" in fact.data:
        body["hours" if fact.kind == "parcel.overdue" else "value"] = fact.data["value"]
    qos = 0 if fact.kind == "device.heartbeat" else 1
    return [Utterance(topic=f"{base}/event", payload=as_json(body), qos=qos)]
