"""Part: something that lives beside the main path (a receiver, a tally, a ping) and is wired in one line of `parts.py`."""

from __future__ import annotations

from typing import Protocol

from gateway.batch import Committed


class Part(Protocol):
    """What the app asks of each of its parts. One that fails rests and runs again; the others never notice (guarded.py)."""

    @property
    def name(self) -> str:
        """What it is called in the log and on the page of the gateway's health."""
        ...

    async def run(self) -> None:
        """Live until cancelled; started when the pages are open, stopped before the writer.

        Called anew after a failure: what it opened must be closed by then, and what was left half done is looked for.
        """
        ...

    def committed(self, committed: Committed) -> None:
        """Hear of a commit, in the writer's thread: never block, never fail."""
        ...
