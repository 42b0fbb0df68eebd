"""Adapter: how one family of devices is asked to do something, and how its answers are read.

A new family is one file in `adapters/` with a class registered by `@adapter("name")`. What it must keep stands
in `tests/contracts/commands.py`, and every adapter passes it: one order is one packet or request, never retained,
with no more life than is left; what was not sent is said as `NotSent`; a foreign answer is nobody's answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

import httpx
import msgspec

from devices.command import Command, CommandWord
from gateway.command.turn import Heard, Watching

T = TypeVar("T")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One device that may be commanded, with everything its adapter needs."""

    device: str
    called: dict[str, str] = {}  # its names in zh and en, for the lines of a case
    adapter: str
    offers: frozenset[str]
    site: str
    topic: str  # its name on the wire
    channel: int = 0
    watching: Watching = Watching()
    pulse: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=5)
    ends_itself: bool = False
    url: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""
    key: bytes = b""  # of its signature, in our own namespace


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One command on its way to its target: `left_s` whole seconds of life, `expires` seconds since 1970 UTC."""

    command: Command
    target: Target
    left_s: int
    expires: int


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """One MQTT message. It is never retained and lives as long as its order.

    QoS 0 for what may not be repeated to devices that cannot recognise a repetition by its id.
    """

    topic: str
    payload: bytes
    qos: int


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter may send by; `publish` raises NotSent without a connection."""

    publish: Callable[[Packet, int], Awaitable[None]]  # with the seconds it may live
    transport: httpx.AsyncBaseTransport | None = None  # None: the network


class Adapter(Protocol):
    """One family of devices."""

    names: dict[str, str]
    way: str  # mqtt or http
    commands: frozenset[str]  # what it can say
    answers: bool  # whether the device says anything back

    def problems(self, target: Target, /) -> list[str]:
        """Return what is wrong with how a target is described; each with what to do."""
        ...

    def topics(self, target: Target, /) -> tuple[str, ...]:
        """Return where its answers come that no device profile reads."""
        ...

    def hear(self, command: Command, target: Target, topic: str, payload: bytes, /) -> Heard | None:
        """Return what a message of these topics means for an open command, or None: it is not about it."""
        ...

    async def send(self, order: Order, out: Out, /) -> Heard | None:
        """Send once; return what is known at once, or None: an answer may come.

        Raises:
            NotSent: nothing left.
        """
        ...


ADAPTERS: dict[str, Adapter] = {}


def adapter(family: str) -> Callable[[type[T]], type[T]]:
    """Register the adapter of a family; a second one of the same name is refused."""

    def register(kind: type[T]) -> type[T]:
        if family in ADAPTERS:
            raise ValueError(
                f"two adapters for '{family}': {type(ADAPTERS[family]).__name__} and {kind.__name__}"
            )
        ADAPTERS[family] = kind()  # type: ignore[assignment]  # the contract suite proves that it is one
        return kind

    return register


def beyond(target: Target, can: Sequence[str]) -> list[str]:
    """Return the problem of a target that offers what its family cannot say."""
    more = sorted(target.offers - set(can))
    return [f"offers: '{name}' cannot be said to this family, only {', '.join(sorted(can))}" for name in more]


def taken(command: Command) -> CommandWord:
    """Return what the device's own word is worth: a relay that is as it was asked is all, but a door has to open."""
    return "accept" if command.name == "open" else "finish"


def qos_of(command: Command) -> int:
    """Return the QoS towards a device that does not know command ids: at most once for what may not be repeated."""
    return 1 if command.spec.repeatable else 0


def whole_seconds(span: timedelta) -> int:
    """Return a length of time in whole seconds, at least 1."""
    return max(1, round(span.total_seconds()))
