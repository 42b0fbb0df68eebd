"""Hook: a receiver of signed CloudEvents that checks what it is told to check."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import ClassVar

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.fakes.web import Request, Web


@dataclass
class FakeHook(Web):
    """Takes an event once per id and ignores it after that; `texts` is what it took."""

    texts: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    echo: bool = False

    SECRET: ClassVar[str] = "whsec_" + base64.b64encode(b"n" * 24).decode()
    secrets: ClassVar[tuple[str, ...]] = (SECRET,)

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        if self.echo:
            return "200 OK", {}, json.dumps({"error": f"cannot use {self.SECRET}"}).encode()
        try:
            event = Webhook(self.SECRET).verify(request.body, request.headers)
        except WebhookVerificationError as error:
            return "401 Unauthorized", {}, str(error).encode()
        if event["id"] not in self.seen:
            data = event["data"]
            self.texts.append(f"{data['title']}\n{data['text']}\n{data['link']}")
            self.seen.add(event["id"])
        return "200 OK", {}, b'{"ok":true}'
