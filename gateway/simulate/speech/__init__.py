"""Speech: how each make of device says a fact on the wire. One file a format, registered with `@speech`.

A format is a function (thing, fact, at, tongue) → utterances. `Tongue` keeps what a device must remember to
speak: its counter since the last start, its boot id, and the values that some makes repeat in every message.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.estate import Thing

Clock = Callable[[datetime], datetime]  # true time -> what the device believes
_BUILT_IN = (
    "own",
    "gate",
    "locker",
    "zigbee2mqtt",
    "frigate",
    "shelly2",
    "tasmota",
    "chirpstack",
    "onvif",
    "axis",
)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What happens at a device, in the words of the kind tree; a format says it in its own.

    `state` are values that hold from now on (names as in the shadow: open, smoke, leak …).
    """

    kind: str
    data: dict[str, Any] = {}
    state: dict[str, Any] = {}
    subject: dict[str, str] = {}
    picture: bytes | None = None
    mode: str = ""  # backfill: said after the fact, and said so


class Utterance(msgspec.Struct, frozen=True, kw_only=True):
    """One MQTT message, ready to be published."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


class Tongue:
    """What the devices of an estate remember in order to speak; the same order of facts gives the same words.

    `clocks` are devices whose own clock is wrong: what they say carries their time.
    """

    def __init__(
        self, site: str, zone: ZoneInfo, *, boot: str, clocks: Mapping[str, Clock] | None = None
    ) -> None:
        self.site = site
        self.zone = zone
        self.boot = boot
        self._clocks = clocks or {}
        self._counters: dict[str, int] = {}
        self._boots: dict[str, str] = {}
        self.values: dict[str, dict[str, Any]] = {}

    def count(self, thing: Thing) -> int:
        """Return the next number of a device since its start."""
        self._counters[thing.id] = number = self._counters.get(thing.id, 0) + 1
        return number

    def boot_of(self, thing: Thing) -> str:
        """Return the boot id of a device."""
        return self._boots.get(thing.id, self.boot)

    def receipt(self, thing: Thing) -> str:
        """Return under which boot and number the gateway confirms what the device said last."""
        return f"{self.boot_of(thing)}/{self._counters.get(thing.id, 0)}"

    def restart(self, thing: Thing, at: datetime) -> None:
        """Let a device begin anew: it counts from one, under another boot id."""
        self._counters.pop(thing.id, None)
        self._boots[thing.id] = f"{at.timestamp():.0f}"

    def say(self, thing: Thing, fact: Fact, at: datetime) -> list[Utterance]:
        """Return the messages by which this device says the fact; LookupError when its make cannot say it."""
        clock = self._clocks.get(thing.id)
        return FORMATS[thing.format](thing, fact, at if clock is None else clock(at), self)


Format = Callable[[Thing, Fact, datetime, Tongue], list[Utterance]]
FORMATS: dict[str, Format] = {}


def speech(name: str) -> Callable[[Format], Format]:
    """Register the decorated function as the format `name`; a name can be taken once."""

    def register(format_: Format) -> Format:
        if name in FORMATS:
            raise ValueError(
                f"the format '{name}' is already {FORMATS[name].__module__}; choose another name"
            )
        FORMATS[name] = format_
        return format_

    return register


def cannot(thing: Thing, fact: Fact) -> LookupError:
    """Return the error for a fact that a make has no words for."""
    return LookupError(f"{thing.id}: the format '{thing.format}' has no words for {fact.kind}")


def can_say(thing: Thing, *facts: Fact) -> bool:
    """Tell whether the make of this device has words for all these facts."""
    tongue = Tongue("any", ZoneInfo("UTC"), boot="0")
    try:
        return all(tongue.say(thing, fact, datetime(2026, 1, 1, tzinfo=UTC)) for fact in facts)
    except LookupError:
        return False


def as_json(value: object) -> bytes:
    return msgspec.json.encode(value)


for _name in _BUILT_IN:
    importlib.import_module(f"gateway.simulate.speech.{_name}")
