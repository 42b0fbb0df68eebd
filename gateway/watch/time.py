"""Time: a clock that was stepped, and a year whose swapped days nobody has entered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.watch.probe import Facts, Reading, Watched, probe

_STEP_S = 2.0  # a smaller step is a time service at work
_AHEAD = timedelta(days=45)  # the State Council's notice of the next year comes in October or November


@probe("clock")
def clock(watched: Watched) -> Iterator[Reading]:
    """By how many seconds the wall clock was set away from the engine clock; each further step is an event."""
    facts: Facts = {"value": round(watched.clock_offset_s, 3), "reason": "stepped"}
    yield Reading(kind="system.clock", facts=facts, step=_STEP_S, silent_start=True, again=None)


@probe("calendar")
def calendar(watched: Watched) -> Iterator[Reading]:
    """The year that is near and whose swapped days are unknown."""
    year = (watched.now.astimezone(watched.zone) + _AHEAD).year
    if watched.workdays.unknown_year(year):
        facts: Facts = {"year": year, "reason": "unpublished"}
        yield Reading(kind="system.calendar", facts=facts, key=str(year), again=timedelta(days=1))
