"""Frigate: `frigate/events` for objects, `frigate/reviews` for alerts, `frigate/{camera}/status/detect`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.simulate.estate import Thing
from gateway.simulate.speech import Fact, Tongue, Utterance, as_json, cannot, speech

TYPES = {"camera.object": "new", "object.seen": "update", "object.gone": "end"}


@speech("frigate")
def say(thing: Thing, fact: Fact, at: datetime, tongue: Tongue) -> list[Utterance]:
    seconds = round(at.timestamp(), 3)
    if fact.kind in {"camera.online", "camera.offline"}:
        word = fact.kind.removeprefix("camera.").encode()
        return [Utterance(topic=f"frigate/{thing.ident}/status/detect", payload=word, retain=True)]
    if fact.kind in TYPES:
        number = str(fact.data.get("track") or f"{seconds}-{tongue.count(thing):06x}")
        after = _object(thing, fact, number, seconds)
        if fact.kind == "object.gone":
            after |= {"end_time": seconds}
        body = {"type": TYPES[fact.kind], "before": after, "after": after}
        return [Utterance(topic="frigate/events", payload=as_json(body))]
    if fact.kind == "camera.zone":
        after = {
            "id": f"{seconds}-{tongue.count(thing):06x}",
            "camera": thing.ident,
            "start_time": seconds,
            "end_time": None,
            "severity": "alert",
            "thumb_path": "",
            "data": {
                "detections": [],
                "objects": [fact.data.get("label", "person")],
                "zones": [fact.data["zone"]],
            },
        }
        return [
            Utterance(
                topic="frigate/reviews", payload=as_json({"type": "new", "before": after, "after": after})
            )
        ]
    raise cannot(thing, fact)


def _object(thing: Thing, fact: Fact, number: str, seconds: float) -> dict[str, Any]:
    return {
        "id": number,
        "camera": thing.ident,
        "frame_time": seconds,
        "start_time": seconds,
        "end_time": None,
        "label": fact.data.get("label", "person"),
        "sub_label": None,
        "top_score": fact.data.get("score", 0.8),
        "score": fact.data.get("score", 0.8),
        "false_positive": False,
        "stationary": False,
        "current_zones": ["yard"],
        "entered_zones": ["yard"],
        "has_clip": False,
        "has_snapshot": False,
    }
