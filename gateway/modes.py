"""Modes: flags of the site that people set for a time, and whoever ends them when the time is over.

The flags themselves belong to the engine and the cases; here stands until when, which outlives the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeVar

from gateway.batch import Committed
from gateway.store.mode_terms import ModeTerm, put_terms, read_terms
from gateway.store.read import Connection
from rules.action import SetMode

T = TypeVar("T")
Act = Callable[[SetMode], Future[dict[str, Any]]]
LONGEST_WAIT = timedelta(minutes=1)  # the engine's clock may be set back or forth against ours
_SYSTEM = "system"


class Modes:
    """Sets flags and ends them; all methods but `committed` belong to the event loop."""

    name = "modes"

    def __init__(
        self,
        *,
        act: Act,
        call: Callable[[Callable[[Connection], Any]], Future[Any]],
        now: Callable[[], datetime],
    ) -> None:
        self._act, self._call, self._now = act, call, now
        self._changed = asyncio.Event()

    async def set(self, flags: dict[str, bool], *, zone: str | None, until: datetime | None, by: str) -> None:
        """Set flags for one zone or for all. The end is noted first: a flag is never left without its end."""
        now = self._now()
        terms = [
            ModeTerm(zone=zone or "", flag=flag, value=value, by=by, since=now, until=until)
            for flag, value in flags.items()
        ]
        await asyncio.wrap_future(self._call(lambda connection: put_terms(connection, terms)))
        await asyncio.wrap_future(self._act(SetMode(flags=flags, zone=zone, by=by)))
        self._changed.set()

    async def terms(self) -> list[ModeTerm]:
        """Return who set each flag last, and until when."""
        found: list[ModeTerm] = await asyncio.wrap_future(self._call(read_terms))
        return found

    async def run(self) -> None:
        """End each flag when its time is over, as long as the gateway lives; what fell due meanwhile ends at once."""
        while True:
            self._changed.clear()
            await self.end_due()
            ends = [each.until for each in await self.terms() if each.until is not None]
            wait = min([LONGEST_WAIT, *(end - self._now() for end in ends)])
            try:
                await asyncio.wait_for(
                    self._changed.wait(), max(wait.total_seconds(), 0.05) if ends else None
                )
            except TimeoutError:
                continue

    def committed(self, committed: Committed) -> None:
        """Nothing here follows commits."""

    async def end_due(self) -> None:
        """Turn back every flag whose time is over."""
        now = self._now()
        for each in await self.terms():
            if each.until is not None and each.until <= now:
                await self.set({each.flag: not each.value}, zone=each.zone or None, until=None, by=_SYSTEM)
