"""Pace: when the writer closes a batch, and how it is doing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.batch import Batch

RECENT = 200  # commits of which the times are remembered


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """When a batch closes. `window` is how many unacknowledged messages the broker allows (receive maximum)."""

    batch: int = 256
    flush_interval_s: float = 5.0
    linger_s: float = 0.002
    jobs_s: float = 0.02  # between two transactions of other writes: those that come meanwhile share one
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
    commit_p95_ms: float = 0.0  # of the last 200, with the wait for the disk
    degraded: dict[str, str]  # reason zh, en; empty: not degraded
    reserve: bool = True  # whether the space kept for a full disk is still there
    deadlines_wait_s: float = 0.0  # rules' deadlines of so many seconds wait for what is still being read


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 of 100 do not exceed; 0 when there are none."""
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)] if times else 0.0


def closing_time(batch: Batch, limits: Limits, opened_at: float, closed_at: float, fed_at: float) -> float:
    """Return when an open batch is to be closed; all times are of the monotonic clock.

    `opened_at` is when it got its first input, `closed_at` when the batch before it closed, `fed_at` when the
    newest message came.
    """
    if batch.taken >= limits.batch:
        return 0.0
    if batch.closing or 2 * batch.taken >= limits.window:
        return closed_at + limits.linger_s
    latest = opened_at + limits.flush_interval_s
    if batch.taken >= limits.lull_messages:
        return min(latest, fed_at + limits.lull_s)
    return latest
