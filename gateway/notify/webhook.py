"""webhook: messages to another system as CloudEvents 1.0 (structured JSON), signed by Standard Webhooks.

The receiver recognises a repetition by `webhook-id` (= the CloudEvent's `id`), checks the signature over
id, timestamp and body, and answers 2xx. A 2xx with a JSON body that says it failed is not a delivery.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from devices.event import canonical_json
from gateway.errors import Rejected
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import (
    NO_LIMITS,
    Destination,
    Limits,
    Reach,
    Receipt,
    Surroundings,
    Wording,
    channel,
)
from gateway.notify.http import Answer, Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Checked, Mistake, address_mistakes
from gateway.notify.text import sound
from gateway.response.model import Message


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver. `secret` holds `whsec_…` keys: two while one replaces the other, both sign.

    Plain http and private addresses need `allow_private`: they are for a receiver on the site's own
    network. `ca_file` names a private certificate authority.
    """

    url: str
    secret: Secret
    allow_private: bool = False
    ca_file: str = ""

    def problems(self) -> list[Mistake]:
        """Return everything that keeps these settings from being used, with what to do."""
        found = address_mistakes("url", self.url, allow_private=self.allow_private)
        for number, key in enumerate(self.secret.lines(), 1):
            if not _long_enough(key):
                found.append(("secret_file", f"key {number} is not whsec_ + base64 of at least 24 bytes"))
        return found


@channel("webhook")
class Webhook:
    """Posts to one receiver; follows no redirect, uses no proxy, connects only to the address it checked."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = NO_LIMITS
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = WebhookSettings

    def __init__(
        self, settings: WebhookSettings, *, site: str, using: Resolve = resolve, timeout_s: float = 5.0
    ) -> None:
        keys = settings.secret.lines()
        self._site = site
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

    @classmethod
    def build(cls, settings: WebhookSettings, *, around: Surroundings) -> Webhook:
        """Return the channel to one receiver."""
        return cls(settings, site=around.site)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Post one message and read the answer."""
        body = cloud_event(message, wording, site=self._site, link=destination.link)
        answer = await self._outside.post(self._url, body, self._headers(message.id, body))
        self._outside.judge(answer)
        return self._read(answer)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        signatures = " ".join(signer.sign(key, now, body.decode()) for signer in self._signers)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return {
            "content-type": "application/cloudevents+json; charset=utf-8",
            "content-digest": f"sha-256=:{digest}:",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signatures,
        }

    def _read(self, answer: Answer) -> Receipt:
        try:
            body = msgspec.json.decode(answer.body) if answer.body.strip() else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            body = None
        if isinstance(body, dict) and (
            body.get("error") or body.get("ok") is False or body.get("success") is False
        ):
            said = f"HTTP {answer.status}, but the answer says it failed: {answer.shown}"
            raise Rejected(self._outside.hushed(said))
        reference = str(answer.headers.get("x-request-id", ""))[:100]
        return Receipt(state="delivered", detail=f"HTTP {answer.status}", reference=reference)


def cloud_event(message: Message, wording: Wording, *, site: str, link: str = "") -> bytes:
    """Return the message as a CloudEvent in canonical JSON; it holds the wording and no other parameters."""
    data = {
        "title": sound(wording.title),
        "text": sound(wording.text),
        "level": message.level,
        "link": link,
    }
    about = "incident" if message.incident else "alert"
    return canonical_json(
        {
            "specversion": "1.0",
            "id": message.id,
            "source": f"/gw/{site}",
            "type": f"community.{about}.{message.template}.v1",
            "subject": message.incident or message.alert or site,
            "time": message.created_at,
            "datacontenttype": "application/json",
            "severity": message.level,
            "drill": message.drill,
            "data": data,
        }
    )


def _long_enough(key: str) -> bool:
    try:
        return len(base64.b64decode(key.removeprefix("whsec_"), validate=True)) >= 24
    except ValueError:
        return False
