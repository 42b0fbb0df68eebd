"""Inbound: systems that post to `/in/{name}`. Who it is is proven first, then the body is a message like any other.

A source signs by Standard Webhooks (id, timestamp within five minutes, HMAC over the raw bytes) or carries a bearer
secret of its own. The body is read by the device profile whose `path` is `in/{name}`; `headers.webhook-id` is there
for its `dedup`, so that a repeat is recognised.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec
from standardwebhooks.webhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from devices.event import RawMessage
from gateway.errors import GatewayError
from gateway.interop.bucket import Bucket
from gateway.interop.door import Door, Verdict

ANSWER_S = 0.5  # after which a sender is told to repeat; a repeat is recognised
Why: TypeAlias = Literal["unknown_source", "too_many", "too_large", "signature_wrong", "not_ready"]
_ID_LENGTH = 200


class Refused(GatewayError):
    """A post that is not taken in: `why` is its code, `facts` fill the sentence."""

    def __init__(self, why: Why, **facts: object) -> None:
        self.why: Why = why
        self.facts = facts
        super().__init__(why)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One system that may post. `keys` are Standard Webhooks secrets, `tokens` bearer secrets; one kind is set."""

    name: str
    keys: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    per_minute: int = 120
    max_bytes: int = 65_536

    def __repr__(self) -> str:
        return f"Source({self.name})"


class Inbound:
    """All sources of a site. `steady` is a clock that never jumps."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        door: Door,
        *,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        answer_s: float = ANSWER_S,
    ) -> None:
        self._sources = dict(sources)
        self._door = door
        self._steady, self._wall, self._answer_s = steady, wall, answer_s
        self._signers = {name: [Signer(key) for key in each.keys] for name, each in self._sources.items()}
        self._buckets = {name: Bucket(each.per_minute) for name, each in self._sources.items()}
        self.counts: dict[str, dict[str, int]] = {name: {} for name in self._sources}

    def room(self, name: str) -> int:
        """Return how many bytes this source may send now.

        Raises:
            Refused: no such source, or it sends too often.
        """
        source = self._sources.get(name)
        if source is None:
            raise Refused("unknown_source", what=name)
        wait = self._buckets[name].take(self._steady())
        if wait > 0:
            raise self._refused(name, "too_many", wait_s=int(wait) + 1)
        return source.max_bytes

    async def take(self, name: str, body: bytes, headers: Mapping[str, str]) -> Verdict:
        """Prove who it is, hand the body in, and return what became of it after the commit.

        Raises:
            Refused: too large, not proven, or not stored in time; the same post may be sent again.
        """
        source = self._sources[name]
        if len(body) > source.max_bytes:
            raise self._refused(name, "too_large", limit_bytes=source.max_bytes)
        self._prove(source, body, headers)
        future = self._door.put(self._message(source, body, headers))
        if future is None:
            raise self._refused(name, "not_ready")
        try:
            verdict = await asyncio.wait_for(asyncio.wrap_future(future), self._answer_s)
        except TimeoutError:
            raise self._refused(name, "not_ready") from None
        self._count(name, verdict.outcome)
        return verdict

    def _prove(self, source: Source, body: bytes, headers: Mapping[str, str]) -> None:
        if source.tokens:
            given = headers.get("authorization", "").removeprefix("Bearer ").encode()
            fits = [
                secrets.compare_digest(given, token.encode()) for token in source.tokens
            ]  # all of them, always
            if not any(fits):
                raise self._refused(source.name, "signature_wrong")
            return
        for signer in self._signers[source.name]:
            try:
                signer.verify(body, dict(headers), json_parse=False)
            except (WebhookVerificationError, ValueError):
                continue
            return
        raise self._refused(source.name, "signature_wrong")

    def _message(self, source: Source, body: bytes, headers: Mapping[str, str]) -> RawMessage:
        key = headers.get("webhook-id") or headers.get("idempotency-key") or ""
        return RawMessage(
            topic=f"in/{source.name}",
            payload=body,
            received_at=self._wall(),
            adapter="http",
            user=source.name,
            headers={"webhook-id": key[:_ID_LENGTH]} if key else {},
        )

    def _refused(self, name: str, why: Why, **facts: object) -> Refused:
        self._count(name, why)
        return Refused(why, **facts)

    def _count(self, name: str, what: str) -> None:
        counts = self.counts[name]
        counts[what] = counts.get(what, 0) + 1
