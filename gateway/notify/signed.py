"""Signed: posts to another system by Standard Webhooks, and what its answer says.

The receiver recognises a repetition by `webhook-id`, checks the signature over id, timestamp and body, and answers 2xx.
A 2xx with a JSON body that says it failed took nothing.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from gateway.notify.address import Resolve, resolve
from gateway.notify.http import Answer, Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Mistake, OutsideSettings, address_mistakes

_KEY_BYTES = 24


class WebhookSettings(OutsideSettings, frozen=True, kw_only=True):
    """One receiver. `secret` holds `whsec_…` keys: two while one replaces the other, both sign.

    Plain http and private addresses need `allow_private`: they are for a receiver on the site's own
    network. `ca_file` names a private certificate authority.
    """

    url: str
    secret: Secret

    def problems(self) -> list[Mistake]:
        """Return everything that keeps these settings from being used, with what to do."""
        found = address_mistakes("url", self.url, allow_private=self.allow_private)
        for number, key in enumerate(self.secret.lines(), 1):
            if not _long_enough(key):
                found.append(
                    ("secret_file", f"key {number} is not whsec_ + base64 of at least {_KEY_BYTES} bytes")
                )
        return found


class SignedPosts:
    """Posts to one receiver; follows no redirect, uses no proxy, connects only to an address that was judged."""

    def __init__(
        self, settings: WebhookSettings, *, using: Resolve = resolve, timeout_s: float = 5.0
    ) -> None:
        keys = settings.secret.lines()
        self._url = settings.url
        self._signers = [Signer(key) for key in keys]
        self._outside = Outside(settings, repeatable=True, secrets=keys, using=using, timeout_s=timeout_s)

    async def post(self, key: str, body: bytes, content_type: str) -> Answer:
        """Post a body under the id by which the receiver knows it again; raises what `Outside.post` raises."""
        now = datetime.now(UTC)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "content-type": content_type,
            "content-digest": f"sha-256=:{digest}:",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signer.sign(key, now, body.decode()) for signer in self._signers),
        }
        return await self._outside.post(self._url, body, headers)

    def judge(self, answer: Answer) -> None:
        """Accept an answer by its status alone; raises what `Outside.judge` raises."""
        self._outside.judge(answer)

    def hushed(self, text: str) -> str:
        """Return the text without the keys."""
        return self._outside.hushed(text)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()


def says_failed(answer: Answer) -> bool:
    """Tell whether the body of an answer is JSON that says that it failed."""
    try:
        body: Any = msgspec.json.decode(answer.body) if answer.body.strip() else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(body, dict):
        return False
    return bool(body.get("error")) or body.get("ok") is False or body.get("success") is False


def _long_enough(key: str) -> bool:
    try:
        return len(base64.b64decode(key.removeprefix("whsec_"), validate=True)) >= _KEY_BYTES
    except ValueError:
        return False
