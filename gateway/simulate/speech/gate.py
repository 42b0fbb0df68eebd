"""A plain JSON gate: `community/{site}/access/{gate}/event`, times in epoch milliseconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

WORDS = {
    "access.granted": "granted",
    "access.denied": "denied",
    "access.forced": "forced",
    "access.held": "held",
    "access.tailgate": "tailgate",
    "access.duress": "duress",
    "contact.opened": "open",
    "contact.closed": "close",
    "device.tamper": "tamper",
    "device.heartbeat": "heartbeat",
}


@speech("gate")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    base = f"community/{tongue.site}/access/{thing.ident}"
    if fact.kind in {"device.online", "device.offline"}:
        word = fact.kind.removeprefix("device.").encode()
        return [Utterance(topic=f"{base}/status", payload=word, retain=True)]
    if fact.kind not in WORDS:
        raise cannot(thing, fact)
    body: dict[str, Any] = {
        "id": tongue.count(thing),
        "ts": round(at.timestamp() * 1000),
        "community": tongue.site,
        "gate": thing.ident,
        "kind": WORDS[fact.kind],
    }
    body |= {name: fact.data[name] for name in ("door", "dir", "method", "reason") if name in fact.data}
    if "value" in fact.data:
        body["open_for"] = fact.data["value"]
    if "cred" in fact.subject:
        body["card"] = fact.subject["cred"]
    qos = 0 if fact.kind == "device.heartbeat" else 1
    return [Utterance(topic=f"{base}/event", payload=as_json(body), qos=qos)]
