"""Timeline: ordinary life and troubles of an estate between two moments, as messages in the order they are sent.

The plan of troubles is drawn first; ordinary life keeps clear of devices that are in a script, so that every
expectation stays exact. The same estate, span and seed give the same bytes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.estate import ZONE, Estate
from gateway.simulate.faults import NONE, Mix, Sent, disturbed
from gateway.simulate.life import Said, closes, opens, ordinary
from gateway.simulate.situations import SITUATIONS, Script, Situation
from gateway.simulate.speech import Fact, Tongue

REST = timedelta(minutes=75)  # between two situations at one device: the first alert has cleared by then
CLEAR = timedelta(minutes=3)  # ordinary life keeps away from a device in trouble for so long before it
STAYS = frozenset({"device.heartbeat", "parcel.collected"})  # to leave them out would be a trouble of its own
CALM = timedelta(minutes=12)  # and after it


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`rate` multiplies ordinary life, `trouble` the situations; `heartbeat` is the pace of devices tagged so."""

    seed: str = "1"
    rate: float = 1.0
    trouble: float = 1.0
    heartbeat: timedelta | None = timedelta(seconds=60)
    mix: Mix = Mix()
    births: bool = True


def troubles(estate: Estate, begin: datetime, end: datetime, options: Options) -> list[Script]:
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
    free_at: dict[str, datetime] = {}
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


def write(estate: Estate, name: str, at: datetime, free_at: dict[str, datetime], seed: str) -> Script | None:
    """Write a script at a device that has rested, and note until when it is taken; None when there is none."""
    busy = frozenset(thing for thing, until in free_at.items() if until > at)
    random = Random(f"{seed}|{name}|{at.isoformat()}")  # noqa: S311  # repeatable, not secret
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
) -> Iterator[Sent]:
    """Yield all messages of a span in the order they are sent; `scripts` replaces the drawn troubles."""
    if scripts is None:
        scripts = troubles(estate, begin, end, options)
    tongue = Tongue(estate.site, ZoneInfo(ZONE), boot=f"{begin.timestamp():.0f}")
    random = Random(f"{options.seed}|faults|{begin.isoformat()}")  # noqa: S311  # repeatable, not secret
    things = {thing.id: thing for thing in estate.things}
    waiting: list[tuple[datetime, int, Sent]] = []
    order = 0
    for said in _all(estate, begin, end, options, scripts):
        while waiting and waiting[0][0] <= said.at:
            yield heapq.heappop(waiting)[2]
        thing = things[said.thing]
        for word in tongue.say(thing, said.fact, said.at):
            sent = Sent(
                at=said.at,
                topic=word.topic,
                payload=word.payload,
                retain=word.retain,
                thing=thing.id,
                cause=said.cause,
            )
            for arrived in disturbed(sent, thing.format, random, mix_for(sent, said.fact, options.mix)):
                heapq.heappush(waiting, (arrived.at, order, arrived))
                order += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def mix_for(sent: Sent, fact: Fact, mix: Mix) -> Mix:
    """Return what may happen to a message: nothing to availability, no delay to what an absence would be judged by."""
    if sent.retain or fact.kind == "device.heartbeat":
        return NONE
    if opens(fact) or closes(fact):
        return msgspec.structs.replace(mix, late=0.0, disordered=0.0)
    return mix


def _all(
    estate: Estate, begin: datetime, end: datetime, options: Options, scripts: Sequence[Script]
) -> Iterator[Said]:
    in_trouble: dict[str, list[tuple[datetime, datetime]]] = {}
    for script in scripts:
        for device in script.devices:
            in_trouble.setdefault(device, []).append((script.said[0].at - CLEAR, script.end + CALM))
    scripted = sorted((said for script in scripts for said in script.said), key=lambda said: said.at)
    streams = [
        _calm(ordinary(estate, begin, end, seed=options.seed, rate=options.rate), in_trouble),
        iter(scripted),
        _machines(estate, begin, end, options),
    ]
    return heapq.merge(*streams, key=lambda said: said.at)


def _calm(life: Iterator[Said], in_trouble: dict[str, list[tuple[datetime, datetime]]]) -> Iterator[Said]:
    """Leave out what would be said at a device in trouble; what ordinary life opened it also closes."""
    open_now: set[tuple[str, str]] = set()
    for said in life:
        part = (said.thing, str(said.fact.data.get("cell", "")))
        kept = said.fact.kind in STAYS or not any(
            begin <= said.at <= end for begin, end in in_trouble.get(said.thing, ())
        )
        if closes(said.fact):
            kept = part in open_now
            open_now.discard(part)
        elif kept and opens(said.fact):
            open_now.add(part)
        if kept:
            yield said


def _machines(estate: Estate, begin: datetime, end: datetime, options: Options) -> Iterator[Said]:
    """Yield births at the beginning and the heartbeats of devices that owe one."""
    if options.births:
        for n, thing in enumerate(estate.things):
            online = "camera.online" if thing.format == "frigate" else "device.online"
            yield Said(at=begin + timedelta(milliseconds=20 * n), thing=thing.id, fact=Fact(kind=online))
    if options.heartbeat is None:
        return
    beating = [thing for thing in estate.things if "heartbeat" in thing.tags]
    at = begin + options.heartbeat
    while at < end and beating:
        for n, thing in enumerate(beating):
            yield Said(
                at=at + timedelta(milliseconds=137 * n), thing=thing.id, fact=Fact(kind="device.heartbeat")
            )
        at += options.heartbeat
