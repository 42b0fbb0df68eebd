"""What cameras see: somebody at the wall by night, a van in the fire lane, an e-bike in a lift, a camera that is gone."""

from __future__ import annotations

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from gateway.simulate.estate import ZONE, Estate, Thing
from gateway.simulate.picture import camera_picture
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact, can_say


def picture(thing: Thing, random: Random, at: datetime, figure: str) -> bytes:
    local = at.astimezone(ZoneInfo(ZONE))
    night = not 6 <= local.hour < 19
    return camera_picture(
        random.randrange(2**31), figure=figure, place=thing.name["zh"], at=local, night=night
    )


def at_the_wall(
    name: str, stage: str, estate: Estate, random: Random, begin: datetime, busy: frozenset[str]
) -> Script | None:
    inside = Fact(kind="camera.zone", data={"zone": "wall"})
    walls = tuple(t for t in estate.of("camera") if "perimeter" in t.tags and can_say(t, inside))
    camera = one_of(random, walls, busy)
    if camera is None:
        return None
    track = f"t{random.randrange(10**6)}"
    data = {"zone": "wall", "label": "person", "action": "enter", "score": 0.91, "track": track}
    shown = picture(camera, random, begin, "person")
    fact = Fact(kind="camera.zone", data={**data, "box": "0.42,0.45,0.09,0.37"}, picture=shown)
    return script(
        name, camera, begin, [(0.0, fact)], owed(name, "camera.perimeter", camera, begin, 0, stage=stage)
    )


@situation("intrusion", weekly=5, hours=(22, 6))
def intrusion(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """Somebody stands inside the wall at night: an alarm."""
    return at_the_wall("intrusion", "alarm", estate, random, begin, busy)


@situation("over_the_wall", weekly=4, hours=(6, 22))
def over_the_wall(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """Somebody climbs over the wall by day, perhaps after a ball: a warning."""
    return at_the_wall("over_the_wall", "warning", estate, random, begin, busy)


@situation("fire_lane", weekly=4, hours=(7, 22))
def fire_lane(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A van has stood in the fire lane for more than two minutes."""
    lanes = tuple(thing for thing in estate.of("camera") if thing.zone == "firelane")
    camera = one_of(random, lanes, busy)
    if camera is None:
        return None
    data = {"zone": "fire_lane", "label": "van", "value": 150, "score": 0.88}
    fact = Fact(kind="camera.blocked", data=data, picture=picture(camera, random, begin, "van"))
    expected = owed("fire_lane", "camera.fire_lane", camera, begin, 0, stage="alarm")
    return script("fire_lane", camera, begin, [(0.0, fact)], expected)


def gone(
    name: str,
    seconds: float,
    stage: str,
    estate: Estate,
    random: Random,
    begin: datetime,
    busy: frozenset[str],
) -> Script | None:
    off, on = Fact(kind="camera.offline"), Fact(kind="camera.online")
    cameras = tuple(thing for thing in estate.of("camera") if can_say(thing, off, on))
    camera = one_of(random, cameras, busy)
    if camera is None:
        return None
    steps = [
        (0.0, Fact(kind="camera.offline", data={"reason": "no picture"})),
        (seconds, Fact(kind="camera.online", data={"reason": "pictures again"})),
    ]
    return script(name, camera, begin, steps, owed(name, "camera.offline", camera, begin, 0, stage=stage))


@situation("camera_gone", weekly=3)
def camera_gone(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A camera shows nothing for a quarter of an hour and comes back: a warning."""
    return gone("camera_gone", 900.0, "warning", estate, random, begin, busy)


@situation("camera_dead", weekly=3)
def camera_dead(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A camera is dead until somebody has seen to its cable: an alarm after half an hour."""
    return gone("camera_dead", random.uniform(2400, 4200), "alarm", estate, random, begin, busy)
