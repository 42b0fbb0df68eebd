"""Motion: which parts of the picture moved, as boxes.

Background subtraction (MOG2) at analysis size, opening against speckle, a mask of pixels that flicker,
dilation so that one person is one blob, then connected components. The flicker mask is what keeps
foliage, water and flags quiet: a leaf's pixel goes on and off again and again in one place, a passer-by's
goes on once and off once.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from gateway.vision.camera import Camera
from gateway.vision.frame import Box, Look, Mask

Turns: TypeAlias = NDArray[np.float32]
HISTORY = 300  # frames the background remembers
OPEN = cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3))
GROW = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 5))


class Motion(msgspec.Struct, frozen=True, kw_only=True):
    """The background model (OpenCV's own object, changed in place), and how often each pixel turned lately."""

    background: cv2.BackgroundSubtractorMOG2 | None = None
    turns: Turns | None = None
    before: Mask | None = None
    seconds: float = 0.0


def look(camera: Camera, motion: Motion, seen: Look) -> tuple[Motion, Look]:
    """Set `moved` and `boxes` from the frame; while the guard holds, only relearn."""
    frame = seen.frame
    if frame is None:
        return motion, seen
    background = motion.background
    if background is None or motion.turns is None or motion.turns.shape != frame.small.shape[:2]:
        background = cv2.createBackgroundSubtractorMOG2(HISTORY, camera.motion.contrast, detectShadows=False)
        motion = Motion(
            background=background, turns=np.zeros(frame.small.shape[:2], np.float32), seconds=frame.seconds
        )
    raw: Mask = background.apply(frame.small, learningRate=0.1 if seen.suspended else -1)  # type: ignore[assignment]  # OpenCV's stub says any dtype
    raw = cv2.morphologyEx(raw, cv2.MORPH_OPEN, OPEN)  # type: ignore[assignment]  # as above
    turns, quiet = settle(camera, motion, raw, frame.seconds, suspended=seen.suspended)
    motion = Motion(background=background, turns=turns, before=raw, seconds=frame.seconds)
    if seen.suspended or frame.index == 0:
        return motion, seen
    moved: Mask = cv2.dilate(cv2.bitwise_and(raw, quiet), GROW)  # type: ignore[assignment]  # as above
    return motion, msgspec.structs.replace(seen, moved=moved, boxes=boxes(moved, camera.motion.min_area))


def settle(
    camera: Camera, motion: Motion, raw: Mask, seconds: float, *, suspended: bool
) -> tuple[Turns, Mask]:
    """Return how often each pixel turned on or off lately, and the mask (255) of pixels that hold still.

    The count halves every `motion.flicker_memory` seconds.
    """
    assert motion.turns is not None
    elapsed = max(0.0, seconds - motion.seconds)
    turns: Turns = motion.turns * np.float32(0.5 ** (elapsed / camera.motion.flicker_memory))
    if motion.before is not None and not suspended:  # a change of light is not a leaf
        turns = turns + (raw != motion.before)
    # A leaf's neighbours are leaves: judge over a small neighbourhood, not pixel by pixel.
    around = cv2.blur(turns, (9, 9))
    still: Mask = (around < camera.motion.flicker).view(np.uint8) * np.uint8(255)
    return turns, still


def boxes(moved: Mask, min_area: int) -> tuple[Box, ...]:
    """Return the blobs of at least `min_area` pixels at analysis size, largest first."""
    height, width = moved.shape
    count, _, stats, _ = cv2.connectedComponentsWithStats(moved, connectivity=8)
    found = [stats[n] for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= min_area]
    found.sort(key=lambda row: -int(row[cv2.CC_STAT_AREA]))
    return tuple(
        Box(x / width, y / height, w / width, h / height) for x, y, w, h, _ in (row.tolist() for row in found)
    )
