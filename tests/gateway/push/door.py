"""A push door on loopback for tests: the real listener before a writer that commits when it is told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

from devices.event import RawMessage
from devices.form import Profile
from devices.profile import load_profiles
from devices.registry import Device, Registry
from devices.reply import Reply
from gateway.push.desk import Desk
from gateway.push.listener import Listener
from gateway.push.proof import Proof
from gateway.push.reception import Reception
from gateway.push.senders import Senders, senders_of, verifier
from gateway.push.settings import Push
from gateway.store.push_credentials import Scheme, StoredCredential

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
PROFILE = """\
profile: bell@1
name: {zh: 门铃, en: Bell}
identity: e.id
dedup: [headers.x-turn]
match: {path: '/bell/{place...}'}
kinds: [{when: "e.say == 'ring'", kind: device.heartbeat}]
samples:
  - {name: it rings, path: /bell/a, headers: {x-turn: '1'}, payload: {id: b1, say: ring}, expect: [{event: device.heartbeat}]}
"""
DEVICES = (
    Device(id="bell-1", profile="bell", ident="b1"),
    Device(id="bell-2", profile="bell", ident="b2"),
    Device(id="bell-3", profile="bell", ident="b3", user="bridge"),
    Device(id="lock-1", profile="lock"),
    Device(id="old", profile="bell", ident="b9", state="retired"),
)
PASSWORD = "Right4uAndMe9xyz"
SECRET = "Secret4theUrlOfOneBell99"


@cache
def profiles() -> tuple[Profile, ...]:
    found, problems = load_profiles({"bell.yaml": PROFILE})
    assert not problems, [str(each) for each in problems]
    return tuple(found)


def stored(sender: str, scheme: Scheme = "password", secret: str = PASSWORD) -> StoredCredential:
    kept = verifier(scheme, sender, secret, lambda text: text)
    return StoredCredential(sender=sender, scheme=scheme, verifier=kept, made_at=NOW, made_by="test")


CREDENTIALS = (stored("bell-1"), stored("bell-2", "url", SECRET), stored("bridge"), stored("old"))


class Ledger:
    """A writer: keeps what is handed in, acknowledges at once, or when `commit` is called."""

    def __init__(self) -> None:
        self.messages: list[RawMessage] = []
        self.waiting: list[Callable[[], None]] = []
        self.at_once = True
        self.full = False
        self.degraded = False

    def offer(self, message: RawMessage, acknowledge: Callable[[], None]) -> bool:
        if self.full:
            return False
        self.messages.append(message)
        if self.at_once:
            acknowledge()
        else:
            self.waiting.append(acknowledge)
        return True

    def commit(self) -> None:
        waiting, self.waiting = self.waiting, []
        for acknowledge in waiting:
            acknowledge()


class Door:
    """A running door: where it is, what came through it, what it counted."""

    def __init__(self, ledger: Ledger, listener: Listener) -> None:
        self.ledger, self.listener = ledger, listener
        self.counts = listener.desk.counts

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.port}"

    def refused(self, why: str) -> int:
        return self.counts[f"refused.{why}"]


@asynccontextmanager
async def open_door(
    *, reply: Callable[[RawMessage], Reply | None] = lambda _: None, **more: Any
) -> AsyncIterator[Door]:
    """Open a door; keywords are those of the section `push`."""
    given: Mapping[str, Any] = {
        "port": 1,
        "basic": "always",
        "per_device": 1000,
        "per_address": 10_000,
        **more,
    }
    settings = Push(**given).model_copy(update={"port": 0})
    ledger = Ledger()
    senders: list[Senders] = [Senders()]
    proof = Proof(
        lambda: senders[0], basic=settings.basic, now=lambda: datetime.now(UTC), steady=time.monotonic
    )
    reception = Reception(
        offer=ledger.offer,
        degraded=lambda: ledger.degraded,
        reply=reply,
        profiles=profiles,
        wall=lambda: NOW,
        answer_s=settings.answer_s,
    )
    desk = Desk(settings, proof=proof, reception=reception, senders=lambda: senders[0], steady=time.monotonic)
    listener = Listener(
        settings,
        desk=desk,
        read_senders=lambda: senders_of(Registry(DEVICES), CREDENTIALS, settings.devices, lambda text: text),
        use_senders=lambda fresh: senders.__setitem__(0, fresh),
        present_senders=lambda: senders[0],
        tls=lambda: None,
        wall=lambda: NOW,
    )
    task = asyncio.create_task(listener.run())
    try:
        async with asyncio.timeout(10):
            while not listener.listening and not task.done():  # noqa: ASYNC110  # bounded above
                await asyncio.sleep(0.005)
        assert not task.done(), task.exception()
        yield Door(ledger, listener)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Line:
    """A raw connection to a door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, *parts: bytes | str) -> None:
        for part in parts:
            self._writer.write(part.encode() if isinstance(part, str) else part)
        await self._writer.drain()

    async def answer(self, *, seconds: float = 10) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer."""
        async with asyncio.timeout(seconds):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)
            }
            body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        return int(first.split()[1]), headers, body

    async def end(self, *, seconds: float = 10) -> bytes:
        """Return everything until the door closes."""
        async with asyncio.timeout(seconds):
            return await self._reader.read()

    def finish(self) -> None:
        self._writer.write_eof()

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def line(door: Door) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.listener.port)
    one = Line(reader, writer)
    try:
        yield one
    finally:
        one.close()
