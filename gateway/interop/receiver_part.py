"""Receiver part: feeds the receivers that were named on the page, and follows the page without a restart.

Each is fed as one of gateway.yaml is, guarded by itself: one that fails rests, and hinders no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.access import Write
from gateway.batch import Committed
from gateway.guarded import Guarded, Say
from gateway.interop.outgoing import Outgoing
from gateway.interop.receiver_book import Receiverbook
from gateway.interop.saved_receiver import Saved
from gateway.store.cursors import drop_cursors


class Receivers:
    """A part of the app. `make` makes what feeds one receiver; `run` lives in the event loop."""

    name = "receivers"

    def __init__(
        self, book: Receiverbook, *, make: Callable[[Saved], Outgoing], say: Say, write: Write
    ) -> None:
        self._book, self._make, self._say, self._write = book, make, say, write
        self._fed: dict[str, tuple[Saved, Outgoing, Guarded, asyncio.Task[None]]] = {}
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        book.changed.append(self._wake)

    def fed(self) -> list[Outgoing]:
        """Return what feeds each receiver at present."""
        return [outgoing for _, outgoing, _, _ in list(self._fed.values())]

    def committed(self, committed: Committed) -> None:
        """Let each hear of a commit; called in the writer's thread."""
        for _, _, guarded, _ in list(self._fed.values()):
            guarded.committed(committed)

    def _wake(self) -> None:
        """Follow the page; called in the writer's thread."""
        self._loop.call_soon_threadsafe(self._changed.set)

    async def run(self) -> None:
        """Feed them until cancelled."""
        try:
            while True:
                self._changed.clear()
                await self._follow()
                await self._changed.wait()
        finally:
            for name in list(self._fed):
                await self._end(name)

    async def _follow(self) -> None:
        """Feed those that the page names and does not pause, and nobody else."""
        live = self._book.live()
        wanted = {
            name: each for name, each in live.items() if each.entry is not None and not each.entry.paused
        }
        for name, (saved, _, _, _) in list(self._fed.items()):
            if wanted.get(name) != saved:
                await self._end(name)
        gone = [f"{saved.key}/" for saved in self._book.saved.values() if saved.entry is None]
        if gone:
            await asyncio.wrap_future(self._write(lambda connection: drop_cursors(connection, gone)))
        for name, saved in wanted.items():
            if name not in self._fed:
                outgoing = self._make(saved)
                guarded = Guarded(outgoing, say=self._say)
                task = asyncio.create_task(guarded.run(), name=outgoing.name)
                self._fed[name] = (saved, outgoing, guarded, task)

    async def _end(self, name: str) -> None:
        _, _, _, task = self._fed.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
