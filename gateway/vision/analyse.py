"""Analyse: the pipeline over a clip at full speed, one line an event: for tuning on site and for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import msgspec

from gateway.vision.camera import Camera
from gateway.vision.frame import Sighting
from gateway.vision.pipeline import see_all
from gateway.vision.source import clip_frames


class Tally(msgspec.Struct, kw_only=True):
    """What was looked at: analysed frames, seconds of the clip, spans in which alarms were suspended."""

    frames: int = 0
    seconds: float = 0.0
    suspended: int = 0


def analyse(camera: Camera, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield one record an event: seconds in the clip, kind, zone, box, score; raises SourceError."""
    cv2.setNumThreads(1)
    for seen in see_all(camera, clip_frames(camera)):
        tally.frames += 1
        tally.seconds = seen.seconds
        tally.suspended += seen.suspended
        for sighting in seen.sightings:
            yield record(sighting)


def record(sighting: Sighting) -> dict[str, Any]:
    """Return a sighting as one JSON line; the snapshot is named by its size only."""
    box = sighting.box
    return {
        "t": round(sighting.seconds, 3),
        "kind": sighting.kind,
        **{name: value for name, value in sighting.data.items() if name != "box"},
        "box": [round(part, 4) for part in (box.x, box.y, box.width, box.height)] if box else None,
        "snapshot_bytes": len(sighting.snapshot) if sighting.snapshot else None,
    }
