"""Load: how many alarms people had to face, in the figures of ISA-18.2 (IEC 62682) and EEMUA 191.

Counted are alerts in stage alarm, by the time they opened, in windows of ten minutes from the beginning of the
period. A flood begins with more than ten alarms in ten minutes and ends when fewer than five come in ten
(ISA-18.2). The product's own goal is stricter than a plant's: a guard also opens gates and answers telephones.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from gateway.report.record import AlertRecord

WINDOW = timedelta(minutes=10)
CALM = 2  # alarms in a window that a guard handles beside everything else; the goal: 95 % of windows
FLOOD_BEGINS, FLOOD_ENDS = 10, 5  # more than ten; fewer than five (ISA-18.2)
CHATTER = 3  # of one rule and key within a minute (ISA-18.2)
STANDING = timedelta(hours=24)  # an alarm that stands for longer is stale
TOP = 10


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one period. Shares are 0–1; None when there is nothing to divide."""

    alarms: int
    hours: float
    per_hour: float
    per_hour_and_seat: float | None
    worst_window: int
    worst_at: datetime | None
    calm_share: float | None  # windows with at most CALM alarms
    floods: int
    flood_share: float | None  # of the time
    levels: dict[str, int]
    top_share: float | None  # what the ten rule-and-key pairs with most alarms make of all
    chattering: tuple[str, ...]  # "rule key" of those that came thrice within a minute
    standing: int  # open for over 24 hours at the end


def load_of(alerts: Iterable[AlertRecord], *, begin: datetime, end: datetime, seats: float | None) -> Load:
    """Return the load of [begin, end); `seats` is how many guards were on duty on average (None: not known)."""
    everything = list(alerts)
    heard = sorted((a for a in everything if begin <= a.opened_at < end), key=lambda a: a.opened_at)
    hours = (end - begin) / timedelta(hours=1)
    counts = windows([a.opened_at for a in heard], begin, end)
    worst = max(range(len(counts)), key=counts.__getitem__, default=None)
    pairs = Counter(f"{a.rule} {a.key}".rstrip() for a in heard)
    spans = flood_spans(counts)
    return Load(
        alarms=len(heard),
        hours=round(hours, 2),
        per_hour=round(len(heard) / hours, 2) if hours else 0.0,
        per_hour_and_seat=round(len(heard) / hours / seats, 2) if hours and seats else None,
        worst_window=counts[worst] if worst is not None else 0,
        worst_at=begin + worst * WINDOW if worst is not None and counts[worst] else None,
        calm_share=_share(sum(count <= CALM for count in counts), len(counts)),
        floods=len(spans),
        flood_share=_share(sum(after - first for first, after in spans), len(counts)),
        levels={level: sum(a.level == level for a in heard) for level in ("L1", "L2", "L3", "L4")},
        top_share=_share(sum(count for _, count in pairs.most_common(TOP)), len(heard)),
        chattering=_chattering(heard),
        standing=sum(
            a.opened_at < end - STANDING and (a.cleared_at is None or a.cleared_at >= end) for a in everything
        ),
    )


def windows(times: Sequence[datetime], begin: datetime, end: datetime) -> list[int]:
    """Count sorted times in windows of ten minutes; the last one may be cut short by the end."""
    edges = []
    at = begin
    while at < end:
        edges.append(at)
        at += WINDOW
    return [bisect_left(times, edge + WINDOW) - bisect_left(times, edge) for edge in edges]


def flood_spans(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the floods as [first window, window after the last)."""
    spans: list[tuple[int, int]] = []
    raging = False
    for place, count in enumerate(counts):
        if not raging and count > FLOOD_BEGINS:
            raging = True
            spans.append((place, place))
        elif raging and count < FLOOD_ENDS:
            raging = False
        if raging:
            spans[-1] = (spans[-1][0], place + 1)
    return spans


def _chattering(heard: Sequence[AlertRecord]) -> tuple[str, ...]:
    times: dict[str, list[datetime]] = {}
    for alert in heard:
        times.setdefault(f"{alert.rule} {alert.key}".rstrip(), []).append(alert.opened_at)
    minute = timedelta(minutes=1)
    return tuple(
        name
        for name, at in sorted(times.items())
        if any(bisect_right(at, first + minute) - index >= CHATTER for index, first in enumerate(at))
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
