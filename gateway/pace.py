"""Pace: when the writer closes a batch, and how it is doing."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When a batch closes. `window` is how many unacknowledged messages the broker allows (receive maximum)."""

    batch: int = 256
    flush_interval_s: float = 5.0
    linger_s: float = 0.002
    lull_s: float = 0.1
    lull_messages: int = (
        16  # so many unacknowledged and nothing more for `lull_s`: the broker may wait for us
    )
    window: int = 500
    retry_s: float = 10.0
    clock_check_s: float = 1.0
    reserve_check_s: float = 60.0


class WriterStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the writer is doing, for health and the watchdog. `moved_at` is of the monotonic clock."""

    moved_at: float
    waiting: int
    fill: float  # of the inbox, 0–1
    open_inputs: int
    commits: int
    commit_ms: float  # the last one
    degraded: dict[str, str]  # reason zh, en; empty: not degraded
    reserve: bool = True  # whether the space kept for a full disk is still there
