"""webhook: messages to another system as CloudEvents 1.0 (structured JSON), signed by Standard Webhooks.

The receiver recognises a repetition by `webhook-id` (= the CloudEvent's `id`), checks the signature over
id, timestamp and body, and answers 2xx. A 2xx with a JSON body that says it failed is not a delivery.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook as Signer

from devices.event import canonical_json
from gateway.errors import Rejected, RetryLater
from gateway.notify.address import Resolve, checked, resolve
from gateway.notify.channel import NO_LIMITS, Destination, Limits, Reach, Receipt, Wording, channel
from gateway.response.model import Message

ANSWER_BYTES = 64 * 1024
_WAIT_MOST_S = 3600.0
_LATER = frozenset({408, 425, 429})


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One receiver. `secrets` are `whsec_…` keys: two while one replaces the other, both sign.

    Plain http and private addresses need `allow_private`: they are for a receiver on the site's own
    network. `ca_file` names a private certificate authority.
    """

    url: str
    secrets: tuple[str, ...]
    site: str
    allow_private: bool = False
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"WebhookSettings({self.url})"

    def problems(self) -> list[str]:
        """Return everything that keeps these settings from being used, with what to do."""
        found = []
        url = httpx.URL(self.url)
        if url.scheme not in ({"http", "https"} if self.allow_private else {"https"}):
            found.append(f"webhook url {self.url}: expected https (http only with allow_private)")
        if not url.host or url.userinfo:
            found.append(f"webhook url {self.url}: expected a host and no user or password in it")
        if not self.secrets:
            found.append(
                f"webhook {self.url}: expected at least one secret; `gateway secret webhook` makes one"
            )
        for number, secret in enumerate(self.secrets, 1):
            if not _long_enough(secret):
                found.append(
                    f"webhook {self.url}: secret {number} is not whsec_ + base64 of at least 24 bytes"
                )
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

    def __init__(
        self, settings: WebhookSettings, *, using: Resolve = resolve, timeout_s: float = 5.0
    ) -> None:
        self._settings = settings
        self._using = using
        self._url = httpx.URL(settings.url)
        self._signers = [Signer(secret) for secret in settings.secrets]
        self._timeout = httpx.Timeout(timeout_s)
        self._client: httpx.AsyncClient | None = None

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Post one message and read the answer."""
        body = cloud_event(message, wording, site=self._settings.site, link=destination.link)
        port = self._url.port or (443 if self._url.scheme == "https" else 80)
        allowed = await checked(
            self._url.host, port, allow_private=self._settings.allow_private, using=self._using
        )
        request = self._opened().build_request(
            "POST",
            self._url.copy_with(host=allowed[0], port=port),
            content=body,
            headers=self._headers(message.id, body),
            extensions={"sni_hostname": self._url.host},
        )
        try:
            answer = await self._opened().send(request, stream=True)
            try:
                text = await _read(answer)
            finally:
                await answer.aclose()
        except httpx.TransportError as error:
            raise RetryLater(f"{self._url.host}: {type(error).__name__} {error}".rstrip()) from error
        return _judge(answer, text)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._client is not None:
            await self._client.aclose()

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            verify: Any = self._settings.ca_file or True
            self._client = httpx.AsyncClient(
                timeout=self._timeout, follow_redirects=False, trust_env=False, verify=verify
            )
        return self._client

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        signatures = " ".join(signer.sign(key, now, body.decode()) for signer in self._signers)
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return {
            "host": self._url.netloc.decode(),
            "content-type": "application/cloudevents+json; charset=utf-8",
            "content-digest": f"sha-256=:{digest}:",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signatures,
            "user-agent": "smart-community-gateway",
        }


def cloud_event(message: Message, wording: Wording, *, site: str, link: str = "") -> bytes:
    """Return the message as a CloudEvent in canonical JSON; it holds the wording and no other parameters."""
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
            "data": {"title": wording.title, "text": wording.text, "level": message.level, "link": link},
        }
    )


async def _read(answer: httpx.Response) -> bytes:
    text = b""
    async for piece in answer.aiter_bytes():
        text += piece
        if len(text) > ANSWER_BYTES:
            break
    return text[:ANSWER_BYTES]


def _judge(answer: httpx.Response, text: bytes) -> Receipt:
    code = answer.status_code
    said = text[:200].decode("utf-8", "replace")
    if code in _LATER or code >= 500:
        raise RetryLater(f"HTTP {code}: {said}", after_s=_after(answer.headers.get("retry-after")))
    if 300 <= code < 400:
        raise Rejected(f"HTTP {code}: redirects are not followed; set the final address")
    if code >= 400:
        raise Rejected(f"HTTP {code}: {said}")
    try:
        body = msgspec.json.decode(text) if text.strip() else None
    except (msgspec.DecodeError, RecursionError):
        body = None
    if isinstance(body, dict) and (
        body.get("error") or body.get("ok") is False or body.get("success") is False
    ):
        raise Rejected(f"HTTP {code}, but the answer says it failed: {said}")
    return Receipt(
        state="delivered", detail=f"HTTP {code}", reference=str(answer.headers.get("x-request-id", ""))[:100]
    )


def _after(header: str | None) -> float | None:
    """Read Retry-After (seconds or a date); None when it is absent or nonsense, at most an hour."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), _WAIT_MOST_S)
    try:
        wait = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(wait, 0.0), _WAIT_MOST_S)


def _long_enough(secret: str) -> bool:
    try:
        return len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) >= 24
    except ValueError:
        return False
