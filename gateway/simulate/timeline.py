"""Timeline: ordinary life and troubles of an estate between two moments, as messages in the order they are sent.

The plan of troubles is drawn first; ordinary life keeps clear of devices that are in a script, so that every
expectation stays exact. The same estate, span and seed give the same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.backlog import NO_MISHAPS, Mishaps, backlogs
from gateway.simulate.estate import ZONE, Estate, Thing
from gateway.simulate.faults import LATE_S, NONE, RECOGNISED, Mix, Sent, disturbed, drawn
from gateway.simulate.life import Said, closes, opens, ordinary
from gateway.simulate.sensors import uplinks_a_day
from gateway.simulate.situations import SITUATIONS, Script, Situation
from gateway.simulate.speech import Fact, Tongue
from gateway.simulate.streams import BIRTH, DOOR_SHARE, REFUSED_SHARE, SIGHTINGS, daily

REST = timedelta(minutes=75)  # between two situations at one device: the first alert has cleared by then
CLEAR = timedelta(minutes=3)  # ordinary life keeps away from a device in trouble for so long before it
QUICKEST = timedelta(seconds=1)  # between two heartbeats of one device, however busy the estate is made
RESTART = "restart"
BIRTHS = frozenset({"device.online", "device.offline", "camera.online"})
STAYS = frozenset({"device.heartbeat", "parcel.collected"})  # to leave them out would be a trouble of its own
CALM = timedelta(minutes=12)  # and after it


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`rate` multiplies ordinary life, `trouble` the situations; `heartbeat` is the pace of devices that have one.

    `even`: every hour of the day is an average one. `heartbeat` is shortened with the rate when `whole`.
    """

    seed: str = "1"
    rate: float = 1.0
    trouble: float = 1.0
    heartbeat: timedelta | None = timedelta(seconds=60)
    mix: Mix = Mix()
    births: bool = True
    even: bool = False
    whole: bool = False


def troubles(
    estate: Estate,
    begin: datetime,
    end: datetime,
    options: Options,
    *,
    taken_until: Mapping[str, datetime] | None = None,
) -> list[Script]:
    """Return the scripts of the span in order of time, at believable hours, never two at one device at once."""
    zone = ZoneInfo(ZONE)
    wanted: list[tuple[datetime, str]] = []
    hour = begin.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    while hour < end:
        random = Random(f"{options.seed}|troubles|{hour.isoformat()}")  # noqa: S311  # repeatable, not secret
        wanted.extend(
            (hour + timedelta(seconds=random.random() * 3600), situation.name)
            for situation in SITUATIONS.values()
            if believable(situation, hour.hour) and random.random() < options.trouble * per_hour(situation)
        )
        hour += timedelta(hours=1)
    free_at = dict(taken_until or {})
    scripts: list[Script] = []
    for at, name in sorted(wanted):
        if not begin <= at < end - timedelta(minutes=2):
            continue
        taken = dict(free_at)
        script = write(estate, name, at, taken, options.seed)
        if script is not None and script.end < end - timedelta(
            minutes=2
        ):  # what begins also ends in the span
            scripts.append(script)
            free_at = taken
    return scripts


def write(
    estate: Estate, name: str, at: datetime, free_at: dict[str, datetime], seed: str, key: str = ""
) -> Script | None:
    """Write a script at a device that has rested, and note until when it is taken; None when there is none."""
    busy = frozenset(thing for thing, until in free_at.items() if until > at)
    random = Random(f"{seed}|{name}|{key or at.isoformat()}")  # noqa: S311  # repeatable, not secret
    script = SITUATIONS[name].write(estate, random, at, busy)
    if script is not None:
        free_at.update(dict.fromkeys(script.devices, script.end + REST))
    return script


def believable(situation: Situation, hour: int) -> bool:
    begin, end = situation.hours
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def per_hour(situation: Situation) -> float:
    begin, end = situation.hours
    return situation.weekly / 7 / ((end - begin) % 24 or 24)


def messages(
    estate: Estate,
    begin: datetime,
    end: datetime,
    options: Options,
    *,
    scripts: Sequence[Script] | None = None,
    mishaps: Mishaps = NO_MISHAPS,
) -> Iterator[Sent]:
    """Yield all messages of a span in the order they are sent; `scripts` replaces the drawn troubles."""
    if scripts is None:
        scripts = troubles(estate, begin, end, options)
    boots = f"{begin.timestamp():.0f}"
    tongue = Tongue(estate.site, ZoneInfo(ZONE), boot=boots, clocks=mishaps.clocks)
    random = Random(f"{options.seed}|faults")  # noqa: S311  # repeatable, not secret
    things = {thing.id: thing for thing in estate.things}
    waiting: list[tuple[datetime, int, Sent]] = []
    order = 0
    for said in _all(estate, begin, end, options, scripts, mishaps):
        while waiting and waiting[0][0] <= said.at:
            yield heapq.heappop(waiting)[2]
        if said.cause == RESTART:
            tongue.restart(things[said.thing], said.at)
        for arrived in _worded(said, things[said.thing], tongue, random, options.mix):
            heapq.heappush(waiting, (arrived.at, order, arrived))
            order += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def _worded(said: Said, thing: Thing, tongue: Tongue, random: Random, mix: Mix) -> Iterator[Sent]:
    """Yield the messages of a fact as they arrive, in the words of its device and with what happened to them."""
    fault = drawn(random, _mix_for(said, thing, mix))
    ago = random.uniform(*LATE_S) if fault == "late" else said.ago
    own = thing.link == thing.id
    for word in tongue.say(thing, said.fact, said.at - timedelta(seconds=ago) if ago else said.at):
        sent = Sent(
            at=said.at, topic=word.topic, payload=word.payload, retain=word.retain, qos=word.qos, thing=thing.id,
            cause=said.cause, link=thing.link, cut=own and word.retain and said.fact.kind == "device.offline",
        )  # fmt: skip
        if word.retain:  # the broker keeps it: only its age can be wrong
            yield msgspec.structs.replace(sent, fault="late") if fault == "late" else sent
        else:
            if thing.format == "own" and word.qos:
                sent = msgspec.structs.replace(sent, receipt=f"{thing.id}/k/{tongue.receipt(thing)}")
            yield from disturbed(sent, fault, thing.format, random)


def _mix_for(said: Said, thing: Thing, mix: Mix) -> Mix:
    """Return what may happen to a fact: nothing to heartbeats, no delay to what an absence would be judged by."""
    fact = said.fact
    if fact.kind == "device.heartbeat" or said.ago or fact.kind in BIRTHS:
        return NONE
    if said.cause:
        return msgspec.structs.replace(NONE, repeated=mix.repeated if thing.format in RECOGNISED else 0.0)
    if opens(fact) or closes(fact):
        return msgspec.structs.replace(mix, late=0.0, disordered=0.0)
    return mix


def _all(
    estate: Estate,
    begin: datetime,
    end: datetime,
    options: Options,
    scripts: Sequence[Script],
    mishaps: Mishaps,
) -> Iterator[Said]:
    in_trouble: dict[str, list[tuple[datetime, datetime]]] = {}
    for script in scripts:
        for device in () if script.lively else script.devices:
            until = script.until or script.end
            in_trouble.setdefault(device, []).append((script.said[0].at - CLEAR, until + CALM))
    scripted = sorted((said for script in scripts for said in script.said), key=lambda said: said.at)
    life = ordinary(estate, begin, end, seed=options.seed, rate=options.rate, even=options.even)
    calm = _calm(life, in_trouble)
    lively: Iterator[Said] = heapq.merge(
        calm, _machines(estate, begin, end, options, mishaps), key=lambda said: said.at
    )
    if mishaps.absences:
        lively = backlogs(lively, mishaps.absences)
    gone = _gone(scripts)
    if gone:
        lively = (said for said in lively if not any(b <= said.at < e for b, e in gone.get(said.thing, ())))
    return heapq.merge(lively, iter(scripted), key=lambda said: said.at)


def _gone(scripts: Sequence[Script]) -> dict[str, list[tuple[datetime, datetime]]]:
    """Return when devices of scripts are gone from the network: then not even their heartbeats are heard."""
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for script in scripts:
        since: dict[str, datetime] = {}
        for said in script.said:
            if said.fact.kind == "device.offline":
                since[said.thing] = said.at
            elif said.fact.kind == "device.online" and said.thing in since:
                found.setdefault(said.thing, []).append((since.pop(said.thing), said.at))
    return found


def _calm(life: Iterator[Said], in_trouble: dict[str, list[tuple[datetime, datetime]]]) -> Iterator[Said]:
    """Leave out what would be said at a device in trouble; what ordinary life opened it also closes."""
    open_now: set[tuple[str, str]] = set()
    for said in life:
        fact = said.fact
        kept = said.thing not in in_trouble or (
            fact.kind in STAYS or not any(begin <= said.at <= end for begin, end in in_trouble[said.thing])
        )
        if closes(fact):
            part = (said.thing, str(fact.data.get("cell", "")))
            kept = part in open_now
            open_now.discard(part)
        elif kept and opens(fact):
            open_now.add((said.thing, str(fact.data.get("cell", ""))))
        if kept:
            yield said


def _machines(
    estate: Estate, begin: datetime, end: datetime, options: Options, mishaps: Mishaps
) -> Iterator[Said]:
    """Yield births at the beginning, restarts, and the heartbeats of devices that have one."""
    if options.births:
        for n, thing in enumerate(estate.things):
            online = "camera.online" if thing.format == "frigate" else "device.online"
            yield Said(at=begin + BIRTH * n, thing=thing.id, fact=Fact(kind=online))
    again = (
        Said(at=each.at, thing=each.thing, fact=Fact(kind="device.online"), cause=RESTART)
        for each in mishaps.restarts
    )
    yield from heapq.merge(again, _heartbeats(estate, begin, end, options), key=lambda said: said.at)


def _heartbeats(estate: Estate, begin: datetime, end: datetime, options: Options) -> Iterator[Said]:
    if options.heartbeat is None:
        return
    pace = max(options.heartbeat / (options.rate if options.whole else 1.0), QUICKEST)
    beating = [thing for thing in estate.things if "heartbeat" in thing.tags or own_session(thing)]
    apart = min(timedelta(milliseconds=137), pace / max(1, len(beating)))
    at = begin + max(pace, BIRTH * len(estate.things))
    while at < end and beating:
        for n, thing in enumerate(beating):
            yield Said(at=at + n * apart, thing=thing.id, fact=Fact(kind="device.heartbeat"))
        at += pace


def own_session(thing: Thing) -> bool:
    """Return whether this device keeps a connection of its own and says that it is there."""
    return thing.link == thing.id and thing.format != "axis"


def usual_per_second(estate: Estate, heartbeat: timedelta = timedelta(seconds=60)) -> float:
    """Return how many messages a second an average hour of the estate has, births and troubles apart."""
    day = daily(estate)
    passages = day.passages * (1 + 2 * DOOR_SHARE * (1 - REFUSED_SHARE))
    sightings = SIGHTINGS if estate.size.sessions else 2
    life = passages + day.plates * 3 + day.parcels * 6 + day.objects * sightings
    beating = sum("heartbeat" in thing.tags or own_session(thing) for thing in estate.things)
    return (life + uplinks_a_day(estate)) / 86400 + beating / heartbeat.total_seconds()
