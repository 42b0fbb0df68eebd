"""Playback: a timeline through the engine, every change as one JSON line.

The first line is the start of the process; deadlines up to and including the last line's time are
processed, none later. A restart is a real one: the state goes through its snapshot into a new engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import msgspec

from devices.event import Event
from rules.change import Change
from rules.duration import from_us
from rules.engine import Engine
from rules.timeline import Step


def play(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """Play the steps through an engine made by `build` (again after each restart); yield the changes in order."""
    engine = build()
    rows: dict[tuple[str, str], bytes] = {}
    for number, step in enumerate(steps, start=1):
        yield from engine.advance_to(step.t, seq=step.line)
        if isinstance(step.what, Event):
            yield from engine.step(step.what, now=step.t)
        elif isinstance(step.what, timedelta):
            engine = _again(engine, rows, build)
            if number == len(steps) and step.what:
                return  # it is back only after the last line's time
            yield from engine.restart(step.t + step.what, down_for=step.what, seq=step.line)
        elif step.what is not None:
            try:
                yield from engine.act(step.what, now=step.t, seq=step.line)
            except LookupError:
                continue  # the alert is not open (any more): a person was late, nothing happens
    if steps:
        yield from engine.tick(steps[-1].t, seq=steps[-1].line)


def _again(engine: Engine, rows: dict[tuple[str, str], bytes], build: Callable[[], Engine]) -> Engine:
    """Return a new engine with the state of the old one, by way of its snapshot."""
    for name, blob in engine.dump_changed().items():
        if blob is None:
            rows.pop(name, None)
        else:
            rows[name] = blob
    engine = build()
    engine.load(rows)
    return engine


PUBLIC = (
    "t",
    "change",
    "rule",
    "version",
    "key",
    "stage",
    "level",
    "count",
    "notify",
    "respond",
    "late",
    "delayed",
    "why",
)


def change_line(change: Change, zone: tzinfo) -> str:
    """Write one change as its public JSON line, times in the site's zone."""
    value = {name: getattr(change, name) for name in PUBLIC}
    value["t"] = time_text(change.t, zone)
    why = readable(change.why, zone)
    if isinstance(why.get("muted_by"), dict):
        why["muted_by"].pop("alert", None)  # an id of ours: rule and key name the alert
    value["why"] = why
    return msgspec.json.encode(value).decode()


def readable(value: Any, zone: tzinfo) -> Any:
    """Return an explanation with its microsecond times (`*_us`) as text in the site's zone."""
    if isinstance(value, dict):
        return {
            key.removesuffix("_us"): _time_or_times(item, zone)
            if key.endswith("_us")
            else readable(item, zone)
            for key, item in value.items()
        }
    return [readable(item, zone) for item in value] if isinstance(value, list) else value


def _time_or_times(value: Any, zone: tzinfo) -> Any:
    if isinstance(value, list):
        return [time_text(from_us(each), zone) for each in value]
    return time_text(from_us(value), zone) if isinstance(value, int) else value


def time_text(at: datetime, zone: tzinfo) -> str:
    """Write a time in a zone, with no more digits than it has."""
    timespec = (
        "seconds" if at.microsecond == 0 else "milliseconds" if at.microsecond % 1000 == 0 else "microseconds"
    )
    return at.astimezone(zone).isoformat(timespec=timespec)
