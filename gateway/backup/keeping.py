"""Keeping: which backups stay, by days, weeks and months. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How many days, weeks and months keep their newest backup."""

    days: int = 7
    weeks: int = 4
    months: int = 6


def to_drop(made: Mapping[str, datetime], keep: Keep) -> list[str]:
    """Return the names of the backups that need not stay; `made` holds when each was made, on the site's clock.

    The newest of each of the newest `days` days, `weeks` weeks and `months` months that have one stays, and the
    newest of all whatever the numbers are.
    """
    newest_first = sorted(made, key=lambda name: (made[name], name), reverse=True)
    stay = set(newest_first[:1])
    for most, span in ((keep.days, _day), (keep.weeks, _week), (keep.months, _month)):
        stay |= _newest_of_each(newest_first, made, span, most)
    return [name for name in newest_first if name not in stay]


def _newest_of_each(
    names: Iterable[str], made: Mapping[str, datetime], span: Callable[[datetime], tuple[int, ...]], most: int
) -> set[str]:
    first: dict[tuple[int, ...], str] = {}
    for name in names:
        first.setdefault(span(made[name]), name)
    return set(list(first.values())[:most])


def _day(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month, at.day)


def _week(at: datetime) -> tuple[int, ...]:
    return at.isocalendar()[:2]


def _month(at: datetime) -> tuple[int, ...]:
    return (at.year, at.month)
