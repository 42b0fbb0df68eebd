"""The contract of every channel: a success is a Receipt, each failure is RetryLater, Rejected or Unknown.

A test module derives a class named `Test…` and gives it a fixture `channel_under_test`. Channels that
speak HTTP also take the `Receiver`: a real server on loopback that answers as receivers really do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from gateway.notify.channel import CHANNELS, Channel, Destination, Receipt
from gateway.response.model import Message

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Words:
    """A rendered message."""

    title: str = "1 号门被强行打开"
    text: str = "幸福里 1 号门,10:15"


def message(key: str = "m1", **changes: object) -> Message:
    """Return a message as the transaction wrote it, with `changes`."""
    values: dict[str, object] = {
        "id": key,
        "incident": "sc-20260304-001",
        "alert": None,
        "channel": "lan",
        "recipient": "wang",
        "template": "dispatched",
        "params": {"name": "王强", "phone": "13800000000"},
        "level": "L1",
        "created_at": NOW,
        "not_after": NOW + timedelta(minutes=10),
    }
    return Message(**(values | changes))  # type: ignore[arg-type]


class ChannelContract:
    """Derive and give a fixture `channel_under_test` whose receiver is there and says yes."""

    async def test_a_delivery_gives_a_receipt(self, channel_under_test: Channel) -> None:
        receipt = await channel_under_test.send(message(), Words(), Destination(recipient="wang"))
        assert isinstance(receipt, Receipt)
        assert receipt.state in {"sent", "delivered"}

    async def test_the_same_message_may_be_sent_twice_if_it_says_so(
        self, channel_under_test: Channel
    ) -> None:
        first = await channel_under_test.send(message(), Words(), Destination(recipient="wang"))
        if channel_under_test.repeatable:
            again = await channel_under_test.send(message(), Words(), Destination(recipient="wang"))
            assert again.state == first.state

    async def test_many_at_once_are_each_answered(self, channel_under_test: Channel) -> None:
        sends = [
            channel_under_test.send(message(f"m{n}"), Words(), Destination(recipient="wang"))
            for n in range(20)
        ]
        assert len(await asyncio.gather(*sends)) == 20

    def test_it_is_registered_and_says_what_it_is(self, channel_under_test: Channel) -> None:
        assert CHANNELS[channel_under_test.kind] is type(channel_under_test)
        assert channel_under_test.reach in {"box", "site", "outside"}
        assert channel_under_test.at_once > 0
        assert channel_under_test.timeout_s > 0


@dataclass
class Request:
    """One request as the receiver saw it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A web server of a test. `answer` is the raw HTTP answer; `mode` says what happens instead of it."""

    port: int = 0
    answer: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    mode: str = "answer"  # answer, silence, reset
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def says(self, status: str, body: bytes = b"", **headers: str) -> None:
        """Answer from now on with this status line, body and headers (underscores become hyphens)."""
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answer = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *rest = head.strip().split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in rest)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Request(first.split()[1], headers, body))
                if self.mode == "reset":
                    writer.transport.abort()
                    return
                if self.mode == "silence":
                    await reader.read()
                    return
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Run a receiver on a free port of 127.0.0.1."""
    one = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await one.serve(reader, writer)
        tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
