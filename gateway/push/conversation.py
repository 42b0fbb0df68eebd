"""Conversation: one connection, request after request, each with its bounds of time and size.

The protocol itself is h11's. What is added here: a head must be whole within `head_s` and a body within `body_s`, a
body is read only from who is proven and only when there is room for it, and a refusal is said after the rest of the
request was read away, because many devices look at an answer only when they have sent everything. Who waits for
`100 Continue` hears the refusal instead, and sends no picture in vain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import TypeAlias

import h11
import msgspec

from gateway.push.desk import Desk
from gateway.push.gauge import Room
from gateway.push.request import HEAD_BYTES, Answer, Head, read_head, refusal
from gateway.push.settings import Push

LINGER_S = 2.0  # how long a connection that ends in a refusal is still read, so that the refusal is heard
LINGER_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
_BODILESS = (204, 304)
_HINTS = {431: "head_too_large", 501: "not_understood"}
Event: TypeAlias = "h11.Event | type[h11.PAUSED]"


class Conversation:
    """Talks with one peer until it goes, says something wrong, or is too slow."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        desk: Desk,
        settings: Push,
        room: Room,
        peer: str,
        secure: bool,
        wall: Callable[[], datetime],
    ) -> None:
        self._reader, self._writer = reader, writer
        self._desk, self._settings, self._room = desk, settings, room
        self._peer, self._secure, self._wall = peer, secure, wall
        self._loop = asyncio.get_running_loop()
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        self._patience_s = settings.head_s  # until the first byte of the next request
        self._begun = False  # whether any of the present request has come
        self._method = b""

    async def run(self) -> None:
        """Serve requests until the connection ends."""
        while await self._exchange():
            self._patience_s = self._settings.idle_s

    async def _exchange(self) -> bool:
        """Serve one request; return whether another may follow."""
        address, path = self._peer, ""
        try:
            head = await self._head()
            if head is None:
                return False
            if isinstance(head, Head):
                address, path = str(head.address), head.path
                answer = await self._answered(head)
            else:
                answer = await self._read_away(head)
        except h11.RemoteProtocolError as error:
            answer = refusal(_HINTS.get(error.error_status_hint, "malformed"), closes=True)
        except TimeoutError:
            if not self._begun:
                return False
            answer = refusal("too_slow", closes=True)
        self._desk.note(answer, address=address, path=path)
        return await self._send(answer)

    async def _head(self) -> Head | Answer | None:
        """Return the next request's head, a refusal of it, or None: the peer went."""
        self._begun = bool(self._http.trailing_data[0])
        wait_s = self._settings.head_s if self._begun else self._patience_s
        event = await self._event(self._loop.time() + wait_s, then_s=self._settings.head_s)
        if not isinstance(event, h11.Request):
            return None
        self._method = event.method
        return read_head(
            event.method.decode("ascii"),
            event.target.decode("ascii"),
            [(name.decode("ascii"), value.decode("latin-1")) for name, value in event.headers],
            peer=self._peer,
            secure=self._secure,
            proxies=self._settings.proxies,
        )

    async def _event(self, deadline: float, *, then_s: float | None = None) -> Event:
        """Return what comes next; with `then_s` the deadline begins anew at the first byte."""
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]  # the library's sentinels are types of themselves
            async with asyncio.timeout_at(deadline):
                data = await self._reader.read(_CHUNK)
            if data and not self._begun:
                self._begun = True
                deadline = self._loop.time() + (then_s or 0)
            self._http.receive_data(data)

    async def _answered(self, head: Head) -> Answer:
        proven = self._desk.enter(head)
        if isinstance(proven, Answer):
            return await self._read_away(proven)
        declared = int(head.headers.get("content-length", "0"))
        if declared > self._settings.max_bytes:
            return refusal("too_large", closes=True)
        if not self._room.take(declared):
            return await self._read_away(refusal("no_room", wait_s=1))
        body = bytearray()
        reserved = declared
        try:
            deadline = self._loop.time() + self._settings.body_s
            await self._go_on()
            while isinstance(event := await self._event(deadline), h11.Data):
                body += event.data
                more = len(body) - reserved
                if len(body) > self._settings.max_bytes:
                    return refusal("too_large", closes=True)
                if more > 0 and not self._room.take(more):
                    return refusal("no_room", wait_s=1, closes=True)
                reserved = max(reserved, len(body))
            return await self._desk.take(head, proven, bytes(body))
        finally:
            self._room.give_back(reserved)

    async def _go_on(self) -> None:
        """Let a peer that asks first send its body."""
        if self._http.they_are_waiting_for_100_continue:
            await self._write(h11.InformationalResponse(status_code=100, headers=[]))

    async def _read_away(self, answer: Answer) -> Answer:
        """Read the body of a refused request and forget it; return its answer."""
        if answer.closes or self._http.they_are_waiting_for_100_continue:
            return _closing(answer)
        deadline, size = self._loop.time() + self._settings.body_s, 0
        while isinstance(event := await self._event(deadline), h11.Data):
            size += len(event.data)
            if size > self._settings.max_bytes:
                return _closing(answer)
        return answer

    async def _send(self, answer: Answer) -> bool:
        """Send an answer; return whether the connection goes on."""
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return False
        empty = answer.status in _BODILESS
        body = b"" if empty or self._method == b"HEAD" else answer.body
        headers = [
            ("Date", format_datetime(self._wall(), usegmt=True)),
            *answer.headers,
        ]  # some devices set their clock by it
        if not empty:
            headers += [("Content-Type", answer.type), ("Content-Length", str(len(answer.body)))]
        if answer.closes:
            headers.append(("Connection", "close"))
        await self._write(
            h11.Response(status_code=answer.status, headers=headers, reason=_phrase(answer.status)),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        if answer.closes:
            await self._linger()
        return self._over()

    def _over(self) -> bool:
        """Make ready for the next request, if the connection can carry one."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    async def _write(self, *events: h11.Event) -> None:
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))
        async with asyncio.timeout(self._settings.body_s):
            await self._writer.drain()

    async def _linger(self) -> None:
        """Read on for a moment: a connection closed over unread bytes takes the answer with it."""
        left = LINGER_BYTES
        try:
            if self._writer.can_write_eof():
                self._writer.write_eof()
            async with asyncio.timeout(LINGER_S):
                while left > 0 and (data := await self._reader.read(_CHUNK)):
                    left -= len(data)
        except TimeoutError:
            return


def _closing(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, closes=True)


def _phrase(status: int) -> bytes:
    """Return the words behind the number: there is firmware that looks for `200 OK`."""
    try:
        return HTTPStatus(status).phrase.encode()
    except ValueError:
        return b""
