"""Timelines: what happened, one JSON object a line. Bad lines are all named before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from devices.event import Event
from devices.expression import ExpressionError
from devices.kinds import KINDS
from devices.problem import Problem, nearest
from rules.action import Acknowledge, Action, ClearAlert, SetMode, SilenceAlerts
from rules.duration import LONGEST_US, parse_duration
from rules.fields import shown
from rules.muting import silence_matcher

INPUTS = ("event", "ack", "clear", "silence", "site", "restart")
EVENT_KEYS = ("device", "kind", "data", "subject", "state", "at", "mode", "id", "time_quality")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
WHOLE = "line"  # the path of a mistake that is about a whole line
MODES = ("live", "backfill", "snapshot", "retained", "test")
QUALITIES = ("synced", "zoned", "epoch", "naive", "skewed", "none")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line: when, and what; `what` None only lets time pass."""

    t: datetime
    line: int
    what: Event | Action | timedelta | None = None  # a timedelta: the process dies and is away that long
    zone: tzinfo = UTC  # in which the line tells its times


class _Lines:
    """Reads the lines of one file and collects what is wrong with them."""

    def __init__(self, file: str, rules: Mapping[str, tuple[str, ...]], site: str) -> None:
        self.file = file
        self.rules = rules
        self.site = site
        self.line = 0
        self.zone: tzinfo = UTC
        self.problems: list[Problem] = []

    def problem(self, path: str, message: str) -> None:
        self.problems.append(Problem(file=self.file, line=self.line, path=path, message=message))

    def time(self, value: object, path: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
            if found is not None and found.tzinfo is not None:
                self.zone = found.tzinfo  # in which this line tells its times
                return found.astimezone(UTC)
        except (ValueError, OverflowError):  # not a time; or one that in UTC lies outside the calendar
            pass
        self.problem(
            path, f"expected a time with its zone such as 2026-03-06T22:00:00+08:00, found {shown(value)}"
        )
        return None

    def engine_time(self, value: object, path: str) -> datetime | None:
        """Read a time at which something happens to the gateway: no device, so nothing absurd."""
        found = self.time(value, path)
        if found is not None and not EARLIEST <= found < LATEST:
            self.problem(
                path, f"expected a time between {EARLIEST.year} and {LATEST.year}, found {shown(value)}"
            )
            return None
        return found

    def mapping(self, value: object, path: str, keys: Iterable[str]) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            self.problem(path or WHOLE, f"expected an object, found {shown(value)}")
            return None
        known = list(keys)
        for key in value:
            if key not in known:
                self.problem(
                    f"{path}.{key}" if path else str(key), f"unknown key '{key}'{nearest(str(key), known)}"
                )
        return value

    def text(self, value: dict[str, Any], key: str, path: str, *, required: bool = True) -> str:
        found = value.get(key)
        if isinstance(found, str) and found:
            return found
        if found is not None or required:
            said = f"expected text, found {shown(found)}" if found is not None else f"'{key}' is missing"
            self.problem(f"{path}.{key}", said)
        return ""


def parse_timeline(
    text: str, file: str, *, rules: Mapping[str, tuple[str, ...]], site: str
) -> tuple[list[Step], list[Problem]]:
    """Read a timeline; `rules` are the ids that acknowledgements and clears may name, with the names of their keys."""
    lines = _Lines(file, rules, site)
    steps: list[Step] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        lines.line = number
        if line.strip():
            step = _step(lines, line)
            if step is not None:
                steps.append(step)
    if not steps and not lines.problems:
        lines.line = 1
        lines.problem(WHOLE, "the timeline is empty; its first line is the start of the process")
    _order(lines, steps)
    return steps, sorted(lines.problems, key=lambda problem: problem.line)


def _order(lines: _Lines, steps: list[Step]) -> None:
    earliest, away = None, False
    for step in steps:
        lines.line = step.line
        if earliest is not None and step.t < earliest:
            what = "lies within the downtime of the restart before it" if away else "goes back in time"
            found, least = (at.astimezone(step.zone).isoformat() for at in (step.t, earliest))
            lines.problem("t", f"{found} {what}; expected {least} or later")
            continue
        away = isinstance(step.what, timedelta) and step.what > timedelta(0)
        earliest = step.t + step.what if isinstance(step.what, timedelta) else step.t  # both are bounded


def _step(lines: _Lines, line: str) -> Step | None:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        lines.problem(WHOLE, f"not a JSON object: {error}")
        return None
    found = lines.mapping(value, "", ("t", *INPUTS))
    if found is None:
        return None
    if "t" not in found:
        lines.problem("t", "'t' is missing")
        return None
    t = lines.engine_time(found["t"], "t")
    zone = lines.zone
    named = [name for name in INPUTS if name in found]
    if len(named) > 1:
        lines.problem(WHOLE, f"expected one of {', '.join(INPUTS)} a line, found {' and '.join(named)}")
        return None
    before = len(lines.problems)
    what = _READERS[named[0]](lines, found[named[0]], t) if named else None
    if t is None or len(lines.problems) > before:
        return None
    return Step(t=t, line=lines.line, what=what, zone=zone)


def _event(lines: _Lines, value: object, t: datetime | None) -> Event | None:
    found = lines.mapping(value, "event", EVENT_KEYS)
    if found is None:
        return None
    device, kind = lines.text(found, "device", "event"), lines.text(found, "kind", "event")
    if kind and kind not in KINDS:
        lines.problem("event.kind", f"unknown kind '{kind}'{nearest(kind, KINDS)}")
    facts = {name: _facts(lines, found.get(name), f"event.{name}") for name in ("data", "subject", "state")}
    mode = _word(lines, found.get("mode", "live"), "event.mode", MODES)
    quality = _word(lines, found.get("time_quality", "none"), "event.time_quality", QUALITIES)
    at = lines.time(found["at"], "event.at") if "at" in found else t
    identity = found.get("id", "")
    if not isinstance(identity, str):
        lines.problem("event.id", f"expected text, found {shown(identity)}")
    if at is None or t is None or (lines.problems and lines.problems[-1].line == lines.line):
        return None
    return Event(
        id=identity or f"line-{lines.line}", seq=lines.line, site=lines.site, device=device, kind=kind, mode=mode, at=at,
        received_at=t, time_quality=quality, data=facts["data"], subject=facts["subject"], state=facts["state"],
    )  # fmt: skip


def _facts(lines: _Lines, value: object, path: str) -> dict[str, Any]:
    if value is None or isinstance(value, dict):
        return value or {}
    lines.problem(path, f"expected an object, found {shown(value)}")
    return {}


def _word(lines: _Lines, value: object, path: str, words: tuple[str, ...]) -> Any:
    if value not in words:
        lines.problem(
            path,
            f"unknown word {shown(value)}, expected one of {', '.join(words)}{nearest(str(value), words)}",
        )
    return value


def _named(lines: _Lines, value: object, name: str) -> dict[str, Any] | None:
    found = lines.mapping(value, name, ("rule", "key", "by"))
    if found is None:
        return None
    rule = lines.text(found, "rule", name)
    if rule and rule not in lines.rules:
        lines.problem(f"{name}.rule", f"unknown rule '{rule}'{nearest(rule, lines.rules)}")
    key = _facts(lines, found.get("key"), f"{name}.key")
    expected = lines.rules.get(rule)
    if expected is not None and set(key) != set(expected):
        said = f"{', '.join(expected)}" if expected else "an empty key"
        lines.problem(f"{name}.key", f"expected {said}, found {shown(key)}")
    return {"rule": rule, "key": key, "by": lines.text(found, "by", name)}


def _acknowledge(lines: _Lines, value: object, _t: datetime | None) -> Acknowledge | None:
    found = _named(lines, value, "ack")
    return Acknowledge(**found) if found is not None else None


def _clear(lines: _Lines, value: object, _t: datetime | None) -> ClearAlert | None:
    found = _named(lines, value, "clear")
    return ClearAlert(**found) if found is not None else None


def _silence(lines: _Lines, value: object, _t: datetime | None) -> SilenceAlerts | None:
    found = lines.mapping(value, "silence", ("where", "until", "by", "reason", "level"))
    if found is None:
        return None
    where = lines.text(found, "where", "silence")
    until = lines.engine_time(found.get("until"), "silence.until")
    by, reason = (lines.text(found, key, "silence", required=False) for key in ("by", "reason"))
    try:
        silence_matcher(where or "true")
    except ExpressionError as error:
        lines.problem("silence.where", str(error))
    level = found.get("level")
    if level is not None:
        _word(lines, level, "silence.level", ("L1", "L2", "L3", "L4"))
    return (
        SilenceAlerts(where=where, until=until, by=by, reason=reason, level=level)
        if until is not None
        else None
    )


def _site(lines: _Lines, value: object, _t: datetime | None) -> SetMode | None:
    found = lines.mapping(value, "site", value if isinstance(value, dict) else ())
    if found is None:
        return None
    zone = found.get("zone")
    if zone is not None and not isinstance(zone, str):
        lines.problem("site.zone", f"expected text, found {shown(zone)}")
    flags = {key: flag for key, flag in found.items() if key not in ("zone", "by")}
    for key, flag in flags.items():
        if not isinstance(flag, bool):
            lines.problem(f"site.{key}", f"expected true or false, found {shown(flag)}")
    return SetMode(flags=flags, zone=zone)


def _restart(lines: _Lines, value: object, _t: datetime | None) -> timedelta | None:
    found = lines.mapping(value, "restart", ("down_for",))
    if found is None:
        return None
    microseconds = parse_duration(found.get("down_for", "0s"))
    if microseconds is None or microseconds > LONGEST_US:
        lines.problem(
            "restart.down_for", f"expected a duration such as 90s, found {shown(found.get('down_for'))}"
        )
        return None
    return timedelta(microseconds=microseconds)


_READERS: dict[str, Callable[[_Lines, object, datetime | None], Any]] = {
    "event": _event, "ack": _acknowledge, "clear": _clear, "silence": _silence, "site": _site, "restart": _restart,
}  # fmt: skip
