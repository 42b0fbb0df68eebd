"""Line: the connection over which simulated devices speak; lost connections are sought again, nothing is lost.

Messages go out in order, many at a time are on their way; what was not acknowledged when the connection ended is
sent again over the next one. A line can be cut, as a power failure does: then the broker says its last will, and it
stays silent until the next message. Four hundred of them fit into a small process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import structlog

from gateway.ingest import packets
from gateway.ingest.link import acknowledge_at_once
from gateway.simulate import wire
from gateway.simulate.faults import Sent
from gateway.simulate.wire import Will

log = structlog.get_logger("simulate.line")
ON_THE_WAY = 100  # messages sent and not yet acknowledged
AGAIN_S = 1.0  # between two attempts to connect
PATIENCE_S = 10.0  # for the broker's answer to a new connection
Heard = Callable[[str, bytes], None]


class Line:
    """One MQTT connection, kept up as long as the context lasts; `send` returns when there is room, not when it arrived."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str | None = None,
        password: str | None = None,
        client: str = "",
        will: Will | None = None,
        hears: tuple[str, ...] = (),
        heard: Heard | None = None,
    ) -> None:
        self.lost = 0  # connections
        self._where, self._hears, self._heard = (host, port), hears, heard
        self._hello = wire.connect(client, user=user, password=password, will=will)
        self._unacknowledged: dict[int, Sent] = {}
        self._number = 0
        self._link: _Link | None = None
        self._up, self._wanted = asyncio.Event(), asyncio.Event()
        self._settled = asyncio.Event()
        self._room = asyncio.Semaphore(ON_THE_WAY)
        self._keeper: asyncio.Task[None] | None = None
        self._wanted.set()
        self._settled.set()

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep(), name="simulate-line")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """Say goodbye, after up to five seconds for what is on its way."""
        try:
            await asyncio.wait_for(self._settled.wait(), 5)
        except TimeoutError:
            log.warning("unacknowledged", messages=len(self._unacknowledged))
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._link is not None:
            self._link.goodbye()

    async def up(self) -> None:
        """Wait until the broker answers."""
        await self._up.wait()

    def cut(self) -> None:
        """End the connection without a goodbye, and stay away until something is to be sent."""
        self._wanted.clear()
        if self._link is not None:
            self._link.abort()

    async def send(self, sent: Sent) -> None:
        """Hand over one message; waits while too many are on their way or nobody is connected."""
        self._wanted.set()
        await self._up.wait()
        if sent.qos == 0:
            if self._link is not None:
                self._link.write(wire.publish(sent.topic, sent.payload, retain=sent.retain))
            return
        await self._room.acquire()
        self._number = number = self._number % 65535 + 1
        self._unacknowledged[number] = sent
        self._settled.clear()
        if self._link is not None:  # otherwise it goes out with the next connection
            self._link.write(wire.publish(sent.topic, sent.payload, number=number, retain=sent.retain))

    async def flush(self) -> None:
        """Wait until everything handed over was acknowledged."""
        await self._settled.wait()

    def acknowledged(self, number: int) -> None:
        """The broker has a message."""
        if self._unacknowledged.pop(number, None) is not None:
            self._room.release()
        if not self._unacknowledged:
            self._settled.set()

    def hear(self, topic: str, payload: bytes) -> None:
        """The broker said something that this line asked for."""
        if self._heard is not None:
            self._heard(topic, payload)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        away = False  # said once for each absence: four hundred lines would say it every second
        while True:
            await self._wanted.wait()
            link: _Link | None = None
            try:
                async with asyncio.timeout(PATIENCE_S):
                    _, link = await loop.create_connection(lambda: _Link(self), *self._where)
                    link.write(self._hello)
                    await link.welcome
            except (OSError, TimeoutError) as error:
                if not away:
                    why = str(error) or "no answer"
                    log.warning("broker_away", host=self._where[0], port=self._where[1], why=why)
                away = True
                if link is not None:  # it connected, and was refused or never welcomed
                    link.abort()
                await asyncio.sleep(AGAIN_S)
                continue
            away = False
            self._begin(link)
            await link.ended.wait()
            self._link = None
            self._up.clear()
            if self._wanted.is_set():
                self.lost += 1
                await asyncio.sleep(AGAIN_S)

    def _begin(self, link: _Link) -> None:
        self._link = link
        if self._hears:
            link.write(wire.subscribe(1, *self._hears))
        for number, sent in self._unacknowledged.items():
            link.write(wire.publish(sent.topic, sent.payload, number=number, retain=sent.retain, again=True))
        self._up.set()


class _Link(asyncio.Protocol):
    """One TCP connection of a line."""

    def __init__(self, line: Line) -> None:
        self.ended = asyncio.Event()
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line = line
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self._pinging: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ping()

    def connection_lost(self, error: Exception | None) -> None:
        if self._pinging is not None:
            self._pinging.cancel()
        if not self.welcome.done():
            self.welcome.set_exception(ConnectionError(str(error) if error else "closed by the broker"))
        self.ended.set()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        done = 0
        for first, start, end in packets.split(data):
            self._packet(first, data, start, end)
            done = end
        self._rest = data[done:]

    def _packet(self, first: int, data: bytes, start: int, end: int) -> None:
        kind = first >> 4
        if kind == packets.PUBACK:
            self._line.acknowledged(int.from_bytes(data[start : start + 2], "big"))
        elif kind == packets.CONNACK:
            code = packets.read_connack(data[start:end], five=False).code
            if not self.welcome.done():
                if code:
                    self.welcome.set_exception(ConnectionError(f"refused by the broker ({code})"))
                else:
                    self.welcome.set_result(None)
        elif kind == packets.PUBLISH:
            message = packets.read_publish(first, data, start, end, five=False)
            if self._transport is not None:  # the next one must not wait for our TCP: somebody takes the time
                acknowledge_at_once(self._transport.get_extra_info("socket"))
            self._line.hear(message.topic.decode(errors="replace"), message.payload)

    def _ping(self) -> None:
        if self.welcome.done():
            self.write(packets.PINGREQ)
        self._pinging = asyncio.get_running_loop().call_later(wire.KEEPALIVE_S / 2, self._ping)

    def write(self, data: bytes) -> None:
        """Write bytes; what is written to an ended connection is dropped: it will be sent again."""
        if self._transport is not None and not self.ended.is_set():
            self._transport.write(data)

    def goodbye(self) -> None:
        """End in the ordinary way: no last will."""
        if self._transport is not None:
            self._transport.write(packets.disconnect_packet())
            self._transport.close()

    def abort(self) -> None:
        """End as a power failure does."""
        if self._transport is not None:
            self._transport.abort()
