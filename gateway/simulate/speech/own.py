"""Our own namespace: `sc1/{site}/{device}/…`, events numbered since the boot, availability with birth and will."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, speech


@speech("own")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    base = f"sc1/{tongue.site}/{thing.id}"
    if fact.kind in {"device.online", "device.offline"}:
        status = {
            "status": fact.kind.removeprefix("device."),
            "boot": tongue.boot_of(thing),
            "firmware": "sim-1",
        }
        return [Utterance(topic=f"{base}/a", payload=as_json(status), retain=True)]
    if fact.kind in {"object.seen", "object.gone"}:
        seen = as_json({"value": fact.kind == "object.seen", "at": at.isoformat(timespec="milliseconds")})
        return [Utterance(topic=f"{base}/s/object", payload=seen, retain=True)]
    if fact.kind == "device.state":
        return [
            Utterance(
                topic=f"{base}/s/{name}", payload=as_json({"value": value, "at": at.isoformat()}), retain=True
            )
            for name, value in fact.state.items()
        ]
    body: dict[str, Any] = {
        "n": tongue.count(thing),
        "boot": tongue.boot_of(thing),
        "at": at.isoformat(timespec="milliseconds"),
    }
    for name in ("data", "state", "subject"):
        if getattr(fact, name):
            body[name] = getattr(fact, name)
    if fact.mode:
        body["mode"] = fact.mode
    if fact.picture is not None:
        picture = base64.b64encode(fact.picture).decode("ascii")
        body["evidence"] = [
            {"mime": "image/jpeg", "at": at.isoformat(timespec="milliseconds"), "b64": picture}
        ]
    qos = 0 if fact.kind == "device.heartbeat" else 1
    return [Utterance(topic=f"{base}/e/{fact.kind}", payload=as_json(body), qos=qos)]
