"""Reading: the journal as an engine must hear it: whole events where a rule may look, signs of life for the rest.

Batches are unpacked one at a time. Of each event first only device, kind, mode and time are decoded; its content
only when a rule of the backtest reads its kind. Of a device's other events the newest stands for all of them: it is
handed on before the engine next looks at that device.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, cast

import msgspec

from devices.event import Event
from gateway.backtest.needs import Needs
from gateway.clock import from_us
from gateway.store.history import History, Row, half_decoder
from gateway.store.inputs import Acknowledged, Other
from rules.operators import LATENESS_US

LIVING = ("live", "backfill")  # modes that make a device's newest time
NEVER = datetime.min.replace(tzinfo=UTC)
LATENESS = timedelta(microseconds=LATENESS_US)


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at first of an event; its other fields are skipped. Stands for an event without content."""

    seq: int = 0
    device: str
    kind: str
    mode: str = "live"
    at: datetime

    @property
    def id(self) -> str:
        """None: what is not judged need not be known again."""
        return ""

    @property
    def data(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    subject = state = data


Told: TypeAlias = tuple[Event, datetime] | Other | Acknowledged
"""An event with its arrival, or another input."""
_whole = msgspec.msgpack.Decoder(Event).decode
_events = half_decoder(list[Event])
_glances = half_decoder(list[Glance])
_raw = half_decoder(list[msgspec.Raw])


class Reading:
    """One pass over a part of the journal. `events` counts what was passed, `told` what an engine had to look at."""

    def __init__(self, history: History, needs: Needs) -> None:
        self.events = 0
        self.told = 0
        self.seq = 0
        self._history = history
        self._needs = needs
        self._waiting: dict[str, tuple[Glance, int]] = {}  # newest sign of life not yet told, and its arrival
        self._met: set[str] = set()

    def __call__(self, first_seq: int, last_seq: int) -> Iterator[Told]:
        """Yield what an engine must hear of these numbers, in their order."""
        for row in self._history.rows(first_seq, last_seq):
            whole = first_seq <= row.first_seq and row.last_seq <= last_seq
            for told in self._batch(row):
                if whole or first_seq <= _seq(told) <= last_seq:
                    yield told
            self.seq = min(row.last_seq, last_seq)

    def _batch(self, row: Row) -> Iterator[Told]:
        if self._needs.kinds is None:
            return self._all(row)
        return self._some(row, self._needs.kinds)

    def _all(self, row: Row) -> Iterator[Told]:
        half = _events(row.plain)
        self.events += len(half.events)
        self.told += len(half.events)
        arrivals = (from_us(row.e_us - age) for age in half.ages)
        return _in_order(list(zip(half.events, arrivals, strict=True)), half.others, half.acknowledged)

    def _some(self, row: Row, kinds: frozenset[str]) -> Iterator[Told]:
        half = _glances(row.plain)
        glances, ages, e_us = half.events, half.ages, row.e_us
        self.events += len(glances)
        found: list[tuple[Event, datetime]] = []
        raw: list[msgspec.Raw] | None = None
        waiting, closely, met = self._waiting, self._needs.closely, self._met
        sure = NEVER  # whatever says it is not from after this is believed: arrivals only grow
        for index, glance in enumerate(glances):
            device = glance.device
            if glance.kind in kinds:
                if raw is None:
                    raw = _raw(row.plain).events
                if device in waiting:
                    found.append(_alive(*waiting.pop(device)))  # before its own event
                found.append((_whole(raw[index]), from_us(e_us - ages[index])))
            elif device in closely or (device not in met and self._first(device)):
                found.append(_alive(glance, e_us - ages[index]))
            elif glance.mode in LIVING:
                held = waiting.get(device)
                if held is None or glance.at > held[0].at:
                    if glance.at > sure:
                        sure = from_us(e_us - ages[index]) + LATENESS
                        if glance.at > sure:
                            continue
                    waiting[device] = (glance, e_us - ages[index])
        self.told += len(found)
        return _in_order(found, half.others, half.acknowledged)

    def _first(self, device: str) -> bool:
        """Note a device; tell whether it is a first sight of one that the registry does not list."""
        self._met.add(device)
        return device not in self._needs.listed


def _alive(glance: Glance, arrival_us: int) -> tuple[Event, datetime]:
    """Return a sign of life in the form in which events are told."""
    return cast("Event", glance), from_us(arrival_us)


def _in_order(
    events: list[tuple[Event, datetime]], others: list[Other], acknowledged: list[Acknowledged]
) -> Iterator[Told]:
    if not others and not acknowledged:
        return iter(events)
    found: list[Told] = [*events, *others, *acknowledged]
    found.sort(key=_seq)  # stable: an acknowledgement after the input that caused it
    return iter(found)


def _seq(told: Told) -> int:
    return told[0].seq if isinstance(told, tuple) else told.seq
