"""Motion (camera.motion): something that really travels is in the picture.

One event when the picture comes alive, the next only after `quiet` seconds without a moving thing.
Controls against false events: the guard, the flicker mask, and that a track must have gone somewhere.
Proven on: real clips (car park, room, foliage) and made scenes.
"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np

from gateway.vision.analytics import analytic
from gateway.vision.camera import Camera
from gateway.vision.fields import Fields
from gateway.vision.frame import Look, Point, Polygon, Sighting

STANDING = 2.0  # seconds after which a thing that no longer moves on is not motion


class MotionWatch(msgspec.Struct, frozen=True, kw_only=True):
    """`quiet`: seconds; `ignore`: polygons (shares 0–1) in which a foot point does not count."""

    quiet: float = 10.0
    ignore: tuple[Polygon, ...] = ()


class Alive(msgspec.Struct, frozen=True, kw_only=True):
    """When something last moved."""

    last: float = float("-inf")


def read(fields: Fields) -> MotionWatch:
    return MotionWatch(quiet=fields.duration("quiet", 10.0, high=3600), ignore=fields.polygons("ignore"))


@analytic("motion", read=read)
def see(watch: MotionWatch, alive: Alive | None, _camera: Camera, look: Look) -> tuple[Alive, list[Sighting]]:
    alive = alive or Alive()
    if look.suspended:
        return alive, []
    moving = [
        track
        for track in look.tracks
        if track.confirmed
        and look.seconds - track.moved <= STANDING
        and not any(inside(polygon, track.box.foot) for polygon in watch.ignore)
    ]
    if not moving:
        return alive, []
    fresh = look.seconds - alive.last >= watch.quiet
    alive = Alive(last=look.seconds)
    if not fresh:
        return alive, []
    largest = max(moving, key=lambda track: track.box.area)
    data = {"track": str(largest.number), "count": len(moving), "score": round(largest.score, 3)}
    return alive, [
        Sighting(
            kind="camera.motion",
            seconds=look.seconds,
            at=look.at,
            data=data,
            track=largest.number,
            box=largest.box,
        )
    ]


def inside(polygon: Polygon, point: Point) -> bool:
    """Return whether a point lies in a polygon, its edge included."""
    return cv2.pointPolygonTest(np.array(polygon, np.float32), point, measureDist=False) >= 0
