"""ONVIF Profile M over MQTT: `{device}/onvif-ej/{topic}`, said by the recorder; values are text."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

MOTION = "RuleEngine/CellMotionDetector/Motion/&1/&1"
TOPICS = {
    "camera.object": (MOTION, {"IsMotion": "true"}),
    "camera.motion": (MOTION, {"IsMotion": "true"}),
    "object.seen": (MOTION, {"IsMotion": "true"}),
    "object.gone": (MOTION, {"IsMotion": "false"}),
    "camera.zone": ("RuleEngine/FieldDetector/ObjectsInside/&1/&1", {"IsInside": "true"}),
    "camera.line": ("RuleEngine/LineDetector/Crossed/&1/&1", {}),
}


@speech("onvif")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    if fact.kind in {"device.online", "camera.online"}:
        return []  # a recorder does not announce its cameras one by one
    if fact.kind not in TOPICS:
        raise cannot(thing, fact)
    topic, values = TOPICS[fact.kind]
    tongue.count(thing)
    rule = fact.data.get("zone") or fact.data.get("line") or "all"
    body = {
        "UtcTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "Source": {"VideoSource": "1", "Rule": rule},
        "Data": {**values, "ObjectId": str(fact.data.get("track", "0"))},
    }
    return [Utterance(topic=f"{thing.ident}/onvif-ej/{topic}", payload=as_json(body))]
