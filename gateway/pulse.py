"""Pulse: does each part move, is it idle, or does it hang? Asked by the dead-man ping before it says "alive".

A part that has work and has not moved for `HUNG_S` hangs. The journal of a full disk hangs too: nothing is
stored then, and somebody outside should know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from gateway.ingest.receipt import IngestStatus
from gateway.outbox import OutboxStatus
from gateway.pace import WriterStatus

HUNG_S = 30.0
OUTBOX_HUNG_S = 120.0  # it sleeps for up to a minute when nothing waits
Beat: TypeAlias = Literal["moved", "idle", "stuck"]


class Pulse:
    """Remembers when each part last moved. Times are of the monotonic clock, in seconds."""

    def __init__(
        self,
        *,
        ingest: Callable[[], IngestStatus],
        writer: Callable[[], WriterStatus],
        outbox: Callable[[], OutboxStatus],
    ) -> None:
        self._ingest = ingest
        self._writer = writer
        self._outbox = outbox
        self._seen: dict[str, tuple[object, float]] = {}

    def beats(self, now: float) -> dict[str, Beat]:
        """Return how ingest, rules, journal and outbox are doing."""
        ingest, writer, outbox = self._ingest(), self._writer(), self._outbox()
        lives = now - writer.moved_at < HUNG_S
        return {
            "ingest": self._beat(
                "ingest", (ingest.received, ingest.acknowledged), now, works=ingest.unacknowledged > 0
            ),
            "rules": "stuck" if not lives else self._beat("rules", writer.waiting, now, works=False),
            "journal": "stuck"
            if not lives or writer.degraded
            else self._beat("journal", writer.commits, now, works=writer.open_inputs > 0),
            "outbox": "stuck"
            if now - outbox.moved_at > OUTBOX_HUNG_S
            else self._beat("outbox", tuple(sorted(outbox.outcomes.items())), now, works=False),
        }

    def _beat(self, part: str, mark: object, now: float, *, works: bool) -> Beat:
        before, since = self._seen.get(part, (mark, now))
        if part not in self._seen or before != mark:
            self._seen[part] = (mark, now)
            return "moved" if before != mark else "idle"
        if works and now - since > HUNG_S:
            return "stuck"
        if not works:
            self._seen[part] = (mark, now)
        return "idle"
