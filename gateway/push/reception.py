"""Reception: what becomes of one proven request: a message handed in, and an answer after its commit.

The answer is the constant of the profile, or 200: never a verdict. One that opens a barrier is given only where the site
itself has given the device the tag that its profile asks for (`devices.reply`). What is not stored in time is answered
503: the device sends it again, and the repeat is recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from devices.event import RawMessage
from devices.form import Profile
from devices.reply import Reply
from gateway.push.paths import Paths
from gateway.push.proof import Proven
from gateway.push.request import LONGEST_HEADER, Answer, Head, refusal

OK = Answer(status=200, body=b"OK")
AGAIN_S = 1.0  # after which a device is told to send again what was not stored in time
DEGRADED_S = 10.0


class Reception:
    """Hands messages to the writer. `offer` is the writer's, `degraded` tells whether nothing can be stored now."""

    def __init__(
        self,
        *,
        offer: Callable[[RawMessage, Callable[[], None]], bool],
        degraded: Callable[[], bool],
        reply: Callable[[RawMessage], Reply | None],
        profiles: Callable[[], tuple[Profile, ...]],
        wall: Callable[[], datetime],
        answer_s: float,
    ) -> None:
        self._offer, self._degraded, self._reply = offer, degraded, reply
        self._profiles = profiles
        self._wall, self._answer_s = wall, answer_s
        self._read = profiles()
        self._paths = Paths(self._read)

    def readers(self, head: Head) -> frozenset[str]:
        """Return the profiles that read what comes to this path."""
        return self._known().readers(head.path)

    def turned_away(self, head: Head) -> Answer | None:
        """Return why a request need not even be read, whoever sent it; None: it may come in."""
        if not self.readers(head):
            return refusal("unknown_path")
        return refusal("degraded", wait_s=DEGRADED_S) if self._degraded() else None

    async def take(self, head: Head, proven: Proven, body: bytes) -> Answer:
        """Hand a request in and return its answer once what it said is on disk."""
        message = self._message(head, proven, body)
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[None] = loop.create_future()

        def acknowledge() -> None:  # in the writer's thread, after the commit
            loop.call_soon_threadsafe(_settle, stored)

        if not self._offer(message, acknowledge):
            return refusal("no_room", wait_s=AGAIN_S)
        try:
            await asyncio.wait_for(stored, self._answer_s)
        except TimeoutError:
            if self._degraded():
                return refusal("degraded", wait_s=DEGRADED_S)
            return refusal("not_stored", wait_s=AGAIN_S)
        said = self._reply(message)
        return OK if said is None else Answer(status=said.status, body=said.body, type=said.type)

    def _message(self, head: Head, proven: Proven, body: bytes) -> RawMessage:
        return RawMessage(
            topic=head.target,
            payload=body,
            received_at=self._wall(),
            adapter="http",
            user=proven.user,
            headers={"method": head.method, **self._kept(head.headers)},
            speaks=proven.names,
        )

    def _kept(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: headers[name][:LONGEST_HEADER]
            for name in self._known().headers & headers.keys()
            if name != "method"
        }

    def _known(self) -> Paths:
        profiles = self._profiles()
        if profiles is not self._read:
            self._read, self._paths = profiles, Paths(profiles)
        return self._paths


def _settle(stored: asyncio.Future[None]) -> None:
    if not stored.done():  # who waited may have given up
        stored.set_result(None)
