"""Part: something that lives beside the main path (a receiver, a tally, a ping) and is wired in one line of `app.py`."""

from __future__ import annotations

from typing import Protocol

from gateway.batch import Committed


class Part(Protocol):
    """What the app asks of each of its parts. One that fails ends the process, which is started again."""

    @property
    def name(self) -> str:
        """What its task is called in the log."""
        ...

    async def run(self) -> None:
        """Live until cancelled; started when the pages are open, stopped before the writer."""
        ...

    def committed(self, committed: Committed) -> None:
        """Hear of a commit, in the writer's thread: never block, never fail."""
        ...
