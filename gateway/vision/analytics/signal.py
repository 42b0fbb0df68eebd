"""Signal (camera.offline, camera.online): the camera stopped showing us the present, or came back.

One event per outage, however often the reconnecting fails; the health stage decides by the age of the
newest frame. Runs on every camera. Proven on: a real RTSP server that is killed and stopped.
"""

from __future__ import annotations

import msgspec

from gateway.vision.analytics import analytic
from gateway.vision.camera import Camera
from gateway.vision.fields import Fields
from gateway.vision.frame import Look, Sighting


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the loss has been reported."""

    reported: bool = False


def read(fields: Fields) -> None:
    """Nothing to set here: the limits stand under the camera's `signal:`."""


@analytic("signal", read=read, always=True)
def see(_settings: None, outage: Outage | None, camera: Camera, look: Look) -> tuple[Outage, list[Sighting]]:
    outage = outage or Outage()
    if look.signal == "lost" and not outage.reported:
        data = {"reason": f"no new picture for {camera.signal.lost:g} s"}
        return Outage(reported=True), [
            Sighting(kind="camera.offline", seconds=look.seconds, at=look.at, data=data)
        ]
    if look.signal == "ok" and outage.reported:
        data = {"reason": "pictures again"}
        return Outage(), [Sighting(kind="camera.online", seconds=look.seconds, at=look.at, data=data)]
    return outage, []
