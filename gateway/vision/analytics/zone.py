"""Zone (camera.zone): something stands or walks where it should not be, at the hours that matter.

The foot point must lie in the polygon for `min_frames` frames of a confirmed track; one event per track
and zone, and none of the same zone within `cooldown`. Controls: all those of motion, plus the schedule.
Proven on: real clips (car park) and made scenes.
"""

from __future__ import annotations

import msgspec

from gateway.vision.analytics import analytic
from gateway.vision.analytics.motion import inside
from gateway.vision.camera import Camera
from gateway.vision.fields import Fields
from gateway.vision.frame import Look, Polygon, Sighting
from gateway.vision.schedule import Span, awake, read_schedule

FORGET = 60.0  # seconds after which a track that was not seen again is forgotten


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """One polygon (shares 0–1) with its hours; `cooldown` in seconds."""

    id: str
    polygon: Polygon
    schedule: tuple[Span, ...] = ()
    min_frames: int = 3
    cooldown: float = 10.0


class Visits(msgspec.Struct, frozen=True, kw_only=True):
    """Per (zone, track): frames inside and when last; per zone: when it last spoke; who was reported."""

    frames: dict[tuple[str, int], tuple[int, float]] = {}
    spoke: dict[str, float] = {}
    reported: frozenset[tuple[str, int]] = frozenset()


def read(fields: Fields) -> tuple[Zone, ...]:
    zones: list[Zone] = []
    for item in fields.items("zones", required=True):
        zone = Zone(
            id=item.text("id", required=True),
            polygon=item.polygon("polygon", required=True),
            schedule=read_schedule(item),
            min_frames=item.whole("min_frames", 3, low=1, high=100),
            cooldown=item.duration("cooldown", 10.0, high=3600),
        )
        if any(other.id == zone.id for other in zones):
            item.wrong("id", f"the zone '{zone.id}' is already there; ids are unique in a camera")
        item.done()
        zones.append(zone)
    return tuple(zones)


@analytic("zone", read=read)
def see(
    zones: tuple[Zone, ...], visits: Visits | None, camera: Camera, look: Look
) -> tuple[Visits, list[Sighting]]:
    visits = visits or Visits()
    if look.suspended or look.frame is None:
        return visits, []
    frames = {key: seen for key, seen in visits.frames.items() if look.seconds - seen[1] < FORGET}
    reported = visits.reported & frames.keys()
    spoke = dict(visits.spoke)
    sightings: list[Sighting] = []
    for zone in zones:
        if not awake(zone.schedule, look.at, camera.zone):
            continue
        for track in look.tracks:
            if not inside(zone.polygon, track.box.foot):
                continue
            key = (zone.id, track.number)
            count = frames.get(key, (0, 0.0))[0] + 1
            frames[key] = (count, look.seconds)
            if count < zone.min_frames or not track.confirmed or key in reported:
                continue
            reported |= {key}
            if look.seconds - spoke.get(zone.id, float("-inf")) < zone.cooldown:
                continue
            spoke[zone.id] = look.seconds
            data = {
                "track": str(track.number),
                "zone": zone.id,
                "action": "enter",
                "score": round(track.score, 3),
            }
            sightings.append(
                Sighting(
                    kind="camera.zone",
                    seconds=look.seconds,
                    at=look.at,
                    data=data,
                    track=track.number,
                    box=track.box,
                )
            )
    return Visits(frames=frames, spoke=spoke, reported=reported), sightings
