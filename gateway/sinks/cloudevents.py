"""cloudevents: steps of cases to another system over HTTP, one by one in their order, signed by Standard Webhooks.

A receiver that is away, refuses our key or has moved is waited for: the configuration is mended and everything
goes out in order. Only what it calls a bad event (400, 409, 413, 415, 422, or a 2xx whose body says that it failed) is
refused for good, counted and skipped. Drills never leave the site.
"""

from __future__ import annotations

import base64
import hashlib
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from gateway.errors import Rejected, RetryLater
from gateway.interop.case_event import CaseEvent
from gateway.notify.address import Resolve, resolve
from gateway.notify.http import Answer, Outside
from gateway.notify.webhook import WebhookSettings
from gateway.sinks.sink import sink

_BAD_EVENT = frozenset({400, 409, 413, 415, 422})
_REMEMBERED = 1000  # ids taken since the last start: a batch that is sent again skips them


@sink("cloudevents")
class CloudEvents:
    """Posts to one receiver; follows no redirect, uses no proxy, connects only to an address that was judged."""

    kind: ClassVar[str]

    def __init__(
        self, settings: WebhookSettings, *, using: Resolve = resolve, timeout_s: float = 5.0
    ) -> None:
        keys = settings.secret.lines()
        self._url = settings.url
        self._signers = [Signer(key) for key in keys]
        self._outside = Outside(
            repeatable=True,
            secrets=keys,
            allow_private=settings.allow_private,
            ca_file=settings.ca_file,
            using=using,
            timeout_s=timeout_s,
        )
        self._taken: set[str] = set()
        self._order: deque[str] = deque()

    async def write(self, points: Sequence[CaseEvent]) -> None:
        """Post events in their order; what the receiver took before is not sent again.

        Raises:
            RetryLater: it cannot be reached, is busy, or does not let us in.
            Rejected: it calls one of them bad, or one belongs to a drill.
        """
        for event in points:
            if event.id in self._taken:
                continue
            if event.drill:
                raise Rejected(f"{event.incident} is a drill, which never leaves the site")
            await self._post(event)
            self._remember(event.id)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()

    def _remember(self, event_id: str) -> None:
        self._taken.add(event_id)
        self._order.append(event_id)
        if len(self._order) > _REMEMBERED:
            self._taken.discard(self._order.popleft())

    async def _post(self, event: CaseEvent) -> None:
        try:
            answer = await self._outside.post(self._url, event.body, self._headers(event))
        except Rejected as error:  # the address is not allowed: a setting, not this event
            raise RetryLater(str(error)) from error
        said = self._outside.hushed(f"HTTP {answer.status}: {answer.shown}")
        if answer.status in _BAD_EVENT:
            raise Rejected(said)
        try:
            self._outside.judge(answer)
        except Rejected as error:
            raise RetryLater(f"{error}; check url and secret of this receiver") from error
        if _says_failed(answer):
            raise Rejected(f"{said}: the answer says it failed")

    def _headers(self, event: CaseEvent) -> dict[str, str]:
        now = datetime.now(UTC)
        text = event.body.decode()
        digest = base64.b64encode(hashlib.sha256(event.body).digest()).decode()
        return {
            "content-type": event.content_type,
            "content-digest": f"sha-256=:{digest}:",
            "webhook-id": event.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signer.sign(event.id, now, text) for signer in self._signers),
        }


def _says_failed(answer: Answer) -> bool:
    """Tell whether the body of a 2xx is JSON that says that it failed."""
    try:
        body: Any = msgspec.json.decode(answer.body) if answer.body.strip() else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(body, dict):
        return False
    return bool(body.get("error")) or body.get("ok") is False or body.get("success") is False
