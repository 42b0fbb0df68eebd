"""Streams: the comings and goings of a day, one function each: who says what when somebody passes, parks, collects, is seen.

A function returns facts with their times, or a visit: several facts that stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.picture import evidence
from gateway.simulate.speech import Fact

BIRTH = timedelta(milliseconds=20)  # between two devices that say at the beginning that they are there
REFUSED_SHARE = 0.05
DOOR_SHARE = 0.62  # of all passages are at unit doors, which open and close
MISREAD_SHARE, NO_PLATE_SHARE = 0.03, 0.01
SIGHTINGS = 5  # messages of one object in view
PICTURE_SHARE = 0.03  # of all sightings bring a picture along
FACE, CARD, QR, CODE = 55, 30, 10, 5


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A fact at a device at a time; `cause` names the situation it belongs to, empty for ordinary life.

    `ago`: it happened so many seconds before it is said (a backlog, a slow network).
    """

    at: datetime
    thing: str
    fact: Fact
    cause: str = ""
    ago: float = 0.0


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a locker: the cell opens, closes, and the parcel is in or out; `put` for a courier."""

    at: datetime
    locker: str
    cell: str
    parcel: str
    put: bool
    shut_after: float

    def said(self) -> list[Said]:
        """Return what the locker says."""
        whole = {"cell": self.cell, "parcel": self.parcel}
        kind = "parcel.deposited" if self.put else "parcel.collected"
        steps = (
            (0.0, Fact(kind="parcel.door_open", data={"cell": self.cell})),
            (self.shut_after, Fact(kind="parcel.door_closed", data={"cell": self.cell})),
            (self.shut_after + 1.0, Fact(kind=kind, data=whole)),
        )
        return [
            Said(at=self.at + timedelta(seconds=after), thing=self.locker, fact=fact) for after, fact in steps
        ]


Happened: TypeAlias = Said | Visit
Stream: TypeAlias = Callable[[Estate, Random, datetime], list[Happened]]


class Daily(msgspec.Struct, frozen=True, kw_only=True):
    """How often a day, for the whole estate, of each stream of ordinary life; the order is that of `STREAMS`."""

    passages: float
    plates: float
    parcels: float
    objects: float


def daily(estate: Estate) -> Daily:
    """Return the day of an estate of this size, scaled from 3,000 homes (50,000 passages, 4,000 plates …)."""
    homes = len(estate.homes) / 3000
    busy = 1.0 if homes > 0.5 else 0.6  # a small estate that is shown to people would look dead at scale
    return Daily(
        passages=max(50_000 * homes * busy, 1200 * busy),
        plates=max(4_000 * homes, 150),
        parcels=max(1_300 * homes, 30),  # each is put in and taken out
        objects=max(36_000 * homes, 300),
    )


def passage(estate: Estate, random: Random, at: datetime) -> list[Happened]:
    """Somebody comes or goes, at a gate or at a unit door, which opens and closes again."""
    at_door = random.random() < DOOR_SHARE
    place = random.choice(estate.of("unit_door" if at_door else "access_gate"))
    method = random.choices(("face", "card", "qr", "code"), (FACE, CARD, QR, CODE))[0]
    data: dict[str, object] = {"door": 1, "dir": random.choice(("in", "out")), "method": method}
    who = {"cred": f"{random.randrange(8_000_000, 8_009_000)}"}
    if random.random() < REFUSED_SHARE:
        data["reason"] = "unknown"
        return [Said(at=at, thing=place.id, fact=Fact(kind="access.denied", data=data, subject=who))]
    found: list[Happened] = [
        Said(at=at, thing=place.id, fact=Fact(kind="access.granted", data=data, subject=who))
    ]
    if at_door:
        opened = at + timedelta(seconds=random.uniform(0.5, 3))
        found += swing(place, opened, random.uniform(4, 14), {"door": 1})
    return found


def swing(door: Thing, at: datetime, seconds: float, data: dict[str, object]) -> list[Said]:
    """Return a door that opens and closes."""
    opened, closed = (
        Fact(kind="contact.opened", data=data, state={"open": True}),
        Fact(kind="contact.closed", data=data, state={"open": False}),
    )
    return [
        Said(at=at, thing=door.id, fact=opened),
        Said(at=at + timedelta(seconds=seconds), thing=door.id, fact=closed),
    ]


def plate(estate: Estate, random: Random, at: datetime) -> list[Happened]:
    """A car: its plate, sometimes misread or missing, and the barrier up and down."""
    lane = random.choice(estate.of("vehicle_gate"))
    text, sure, drawn = f"浙A{random.randrange(10_000, 99_999)}", random.uniform(0.86, 0.99), random.random()
    if drawn < NO_PLATE_SHARE:
        text = "_无_"
    elif drawn < NO_PLATE_SHARE + MISREAD_SHARE:
        text, sure = text.replace(text[-1], "B"), random.uniform(0.3, 0.6)
    data = {"plate": text, "confidence": round(sure, 2), "dir": "in" if "in" in lane.tags else "out"}
    opened, closed = at + timedelta(seconds=1.2), at + timedelta(seconds=random.uniform(7, 12))
    return [
        Said(at=at, thing=lane.id, fact=Fact(kind="vehicle.plate", data=data)),
        Said(at=opened, thing=lane.id, fact=Fact(kind="vehicle.barrier", data={"position": "open"})),
        Said(at=closed, thing=lane.id, fact=Fact(kind="vehicle.barrier", data={"position": "closed"})),
    ]


def parcel(estate: Estate, random: Random, at: datetime) -> list[Happened]:
    """A courier fills a cell."""
    locker = random.choice(estate.of("parcel_locker"))
    cell, number = str(random.randrange(1, estate.size.cells + 1)), f"P{random.randrange(10**9):09d}"
    shut = random.uniform(6, 25)
    return [Visit(at=at, locker=locker.id, cell=cell, parcel=number, put=True, shut_after=shut)]


def fetched(visit: Visit, random: Random) -> Visit:
    """Return how a resident empties the cell some hours after the courier."""
    at = visit.at + timedelta(minutes=random.uniform(20, 600))
    return msgspec.structs.replace(visit, at=at, put=False, shut_after=random.uniform(6, 25))


def sighting(estate: Estate, random: Random, at: datetime) -> list[Happened]:
    """Somebody or something walks through a camera's view: seen first, still there, gone."""
    camera = random.choice(estate.of("camera"))
    label = random.choices(("person", "car", "bicycle", "dog"), (70, 15, 12, 3))[0]
    track = f"{at.timestamp():.3f}-{random.randrange(16**6):06x}"
    data = {"label": label, "score": round(random.uniform(0.7, 0.97), 2), "track": track}
    more = SIGHTINGS - 2 if estate.size.sessions else 0
    kinds = ("camera.object", *("object.seen",) * more, "object.gone")
    shown = _picture(estate, camera, random)
    return [
        Said(
            at=at + timedelta(seconds=2.0 * n), thing=camera.id,
            fact=Fact(kind=kind, data=data, picture=shown if n == 0 else None),
        )
        for n, kind in enumerate(kinds)
    ]  # fmt: skip


def _picture(estate: Estate, camera: Thing, random: Random) -> bytes | None:
    """Return a picture now and then: only the vision worker's cameras send some, so that they send all of the share."""
    if not estate.size.sessions or camera.format != "own":
        return None
    cameras = estate.of("camera")
    own = sum(each.format == "own" for each in cameras)
    return evidence(random) if random.random() < PICTURE_SHARE * len(cameras) / own else None


STREAMS: tuple[Stream, ...] = (passage, plate, parcel, sighting)
