"""Carry: what one version of a rule leaves to the next.

An operator's state stays valid while it is collected from the same things: selectors, conditions, paths and
function equal. Numbers (thresholds, durations) may change; what follows from them is worked out again. Changing
`by` or anything that is read makes a fresh start, as §9 of the rules says. An operator in a file of its own says
how its state takes other numbers by `@carries("name")`; one that does not makes a fresh start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from devices.expression import Expression
from rules.model import Rule
from rules.operators import Seen
from rules.window import falls_below, inside, number

Rearm = Callable[[Any, Any, Seen], None]  # operator, its state, the moment
REARM: dict[str, Rearm] = {}
R = TypeVar("R", bound=Rearm)


def carries(name: str) -> Callable[[R], R]:
    """Register how the state of an operator goes on under other numbers."""

    def register(rearm: R) -> R:
        if name in REARM:
            raise ValueError(
                f"operator '{name}' is carried twice: by {REARM[name].__module__} and {rearm.__module__}"
            )
        REARM[name] = rearm
        return rearm

    return register


def keeps_pending(old: Rule, new: Rule) -> bool:
    """Tell whether what is pending under one version of a rule means the same under another."""
    return old.by == new.by and _same(_detects(old), _detects(new))


def keeps_alerts(old: Rule, new: Rule) -> bool:
    """Tell whether an alert that is over may be re-opened by another version: the same ladder, told apart alike."""
    ladder = [(stage.stage, stage.level) for stage in old.stages]
    return old.dedup == new.dedup and ladder == [(stage.stage, stage.level) for stage in new.stages]


def same_operator(old: Any, new: Any) -> bool:
    """Tell whether the state of one operator is valid for another."""
    return _same([reads(old)], [reads(new)])


def reads(operator: Any) -> Any:
    """Return what an operator is about, without its numbers; None when its state cannot be carried."""
    if operator.name not in REARM or not isinstance(operator, msgspec.Struct):
        return None
    return tuple(
        (field, _plain(getattr(operator, field)))
        for field in operator.__struct_fields__
        if not _is_number(getattr(operator, field))
    )


def numbers(operator: Any) -> Any:
    """Return the numbers of an operator, which another version may have changed."""
    return tuple(
        (field, numbers(value) if isinstance(value, msgspec.Struct) else value)
        for field in operator.__struct_fields__
        if _is_number(value := getattr(operator, field)) or hasattr(value, "momentary")
    )


def _same(old: list[Any], new: list[Any]) -> bool:
    return None not in old and old == new


def _detects(rule: Rule) -> list[Any]:
    """Return what `detect` reads in each variant; one entry when overrides change numbers alone."""
    found = [reads(rule.detect)]
    for _, operator in sorted(rule.variants.items()):
        if reads(operator) not in found:
            found.append((reads(operator), [each.where.text for each in rule.overrides]))
    return found


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _plain(value: Any) -> Any:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, msgspec.Struct):
        return tuple(
            _plain(getattr(value, field))
            for field in value.__struct_fields__
            if not _is_number(getattr(value, field))
        )
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in value)
    return value


@carries("event")
@carries("sequence")
def _nothing_due(_operator: Any, _state: Any, _seen: Seen) -> None:
    """Nothing is due by the clock."""


@carries("sustained")
def _sustained(operator: Any, state: Any, seen: Seen) -> None:
    operator._arm(state, seen.gate)  # noqa: SLF001 - the same step that follows each sample


@carries("missing")
def _missing(operator: Any, state: Any, seen: Seen) -> None:
    operator._arm(state, seen.gate)  # noqa: SLF001 - the same step that follows each event


@carries("absence")
def _absence(operator: Any, state: Any, seen: Seen) -> None:
    operator.rearm(state, seen)


@carries("every")
def _every(operator: Any, state: Any, seen: Seen) -> None:
    state.due = seen.next_time(operator, seen.now)


@carries("aggregate")
def _aggregate(operator: Any, state: Any, seen: Seen) -> None:
    state.nearest = None
    state.due = seen.gate if state.ats and operator.over_us is not None else None


@carries("count")
def _count(operator: Any, state: Any, seen: Seen) -> None:
    """What was reached and still is, stays so; a number that is reached only by the new threshold fires at the next event."""
    distinct = operator.distinct is not None
    entries = inside(state.window, seen.gate, operator.within_us)
    reached = number(entries, distinct=distinct) >= operator.at_least
    if state.level and reached:
        state.until = falls_below(
            entries, within=operator.within_us, need=operator.at_least, distinct=distinct
        )
    else:
        state.until = None
    state.best = (0, 0)
    operator._settle(state, seen.gate)  # noqa: SLF001 - the same step that follows each event


@carries("corroborate")
def _corroborate(operator: Any, state: Any, seen: Seen) -> None:
    _count(operator.count, state.inner, seen)
    state.due, state.level = state.inner.due, state.inner.level
