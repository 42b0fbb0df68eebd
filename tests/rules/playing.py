"""Plays timelines through the engine in every way that must not matter, and through the command line's own reader.

`play` runs a timeline as written; with ticks at other times; with the state taken through its snapshot into a new
engine before and after every line; with deadlines served one by one as the pump serves them; and without a tick between
events. All must say the same. A line is the public JSON object, but for `t`, which may be seconds after the start.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from devices.event import Event
from rules.change import Change
from rules.engine import Engine
from rules.load import Loaded, load_rules
from rules.playback import change_line, play
from rules.site import Site, load_site
from rules.timeline import Step, parse_timeline

START = "2026-03-06T22:00:00+08:00"  # a Friday
MOST_RELOADS = 50  # of a long timeline not every line, evenly
Line = dict[str, Any]
Way = Callable[[Callable[[], Engine], Sequence[Step]], Iterator[Change]]


def loaded(rules: str, site: str = "") -> tuple[Loaded, Site]:
    """Read rules and site as the command line does; neither may have a mistake."""
    where, problems = load_site(site, "site.yaml") if site else (Site(), [])
    assert not problems, [str(problem) for problem in problems]
    found = load_rules({"rules.yaml": rules}, zone=where.zone, calendars=where.calendars)
    assert not found.problems, [str(problem) for problem in found.problems]
    return found, where


def rule(detect: str, rest: str = "", *, id: str = "a.b", stages: str = "[{stage: alarm, level: L2}]") -> str:  # noqa: A002
    """Write one rule in short."""
    body = f"- id: {id}\n  name: {{zh: 试, en: Try}}\n  category: '0207'\n  detect: {detect}\n  stages: {stages}\n"
    return body + "".join(f"  {line}\n" for line in rest.splitlines())


def event(t: float | str, kind: str = "access.denied", device: str = "d1", **more: Any) -> Line:
    """Write one line with an event; `at` may be seconds after the start too."""
    return {"t": t, "event": {"device": device, "kind": kind, **more}}


def at(seconds: float | str, start: str = START) -> str:
    """Return a time of the timeline as text."""
    if isinstance(seconds, str):
        return seconds
    return (datetime.fromisoformat(start) + timedelta(seconds=seconds)).isoformat()


def written(lines: Sequence[Line], start: str = START) -> str:
    """Write a timeline as its file has it."""
    found = []
    for line in lines:
        whole = {**line, "t": at(line["t"], start)}
        for name, key in (("event", "at"), ("silence", "until")):
            if key in whole.get(name, {}):
                whole[name] = {**whole[name], key: at(whole[name][key], start)}
        found.append(json.dumps(whole, ensure_ascii=False))
    return "\n".join(found)


def steps_of(found: Loaded, where: Site, lines: Sequence[Line], start: str = START) -> list[Step]:
    """Read the lines as the command line does."""
    keys = {each.id: (*each.by, *each.dedup) for each in found.rules}
    steps, problems = parse_timeline(written(lines, start), "timeline.jsonl", rules=keys, site=where.id)
    assert not problems, [str(problem) for problem in problems]
    return steps


def run(
    rules: str,
    lines: Sequence[Line],
    site: str = "",
    *,
    start: str = START,
    ways: Sequence[Way] | None = None,
) -> list[Line]:
    """Play a timeline in every way; return the changes, with `t` in seconds after the start."""
    found, where = loaded(rules, site)
    steps = steps_of(found, where, lines, start)
    told: list[list[str]] = []
    for way in ways or WAYS:
        changes = list(way(lambda: Engine(found.rules, found.inhibits, where), steps))
        assert not [c for c in changes if c.rule == "system.rule_disabled" and "Budget" not in c.why["error"]]
        told.append([change_line(change, where.zone) for change in changes])
        assert told[-1] == told[0], f"{way.__name__} says something else"
    begin = datetime.fromisoformat(start)
    return [_short(json.loads(line), begin) for line in told[0]]


def _short(change: Line, begin: datetime) -> Line:
    seconds = (datetime.fromisoformat(change["t"]) - begin).total_seconds()
    return {**change, "t": int(seconds) if seconds == int(seconds) else seconds}


def brief(changes: Sequence[Line]) -> list[str]:
    """Write each change as `600 opened alarm L2 x5 !`: seconds, change, stage, level, count, `!` for notify."""
    return [
        f"{c['t']} {c['change']} {c['stage']} {c['level']} x{c['count']}{' !' if c['notify'] else ''}"
        f"{' late' if c['late'] else ''}{' delayed' if c['delayed'] else ''}"
        for c in changes
    ]


def told(rules: str, lines: Sequence[Line], site: str = "", *, start: str = START) -> list[str]:
    """Return the changes of a timeline in brief."""
    return brief(run(rules, lines, site, start=start))


# --- ways ----------------------------------------------------------------------------------------


def as_written(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """The way of `gateway rules run`."""
    return play(build, steps)


def ticked(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """With lines that only let time pass, at other times between the others."""
    chance = random.Random(len(steps))
    more: list[Step] = []
    for step, following in pairwise(steps):
        more.append(step)
        begin = step.t + step.what if isinstance(step.what, timedelta) else step.t
        gap = following.t - begin
        for share in sorted(chance.random() for _ in range(3)):
            more.append(Step(t=begin + gap * share, line=step.line))
    return play(build, [*more, *steps[-1:]])


def save(engine: Engine, rows: dict[tuple[str, str], bytes]) -> None:
    """Bring the rows of a snapshot up to date."""
    for name, blob in engine.dump_changed().items():
        rows.pop(name, None)
        if blob is not None:
            rows[name] = blob


def reloaded(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """With the state taken through its snapshot into a new engine, before and after each line: nothing else happens."""
    rows: dict[tuple[str, str], bytes] = {}

    def anew(engine: Engine) -> Engine:
        save(engine, rows)
        made = build()
        made.load(rows)
        return made

    engine = build()
    stride = 1 + len(steps) // MOST_RELOADS
    for number, step in enumerate(steps, start=1):
        here = number % stride == 0
        engine = anew(engine) if here and number > 1 else engine
        yield from engine.advance_to(step.t, seq=step.line)
        engine = anew(engine) if here else engine
        if isinstance(step.what, timedelta):
            if number == len(steps) and step.what:
                return
            yield from engine.restart(step.t + step.what, down_for=step.what, seq=step.line)
        else:
            yield from _feed(engine, step)
    yield from anew(engine).tick(steps[-1].t, seq=steps[-1].line)


def served(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """With each deadline served on its own, as the pump does."""
    engine = build()
    rows: dict[tuple[str, str], bytes] = {}
    for number, step in enumerate(steps, start=1):
        if number == 1:
            yield from engine.advance_to(step.t, seq=step.line)
        yield from _serve(engine, step.t, step.line)
        if isinstance(step.what, timedelta):
            save(engine, rows)
            if number == len(steps) and step.what:
                return
            engine = build()
            engine.load(rows)
            yield from engine.restart(step.t + step.what, down_for=step.what, seq=step.line)
        else:
            yield from _feed(engine, step)
    yield from engine.tick(steps[-1].t, seq=steps[-1].line)


def _serve(engine: Engine, until: datetime, seq: int) -> Iterator[Change]:
    for _ in range(100_000):
        due = engine.next_due()
        if due is None or due >= until:
            return
        yield from engine.tick(due, seq=seq)
    raise AssertionError("deadlines without end")


def batched(build: Callable[[], Engine], steps: Sequence[Step]) -> Iterator[Change]:
    """With nothing between the inputs: each lets the time before it pass by itself."""
    engine = build()
    rows: dict[tuple[str, str], bytes] = {}
    for number, step in enumerate(steps, start=1):
        if isinstance(step.what, timedelta):
            yield from engine.advance_to(step.t, seq=step.line)
            save(engine, rows)
            if number == len(steps) and step.what:
                return
            engine = build()
            engine.load(rows)
            yield from engine.restart(step.t + step.what, down_for=step.what, seq=step.line)
        elif step.what is None:
            yield from engine.advance_to(step.t, seq=step.line)
        else:
            yield from _feed(engine, step)
    yield from engine.tick(steps[-1].t, seq=steps[-1].line)


def _feed(engine: Engine, step: Step) -> Iterator[Change]:
    if isinstance(step.what, Event):
        yield from engine.step(step.what, now=step.t)
    elif step.what is not None:
        assert not isinstance(step.what, timedelta)
        before = engine.advance_to(step.t, seq=step.line)
        yield from before
        try:
            yield from engine.act(step.what, now=step.t, seq=step.line)
        except LookupError:
            return


WAYS: tuple[Way, ...] = (as_written, ticked, reloaded, served, batched)
UTC_START = datetime.fromisoformat(START).astimezone(UTC)
