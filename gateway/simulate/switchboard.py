"""Switchboard: all connections of an estate in one process, each device speaking over its own.

A connection of a controller carries its last will; a message that is a last will cuts it, and the broker says it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from gateway.simulate.estate import ZONE, Estate
from gateway.simulate.faults import Sent
from gateway.simulate.line import Heard, Line
from gateway.simulate.speech import Fact, Tongue
from gateway.simulate.wire import Will

AT_ONCE = 20  # new connections


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A broker, and who comes in how: one account for all, or `accounts`, one for each connection (name: password)."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    accounts: Mapping[str, str] = {}

    def line(
        self, name: str, will: Will | None = None, *, hears: tuple[str, ...] = (), heard: Heard | None = None
    ) -> Line:
        """Return a line under the account of this name."""
        user, password = (name, self.accounts[name]) if name in self.accounts else (self.user, self.password)
        return Line(
            self.host,
            self.port,
            user=user,
            password=password,
            client=f"sim-{name}",
            will=will,
            hears=hears,
            heard=heard,
        )


class Switchboard:
    """The open connections by name; build it with `switchboard`."""

    def __init__(self, lines: Mapping[str, Line]) -> None:
        self._lines = lines

    async def send(self, sent: Sent) -> None:
        """Say one message over its connection, or cut that."""
        line = self._lines[sent.link]
        if sent.cut:
            await line.flush()
            line.cut()
            return
        await line.send(sent)

    async def flush(self) -> None:
        """Wait until the broker has everything."""
        await asyncio.gather(*(line.flush() for line in self._lines.values()))

    @property
    def lost(self) -> int:
        """How many connections ended that nobody cut."""
        return sum(line.lost for line in self._lines.values())


@asynccontextmanager
async def switchboard(estate: Estate, address: Address) -> AsyncIterator[Switchboard]:
    """Open all connections of an estate, some at a time, and say goodbye at the end."""
    wills = last_wills(estate)
    lines = {name: address.line(name, wills.get(name)) for name in estate.links()}
    try:
        await _opened(lines.values())
        yield Switchboard(lines)
    finally:
        await asyncio.gather(*(line.end() for line in lines.values()))


async def _opened(lines: Iterable[Line]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def opened(line: Line) -> None:
        async with room:
            await line.__aenter__()
            await line.up()

    await asyncio.gather(*(opened(line) for line in lines))


def last_wills(estate: Estate) -> dict[str, Will]:
    """Return what the broker says of a controller that is gone, in the words of its make."""
    tongue = Tongue(estate.site, ZoneInfo(ZONE), boot="will")
    now, found = datetime.now(UTC), dict[str, Will]()
    for thing in estate.things:
        if thing.link != thing.id:
            continue
        try:
            words = tongue.say(thing, Fact(kind="device.offline"), now)
        except LookupError:  # this make has no word for it
            continue
        for word in words:
            if word.retain:
                found[thing.id] = Will(topic=word.topic, payload=word.payload)
    return found
