"""Guard: when the whole picture changes at once, nothing that moves in it is to be believed.

Auto-exposure, the switch to infrared, lightning and a lamp change most pixels in a moment. Unguarded,
background subtraction answers with hundreds of blobs. While the guard holds, alarms are suspended and
the motion stage relearns fast. Whether the lens is being covered is another question (tamper).
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from gateway.vision.camera import Camera
from gateway.vision.frame import Look

WIDTH = 96  # pixels; enough to see light, too small to see people
STEP = 25  # grey levels: a pixel that differs by more has changed
Grey: TypeAlias = NDArray[np.float32]


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """The last second of small grey pictures, and until when alarms are suspended."""

    recent: tuple[tuple[float, Grey], ...] = ()
    until: float = float("-inf")


def look(camera: Camera, guard: Guard, seen: Look) -> tuple[Guard, Look]:
    """Suspend alarms for `guard.hold` seconds after a change of light over most of the picture."""
    frame = seen.frame
    if frame is None:
        return guard, seen
    height = max(1, round(WIDTH * frame.small.shape[0] / frame.small.shape[1]))
    grey = cv2.cvtColor(
        cv2.resize(frame.small, (WIDTH, height), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY
    )
    now: Grey = grey.astype(np.float32)
    until = guard.until
    if guard.recent and any(
        changed(before, now, camera) for before in (guard.recent[0][1], guard.recent[-1][1])
    ):
        until = frame.seconds + camera.guard.hold
    recent = (*(past for past in guard.recent if frame.seconds - past[0] <= 1.0), (frame.seconds, now))
    return Guard(recent=recent, until=until), msgspec.structs.replace(seen, suspended=frame.seconds < until)


def changed(before: Grey, now: Grey, camera: Camera) -> bool:
    """Return whether the light itself changed: the median pixel's gain, or the share of pixels that differ."""
    gain = float(np.median((now + 8.0) / (before + 8.0)))  # + 8: black pixels carry noise, not light
    if abs(gain - 1.0) > camera.guard.gain:
        return True
    return float(np.mean(np.abs(now - before) > STEP)) > camera.guard.share
