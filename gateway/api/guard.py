"""Headers that every answer carries, and the answer when a route fails inside."""

from __future__ import annotations

import secrets
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.errors import problem

_CONTENT_SECURITY = (
    b"default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    b"form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _CONTENT_SECURITY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
)
_STRICT = (b"strict-transport-security", b"max-age=31536000")
_log = structlog.get_logger()


class Guard:
    """ASGI middleware around the whole application; adds headers unless the route has set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(message, encrypted=scope["scheme"] == "https")
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
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


def _complete(message: MutableMapping[str, Any], *, encrypted: bool) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    present = {name.lower() for name, _ in headers}
    wanted = (*_HEADERS, _STRICT) if encrypted else _HEADERS
    message["headers"] = headers + [pair for pair in wanted if pair[0] not in present]
