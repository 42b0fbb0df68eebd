"""Probe: one look at one thing. The contract and the register of all of them.

A probe is a function that is given what it may look at and returns what it found, each as a `Reading`. It
remembers nothing: whether a finding is news is decided in one place, `gateway/watch/news.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

from gateway.forward import ForwardStatus
from gateway.ingest.receipt import IngestStatus
from gateway.outbox import OutboxStatus
from gateway.register import enter
from rules.workday import Workdays

DAY = timedelta(days=1)
Fact: TypeAlias = str | int | float | bool | None
Facts: TypeAlias = dict[str, Fact]


class TooManyFalse(Protocol):
    """What one device has come to, as `gateway/watch/false_alarms.py` counts it."""

    @property
    def count(self) -> int: ...
    @property
    def rule(self) -> str: ...


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What probes look at, as of one moment: folders, and what the parts say of themselves."""

    now: datetime  # wall clock, aware
    zone: tzinfo
    data: Path
    workdays: Workdays
    certificate: Path | None = None
    proc: Path = Path("/proc")
    thermal: Path = Path("/sys/class/thermal")
    clock_offset_s: float = 0.0  # wall − engine clock
    ingest: IngestStatus | None = None
    forward: ForwardStatus | None = None
    outbox: OutboxStatus | None = None
    oldest_message_s: float = 0.0  # how long the oldest message waits for a channel that should have taken it
    quarantined: Mapping[tuple[str, str], int] = {}  # (device, code) -> messages since the start
    false_alarms: Mapping[str, TooManyFalse] = {}  # device -> how many of its last cases were nothing
    degraded: Mapping[str, str] = {}  # part -> why, of what stopped working


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe found. `key` tells things of one kind apart.

    `usual` findings (a broker that is there, a cool box) are news only after an unusual one; unusual ones at
    once, when they move, and `again` after the last time they were said.
    """

    kind: str
    facts: Facts
    key: str = ""
    usual: bool = False
    step: float = 0.0  # `value` must move by so much to be news; 0: any other fact is
    doubles: bool = False  # `count` is news when it has doubled
    silent_start: bool = False  # the first finding is only remembered: the moves are the news
    again: timedelta | None = timedelta(hours=1)


Probe: TypeAlias = Callable[[Watched], Iterable[Reading]]
PROBES: dict[str, Probe] = {}


def probe(name: str) -> Callable[[Probe], Probe]:
    """Register a probe under `name`; a second one with the same name is refused, naming both."""

    def register(look: Probe) -> Probe:
        return enter(PROBES, "probe", name, look)

    return register
