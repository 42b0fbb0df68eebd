"""Timers of a case: how long each thing may take, by level and category, and the reminders before it is due.

A timer is a name and a due time in engine time on the Incident (`timers`). Reminders are timers too, named
`remind.<timer>.<n>`. Working time is counted by the site's calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.response.categories import Category
from gateway.response.model import Level, Span
from rules.calendar import Calendar, add_work_time

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0

# Defaults by level; a category's own times go before them. None: this level does not wait for it.
TIMES: dict[str, dict[Level, Span | None]] = {
    "verify": {
        "L1": Span(60),
        "L2": Span(3 * MINUTE),
        "L3": Span(15 * MINUTE),
        "L4": Span(4 * HOUR, work=True),
    },
    "take": {
        "L1": Span(60),
        "L2": Span(3 * MINUTE),
        "L3": Span(15 * MINUTE),
        "L4": Span(2 * HOUR, work=True),
    },
    "arrive": {"L1": Span(5 * MINUTE), "L2": Span(15 * MINUTE), "L3": Span(60 * MINUTE), "L4": None},
    "resolve": {"L1": Span(30 * MINUTE), "L2": Span(2 * HOUR), "L3": Span(24 * HOUR), "L4": Span(7 * DAY)},
    "stale": {"L1": Span(10 * MINUTE), "L2": Span(30 * MINUTE), "L3": Span(8 * HOUR), "L4": Span(3 * DAY)},
    "check": {
        "L1": Span(24 * HOUR),
        "L2": Span(24 * HOUR),
        "L3": Span(24 * HOUR, work=True),
        "L4": Span(7 * DAY),
    },
    "reopen": {"L1": Span(72 * HOUR), "L2": Span(72 * HOUR), "L3": Span(7 * DAY), "L4": Span(7 * DAY)},
    "feedback": {"L1": Span(30 * MINUTE), "L2": Span(30 * MINUTE), "L3": Span(DAY), "L4": Span(DAY)},
}
UNDO = Span(8)
# How far ahead a suspension may end. Longer rests are asked for again, so that somebody looks at the case.
LONGEST_REST: dict[Level, timedelta] = {
    "L1": timedelta(days=1),
    "L2": timedelta(days=3),
    "L3": timedelta(days=15),
    "L4": timedelta(days=30),
}
REMIND_AT: dict[Level, tuple[float, ...]] = {"L1": (0.5, 0.8), "L2": (0.8,), "L3": (0.8,), "L4": ()}
NEWS_AT = 0.8  # of the stale time: whoever took it is asked how it stands
LAST_CALL = timedelta(days=1)  # L4: one day before


def add_span(start: datetime, span: Span, calendar: Calendar | None) -> datetime:
    """Return `start` plus a length of time; working time without a calendar is natural time."""
    if span.work and calendar is not None:
        return add_work_time(start, span.seconds / HOUR, calendar)
    return start + timedelta(seconds=span.seconds)


def seconds_left(now: datetime, due: datetime, span: Span, calendar: Calendar | None) -> float:
    """Return what is left until `due` in the seconds that `span` counts: natural ones, or those of working time."""
    if not span.work or calendar is None:
        return max((due - now).total_seconds(), 0.0)
    left, at = timedelta(0), now
    while at < due:
        change = calendar.next_change(at)
        until = due if change is None else min(change, due)
        if change is None or calendar.contains(at):
            left += until - at
        at = until
    return left.total_seconds()


def span_of(timer: str, level: Level, category: Category) -> Span | None:
    """Return how long `timer` runs for this level and category; None when this kind of case has none."""
    if timer == "dispatch":  # nobody chose whom to send: the same patience as for taking
        timer = "take"
    if timer == "undo":
        return UNDO
    if timer == "arrive" and category.no_arrive:
        return None
    own: Span | None = {"take": category.take, "arrive": category.arrive, "resolve": category.resolve}.get(
        timer
    )
    # A category's times are made for its level; a case raised above it keeps the shorter promise of its level.
    default = TIMES[timer][level]
    if own is None or (level < category.level and default is not None and _shorter(default, own)):
        return default
    return own


def _shorter(left: Span, right: Span) -> bool:
    if left.work == right.work:
        return left.seconds < right.seconds
    return right.work


def reminders(timer: str, start: datetime, due: datetime, level: Level) -> dict[str, datetime]:
    """Return the reminder timers of one timer: at shares of the way, or one day before for L4."""
    if timer == "stale":
        return {"remind.stale.1": start + (due - start) * NEWS_AT}
    if timer != "resolve":
        return {}
    if level == "L4":
        return {f"remind.{timer}.1": due - LAST_CALL} if due - LAST_CALL > start else {}
    return {
        f"remind.{timer}.{number}": start + (due - start) * share
        for number, share in enumerate(REMIND_AT[level], start=1)
    }


def without(timers: Mapping[str, datetime], stopped: tuple[str, ...]) -> dict[str, datetime]:
    """Return the timers without the stopped ones and their reminders; `*` stops all."""
    if "*" in stopped:
        return {}
    return {name: due for name, due in timers.items() if main_timer(name) not in stopped}


def main_timer(name: str) -> str:
    """Return the timer a reminder belongs to, or the name itself."""
    return name.split(".")[1] if name.startswith("remind.") else name


def next_timer(timers: Mapping[str, datetime]) -> tuple[str, datetime] | None:
    """Return the main timer that is due first, which is what a page counts down; None when none runs."""
    main = [(due, name) for name, due in timers.items() if not name.startswith("remind.")]
    if not main:
        return None
    due, name = min(main)
    return name, due
