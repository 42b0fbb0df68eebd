"""Evidence: the picture that goes with a sighting.

Of each track the best frame so far is kept: the one in which the thing is largest and not cut by the
edge. The picture is sent as the camera gave it (privacy masks apart); the box travels beside it in
`data.box`, so that nothing is painted over what may be proof.
"""

from __future__ import annotations

import cv2
import msgspec

from gateway.vision.camera import Camera
from gateway.vision.frame import Box, Frame, Look, Pixels, Sighting

MOST_BYTES = 200_000  # of one JPEG; base64 in the payload is a third more
EDGE = 0.01  # share of the picture: a box nearer to the border is cut by it
KEEP = 5.0  # seconds for which a track that is gone keeps its best frame


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """The best view of one track."""

    frame: Frame
    box: Box
    worth: float
    last: float


class Views(msgspec.Struct, frozen=True, kw_only=True):
    """The best view of each living track, by its number."""

    best: dict[int, Best] = {}


def look(_camera: Camera, views: Views, seen: Look) -> tuple[Views, Look]:
    """Remember better views; put a JPEG and the box into each sighting that has a track."""
    if seen.frame is None:
        return views, seen
    best = {number: view for number, view in views.best.items() if seen.seconds - view.last <= KEEP}
    for track in seen.tracks:
        worth = track.box.area * (0.25 if cut(track.box) else 1.0)
        known = best.get(track.number)
        if known is None or worth > known.worth:
            best[track.number] = Best(frame=seen.frame, box=track.box, worth=worth, last=seen.seconds)
        else:
            best[track.number] = msgspec.structs.replace(known, last=seen.seconds)
    sightings = tuple(proven(sighting, best) for sighting in seen.sightings)
    return Views(best=best), msgspec.structs.replace(seen, sightings=sightings)


def proven(sighting: Sighting, best: dict[int, Best]) -> Sighting:
    view = best.get(sighting.track) if sighting.track is not None else None
    if view is None:
        return sighting
    return msgspec.structs.replace(
        sighting,
        box=view.box,
        data={**sighting.data, "box": str(view.box)},
        snapshot=jpeg(view.frame.picture()),
        snapshot_at=view.frame.at,
    )


def cut(box: Box) -> bool:
    """Return whether the box touches the border of the picture."""
    return box.x <= EDGE or box.y <= EDGE or box.x + box.width >= 1 - EDGE or box.y + box.height >= 1 - EDGE


def jpeg(pixels: Pixels, most: int = MOST_BYTES) -> bytes:
    """Return the picture as JPEG of at most `most` bytes: first less quality, then fewer pixels."""
    while True:
        for quality in (85, 70, 55):
            done, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if done and encoded.size <= most:
                return encoded.tobytes()
        height, width = pixels.shape[:2]
        pixels = cv2.resize(
            pixels, (max(1, width * 3 // 4), max(1, height * 3 // 4)), interpolation=cv2.INTER_AREA
        )  # type: ignore[assignment]  # OpenCV's stub says any dtype
