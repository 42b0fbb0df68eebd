"""Change: a figure beside the same figure of another period (环比 the period before, 同比 the year before)."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from gateway.report.wording import Words, both, number, percent

Form: TypeAlias = Literal["count", "share", "seconds", "number"]
Way: TypeAlias = Literal["up", "down", "same"]
SAME = 0.005  # shares that differ by less are the same figure
SAME_LENGTH = 0.05  # times that differ by less than this part are the same: nobody feels seconds
FEW = 10  # an earlier count below this is compared by how many, not by percent: 600 % of one case is no news


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure moved. `share` is the difference over the earlier one, None where that was nothing."""

    before: float
    way: Way
    share: float | None


def change_of(now: float | None, before: float | None, form: Form) -> Change | None:
    """Return how a figure moved; None when one of the two is not known."""
    if now is None or before is None:
        return None
    apart = now - before
    if abs(apart) < _same(before, form):
        return Change(before=before, way="same", share=0.0 if before else None)
    return Change(
        before=before,
        way="up" if apart > 0 else "down",
        share=round(apart / before, 4) if before and form != "share" else None,
    )


def _same(before: float, form: Form) -> float:
    if form == "share":
        return SAME
    return max(abs(before) * SAME_LENGTH, 1.0) if form == "seconds" else 1e-9


def said(change: Change, now: float, form: Form) -> Words:
    """Return a change in words: shares in percentage points, small counts by how many, everything else in percent."""
    if change.way == "same":
        return both("持平", "unchanged")
    up = change.way == "up"
    if form == "share":
        points = number(abs(now - change.before) * 100)
        return both(f"{'升' if up else '降'} {points} 个百分点", f"{'up' if up else 'down'} {points} points")
    if form == "count" and change.before < FEW:
        apart = number(abs(now - change.before))
        return both(f"{'多' if up else '少'} {apart}", f"{apart} {'more' if up else 'fewer'}")
    if change.share is None:
        return both(f"从 0 升到 {number(now)}", f"up from 0 to {number(now)}")
    much = percent(abs(change.share))
    return both(f"{'升' if up else '降'} {much}", f"{'up' if up else 'down'} {much}")
