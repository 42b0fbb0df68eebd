"""Progress: up to when everything that devices said has been read, as far as a client of a broker can know.

Deadlines must not be served while the broker still holds what would cancel them (`gateway/hold.py`). The broker
does not tell how much it holds; so a **probe** is published to a topic of our own, and when it comes back,
everything the broker had accepted before it left has been read. One leaves behind the backlog of each
connection, and one a second while messages come at a rate at which a queue can form at all.

`heard` is told how many seconds ago the newest answered probe left, None when nothing waits: no probe is late,
the broker kept no session, or it has been unreachable for so long that waiting helps nobody. A broker that does
not give probes back (it may refuse the topic) is found out by silence or by time, and not asked again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

EVERY_S = 1.0
LATE_S = 0.5
"""A probe that takes longer has a queue before it."""
BUSY = 16
"""So many messages between two probes: fewer than any broker's window, so below it none can be waiting."""
GONE_S = 60.0
"""For a broker that cannot be reached nobody waits longer."""
REFUSED_S = 120.0
"""A probe that did not come back by then never will."""
QUIET_S = 1.0


class Progress:
    """Belongs to the thread of one ingest; times are monotonic seconds."""

    def __init__(self, heard: Callable[[float | None], None], now: float) -> None:
        self._heard = heard
        self._waits_since: float | None = now  # at the start nobody knows what the broker holds
        self._lost_at: float | None = now  # None: there is a connection
        self._sent_at: float | None = None  # the probe that is under way
        self._last_at = self._read_at = now
        self._messages = 0  # since the last probe left
        self._answers = True  # the broker gives probes back, as far as we know
        self.token = b""

    def connected(self, now: float, *, session_present: bool) -> None:
        """A connection begins; without a kept session there is nothing that waits in it."""
        self._lost_at = self._sent_at = None
        self._answers = True
        self.token = secrets.token_hex(16).encode()
        if not session_present:
            self._caught_up()
        elif self._waits_since is None:
            self._behind(now, now)

    def lost(self, now: float) -> None:
        """The connection ended: from now on others may be speaking, and nobody reads."""
        if self._lost_at is not None:
            return
        self._lost_at, self._sent_at = now, None
        if self._waits_since is None:
            self._behind(now, now)

    def alone(self, now: float) -> None:
        """Another attempt to connect failed."""
        if self._lost_at is not None and now - self._lost_at > GONE_S:
            self._caught_up()

    def message(self) -> None:
        """A message came."""
        self._messages += 1

    def wants(self, now: float) -> bool:
        """Tell whether a probe should leave now."""
        if self._sent_at is not None or self._lost_at is not None or not self._answers:
            return False
        if self._waits_since is not None:
            return True
        return self._messages >= BUSY and now - self._last_at >= EVERY_S

    def sent(self, now: float) -> bytes:
        """A probe leaves; return what it says."""
        self._sent_at = self._last_at = now
        self._messages = 0
        return self.token

    def marker(self, payload: bytes, now: float) -> None:
        """A probe came back (or one of an earlier connection, which says nothing)."""
        sent = self._sent_at
        if payload != self.token or sent is None:
            return
        self._sent_at = None
        self.token = secrets.token_hex(16).encode()
        if now - sent <= LATE_S:
            self._caught_up()
        else:
            self._behind(sent, now)

    def look(self, now: float, *, unacknowledged: int, read: bool) -> None:
        """Look how the probe that is under way is doing; something was `read` just now, or nothing was."""
        if read:
            self._read_at = now
        silent_s = now - self._read_at
        if self._sent_at is None:
            return
        age = now - self._sent_at
        if age > REFUSED_S or (age > QUIET_S and silent_s > QUIET_S and not unacknowledged):
            self._sent_at, self._answers = None, False
            self._caught_up()
        elif age > LATE_S and self._waits_since is None:
            self._behind(self._sent_at, now)

    def _behind(self, since: float, now: float) -> None:
        self._waits_since = since
        self._heard(now - since)

    def _caught_up(self) -> None:
        if self._waits_since is not None:
            self._waits_since = None
            self._heard(None)
