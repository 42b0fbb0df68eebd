"""Sink: a system that keeps what happened here for longer or for more places. The contract and the register.

A new sink is one new file: a class with `write`, registered with `@sink("name")`. `write` returns when the
system has acknowledged every point, and may be given the same points again (after a restart, after an
answer that was lost): measurement, tags and time make a point's identity, so twice is once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec

from gateway.register import enter


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One measured fact without personal data: tags to group by, fields to count or draw.

    `nudge` (0–999 ns) keeps points of equal tags and time apart.
    """

    measurement: str
    tags: dict[str, str]
    fields: dict[str, float | int | str | bool]
    at: datetime
    nudge: int = 0


class Sink(Protocol):
    """What every sink offers. `write` raises RetryLater (all of it again later) or Rejected (some of it is bad)."""

    kind: ClassVar[str]

    async def write(self, points: Sequence[Point]) -> None: ...

    async def close(self) -> None: ...


SINKS: dict[str, type[Sink]] = {}
_C = TypeVar("_C", bound=type[Any])


def sink(kind: str) -> Callable[[_C], _C]:
    """Register a sink class under `kind`; a second one with the same name is refused, naming both."""

    def register(cls: _C) -> _C:
        enter(SINKS, "sink", kind, cls)
        cls.kind = kind
        return cls

    return register
