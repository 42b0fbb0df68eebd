"""Line: the connection over which simulated devices speak; lost connections are sought again, nothing is lost.

Messages go out in order, many at a time are on their way; what was not acknowledged when the broker went away
is sent again to the next connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import aiomqtt
import structlog

from gateway.simulate.faults import Sent

log = structlog.get_logger("simulate.line")
ON_THE_WAY = 100  # messages sent and not yet acknowledged


class Line:
    """One MQTT connection, kept up as long as the context lasts; `send` returns when there is room, not when it arrived."""

    def __init__(self, host: str, port: int, *, user: str | None = None, password: str | None = None) -> None:
        self.lost = 0  # connections
        self._where = (host, port, user, password)
        self._client: aiomqtt.Client | None = None
        self._up = asyncio.Event()
        self._down = asyncio.Event()
        self._room = asyncio.Semaphore(ON_THE_WAY)
        self._sending: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep(), name="simulate-line")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=5)
        for task in (*self._sending, self._keeper):
            if task is not None:
                task.cancel()
        await asyncio.gather(
            *self._sending, *([self._keeper] if self._keeper else []), return_exceptions=True
        )

    async def send(self, sent: Sent) -> None:
        """Hand over one message; waits while too many are on their way or nobody is connected."""
        await self._up.wait()
        await self._room.acquire()
        task = asyncio.create_task(self._deliver(sent))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def flush(self) -> None:
        """Wait until everything handed over was acknowledged."""
        while self._sending:
            await asyncio.wait(set(self._sending))

    async def _deliver(self, sent: Sent) -> None:
        try:
            while True:
                await self._up.wait()
                client = self._client
                if client is None:
                    continue
                try:
                    await client.publish(sent.topic, sent.payload, qos=1, retain=sent.retain)
                except aiomqtt.MqttError:
                    if client is self._client:
                        self._client = None
                        self._up.clear()
                        self._down.set()
                    continue
                return
        finally:
            self._room.release()

    async def _keep(self) -> None:
        while True:
            try:
                async with self._connect() as client:
                    self._client = client
                    self._down.clear()
                    self._up.set()
                    await self._down.wait()
            except aiomqtt.MqttError as error:
                log.warning("broker_away", host=self._where[0], port=self._where[1], why=str(error))
            self.lost += 1
            self._client = None
            self._up.clear()
            await asyncio.sleep(1.0)

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[aiomqtt.Client]:
        host, port, user, password = self._where
        async with aiomqtt.Client(
            host, port, username=user, password=password, timeout=10, max_queued_outgoing_messages=0,
            max_inflight_messages=ON_THE_WAY, max_concurrent_outgoing_calls=2 * ON_THE_WAY,
        ) as client:  # fmt: skip
            yield client
