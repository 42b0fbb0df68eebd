"""Web: a web server on loopback that answers as receivers really do, and misbehaves as they really do.

A vendor's fake derives from `Web` and answers in `reply`; the `mode` says what happens instead of an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tests.fakes.server import listening

W = TypeVar("W", bound="Web")

HTML = "<!doctype html><title>上网认证</title><p>请登录 Wi-Fi</p>".encode()
MODES = {
    "html": ("200 OK", {"content-type": "text/html"}, HTML),
    "empty": ("200 OK", {}, b""),
    "charset": ("200 OK", {"content-type": "application/json"}, '{"说明":"成功"}'.encode("gb18030")),
    "deep": ("200 OK", {"content-type": "application/json"}, b"[" * 50_000),
    "list": ("200 OK", {"content-type": "application/json"}, b"[0]"),
    "no code": ("200 OK", {"content-type": "application/json"}, b'{"hello":"world"}'),
    "wrong encoding": ("200 OK", {"content-encoding": "gzip"}, b'{"not":"gzip"}'),
    "bad gateway": ("502 Bad Gateway", {"content-type": "text/html"}, HTML),
    "busy": ("429 Too Many Requests", {"retry-after": "7", "content-type": "text/html"}, HTML),
    "redirect": ("302 Found", {"location": "http://127.0.0.1/secret"}, b""),
}


@dataclass
class Request:
    """One request as the server saw it; `path` has the query, still encoded."""

    path: str
    headers: dict[str, str]
    body: bytes
    method: str = ""


@dataclass
class Web:
    """A server of a test. `mode`: `answer`, `silence`, `reset`, `half` (breaks off), `huge`, or one of MODES."""

    port: int = 0
    mode: str = "answer"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        """Return status line, headers and body."""
        return "200 OK", {}, b"{}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it closes."""
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *rest = head.strip().split("\r\n")
                headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in rest)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Request(first.split()[1], headers, body, first.split()[0]))
                if not await self._answer(reader, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self.mode == "reset":
            writer.transport.abort()
            return False
        if self.mode == "silence":
            await reader.read()
            return False
        if self.mode == "huge":
            await self._flood(writer)
            return False
        status, headers, body = MODES.get(self.mode) or self.reply(self.requests[-1])
        writer.write(wire(status, headers, body, claims=len(body) + (1000 if self.mode == "half" else 0)))
        await writer.drain()
        if self.mode == "half":
            writer.transport.abort()
            return False
        return True

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        """Send a body without end, so that only a limit of the reader's stops it."""
        writer.write(b'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"errmsg":"')
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()


def wire(status: str, headers: dict[str, str], body: bytes, *, claims: int | None = None) -> bytes:
    """Return a raw answer that claims to have so many bytes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body) if claims is None else claims}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def running(web: W) -> AsyncIterator[W]:
    """Run a server on a free port of 127.0.0.1."""
    async with listening(web.serve) as web.port:
        yield web
