"""Measured: what the rules want to see of a measurement that a device sends more often than anyone needs.

A measurement is read by a rule whose scope may hold for the device and whose operators take events of its kind, or
whose conditions ask what the device last reported (`state.voltage`). An `absence` only asks whether the device was
heard at all: a third of its time is often enough. `marks` are the numbers with which such rules compare the value; on
which side of them it lies is what must not be missed between two samples.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import msgspec

from devices.expression import Expression
from devices.kinds import METRIC_KINDS, measured, metric_kind
from devices.registry import Device
from rules.duration import SECOND_US
from rules.model import Rule
from rules.operators.absence import AbsenceOperator
from rules.operators.aggregate import AggregateOperator
from rules.parts import parts

EVERY_US: Final = 10 * SECOND_US
_HEARD: Final = 3  # times within the time after which an absence is told
_VALUE: Final = "data.value"
_OF_CHANGES: Final = ("delta", "rate", "sum")  # not compared with the value itself


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How often a measurement is wanted as an event, and which of its values must not be missed.

    `value`: it is what the rules read, not only that something came. `jump`: a change by more than this matters.
    """

    every_us: int
    value: bool = False
    marks: tuple[float, ...] = ()
    jump: float | None = None

    def differ(self, before: float, after: float) -> bool:
        """Tell whether some rule may judge these two values differently."""
        if self.jump is not None and abs(after - before) > self.jump:
            return True
        marks = self.marks
        return bisect_left(marks, before) != bisect_left(marks, after) or (
            bisect_right(marks, before) != bisect_right(marks, after)
        )


def wanted(rules: Iterable[Rule], device: Device, metric: str) -> Wanted | None:
    """Return what rules want to see of a metric of a device; None: no rule in force reads it."""
    kind, paths = metric_kind(metric), {f"state.{metric}"}
    if measured(metric) in METRIC_KINDS:
        paths.add(_VALUE)
    every: list[int] = []
    marks: set[float] = set()
    jumps: list[float] = []
    value = False
    for rule in rules:
        if not rule.enabled or not _may_hold(rule.scope, device):
            continue
        operators = list(_operators(rule))
        every += [max(each.for_us // _HEARD, EVERY_US) for each in operators if _expects(each, kind, device)]
        if not _reads(rule, operators, kind, paths):
            continue
        value = True
        for each in parts(rule):
            if isinstance(each, Expression):
                marks.update(each.numbers if paths.intersection(each.paths) else ())
            elif isinstance(each, AggregateOperator) and each.value in paths:
                if each.fn not in _OF_CHANGES:
                    marks.update((each.threshold, each.clear))
                elif each.fn == "delta":
                    jumps.append(abs(each.threshold))
    if value:
        every.append(EVERY_US)
    if not every:
        return None
    return Wanted(every_us=min(every), value=value, marks=tuple(sorted(marks)), jump=min(jumps, default=None))


def _operators(rule: Rule) -> Iterator[Any]:
    stages = (stage.when.operators for stage in rule.stages if stage.when is not None)
    yield from chain((rule.detect,), rule.variants.values(), *stages)
    if rule.clear.operator is not None:
        yield rule.clear.operator


def _may_hold(scope: Expression | None, device: Device) -> bool:
    """Tell whether a scope may hold, as far as it asks about nothing but the device."""
    alone = scope.split("device")[0] if scope is not None else None
    return alone is None or alone({"device": device}) is True


def _expects(operator: Any, kind: str, device: Device) -> bool:
    if not isinstance(operator, AbsenceOperator) or kind not in operator.of.kinds():
        return False
    return _may_hold(operator.expect, device)


def _reads(rule: Rule, operators: Iterable[Any], kind: str, paths: set[str]) -> bool:
    """Tell whether a rule reads the value: by an operator or a clear that takes its kind, or by what is reported."""
    asked = (each for each in parts(rule) if isinstance(each, Expression))
    if any(path in paths and path != _VALUE for each in asked for path in each.paths):
        return True
    if kind not in METRIC_KINDS.values():
        return False
    others = (each for each in operators if not isinstance(each, AbsenceOperator))
    selectors = chain((s for each in others for s in each.slots.values()), filter(None, [rule.clear.on]))
    return any(kind in each.kinds() for each in selectors)
