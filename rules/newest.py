"""Newest: the newest event of each kind and device as the rules saw it, for “why did it not fire?”.

Since the start of the process, a bounded number, and no part of the state: nothing is decided by it. What is noted
is no more than is at hand (0.1 µs an event); what rules read of an event is put together again when somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from devices.event import Event
from rules.duration import from_us

if TYPE_CHECKING:
    from rules.core import Core

MOST_DEVICES = 1024  # of each kind

Noted: TypeAlias = tuple[Event, int, bool, Mapping[str, Any] | None]
"""An event, its time as believed, whether it was late, and the flags of its zone; None: no rule looked at it."""


class Arrival(NamedTuple):
    """One event: its time as believed in microseconds, whether it was late; `env` None: no rule looked at it."""

    event: Event
    at: int
    late: bool
    env: Mapping[str, Any] | None


class Newest:
    """By kind and device; of the devices of a kind, those that came first are forgotten first."""

    def __init__(self) -> None:
        self._of_kind: dict[str, dict[str, Noted]] = {}

    def of_kind(self, kind: str) -> dict[str, Noted]:
        """Return what is noted of a kind, to be noted in."""
        return self._of_kind.setdefault(kind, {})

    def of(self, kind: str, core: Core) -> list[Arrival]:
        """Return the newest event of each device."""
        return [_arrival(noted, core) for noted in self._of_kind.get(kind, {}).values()]


def forget_first(noted: dict[str, Noted]) -> None:
    """Forget the device that came first."""
    del noted[next(iter(noted))]


def _arrival(noted: Noted, core: Core) -> Arrival:
    event, at, late, flags = noted
    if flags is None:
        return Arrival(event, at, late, None)
    env = {
        "kind": event.kind, "at": from_us(at + core.memory.offset), "mode": event.mode, "late": late,
        "time_quality": event.time_quality, "data": event.data, "subject": event.subject,
        "device": core.device(event.device), "state": core.device_memory(event.device).reported, "site": flags,
    }  # fmt: skip
    return Arrival(event, at, late, env)
