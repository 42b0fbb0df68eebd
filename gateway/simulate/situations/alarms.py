"""Life and fire: smoke, a call for help, a fall, water where none should be."""

from __future__ import annotations

from datetime import datetime
from random import Random

from gateway.simulate.estate import Estate
from gateway.simulate.situations import Script, one_of, owed, script, situation
from gateway.simulate.speech import Fact


@situation("smoke", weekly=2, hours=(10, 21))
def smoke(estate: Estate, random: Random, begin: datetime, busy: frozenset[str]) -> Script | None:
    """A detector smells smoke for half a minute: something burnt in a kitchen, or the monthly test."""
    detector = one_of(random, estate.of("smoke_detector"), busy)
    if detector is None:
        return None
    steps = [
        (0.0, Fact(kind="fire.smoke", state={"smoke": True})),
        (random.uniform(25, 45), Fact(kind="device.state", state={"smoke": False})),
    ]
    return script(
        "smoke", detector, begin, steps, owed("smoke", "fire.smoke", detector, begin, 0, stage="alarm")
    )


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
