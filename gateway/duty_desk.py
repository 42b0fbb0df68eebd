"""Duty desk: tells people what the roster asks of them: swaps, leave, gaps ahead, and every morning who is on duty.

What a changed roster means to people is stored in the transaction of the change. The morning's notice counts as told
when it is on disk; until then it is tried again every minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog

from gateway.access import Write
from gateway.batch import Committed
from gateway.core import Core
from gateway.outbox import Outbox
from gateway.response.duty_notices import messages, of_change, of_gaps, of_today
from gateway.response.model import Message
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook
from gateway.store.outbox import write_messages
from gateway.writer import Writer

MORNING = time(7, 30)
EVERY_S = 60.0
log = structlog.get_logger("duty")


class DutyDesk:
    """`view` returns the site in force, `now` engine time, `offset` wall − engine time; `wake` wakes the outbox."""

    name = "duty desk"

    def __init__(
        self,
        *,
        view: Callable[[], SiteView],
        call: Write,
        wake: Callable[[], None],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
    ) -> None:
        self._view, self._call, self._wake, self._now, self._offset = view, call, wake, now, offset
        self._told: date | None = None

    def caused(self, before: SiteView, site: SiteView, at: datetime) -> list[Message]:
        """Return what a changed roster means to people; asked in the writer's thread, never blocks."""
        old, new = before.roster, site.roster
        found = of_change(old, site)
        if (old.shifts, old.overrides, old.leave) != (new.shifts, new.overrides, new.leave):
            found += of_gaps(site, at + self._offset())
        return messages(site, found, now=at)

    async def run(self) -> None:
        """Look every minute whether it is morning."""
        while True:
            await asyncio.to_thread(self.turn)
            await asyncio.sleep(EVERY_S)

    def turn(self) -> None:
        """In the morning, once a day: who is on duty today, and the gaps of the coming week."""
        site, wall = self._view(), self._wall()
        local = wall.astimezone(site.zone)
        if local.time() < MORNING or self._told == local.date():
            return
        found = messages(site, [*of_today(site, wall), *of_gaps(site, wall)], now=self._now())
        if found:
            written = self._call(lambda connection: write_messages(connection, found))
            written.add_done_callback(lambda done: self._written(done, local.date()))
        else:
            self._told = local.date()

    def committed(self, committed: Committed) -> None:
        """Nothing that happens concerns the roster."""

    def _written(self, done: Future[Any], day: date) -> None:
        if (error := done.exception()) is not None:
            log.warning(
                "the morning's duty notice is not stored; tried again", day=str(day), error=str(error)
            )
            return
        self._told = day
        self._wake()

    def _wall(self) -> datetime:
        return self._now() + self._offset()


def desk_of(core: Core, writer: Writer, sitebook: Sitebook, outbox: Outbox) -> DutyDesk:
    """Return the desk of a running gateway; it is asked about every change of the site."""
    desk = DutyDesk(
        view=lambda: core.view,
        call=writer.call,
        wake=outbox.wake,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
    )
    sitebook.causes.append(desk.caused)
    return desk
