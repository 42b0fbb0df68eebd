"""Life: what ordinary people and machines say all day. The hours of the day have their shares; a seed decides the rest.

Ordinary life raises no alert: a resident who holds the card badly is refused once or twice, never often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.speech import Fact

# Share of a day's comings and goings in each hour, in percent, from midnight on.
HOURS = (.6, .3, .2, .2, .4, 1.2, 4, 9.5, 8, 4.5, 3.8, 5, 5.5, 3.8, 3.4, 3.8, 5.2, 9, 10.5, 7.5, 5.2, 4.2, 2.6, 1.6)  # fmt: skip
REFUSED_SHARE = 0.04
REFUSED_APART = timedelta(minutes=5)  # at one gate: neither five in a minute nor four cards in ten by chance
OPEN_AT_MOST = timedelta(seconds=30)  # a door, cell or barrier in ordinary life


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A fact at a device at a time; `cause` names the situation it belongs to, empty for ordinary life."""

    at: datetime
    thing: str
    fact: Fact
    cause: str = ""


class Daily(msgspec.Struct, frozen=True, kw_only=True):
    """How often a day, for the whole estate, of each stream of ordinary life."""

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
        parcels=max(650 * homes, 30),  # each is put in and taken out
        objects=max(36_000 * homes, 300),
    )


def ordinary(
    estate: Estate, begin: datetime, end: datetime, *, seed: str, rate: float = 1.0
) -> Iterator[Said]:
    """Yield ordinary life between two moments in order of time; `rate` multiplies comings and goings."""
    zone = ZoneInfo("Asia/Shanghai")
    refused: dict[str, datetime] = {}
    hour = begin.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    waiting: list[Said] = []  # what an hour's comings and goings say after its end
    while hour < end:
        random = Random(f"{seed}|{estate.site}|{hour.isoformat()}")  # noqa: S311  # repeatable, not secret
        found = waiting
        share = HOURS[hour.hour] / 100 * rate
        for stream, count in zip(STREAMS, msgspec.structs.astuple(daily(estate)), strict=True):
            for _ in range(_poisson(random, count * share)):
                found += stream(estate, random, hour + timedelta(seconds=random.random() * 3600))
        found += _steady(estate, random, hour)
        found.sort(key=lambda said: (said.at, said.thing))
        hour += timedelta(hours=1)
        waiting = [said for said in found if said.at >= hour]
        for said in found:
            if (
                said.at < hour
                and begin <= said.at < end
                and not (opens(said.fact) and end - said.at < OPEN_AT_MOST)
            ):
                yield _seldom_refused(said, refused)


def opens(fact: Fact) -> bool:
    """Return whether something stands open after this, until it is closed."""
    return fact.kind in {"contact.opened", "parcel.door_open"} or fact.data.get("position") == "open"


def closes(fact: Fact) -> bool:
    return fact.kind in {"contact.closed", "parcel.door_closed"} or fact.data.get("position") == "closed"


def _seldom_refused(said: Said, refused: dict[str, datetime]) -> Said:
    if said.fact.kind != "access.denied":
        return said
    if said.thing in refused and said.at - refused[said.thing] < REFUSED_APART:
        data = {name: value for name, value in said.fact.data.items() if name != "reason"}
        return msgspec.structs.replace(
            said, fact=Fact(kind="access.granted", data=data, subject=said.fact.subject)
        )
    refused[said.thing] = said.at
    return said


def _passage(estate: Estate, random: Random, at: datetime) -> list[Said]:
    """Somebody comes or goes: a gate, a moment later perhaps a unit door, which closes again."""
    gate = random.choice(estate.of("access_gate"))
    method = random.choices(("face", "card", "qr", "code"), (55, 30, 10, 5))[0]
    way = random.choice(("in", "out"))
    who = {"cred": f"{random.randrange(8_000_000, 8_009_000)}"}
    if random.random() < REFUSED_SHARE:
        fact = Fact(
            kind="access.denied",
            data={"door": 1, "dir": way, "method": method, "reason": "unknown"},
            subject=who,
        )
        return [Said(at=at, thing=gate.id, fact=fact)]
    said = [
        Said(
            at=at,
            thing=gate.id,
            fact=Fact(kind="access.granted", data={"door": 1, "dir": way, "method": method}, subject=who),
        )
    ]
    if way == "in" and random.random() < 0.4:
        door = random.choice(estate.of("unit_door"))
        opened = at + timedelta(seconds=random.uniform(60, 240))
        closed = opened + timedelta(seconds=random.uniform(4, 14))
        said.append(
            Said(
                at=opened,
                thing=door.id,
                fact=Fact(kind="contact.opened", data={"door": 1}, state={"open": True}),
            )
        )
        said.append(
            Said(
                at=closed,
                thing=door.id,
                fact=Fact(kind="contact.closed", data={"door": 1}, state={"open": False}),
            )
        )
    return said


def _plate(estate: Estate, random: Random, at: datetime) -> list[Said]:
    lane = random.choice(estate.of("vehicle_gate"))
    plate = f"浙A{random.randrange(10_000, 99_999)}" if random.random() > 0.01 else "_无_"
    way = "in" if "in" in lane.tags else "out"
    data = {"plate": plate, "confidence": round(random.uniform(0.86, 0.99), 2), "dir": way}
    opened, closed = at + timedelta(seconds=1.2), at + timedelta(seconds=random.uniform(7, 12))
    return [
        Said(at=at, thing=lane.id, fact=Fact(kind="vehicle.plate", data=data)),
        Said(at=opened, thing=lane.id, fact=Fact(kind="vehicle.barrier", data={"position": "open"})),
        Said(at=closed, thing=lane.id, fact=Fact(kind="vehicle.barrier", data={"position": "closed"})),
    ]


def _parcel(estate: Estate, random: Random, at: datetime) -> list[Said]:
    """A courier fills a cell, and within some hours a resident empties it: the door opens and closes both times."""
    locker = random.choice(estate.of("parcel_locker"))
    cell, parcel = str(random.randrange(1, estate.size.cells + 1)), f"P{random.randrange(10**7):07d}"
    fetched = at + timedelta(minutes=random.uniform(20, 600))
    said: list[Said] = []
    for kind, begin in (("parcel.deposited", at), ("parcel.collected", fetched)):
        shut = begin + timedelta(seconds=random.uniform(6, 25))
        whole = {"cell": cell, "parcel": parcel}
        said += [
            Said(at=begin, thing=locker.id, fact=Fact(kind="parcel.door_open", data={"cell": cell})),
            Said(at=shut, thing=locker.id, fact=Fact(kind="parcel.door_closed", data={"cell": cell})),
            Said(at=shut + timedelta(seconds=1), thing=locker.id, fact=Fact(kind=kind, data=whole)),
        ]
    return said


def _object(estate: Estate, random: Random, at: datetime) -> list[Said]:
    camera = random.choice(estate.of("camera"))
    label = random.choices(("person", "car", "bicycle", "dog"), (70, 15, 12, 3))[0]
    data = {
        "label": label,
        "score": round(random.uniform(0.7, 0.97), 2),
        "track": f"t{random.randrange(10**6)}",
    }
    return [Said(at=at, thing=camera.id, fact=Fact(kind="camera.object", data=data))]


STREAMS: tuple[Callable[[Estate, Random, datetime], list[Said]], ...] = (_passage, _plate, _parcel, _object)


def _steady(estate: Estate, random: Random, hour: datetime) -> Iterator[Said]:
    """Yield what machines say by the clock: temperatures twice an hour, battery devices four times a day."""
    for thing in estate.of("thermometer"):
        for minute in (7, 37):
            at = hour + timedelta(minutes=minute, seconds=random.random() * 20)
            yield Said(
                at=at, thing=thing.id, fact=Fact(kind="env.temperature", data=_warmth(thing, hour, random))
            )
    if 6 <= hour.hour < 21:
        yield from _at_home(estate, random, hour)
    if hour.hour % 6 == 2:
        for thing in estate.things:
            if "battery" in thing.tags and thing.type != "thermometer":
                at = hour + timedelta(seconds=random.random() * 3600)
                yield Said(at=at, thing=thing.id, fact=Fact(kind="device.heartbeat"))


def _at_home(estate: Estate, random: Random, hour: datetime) -> Iterator[Said]:
    """Yield the doors of homes on the care list: who lives there goes out and in a few times a day."""
    for door in estate.of("home_door"):
        if random.random() < 0.3:
            at = hour + timedelta(seconds=random.random() * 3500)
            shut = at + timedelta(seconds=random.uniform(5, 25))
            yield Said(at=at, thing=door.id, fact=Fact(kind="contact.opened", state={"open": True}))
            yield Said(at=shut, thing=door.id, fact=Fact(kind="contact.closed", state={"open": False}))


def _warmth(thing: Thing, hour: datetime, random: Random) -> dict[str, float]:
    day = -abs(hour.hour - 15) / 2
    base = 27.0 if thing.zone == "shed" else 22.0
    return {
        "value": round(base + day + random.uniform(-0.5, 0.5), 1),
        "humidity": round(random.uniform(45, 65), 1),
    }


def _poisson(random: Random, mean: float) -> int:
    """Return how many come when `mean` are expected (exact for small means, normal for large)."""
    if mean > 50:
        return max(0, round(random.gauss(mean, mean**0.5)))
    count, passed, limit = 0, random.random(), 2.718281828459045 ** (-mean)
    while passed > limit:
        count += 1
        passed *= random.random()
    return count
