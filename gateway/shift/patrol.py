"""Patrol (巡查): rounds of points to be seen at set times, each proven by the code on the wall.

A round says its points in order and the hours at which it begins; a visit belongs to the round whose time it lies
in. A scan of the printed code proves that somebody stood there; a visit noted by hand counts and is marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

Standing: TypeAlias = Literal["done", "late", "missed", "open", "ahead"]


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round as it is planned: `points` are keys of places (`zone:cellar`, `unit:3/1` …)."""

    id: str
    name: dict[str, str]
    points: tuple[str, ...]
    starts: tuple[time, ...]
    minutes: int = 60  # how long a round may take
    role: str = "guard"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody was at a point. `at` is when, `received_at` when the gateway heard of it (a phone may be offline)."""

    id: str
    point: str
    at: datetime
    received_at: datetime
    by: str
    proven: bool
    note: str = ""
    photos: tuple[str, ...] = ()


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One point of one round: how it stands, and the visit that did it."""

    point: str
    standing: Standing
    visit: Visit | None


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """One round at one time."""

    round: str
    begin: datetime
    end: datetime
    stops: tuple[Stop, ...]

    @property
    def done(self) -> bool:
        """Whether every point was seen, late or not."""
        return all(stop.visit is not None for stop in self.stops)


def walks_of(
    rounds: Iterable[Round], visits: Iterable[Visit], *, day: date, zone: ZoneInfo, now: datetime
) -> tuple[Walk, ...]:
    """Return every walk that begins on a day, by time. A visit up to one round's length late still counts, as late."""
    seen: dict[str, list[Visit]] = {}
    for visit in sorted(visits, key=lambda each: each.at):
        seen.setdefault(visit.point, []).append(visit)
    found: list[Walk] = []
    for planned in rounds:
        length = timedelta(minutes=planned.minutes)
        for start in planned.starts:
            begin = datetime.combine(day, start, zone).astimezone(now.tzinfo)
            end = begin + length
            stops = tuple(
                _stop(point, seen.get(point, []), begin, end, length, now) for point in planned.points
            )
            found.append(Walk(round=planned.id, begin=begin, end=end, stops=stops))
    return tuple(sorted(found, key=lambda walk: (walk.begin, walk.round)))


def problems(planned: Round, known: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    """Return everything wrong with a round as (field, words): nothing is saved until there is nothing."""
    found: list[tuple[str, Any]] = []
    places = set(known)
    for index, point in enumerate(planned.points):
        if point not in places:
            found.append((f"points.{index}", {"zh": f"没有地点 {point}", "en": f"there is no place {point}"}))
        elif point in planned.points[:index]:
            found.append((f"points.{index}", {"zh": f"{point} 重复", "en": f"{point} is there twice"}))
    day = timedelta(days=1)
    starts = sorted(timedelta(hours=each.hour, minutes=each.minute) for each in planned.starts)
    for left, right in zip(starts, [*starts[1:], *(each + day for each in starts[:1])], strict=False):
        if right - left < timedelta(minutes=planned.minutes):
            words = {
                "zh": f"两次巡查间隔小于 {planned.minutes} 分钟",
                "en": f"two rounds begin within {planned.minutes} minutes of each other",
            }
            found.append(("starts", words))
            break
    return found


def _stop(
    point: str, visits: list[Visit], begin: datetime, end: datetime, length: timedelta, now: datetime
) -> Stop:
    visit = next((each for each in visits if begin <= each.at < end + length), None)
    if visit is not None:
        return Stop(point=point, standing="done" if visit.at < end else "late", visit=visit)
    standing: Standing = "ahead" if now < begin else "open" if now < end else "missed"
    return Stop(point=point, standing=standing, visit=None)
