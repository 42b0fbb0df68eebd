"""Listener: the port on which devices push, as a part of the gateway: it opens, listens and closes beside the main path.

Who may push is read anew every two seconds, so that a new credential works, and one that was taken away stops,
without a restart.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime

import structlog

from gateway.batch import Committed
from gateway.errors import StoreError
from gateway.push.conversation import Conversation
from gateway.push.desk import Desk
from gateway.push.gauge import Room, Seats
from gateway.push.request import plain_address, within
from gateway.push.senders import Senders
from gateway.push.settings import MIB, Push

LOOK_S = 2.0
HANDSHAKE_S = 10.0
BACKLOG = 128
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
_log = structlog.get_logger("push")


class Listener:
    """The door's port. `read_senders` reads who may push from the store; it is called in a thread."""

    name = "push"

    def __init__(
        self,
        settings: Push,
        *,
        desk: Desk,
        read_senders: Callable[[], Senders],
        use_senders: Callable[[Senders], None],
        present_senders: Callable[[], Senders],
        tls: Callable[[], ssl.SSLContext | None],
        wall: Callable[[], datetime],
    ) -> None:
        self.settings, self.desk = settings, desk
        self._read_senders, self._use_senders, self._tls, self._wall = read_senders, use_senders, tls, wall
        self.senders = present_senders
        self._seats = Seats(settings.connections, of_address=settings.connections_per_address)
        self._room = Room(settings.memory_mb * MIB)
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = settings.port
        self.listening = False

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return self._seats.open

    def committed(self, committed: Committed) -> None:
        """Have nothing to hear of: whoever waits is told by the writer itself."""

    async def run(self) -> None:
        """Listen until cancelled."""
        settings, tls = self.settings, self._tls()
        self._use_senders(await asyncio.to_thread(self._read_senders))
        server = await asyncio.start_server(
            self._serve,
            settings.host,
            settings.port,
            ssl=tls,
            backlog=BACKLOG,
            ssl_handshake_timeout=HANDSHAKE_S if tls else None,
        )
        try:
            self.port = int(server.sockets[0].getsockname()[1])
            self.listening = True
            while True:
                await asyncio.sleep(LOOK_S)
                await self._look()
        finally:
            self.listening = False
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self) -> None:
        try:
            self._use_senders(await asyncio.to_thread(self._read_senders))
        except StoreError as error:  # who was known stays known; the next look comes soon
            _log.warning("who may push could not be read", error=str(error))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        peername = writer.get_extra_info("peername")
        if task is None or not peername:
            writer.close()
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        peer = str(peername[0])
        try:
            await self._talk(reader, writer, peer)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            return  # it went while we spoke: nobody is there to be told
        except Exception:  # noqa: BLE001  # task boundary: one connection never ends the door
            _log.exception("a connection of the push door failed", address=peer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> None:
        address = plain_address(peer)
        shared = within(address, self.settings.proxies)
        if not shared and not within(address, self.settings.allow):
            self.desk.turn_away("not_allowed", address=peer)
            return
        if not self._seats.take(peer, shared=shared):
            self.desk.turn_away("too_many_connections", address=peer)
            writer.write(_FULL)
            return
        try:
            await Conversation(
                reader,
                writer,
                desk=self.desk,
                settings=self.settings,
                room=self._room,
                peer=peer,
                secure=writer.get_extra_info("ssl_object") is not None,
                wall=self._wall,
            ).run()
        finally:
            self._seats.leave(peer)
