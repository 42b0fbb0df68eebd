"""Situations: what goes wrong in the community, as scripts that know what must come of them.

A situation is a function (estate, random, begin) → Script: who says what at which second, and which alerts
the rules owe us for it, by when. The expectation is written from what the script makes happen, never taken
from the engine. Register one with `@situation` in a file of this folder.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import msgspec

from gateway.simulate.estate import Estate, Thing
from gateway.simulate.speech import Fact
from gateway.simulate.streams import Said

_BUILT_IN = ("gates", "parcels", "cameras", "alarms", "machines")


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """One alert that must be: which rule, at which device (or household), the highest stage it reaches, and when it opens."""

    situation: str
    rule: str
    device: str
    stage: str  # warning | alarm
    begin: datetime  # it must not open before
    end: datetime  # and must have opened by
    settled: datetime  # by now it has reached its stage, if it ever does
    muted: bool = False  # it is written and nobody is told, because another alert says it


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """What is said, in order of time, and what must come of it. `devices` are kept free of other situations."""

    name: str
    said: tuple[Said, ...]
    expects: tuple[Expectation, ...]
    devices: tuple[str, ...]
    until: datetime | None = None  # devices stay silent up to here, if that is later than the end
    lively: bool = False  # ordinary life goes on at these devices all the same

    @property
    def end(self) -> datetime:
        return max(said.at for said in self.said)


Write = Callable[[Estate, Random, datetime, frozenset[str]], Script | None]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One registered situation: how often a week in a small estate, and at which hours it is believable.

    `quick`: something is to be seen within minutes, so that it may be part of a live show.
    """

    name: str
    weekly: float
    hours: tuple[int, int]  # from, to (exclusive); 22, 6 goes over midnight
    write: Write
    quick: bool = True

    @property
    def why(self) -> str:
        """Return in a sentence what happens."""
        return (self.write.__doc__ or "").strip().splitlines()[0]


SITUATIONS: dict[str, Situation] = {}


def situation(
    name: str, *, weekly: float, hours: tuple[int, int] = (0, 24), quick: bool = True
) -> Callable[[Write], Write]:
    """Register the decorated script writer; a name can be taken once."""

    def register(write: Write) -> Write:
        if name in SITUATIONS:
            raise ValueError(f"the situation '{name}' is already in {SITUATIONS[name].write.__module__}")
        SITUATIONS[name] = Situation(name=name, weekly=weekly, hours=hours, write=write, quick=quick)
        return write

    return register


def script(
    name: str, thing: Thing, begin: datetime, steps: list[tuple[float, Fact]], *expects: Expectation
) -> Script:
    """Return a script of one device; steps are (seconds after the beginning, fact)."""
    said = tuple(
        Said(at=begin + timedelta(seconds=after), thing=thing.id, fact=fact, cause=name)
        for after, fact in steps
    )
    end = max(one.at for one in said) + timedelta(seconds=10)
    settled = tuple(msgspec.structs.replace(one, settled=max(end, one.end)) for one in expects)
    return Script(name=name, said=said, expects=settled, devices=(thing.id,))


def owed(
    name: str,
    rule: str,
    thing: Thing,
    begin: datetime,
    after: float,
    *,
    stage: str = "warning",
    within: float = 10.0,
) -> Expectation:
    """Return the expectation that `rule` opens at this device `after` seconds (2 s of grace before, `within` after)."""
    due = begin + timedelta(seconds=after)
    return Expectation(
        situation=name,
        rule=rule,
        device=thing.id,
        stage=stage,
        begin=due - timedelta(seconds=2),
        end=due + timedelta(seconds=within),
        settled=due + timedelta(seconds=within),
    )


def one_of(random: Random, things: tuple[Thing, ...], busy: frozenset[str]) -> Thing | None:
    """Return a device that is in no other situation, or None."""
    free = [thing for thing in things if thing.id not in busy]
    return random.choice(free) if free else None


for _name in _BUILT_IN:
    importlib.import_module(f"gateway.simulate.situations.{_name}")
