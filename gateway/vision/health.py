"""Health: is this camera still showing us the present? The age of the newest frame decides.

After a camera dies its last buffered frames still arrive; counting arrivals would call it alive. So the
stage compares now with the moment the newest frame was *taken*.
"""

from __future__ import annotations

import msgspec

from gateway.vision.camera import Camera
from gateway.vision.frame import Look, Signal


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """`started` is the first moment anyone asked; `newest` the newest frame's time, None before the first."""

    started: float | None = None
    newest: float | None = None


def look(camera: Camera, health: Health, seen: Look) -> tuple[Health, Look]:
    """Set `signal`: ok, abnormal past `signal.abnormal` seconds of age, lost past `signal.lost`."""
    newest = health.newest
    if seen.frame is not None:
        newest = seen.frame.seconds if newest is None else max(newest, seen.frame.seconds)
    started = seen.seconds if health.started is None else health.started
    age = seen.seconds - (started if newest is None else newest)
    signal: Signal
    if age >= camera.signal.lost:
        signal = "lost"
    elif age >= camera.signal.abnormal:
        signal = "abnormal"
    else:
        signal = "waiting" if newest is None else "ok"
    return Health(started=started, newest=newest), msgspec.structs.replace(seen, signal=signal)
