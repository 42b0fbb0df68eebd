"""Lint: what is allowed but is probably not meant. Each warning is one line with its place, and a next step.

What a rule reads is looked at in `lint_fields.py`, what rules do to each other in `lint_together.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.cost import cost_of
from rules.duration import MINUTE_US
from rules.fields import Place
from rules.lint_fields import field_warnings
from rules.lint_together import lint_together, no_later
from rules.model import Rule

__all__ = ["lint_rule", "lint_together"]

DAY_US = 24 * 60 * MINUTE_US
LONG_WINDOW_US = 7 * DAY_US
CARRIED = frozenset(("subject.cred", "subject.person", "subject.plate", "data.plate", "data.parcel"))
"""What people carry: as many as there are people, and each is forgotten once a window of at most a day is over."""
UNBOUNDED = frozenset(
    (
        "at", "data.track", "data.parcel", "data.plate", "data.code", "data.text", "data.message", "data.boot", "data.before",
        "data.after", "data.box", "data.score", "data.confidence", "data.value", "data.count", "data.battery", "data.voltage",
        "data.humidity", "subject.cred", "subject.person", "subject.plate",
    )
)  # fmt: skip
"""What takes ever new values: free texts, numbers that are measured, times, and what people carry."""


def lint_rule(rule: Rule) -> list[tuple[Place, str]]:
    """Return the warnings of one rule, each with its place in the rule."""
    found = (
        *_clearing(rule),
        *_texts(rule),
        *_stages(rule),
        *field_warnings(rule),
        *_keys(rule),
        *_cost(rule),
    )
    return [(_place(path), message) for path, message in dict.fromkeys(found)]


def _place(path: str) -> Place:
    """Turn `stages[1].when` into its parts."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path))


def _clearing(rule: Rule) -> Iterator[tuple[str, str]]:
    detect, clear = rule.detect, rule.clear
    if clear.form == "person":
        yield (
            "clear",
            "never clears by itself: somebody must end each alert by hand; or write quiet, after or on",
        )
    if clear.form == "natural" and detect.name == "sustained" and not _changes(detect.holds.paths):
        yield (
            f"detect.{detect.name}.holds",
            "never clears: the condition reads nothing that an event changes; compare a data field, or write clear",
        )
    if clear.form == "quiet" and detect.name == "every" and detect.condition is None:
        interval = detect.interval_us
        if interval is not None and interval <= clear.us:
            yield "clear", "never clears: it comes again before it is quiet; write a shorter quiet, or after"
    if clear.form == "quiet" and detect.name == "absence":
        yield "clear.quiet", "ends while still nothing has come; leave clear out: the next event ends it"
    if detect.name == "aggregate" and detect.clear == detect.threshold:
        side, way = ("clear_below", "lower") if detect.side == "above" else ("clear_above", "higher")
        yield (
            f"detect.aggregate.{side}",
            f"threshold and clear threshold are both {detect.threshold:g}: the alert will flap around it; write a {way} {side}",
        )


def _changes(paths: tuple[str, ...]) -> bool:
    return any(path.partition(".")[0] not in {"device", "site"} for path in paths)


def _texts(rule: Rule) -> Iterator[tuple[str, str]]:
    if not rule.note:
        yield "note", "has no note: say why this rule exists and what to do"
    if not rule.category:
        yield (
            "category",
            "has no category: cases fall under the group's 'other'; write one of the site's codes",
        )


def _stages(rule: Rule) -> Iterator[tuple[str, str]]:
    seen_alarm = False
    for index, stage in enumerate(rule.stages):
        place = f"stages[{index}]"
        if seen_alarm and stage.stage == "warning":
            yield (
                place,
                "a warning above an alarm is never what a guard expects; put it first, or make it an alarm",
            )
        seen_alarm = seen_alarm or stage.stage == "alarm"
        if index and stage.level > rule.stages[index - 1].level:
            yield (
                f"{place}.level",
                f"a higher stage has the lower level {stage.level}; give it at least {rule.stages[index - 1].level}",
            )
        when = stage.when
        if when is None:
            continue
        if when.unacknowledged_us is not None and stage.stage == "alarm":
            earlier = [each.stage for each in rule.stages[:index]]
            if "alarm" not in earlier and "warning" in earlier:
                yield f"{place}.when", "unacknowledged never lifts an alert out of warning; use open_for"
        if (len(when.operators) == 1 or when.mode == "any") and any(
            no_later(each, rule.detect) for each in when.operators
        ):
            yield (
                f"{place}.when",
                "is entered together with the first stage; give it a higher threshold, or take the stage out",
            )
    for window in (getattr(rule.detect, name, None) for name in ("within_us", "over_us")):
        if window is not None and window > LONG_WINDOW_US:
            yield (
                "detect",
                "looks back more than 7 days: what it remembers grows with it; write a shorter window",
            )


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    looks_back = rule.detect.looks_back_us
    forgotten = looks_back is not None and 0 < looks_back <= DAY_US
    for name, paths in (("by", rule.by), ("dedup", rule.dedup)):
        for path in paths:
            if path in UNBOUNDED and not (forgotten and path in CARRIED):
                yield (
                    name,
                    f"'{path}' takes ever new values: memory grows with each; use device or a place, or count with distinct: {path}",
                )


def _cost(rule: Rule) -> Iterator[tuple[str, str]]:
    yield from cost_of(rule).warnings()
