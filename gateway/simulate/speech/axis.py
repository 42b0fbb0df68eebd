"""Axis cameras with their own MQTT client: `{serial}/event/…`, numbers and booleans as text."""

from __future__ import annotations

from datetime import datetime

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

SEEN = {"camera.object": "1", "object.seen": "1", "object.gone": "0"}
SCENARIO = "CameraApplicationPlatform/axis:ObjectAnalytics/Device1Scenario1"


@speech("axis")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    if fact.kind in {"device.online", "camera.online"}:
        return []  # nothing in this form says that the camera is there
    if fact.kind in SEEN:
        label = "human" if fact.data.get("label", "person") == "person" else "vehicle"
        words = {"classTypes": label, "active": SEEN[fact.kind], "objectId": str(fact.data.get("track", "0"))}
        return [_event(thing, at, tongue, SCENARIO, {"device": "1"}, words)]
    if fact.kind == "camera.motion":
        return [_event(thing, at, tongue, "Device/axis:Sensor/PIR", {"sensor": "0"}, {"state": "1"})]
    if fact.kind == "camera.tamper":
        return [_event(thing, at, tongue, "VideoSource/axis:Tampering", {"channel": "1"}, {"tampering": "1"})]
    raise cannot(thing, fact)


def _event(
    thing: Thing, at: datetime, tongue: Tongue, topic: str, source: dict[str, str], words: dict[str, str]
) -> Utterance:
    tongue.count(thing)
    body = {
        "timestamp": round(at.timestamp() * 1000),
        "topic": f"onvif:{topic}",
        "message": {"source": source, "key": {}, "data": words},
    }
    path = topic.replace("axis:", "tns:axis/")
    return Utterance(topic=f"{thing.ident}/event/tns:onvif/{path}", payload=as_json(body))
