"""Replay: quarantined messages are read anew after their profile or the registry was mended, each at most once.

They go the way of every message, through the writer and the journal, with the time at which they were received: what
is late is late, what was said twice is recognised. The row of a message is settled in the transaction that holds what
came of it, so that no kill can make it count twice.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from devices.event import RawMessage
from gateway.errors import ActionRefused
from gateway.store.quarantine import again, outcomes
from gateway.store.quarantine_groups import Group, group
from gateway.store.read import Connection

AT_ONCE = 200  # messages that are on their way to the writer at a time
PATIENCE_S = 60.0


class Reads(Protocol):
    """The part of the store that is asked here."""

    def read(self) -> AbstractContextManager[Connection]: ...


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a group: messages by outcome, those that were never kept, and why the others are still unread."""

    stored: int = 0
    duplicate: int = 0
    ignored: int = 0
    unread: int = 0
    gone: int = 0  # counted, but not kept
    reason: str = ""


class Replay:
    """Reads groups anew; one at a time. `put` hands a message to the writer and waits for room."""

    def __init__(self, store: Reads, put: Callable[[RawMessage, Callable[[], None]], None]) -> None:
        self._store = store
        self._put = put
        self._lock = threading.Lock()
        self._under_way: set[int] = set()  # rows handed in and not yet committed

    def group(self, group_id: str) -> Group | None:
        """Return one group as it waits now."""
        with self._store.read() as connection:
            return group(connection, group_id)

    def replay(self, group_id: str) -> Replayed | None:
        """Read a group anew and return what came of it; None: nothing waits under this id.

        Raises:
            ActionRefused: another replay is under way, or the writer did not come to the end of this one in time.
        """
        if not self._lock.acquire(blocking=False):
            raise ActionRefused("replay_running", "another group is being read anew")
        try:
            found = self.group(group_id)
            if found is None:
                return None
            for start in range(0, len(found.rows), AT_ONCE):
                self._some(found.rows[start : start + AT_ONCE])
            return self._told(found)
        finally:
            self._lock.release()

    def _some(self, rows: Sequence[int]) -> None:
        with self._store.read() as connection:
            waiting = again(connection, [row for row in rows if row not in self._under_way])
        done = threading.Event()
        left = Counter(waiting=len(waiting))
        if not waiting:
            return

        def settled(row: int) -> None:  # in the writer's thread
            self._under_way.discard(row)
            left["waiting"] -= 1
            if left["waiting"] == 0:
                done.set()

        end = time.monotonic() + PATIENCE_S
        for message in waiting:
            self._under_way.add(message.row)
            self._put(message, lambda row=message.row: settled(row))  # type: ignore[misc]  # a default argument binds the loop's row
        if not done.wait(max(end - time.monotonic(), 0.1)):
            raise ActionRefused(
                "replay_unfinished", "the writer is busy; what was handed in goes on", left=left["waiting"]
            )

    def _told(self, found: Group) -> Replayed:
        with self._store.read() as connection:
            now = outcomes(connection, found.rows)
        counts = Counter(outcome or "unread" for outcome, _ in now.values())
        reasons = [reason for outcome, reason in now.values() if outcome is None]
        return Replayed(
            stored=counts["stored"], duplicate=counts["duplicate"], ignored=counts["ignored"], unread=counts["unread"],
            gone=found.count - len(found.rows), reason=reasons[-1] if reasons else "",
        )  # fmt: skip
