"""Spread: how long steps took, as the times within which a half, nine tenths and nineteen twentieths were done."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import msgspec

from gateway.report.record import CaseRecord

STEPS = ("taken_s", "arrived_s", "resolved_s", "closed_s")


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One step of all cases, in seconds from the opening; None where no case came to it."""

    step: str
    count: int
    p50: float | None
    p90: float | None
    p95: float | None


def spread_of(step: str, lengths: Iterable[float | None]) -> Spread:
    """Return the spread of these lengths."""
    known = sorted(each for each in lengths if each is not None)
    return Spread(
        step=step,
        count=len(known),
        p50=percentile(known, 0.5),
        p90=percentile(known, 0.9),
        p95=percentile(known, 0.95),
    )


def spreads_of(cases: Sequence[CaseRecord]) -> tuple[Spread, ...]:
    """Return the spread of every step."""
    return tuple(spread_of(step, (_length(case, step) for case in cases)) for step in STEPS)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest of the values within which at least `share` of them lie (nearest rank); None of none."""
    if not ordered:
        return None
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]


def _length(case: CaseRecord, step: str) -> float | None:
    if step != "closed_s":
        found: float | None = getattr(case, step)
        return found
    if case.closed_at is None:
        return None
    return max((case.closed_at - case.opened_at).total_seconds(), 0.0)
