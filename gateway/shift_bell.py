"""The part that rings the bell of shift work: looks once a minute, tells the open pages of those who keep the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.batch import Committed
from gateway.core import Core
from gateway.notify.channel import Destination
from gateway.notify.lan import Lan, Notice
from gateway.shift.bell import KEPT_WITHIN, Ring, rings_of
from gateway.shift.patrol import walks_of
from gateway.store import shifts
from gateway.store.read import Connection

EVERY_S = 60.0
DESK = Destination(recipient="site", roles=("guard", "manager"))


def bell_of(core: Core, lan: Lan) -> ShiftBell:
    """Return the bell of a gateway."""
    return ShiftBell(
        read=core.store.read,
        wall=lambda: core.clock.now() + core.clock.offset,
        zone=lambda: core.view.zone,
        lan=lan,
    )


class ShiftBell:
    """Looks every minute; `wall` is the time on the wall, `read` a read connection of the store."""

    name = "shift bell"

    def __init__(
        self,
        *,
        read: Callable[[], AbstractContextManager[Connection]],
        wall: Callable[[], datetime],
        zone: Callable[[], ZoneInfo],
        lan: Lan,
    ) -> None:
        self._read, self._wall, self._zone, self._lan = read, wall, zone, lan
        self._rung: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> tuple[Ring, ...]:
        """Ring what has not rung yet and somebody is there to hear; return what was rung."""
        now = self._wall()
        due = await asyncio.to_thread(self._due, now)
        self._rung = {ring: at for ring, at in self._rung.items() if now - at < timedelta(days=2)}
        rung = []
        for ring in due:
            if ring.id not in self._rung and self._lan.show(_notice(ring), DESK):
                self._rung[ring.id] = now
                rung.append(ring)
        return tuple(rung)

    def committed(self, committed: Committed) -> None:
        """Nothing of a commit concerns the bell."""

    def _due(self, now: datetime) -> tuple[Ring, ...]:
        zone = self._zone()
        today = now.astimezone(zone).date()
        days = (today - timedelta(days=1), today)  # a round of the night ends in the morning
        with self._read() as connection:
            records = shifts.records_since(connection, now - KEPT_WITHIN, now + timedelta(hours=2))
            planned = [each for each, _ in shifts.rounds(connection)]
            begin = datetime.combine(days[0], time(), zone)
            visits = shifts.visits_between(connection, begin, begin + timedelta(days=3)) if planned else []
        names = {each.id: each.name for each in planned}
        walks = [walk for day in days for walk in walks_of(planned, visits, day=day, zone=zone, now=now)]
        return rings_of(records, [(walk, names[walk.round]) for walk in walks], now=now, zone=zone)


def _notice(ring: Ring) -> Notice:
    return Notice(
        id=ring.id, level="L4", title=ring.title["zh"], text=ring.text["zh"], title_en=ring.title["en"],
        text_en=ring.text["en"], incident=None, alert=None, drill=False,
    )  # fmt: skip
