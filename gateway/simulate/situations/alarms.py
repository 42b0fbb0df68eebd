"""Life and fire: smoke, a call for help, a fall, water where none should be."""

from __future__ import annotations

from datetime import datetime
from random import Random

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact


@situation("smoke", weekly=2, hours=(10, 21))
def smoke(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A detector smells smoke for half a minute: something burnt in a kitchen, or the monthly test."""
    calm = tuple(each for each in estate.of("smoke_detector") if fire_in(each) not in busy)
    detector = one_of(random, calm, busy)
    if detector is None:
        return None
    steps = [
        (0.0, Fact(kind="fire.smoke", state={"smoke": True})),
        (random.uniform(25, 45), Fact(kind="device.state", state={"smoke": False})),
    ]
    expected = owed("smoke", "fire.smoke", detector, begin, 0, stage="alarm")
    smelt = script("smoke", detector, begin, steps, expected)
    return msgspec.structs.replace(smelt, devices=(detector.id, fire_in(detector)))


def fire_in(detector: Thing) -> str:
    """Return the mark of a building in which it smells: two detectors of one would confirm a fire."""
    return f"fire@{detector.building}"


@situation("sos", weekly=3)
def sos(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """An old person presses the button."""
    button = one_of(random, estate.of("sos_button"), busy)
    if button is None:
        return None
    fact = Fact(kind="sos.button", data={"button": "emergency"})
    return script(
        "sos", button, begin, [(0.0, fact)], owed("sos", "sos.button", button, begin, 0, stage="alarm")
    )


@situation("fall", weekly=1)
def fall(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """The radar in a bathroom sees somebody fall."""
    sensor = one_of(random, estate.of("fall_sensor"), busy)
    if sensor is None:
        return None
    fact = Fact(kind="sos.fall", data={"score": 0.87})
    return script(
        "fall", sensor, begin, [(0.0, fact)], owed("fall", "sos.fall", sensor, begin, 0, stage="alarm")
    )


@situation("quiet_home", weekly=1, hours=(7, 10), quick=False)
def quiet_home(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """Somebody who lives alone goes out in the morning, comes back, and is not heard of for a day and a half."""
    alone = {home.id for home in estate.homes if "alone" in home.care}
    door = one_of(random, tuple(t for t in estate.of("home_door") if t.household in alone), busy)
    if door is None or door.household is None:
        return None
    others = tuple(t.id for t in estate.things if t.household == door.household)
    if busy & set(others):
        return None
    opened, closed = (
        Fact(kind="contact.opened", state={"open": True}),
        Fact(kind="contact.closed", state={"open": False}),
    )
    silent = 37.2 * 3600
    steps = [(0.0, opened), (9.0, closed), (silent, opened), (silent + 8, closed)]
    expected = owed("quiet_home", "care.no_activity", door, begin, 9 + 36 * 3600, within=60)
    silence = script(
        "quiet_home", door, begin, steps, msgspec.structs.replace(expected, device=door.household)
    )
    return msgspec.structs.replace(silence, devices=others)


@situation("leak", weekly=2)
def leak(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A pump drips for twenty minutes."""
    sensor = one_of(random, estate.of("leak_sensor"), busy)
    if sensor is None:
        return None
    steps = [
        (0.0, Fact(kind="env.leak", state={"leak": True})),
        (1200.0, Fact(kind="device.state", state={"leak": False})),
    ]
    return script("leak", sensor, begin, steps, owed("leak", "env.leak", sensor, begin, 0, stage="alarm"))
