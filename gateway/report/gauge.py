"""Gauges: the figures of ISA-18.2 and EEMUA 191 with what they should be, what is too much, and how they stand.

The product's own goal is stricter than a plant's: at most three alarms an hour for each guard, at most two in 95 % of
the windows of ten minutes, under half a percent of the time in a flood.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

from gateway.report.load import Load
from gateway.report.wording import Words, both

Form: TypeAlias = Literal["count", "share", "number"]
Stands: TypeAlias = Literal["good", "watch", "bad", "unknown"]


class Norm(msgspec.Struct, frozen=True, kw_only=True):
    """What a figure should be. Good up to `target` (from it on, where more is better), bad beyond `limit`."""

    name: str
    title: Words
    target: float
    limit: float
    source: str
    form: Form = "number"
    more: bool = False  # more is better


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """A norm with the figure that was measured; None: there is nothing to measure it by."""

    norm: Norm
    value: float | None
    stands: Stands


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """What a load does not hold: the worst hour and minute, and how much is silenced now."""

    worst_hour: int
    worst_minute: int
    silenced: int | None
    seats: float | None


def _norm(
    name: str,
    zh: str,
    en: str,
    target: float,
    limit: float,
    source: str,
    form: Form = "number",
    *,
    more: bool = False,
) -> Norm:
    return Norm(name=name, title=both(zh, en), target=target, limit=limit, source=source, form=form, more=more)  # fmt: skip


NORMS: tuple[Norm, ...] = (
    _norm("per_hour_and_seat", "每名值班员每小时报警", "Alarms an hour for each guard", 3, 6, "goal, ISA-18.2"),
    _norm("per_day_and_seat", "每名值班员每天报警", "Alarms a day for each guard", 150, 300, "ISA-18.2"),
    _norm("per_hour", "全小区每小时报警", "Alarms an hour, whole estate", 6, 12, "ISA-18.2"),
    _norm("calm_share", "十分钟内不超过 2 条的时段", "Ten-minute windows with at most 2", 0.95, 0.8, "goal", "share", more=True),
    _norm("worst_window", "最忙的十分钟", "Worst ten minutes", 10, 20, "EEMUA 191", "count"),
    _norm("worst_hour", "最忙的一小时", "Worst hour", 15, 30, "EEMUA 191", "count"),
    _norm("worst_minute", "最忙的一分钟", "Worst minute", 2, 10, "EEMUA 191", "count"),
    _norm("flood_share", "处于报警风暴的时间", "Time in flood", 0.005, 0.01, "goal, ISA-18.2", "share"),
    _norm("level_high", "紧急占比", "Share that is urgent", 0.05, 0.15, "ISA-18.2", "share"),
    _norm("level_medium", "重要占比", "Share that is serious", 0.15, 0.25, "ISA-18.2", "share"),
    _norm("level_low", "一般和轻微占比", "Share that is normal or minor", 0.8, 0.7, "ISA-18.2", "share", more=True),
    _norm("top_share", "最吵的 10 项占比", "Share of the ten loudest", 0.05, 0.3, "ISA-18.2, goal", "share"),
    _norm("chattering", "抖动（一分钟 3 次以上）", "Chattering (3 within a minute)", 0, 0, "ISA-18.2", "count"),
    _norm("standing", "持续超过 24 小时", "Standing over 24 hours", 4, 4, "ISA-18.2", "count"),
    _norm("silenced", "正在屏蔽", "Silenced now", 29, 29, "EEMUA 191", "count"),
)  # fmt: skip


def gauges_of(load: Load, extra: Extra) -> tuple[Gauge, ...]:
    """Return every figure beside its norm."""
    days = load.hours / 24
    seat_days = days * extra.seats if extra.seats else 0.0
    values: dict[str, float | None] = {
        "per_hour_and_seat": load.per_hour_and_seat,
        "per_day_and_seat": round(load.alarms / seat_days, 1) if seat_days else None,
        "per_hour": load.per_hour if load.hours else None,
        "calm_share": load.calm_share,
        "worst_window": load.worst_window,
        "worst_hour": extra.worst_hour,
        "worst_minute": extra.worst_minute,
        "flood_share": load.flood_share,
        "level_high": _part(load, "L1"),
        "level_medium": _part(load, "L2"),
        "level_low": _part(load, "L3", "L4"),
        "top_share": load.top_share,
        "chattering": len(load.chattering),
        "standing": load.standing,
        "silenced": extra.silenced,
    }
    return tuple(Gauge(norm=norm, value=values[norm.name], stands=stands(norm, values[norm.name])) for norm in NORMS)  # fmt: skip


def stands(norm: Norm, value: float | None) -> Stands:
    """Say how a figure stands against its norm."""
    if value is None:
        return "unknown"
    way = -1 if norm.more else 1
    if value * way <= norm.target * way:
        return "good"
    return "watch" if value * way <= norm.limit * way else "bad"


def most_within(times: Sequence[datetime], length: timedelta) -> int:
    """Return the most of these sorted moments that lie within one span of this length, wherever it begins."""
    return max((bisect_left(times, at + length) - place for place, at in enumerate(times)), default=0)


def worst_of(times: Iterable[datetime]) -> tuple[int, int]:
    """Return the worst hour and the worst minute, wherever they begin."""
    ordered = sorted(times)
    return most_within(ordered, timedelta(hours=1)), most_within(ordered, timedelta(minutes=1))


def _part(load: Load, *levels: str) -> float | None:
    return round(sum(load.levels[each] for each in levels) / load.alarms, 4) if load.alarms else None
