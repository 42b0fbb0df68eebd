"""Channel test: once a day a real message by every channel that leaves this box, so that a dead one is noticed in peace.

Its receipt is the proof: the newest success of each channel stands in /health. The message's id holds the
day, so that a restart sends nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from gateway.access import Write
from gateway.batch import Committed
from gateway.response.message import message_id
from gateway.response.model import Channel, Message
from gateway.response.notices import GROUP, LOCAL_KINDS
from gateway.response.world import SiteView
from gateway.store.outbox import write_messages

TEMPLATE = "channel.test"
LOOK_EVERY_S = 30.0
NO_CASE = "000000"  # what a text message says where the code of a case would stand
_KEPT = timedelta(hours=2)
_FIRST = ("administrator", "manager", "leader", "guard")


class ChannelTest:
    """A part of the app: writes the day's test messages when the site's clock passes `at`."""

    name = "channel test"

    def __init__(
        self,
        at: str,
        *,
        view: Callable[[], SiteView],
        write: Write,
        wake: Callable[[], None],
        now: Callable[[], datetime],
        wall: Callable[[], datetime],
    ) -> None:
        self._at = time.fromisoformat(at)
        self._view = view
        self._write = write
        self._wake = wake
        self._now = now
        self._wall = wall

    async def run(self) -> None:
        """Look twice a minute until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(LOOK_EVERY_S)

    def committed(self, committed: Committed) -> None:
        """Commits do not matter to it."""

    async def turn(self) -> int:
        """Write what is due today and not written yet; return how many messages that were."""
        view = self._view()
        local = self._wall().astimezone(view.zone)
        due = datetime.combine(local.date(), self._at, view.zone)
        if not due <= local < due + _KEPT:
            return 0
        messages = test_messages(view, f"{local:%Y%m%d}", self._now())

        def job(connection: Any) -> int:
            return write_messages(connection, messages)

        written = await asyncio.wrap_future(self._write(job))
        if written:
            self._wake()
        return written


def test_messages(view: SiteView, day: str, now: datetime) -> list[Message]:
    """Return one message per channel that leaves the box: to the group, or to the first person it reaches."""
    found = []
    for channel in view.channels.values():
        recipient = _recipient(view, channel)
        if recipient is None or channel.kind in LOCAL_KINDS or view.demo:
            continue
        found.append(
            Message(
                id=message_id("channel-test", int(day), TEMPLATE, channel.name, recipient),
                incident=None,
                alert=None,
                channel=channel.name,
                recipient=recipient,
                template=TEMPLATE,
                params={"case_code": NO_CASE},
                level="L4",
                created_at=now,
                not_after=now + _KEPT,
            )
        )
    return found


def _recipient(view: SiteView, channel: Channel) -> str | None:
    if channel.group:
        return GROUP
    reached: Iterable[tuple[int, str]] = (
        (_FIRST.index(role), person.id)
        for person in view.people.values()
        for role in person.roles
        if role in _FIRST and {channel.name, channel.kind} & set(person.contacts)
    )
    return min(reached, default=(0, None))[1]
