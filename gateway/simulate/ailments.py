"""Ailments: what is wrong with some devices for a whole run, with the alerts that follow.

Stuck doors, flapping cameras, a chattering motion sensor, low batteries, a switch that takes its devices with it,
controllers that are away. A run too short for one leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.mishaps import Away
from gateway.simulate.situations import Expectation, Script, owed
from gateway.simulate.speech import Fact, can_say
from gateway.simulate.streams import BIRTH, Said

STUCK_DOORS, FLAPPING_CAMERAS = 2, 2
LOW_BATTERY = 0.03  # of the battery devices that can say it
OPENED = Fact(kind="contact.opened", data={"door": 1}, state={"open": True})
LOW = Fact(kind="device.battery", data={"battery": 8, "low": True})
GONE, BACK = Fact(kind="device.offline"), Fact(kind="device.online")
SEES, BLIND = Fact(kind="camera.online"), Fact(kind="camera.offline")
SILENT_S, LONG_S = 180.0, 600.0  # device.silent_mains; device.offline becomes an alarm
LAST = timedelta(seconds=25)  # of a run: what began before has settled


def settling(estate: Estate) -> timedelta:
    """Return how long after the beginning every device has said that it is there."""
    return BIRTH * len(estate.things) + timedelta(seconds=5)


def ailments(
    estate: Estate, begin: datetime, end: datetime, *, seed: str, but: frozenset[str]
) -> list[Script]:
    """Return the scripts of a run; devices in `but` have other worries."""
    random = Random(f"{seed}|ailments")  # noqa: S311  # repeatable, not secret
    first, last = begin + settling(estate), end - LAST
    found: list[Script] = []
    taken = set(but)
    for make in (stuck_doors, flapping_cameras, low_batteries, chatter, storm):
        for script in make(estate, random, first, last, frozenset(taken)):
            found.append(script)
            taken.update(script.devices)
    return found


def _pick(random: Random, things: Sequence[Thing], count: int, but: frozenset[str]) -> list[Thing]:
    free = [thing for thing in things if thing.id not in but]
    return random.sample(free, min(count, len(free)))


def stuck_doors(
    estate: Estate, random: Random, first: datetime, last: datetime, but: frozenset[str]
) -> Iterator[Script]:
    """Two contacts say open and never closed again: a warning after two minutes, an alarm a quarter of an hour later."""
    if last - first < timedelta(seconds=150):
        return
    for door in _pick(random, estate.of("unit_door"), STUCK_DOORS, but):
        at = first + timedelta(seconds=random.uniform(0, 15))
        expected = owed("stuck_door", "access.held_open", door, at, 120)
        if last - at > timedelta(minutes=18):
            expected = msgspec.structs.replace(expected, stage="alarm", settled=at + timedelta(minutes=18))
        yield _script("stuck_door", [Said(at=at, thing=door.id, fact=OPENED)], [expected], until=last + LAST)


def flapping_cameras(
    estate: Estate, random: Random, first: datetime, last: datetime, but: frozenset[str]
) -> Iterator[Script]:
    """Two cameras drop out every eight seconds, six times: offline once (it comes back within the cooldown), and flapping."""
    if last - first < timedelta(seconds=100):
        return
    cameras = [thing for thing in estate.of("camera") if can_say(thing, BLIND, SEES)]
    for camera in _pick(random, cameras, FLAPPING_CAMERAS, but):
        at = first + timedelta(seconds=random.uniform(0, 20))
        said = [
            Said(at=at + timedelta(seconds=8 * n + 4 * part), thing=camera.id, fact=fact)
            for n in range(6)
            for part, fact in enumerate((BLIND, SEES))
        ]
        expects = [
            owed("flapping_camera", "camera.offline", camera, at, 0),
            owed("flapping_camera", "camera.flapping", camera, at, 8),
        ]
        yield _script("flapping_camera", said, expects, until=at + timedelta(minutes=10))


def low_batteries(
    estate: Estate, random: Random, first: datetime, last: datetime, but: frozenset[str]
) -> Iterator[Script]:
    """A part of the battery devices says that it needs a new one: a warning each."""
    able = [thing for thing in estate.things if "battery" in thing.tags and can_say(thing, LOW)]
    count = min(round(LOW_BATTERY * len(able)), int((last - first).total_seconds() / 5))
    for n, thing in enumerate(_pick(random, able, max(0, count), but)):
        at = first + (last - first - timedelta(seconds=10)) * (n / max(1, count))
        expected = owed("low_battery", "device.battery_low", thing, at, 0)
        yield _script("low_battery", [Said(at=at, thing=thing.id, fact=LOW)], [expected], lively=True)


def chatter(
    estate: Estate, random: Random, first: datetime, last: datetime, but: frozenset[str]
) -> Iterator[Script]:
    """A motion sensor says twenty times a second that it sees something, for ten seconds of every ten minutes."""
    at = first
    for sensor in _pick(random, estate.of("motion_sensor"), 1, but):
        while at + timedelta(seconds=20) < last:
            said = [
                Said(at=at + timedelta(milliseconds=50 * n), thing=sensor.id, fact=_motion(n % 2 == 0))
                for n in range(200)
            ]
            yield _script("chatter", said, [], lively=True)
            at += timedelta(minutes=10)


def _motion(seen: bool) -> Fact:
    return Fact(kind="device.state", state={"motion": seen})


def storm(
    estate: Estate, random: Random, first: datetime, last: datetime, but: frozenset[str]
) -> Iterator[Script]:
    """A switch restarts: everything behind it is gone for half a minute, and only the switch is told of."""
    if last - first < timedelta(seconds=120):
        return
    behind: dict[str, list[Thing]] = {}
    for thing in estate.things:
        if thing.parent is not None:
            behind.setdefault(thing.parent, []).append(thing)
    able = [
        switch
        for switch in estate.of("switch")
        if switch.id not in but
        and len(_dying(behind.get(switch.id, ()))) > 1
        and not but & {thing.id for thing in behind[switch.id]}
        and not any(thing.type == "parcel_locker" for thing in behind[switch.id])
    ]
    if not able:
        return
    switch = random.choice(able)
    children = _dying(behind[switch.id])
    at = first + timedelta(seconds=random.uniform(10, 30))
    said = [Said(at=at, thing=switch.id, fact=GONE)]
    expects = [owed("storm", "device.offline", switch, at, 0)]
    for n, child in enumerate(children):
        gone = at + timedelta(seconds=2 + 0.2 * n)
        said.append(Said(at=gone, thing=child.id, fact=GONE))
        said.append(Said(at=at + timedelta(seconds=20 + 0.2 * n), thing=child.id, fact=BACK))
        quiet = owed("storm", "device.offline", child, gone, 0)
        expects.append(msgspec.structs.replace(quiet, muted=True))
    said.append(Said(at=at + timedelta(seconds=35), thing=switch.id, fact=BACK))
    yield _script("storm", said, expects, more=tuple(thing.id for thing in behind[switch.id]))


def _dying(things: Sequence[Thing]) -> list[Thing]:
    return [thing for thing in things if thing.link == thing.id and can_say(thing, GONE)]


def away(absence: Away, thing: Thing) -> Script:
    """Return the script of a controller that loses its connection, and what is owed for it."""
    lasts = (absence.end - absence.begin).total_seconds()
    expects = [
        owed(
            "away", "device.offline", thing, absence.begin, 0, stage="alarm" if lasts > LONG_S else "warning"
        )
    ]
    if lasts > SILENT_S + 30:
        missed = owed("away", "device.silent_mains", thing, absence.begin, SILENT_S, within=60)
        expects.append(msgspec.structs.replace(missed, muted=True))  # it said goodbye: one author
    said = [
        Said(at=absence.begin, thing=thing.id, fact=GONE),
        Said(at=absence.end, thing=thing.id, fact=BACK),
    ]
    return _script("away", said, expects, lively=True)


def _script(
    name: str,
    said: Sequence[Said],
    expects: Sequence[Expectation],
    *,
    until: datetime | None = None,
    lively: bool = False,
    more: tuple[str, ...] = (),
) -> Script:
    ordered = sorted((msgspec.structs.replace(one, cause=name) for one in said), key=lambda one: one.at)
    end = ordered[-1].at + timedelta(seconds=10)
    settled = tuple(msgspec.structs.replace(one, settled=max(end, one.settled)) for one in expects)
    devices = tuple(dict.fromkeys((*(one.thing for one in ordered), *more)))
    return Script(
        name=name, said=tuple(ordered), expects=settled, devices=devices, until=until, lively=lively
    )
