"""UnderWay: publications that wait for the broker's PUBACK, so many at once, none waiting for another's.

A broker's PUBACKs come in small packets that TCP may hold back for some 40 ms; what is to be said next goes out meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

Said = tuple[str, bytes]


class UnderWay:
    """At most `most` publications; `changed` is called whenever one ends. Belongs to the event loop."""

    def __init__(self, most: int, changed: Callable[[], object]) -> None:
        self._most, self._changed = most, changed
        self._tasks: dict[asyncio.Task[None], Said | None] = {}
        self._unsaid: list[Said] = []
        self._failure: BaseException | None = None

    @property
    def room(self) -> int:
        """How many more may start now."""
        return self._most - len(self._tasks)

    def start(self, publication: Coroutine[None, None, None], said: Said | None = None) -> None:
        """Let one more go out; `said` is kept until it has arrived, to be said again otherwise."""
        task = asyncio.create_task(publication)
        self._tasks[task] = said
        task.add_done_callback(self._ended)

    def check(self) -> None:
        """Raise what the first failing publication raised."""
        if self._failure is not None:
            raise self._failure

    async def end(self) -> list[Said]:
        """Give up those that have not arrived; return what they and the failed ones were to say, in order."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        unsaid = self._unsaid + [said for said in self._tasks.values() if said is not None]
        self._tasks = {}
        await asyncio.gather(*tasks, return_exceptions=True)
        return unsaid

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task not in self._tasks:  # given up
            return
        said = self._tasks.pop(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._failure = self._failure or error
            if said is not None:
                self._unsaid.append(said)
        self._changed()
