"""News: which findings are said. Pure: what was said last is handed in, what to say comes out.

A box that says every minute how full its disk is would wear the disk out: a value is news when it moved by
its step, a state when it changed, what is usual only after something unusual. What stays unusual is said
again once an hour, so that a rule that was edited or an alert that a person cleared meets it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from gateway.watch.probe import Reading


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was last said of one thing."""

    reading: Reading
    at: datetime


class Memory(msgspec.Struct, kw_only=True):
    """What was last said, by kind and key; belongs to one watch."""

    said: dict[tuple[str, str], Said] = {}


def news(memory: Memory, found: Iterable[Reading], *, now: datetime) -> list[Reading]:
    """Return what is to be said now, and remember it as said."""
    fresh: list[Reading] = []
    seen: set[tuple[str, str]] = set()
    for reading in found:
        name = (reading.kind, reading.key)
        seen.add(name)
        last = memory.said.get(name)
        if _is_news(last, reading, now):
            memory.said[name] = Said(reading=reading, at=now)
            if last is not None or not reading.silent_start:
                fresh.append(reading)
    for name in [name for name in memory.said if name not in seen]:
        gone = memory.said.pop(name).reading
        if (
            gone.kind == "system.degraded"
        ):  # what is degraded is listed while it is; what is no longer listed recovered
            fresh.append(Reading(kind="system.recovered", facts=gone.facts, key=gone.key))
    return fresh


def _is_news(last: Said | None, reading: Reading, now: datetime) -> bool:
    if last is None:
        return not reading.usual
    if reading.usual:
        return not last.reading.usual
    if last.reading.usual or _moved(last.reading, reading):
        return True
    return reading.again is not None and now - last.at >= reading.again


def _moved(before: Reading, after: Reading) -> bool:
    if after.doubles:
        return _number(after, "count") >= 2 * _number(before, "count")
    if after.step:
        return abs(_number(after, "value") - _number(before, "value")) >= after.step
    return before.facts != after.facts


def _number(reading: Reading, name: str) -> float:
    value = reading.facts[name]
    assert isinstance(value, int | float)
    return value
