"""cloudevents: steps of cases to another system over HTTP, one by one in their order, signed by Standard Webhooks.

A receiver that is away, refuses our key or has moved is waited for: the configuration is mended and everything
goes out in order. Only what it calls a bad event (400, 409, 413, 415, 422, or a 2xx whose body says that it failed) is
refused for good, counted and skipped. Drills never leave the site.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from gateway.errors import Rejected, RetryLater
from gateway.interop.case_event import CaseEvent
from gateway.notify.address import Resolve, resolve
from gateway.notify.signed import SignedPosts, WebhookSettings, says_failed
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
        self._posts = SignedPosts(settings, using=using, timeout_s=timeout_s)
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
        await self._posts.close()

    def _remember(self, event_id: str) -> None:
        self._taken.add(event_id)
        self._order.append(event_id)
        if len(self._order) > _REMEMBERED:
            self._taken.discard(self._order.popleft())

    async def _post(self, event: CaseEvent) -> None:
        try:
            answer = await self._posts.post(event.id, event.body, event.content_type)
        except Rejected as error:  # the address is not allowed: a setting, not this event
            raise RetryLater(str(error)) from error
        said = self._posts.hushed(f"HTTP {answer.status}: {answer.shown}")
        if answer.status in _BAD_EVENT:
            raise Rejected(said)
        try:
            self._posts.judge(answer)
        except Rejected as error:
            raise RetryLater(f"{error}; check url and secret of this receiver") from error
        if says_failed(answer):
            raise Rejected(f"{said}: the answer says it failed")
