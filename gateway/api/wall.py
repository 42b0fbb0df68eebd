"""The wall: what the screens show, kept for a few seconds so that ten of them ask the store as often as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.api.schemas.wall import WallView
from gateway.stream_rows import Touched

FRESH = timedelta(seconds=5)


class Wall:
    """The newest view. What opens or closes anything makes it old at once."""

    def __init__(self) -> None:
        self._kept: WallView | None = None
        self._until: datetime | None = None
        self._reading = asyncio.Lock()

    def touched(self, touched: Touched) -> None:
        """Forget the view when an alert or a case changed; called in the writer's thread, also while one is read."""
        if touched.alerts or touched.incidents:
            self._until = None

    async def view(self, read: Callable[[], WallView], now: datetime) -> WallView:
        """Return the view, read anew in a worker thread when it is old."""
        async with self._reading:
            if self._kept is None or self._until is None or not now < self._until:
                self._until = now + FRESH
                self._kept = await asyncio.to_thread(read)
            return self._kept
