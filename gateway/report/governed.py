"""Governed: one sentence about how the alarms of a period stand against their norms."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.report.gauge import Gauge
from gateway.report.load import Load
from gateway.report.wording import Words, both, length, many, number


def governed(load: Load, gauges: Sequence[Gauge]) -> Words:
    """Return how many alarms there were and which figures are beyond their limits."""
    span = length(load.hours * 3600)  # a gateway of this morning has no “0 days” behind it
    zh = f"{span['zh']}里报警 {load.alarms} 条，每小时 {number(load.per_hour)} 条"
    en = f"{many(load.alarms, 'alarm', 'alarms').capitalize()} in {span['en']}, {number(load.per_hour)} an hour"
    bad = [each.norm.title for each in gauges if each.stands == "bad"]
    if not bad:
        return both(f"{zh}；各项指标都在上限以内。", f"{en}; every figure is within its limit.")
    return both(
        f"{zh}；{len(bad)} 项超出上限：{'、'.join(each['zh'] for each in bad)}。",
        f"{en}; {many(len(bad), 'figure is', 'figures are')} beyond the limit: {'; '.join(each['en'] for each in bad)}.",
    )


def shift_load(load: Load, *, seats: int, goal: float) -> Words:
    """Return the load of the shift so far in one sentence."""
    hours = number(load.hours)
    zh = f"本班 {hours} 小时，报警 {load.alarms} 条"
    en = f"{hours} h into the shift, {many(load.alarms, 'alarm', 'alarms')}"
    if not seats or load.per_hour_and_seat is None:
        return both(
            f"{zh}；值班台没有排人，不算每人负荷。",
            f"{en}; nobody is planned, so there is no load for one guard.",
        )
    each = number(load.per_hour_and_seat)
    return both(
        f"{zh}，每人每小时 {each} 条（目标不超过 {number(goal)} 条）。",
        f"{en}, {each} an hour for each guard (goal: at most {number(goal)}).",
    )
