"""Around every request: a limit on what is sent, headers on what is answered, an answer when a route fails."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.errors import problem

_CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _CONTENT_SECURITY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
    (b"x-gateway", b"smart-community-gateway"),  # by which `gateway check reach` knows its own
)
# Browsers take these over TLS only, and complain about the second elsewhere.
_ENCRYPTED = (
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
MAX_JSON = 256 * 1024
MAX_FORM = 11 * 1024 * 1024  # a picture of 10 MB with the form around it
STREAMED = "/api/upgrades/uploads/"  # goes to the disk piece by piece, and holds itself to what was announced
MAX_STREAMED = 4000 << 20
_log = structlog.get_logger()


def content_security(*, style_nonce: str) -> str:
    """Return the policy of a page whose script writes style elements that carry this nonce; scripts gain nothing."""
    return f"{_CONTENT_SECURITY}; style-src 'self' 'nonce-{style_nonce}'"


class Guard:
    """ASGI middleware around the whole application; adds headers unless the route has set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        limited = _Limited(receive, _limit(scope))

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(message, encrypted=scope["scheme"] == "https")
            await send(message)

        try:
            await self._app(scope, limited.receive, with_headers)
        except (
            Exception
        ) as error:  # task boundary: one request's failure is its own answer, never the server's end
            reference = secrets.token_hex(4)
            # The traceback as text: a pretty one would print local variables, and with them secrets.
            trace = "".join(traceback.format_exception(error))
            _log.error("request failed", reference=reference, path=scope["path"], trace=trace)
            if started:
                raise
            await problem("internal", reference=reference)(scope, receive, with_headers)


class _Limited:
    """A request's body that ends with 413 when it is larger than allowed, however it is sent."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._left = receive, limit, limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(413, detail=str(self._limit))
        return message


def _limit(scope: Scope) -> int:
    if scope["method"] == "PUT" and scope["path"].startswith(STREAMED):
        return MAX_STREAMED
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    return MAX_FORM if kinds and kinds[0].startswith(b"multipart/form-data") else MAX_JSON


def _complete(message: MutableMapping[str, Any], *, encrypted: bool) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    present = {name.lower() for name, _ in headers}
    wanted = (*_HEADERS, *_ENCRYPTED) if encrypted else _HEADERS
    message["headers"] = headers + [pair for pair in wanted if pair[0] not in present]
