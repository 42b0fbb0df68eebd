"""Backlog: which messages were waiting in the session while the gateway was away.

After a reconnect to a session that the broker kept, it first delivers what it had queued. Devices
without a clock said those things at an unknown time, so their messages carry `drained`. No protocol
field marks them (DUP only tells of a second delivery), so the end of the backlog is found in two ways,
whichever comes first:

- the **marker**: on connecting, the client publishes a token to a topic of its own. A broker with one
  queue per client (Mosquitto, EMQX) puts it behind the backlog; when it comes back, the rest is live.
- the **gap**: everything delivered was acknowledged, so the broker was free to send, and nothing came for
  `quiet_s`. It covers a refused marker.

QoS 0 and retained messages are never part of a backlog.
"""

from __future__ import annotations


class Backlog:
    """Tells backlog from live messages of one connection; times are monotonic seconds."""

    def __init__(self, *, quiet_s: float = 1.0) -> None:
        self._quiet_s = quiet_s
        self._token: bytes | None = None
        self._free_since = 0.0  # when the last message came or the last acknowledgement left
        self.draining = False

    def begin(self, now: float, *, session_present: bool, token: bytes) -> None:
        """Start a connection; without a kept session there is no backlog."""
        self.draining = session_present
        self._token = token
        self._free_since = now

    def end(self) -> None:
        """Forget the connection."""
        self.draining = False
        self._token = None

    def marker(self, payload: bytes) -> None:
        """Take a message on the marker topic: our own newest token ends the backlog, older ones do not."""
        if payload == self._token:
            self.draining = False

    def acknowledged(self, now: float) -> None:
        """Note that nothing is unacknowledged any more: from here on silence means an empty queue."""
        self._free_since = now

    def message(self, now: float, *, qos: int, retained: bool, unacknowledged: int) -> bool:
        """Take a message, and return whether it belongs to the backlog."""
        if not self.draining:
            return False
        if unacknowledged == 0 and now - self._free_since >= self._quiet_s:
            self.draining = False
            return False
        self._free_since = now
        return qos > 0 and not retained
