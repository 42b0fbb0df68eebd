"""Duty desk: tells people what the roster asks of them: swaps, leave, gaps ahead, and every morning who is on duty."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import date, datetime, time, timedelta
from typing import Any

from gateway.batch import Committed
from gateway.core import Core
from gateway.outbox import Outbox
from gateway.response.duty_notices import Notice, messages, of_change, of_gaps, of_today
from gateway.response.roster import Roster
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook
from gateway.store.outbox import write_messages
from gateway.writer import Writer

MORNING = time(7, 30)
EVERY_S = 60.0
Call = Callable[[Callable[[Any], Any]], Future[Any]]


class DutyDesk:
    """`view` returns the site in force, `now` engine time, `offset` wall − engine time; `wake` wakes the outbox."""

    name = "duty desk"

    def __init__(
        self,
        *,
        view: Callable[[], SiteView],
        call: Call,
        wake: Callable[[], None],
        now: Callable[[], datetime],
        offset: Callable[[], timedelta],
    ) -> None:
        self._view, self._call, self._wake, self._now, self._offset = view, call, wake, now, offset
        self._roster: Roster = view().roster
        self._told: date | None = None

    def changed(self, site: SiteView) -> None:
        """Tell what a changed roster means to people; called in the writer's thread, never blocks."""
        before, self._roster = self._roster, site.roster
        found = of_change(before, site)
        if (before.shifts, before.overrides, before.leave) != (
            site.roster.shifts,
            site.roster.overrides,
            site.roster.leave,
        ):
            found += of_gaps(site, self._wall())
        self._tell(site, found)

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
        self._told = local.date()
        self._tell(site, [*of_today(site, wall), *of_gaps(site, wall)])

    def committed(self, committed: Committed) -> None:
        """Nothing that happens concerns the roster."""

    def _tell(self, site: SiteView, notices: Iterable[Notice]) -> None:
        found = messages(site, notices, now=self._now())
        if found:
            written = self._call(lambda connection: write_messages(connection, found))
            written.add_done_callback(lambda _: self._wake())

    def _wall(self) -> datetime:
        return self._now() + self._offset()


def desk_of(core: Core, writer: Writer, sitebook: Sitebook, outbox: Outbox) -> DutyDesk:
    """Return the desk of a running gateway; it hears of every change of the site."""
    desk = DutyDesk(
        view=lambda: core.view,
        call=writer.call,
        wake=outbox.wake,
        now=core.clock.now,
        offset=lambda: core.clock.offset,
    )
    sitebook.changed.append(desk.changed)
    return desk
