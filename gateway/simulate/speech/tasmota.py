"""Tasmota: `tele/{topic}/SENSOR`, `STATE` and `LWT`; local time without a zone."""

from __future__ import annotations

from datetime import datetime

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech


@speech("tasmota")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    base = f"tele/{thing.ident}"
    local = at.astimezone(tongue.zone).strftime("%Y-%m-%dT%H:%M:%S")
    if fact.kind in {"device.online", "device.offline"}:
        word = fact.kind.removeprefix("device.").capitalize().encode()
        return [Utterance(topic=f"{base}/LWT", payload=word, retain=True)]
    if fact.kind == "env.temperature":
        sensor = {"Temperature": fact.data["value"], "Humidity": fact.data.get("humidity", 55.0)}
        body = {"Time": local, "AM2301": sensor, "TempUnit": "C"}
        return [Utterance(topic=f"{base}/SENSOR", payload=as_json(body))]
    if fact.kind == "device.heartbeat":
        uptime = 300 * tongue.count(thing)
        return [
            Utterance(
                topic=f"{base}/STATE",
                payload=as_json({"Time": local, "UptimeSec": uptime, "Wifi": {"Signal": -61}}),
            )
        ]
    raise cannot(thing, fact)
