"""Tracks: which box now is which box before.

Greedy matching on the predicted place: overlap first, nearness for small things that at five frames a
second leave their own box. A track is confirmed after `tracks.min_hits` boxes and once it has really
gone somewhere: a branch moves for ever and arrives nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from gateway.vision.camera import Camera
from gateway.vision.frame import Box, Look, Point, Track

MAX_TRACKS = 64  # more moving things than this in one picture is rain or a crowd: the oldest tracks stay


class Tracks(msgspec.Struct, frozen=True, kw_only=True):
    """The living tracks and the next number."""

    living: tuple[Track, ...] = ()
    following: int = 1
    begun: float | None = None  # the first frame; until the background is learnt nothing is confirmed


def look(camera: Camera, tracks: Tracks, seen: Look) -> tuple[Tracks, Look]:
    """Carry the tracks on with this frame's boxes; `tracks` of the look are those seen in this very frame."""
    frame = seen.frame
    if frame is None:
        return tracks, seen
    if seen.suspended:  # their boxes are not to be had; they neither age nor end by it
        return tracks, seen
    now = frame.seconds
    pairs = match(tracks.living, seen.boxes, now)
    matched = dict(pairs)
    begun = now if tracks.begun is None else tracks.begun
    calm = len(seen.boxes) <= camera.tracks.max_boxes and now - begun >= camera.tracks.settle
    living: list[Track] = []
    for position, track in enumerate(tracks.living):
        if position in matched:
            living.append(hit(camera, track, seen.boxes[matched[position]], now, calm=calm))
        elif now - track.last <= camera.tracks.max_gap:
            living.append(msgspec.structs.replace(track, missed=track.missed + 1))
    taken = set(matched.values())
    following = tracks.following
    for position, box in enumerate(seen.boxes):
        if position in taken or len(living) >= MAX_TRACKS:
            continue
        living.append(
            Track(
                number=following,
                box=box,
                first=now,
                last=now,
                hits=1,
                missed=0,
                start=box.centre,
                anchor=box.centre,
            )
        )
        following += 1
    current = tuple(track for track in living if track.last == now)
    return Tracks(living=tuple(living), following=following, begun=begun), msgspec.structs.replace(
        seen, tracks=current
    )


def match(living: Sequence[Track], boxes: Sequence[Box], now: float) -> list[tuple[int, int]]:
    """Return pairs (track position, box position), best first, each used once."""
    candidates: list[tuple[float, int, int]] = []
    for old, track in enumerate(living):
        expected = predicted(track, now)
        for new, box in enumerate(boxes):
            overlap = expected.overlap(box)
            apart = distance(expected.centre, box.centre)
            reach = 0.5 * (expected.diagonal + box.diagonal)
            alike = 0.2 <= box.area / max(expected.area, 1e-9) <= 5.0
            if overlap >= 0.1 or (apart <= reach and alike):
                candidates.append((overlap + max(0.0, 1.0 - apart / max(reach, 1e-9)), old, new))
    candidates.sort(key=lambda candidate: (-candidate[0], candidate[1], candidate[2]))
    pairs: list[tuple[int, int]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, old, new in candidates:
        if old not in used_old and new not in used_new:
            pairs.append((old, new))
            used_old.add(old)
            used_new.add(new)
    return pairs


def predicted(track: Track, now: float) -> Box:
    """Return where the track's box would be if it went on as it did."""
    elapsed = now - track.last
    return Box(
        track.box.x + track.velocity[0] * elapsed,
        track.box.y + track.velocity[1] * elapsed,
        track.box.width,
        track.box.height,
    )


def hit(camera: Camera, track: Track, box: Box, now: float, *, calm: bool) -> Track:
    """Return the track with one more box; in a picture that boils (not `calm`) nothing new is confirmed."""
    elapsed = max(now - track.last, 1e-3)
    step = tuple((new - old) / elapsed for new, old in zip(box.centre, track.box.centre, strict=True))
    weight = 0.5 if track.hits > 1 else 1.0
    velocity = (
        weight * step[0] + (1 - weight) * track.velocity[0],
        weight * step[1] + (1 - weight) * track.velocity[1],
    )
    apart = distance(track.start, box.centre)
    travel, path = max(track.travel, apart), track.path + distance(track.box.centre, box.centre)
    hits = track.hits + 1
    far = (
        apart >= max(camera.tracks.min_travel, 0.5 * box.diagonal) and apart >= camera.tracks.straight * path
    )
    steady = hits >= camera.tracks.min_hits and hits >= camera.tracks.steady * (hits + track.missed)
    on = distance(track.anchor, box.centre) >= camera.tracks.min_travel
    return msgspec.structs.replace(
        track,
        box=box,
        last=now,
        hits=hits,
        velocity=velocity,
        travel=travel,
        path=path,
        anchor=box.centre if on else track.anchor,
        moved=now if on else track.moved,
        confirmed=track.confirmed or (calm and steady and far),
    )


def distance(one: Point, other: Point) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
