"""Ntfy: the server as its documentation describes it: topics, tokens, 4096 bytes, its error bodies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.fakes.web import Request, Web


@dataclass
class FakeNtfy(Web):
    """A server with one protected account; `texts` is what the topics got."""

    texts: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    echo: bool = False
    forced: tuple[int, int, str] | None = None  # HTTP status, code, words

    TOKEN: ClassVar[str] = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"
    TOPIC: ClassVar[str] = "estate-7f3c2e9d1b8a"
    secrets: ClassVar[tuple[str, ...]] = (TOKEN, TOPIC)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        if self.echo:
            return self._error(400, 40024, f"invalid request {' '.join(self.secrets)}")
        if self.forced is not None:
            return self._error(*self.forced)
        if request.headers.get("authorization") != f"Bearer {self.TOKEN}":
            return self._error(401, 40101, "unauthorized")
        body = json.loads(request.body)
        if len(body["message"].encode()) > 4096:
            return self._error(413, 41303, "message body too large")
        self.messages.append(body)
        self.texts.append(f"{body['title']}\n{body['message']}")
        answer = {"id": f"hwQ2YpKdmg{len(self.texts)}", "time": 1772619300, "event": "message", **body}
        return "200 OK", {"content-type": "application/json"}, json.dumps(answer).encode()

    def _error(self, status: int, code: int, words: str) -> tuple[str, dict[str, str], bytes]:
        reason = {
            400: "Bad Request",
            401: "Unauthorized",
            403: "Forbidden",
            413: "Too Large",
            429: "Too Many Requests",
            507: "Full",
        }
        fields = {
            "code": code,
            "http": status,
            "error": words,
            "link": "https://ntfy.sh/docs/publish/#limitations",
        }
        return f"{status} {reason[status]}", {"content-type": "application/json"}, json.dumps(fields).encode()
