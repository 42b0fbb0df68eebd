"""Privacy: what must not be seen is painted black before anything looks, and in every snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from gateway.vision.frame import Frame, Pixels, Polygon


def hide(pixels: Pixels, masks: Sequence[Polygon]) -> Pixels:
    """Return the picture with the polygons (shares 0–1) filled black; the picture itself without masks."""
    if not masks:
        return pixels
    height, width = pixels.shape[:2]
    covered = pixels.copy()
    for mask in masks:
        points = np.round(np.array(mask, np.float64) * (width, height)).astype(np.int32)
        cv2.fillPoly(covered, [points], (0, 0, 0))
    return covered


def hidden(frame: Frame, masks: Sequence[Polygon]) -> Frame:
    """Return the frame with `small` and every later `picture()` covered."""
    if not masks:
        return frame
    picture = frame.picture
    return Frame(
        index=frame.index,
        seconds=frame.seconds,
        at=frame.at,
        small=hide(frame.small, masks),
        picture=lambda: hide(picture(), masks),
    )
