"""Cost: what a rule takes of the processor and of memory, estimated from its operators and windows.

The figures were measured with `bench/rule_cost.py` (x86-64, Python 3.11, a busy machine). `bench/results/rule_cost.json`
has the measurement beside the estimate: time and memory within a third for every operator, but an `event` with a condition
is estimated too high, because nobody knows how often it is met. They are for comparing rules, not for planning machines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from devices.expression import Expression
from rules.duration import SECOND_US
from rules.model import Rule
from rules.operators.aggregate import MOST_SAMPLES, SLACK
from rules.operators.sequence import PENDING
from rules.window import SLACK as WINDOW_SLACK

REACH_US = 4.0  # to find the rule for an event and its key
READ_US = 0.4  # each path that a condition reads
JUDGE_US = {
    "event": 1.0, "count": 3.0, "corroborate": 3.0, "sustained": 1.6, "absence": 3.0, "sequence": 3.0, "missing": 8.0, "aggregate": 5.0,
    "every": 0.0,
}  # fmt: skip
FOREIGN_US = 5.0  # an operator from a file of its own
ALERT_US = 14.0  # an event that nothing narrows opens or repeats an alert each time
DISTINCT_US = 1.3  # each entry that is looked at for different values
WINDOW_US = 5.0  # a window by time is looked at again when a sample leaves it
SAMPLE_US = 0.02  # each sample that avg, min, max and sum look at again
KEY_BYTES = {
    "event": 3000, "count": 1450, "corroborate": 1550, "sustained": 1730, "absence": 1740, "sequence": 1900, "missing": 2400, "aggregate": 1500,
    "every": 1200,
}  # fmt: skip
FOREIGN_BYTES = 1500
ENTRY_BYTES = {"count": 101, "corroborate": 170, "aggregate": 76, "sequence": 200, "missing": 200}
DISTINCT_BYTES = 70  # more, where an entry keeps its value
USUAL_PER_DAY = 1440.0  # of one key, where nobody knows the journal: one event a minute
MOST_US = 100.0
MOST_BYTES = 256 * 1024
_DAY_US = 86_400 * SECOND_US


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """The estimate for one rule. What depends on how often events come is None when nobody knows."""

    us_per_event: float  # CPU, of an event that the rule reads
    bytes_per_key: int  # memory, of one key
    entries: int  # remembered events of one key that the memory was estimated for
    keys: int | None = None  # as many as devices, or places, are expected
    events_per_day: float | None = None
    cpu_s_per_day: float | None = None
    memory_bytes: int | None = None

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Return what is above the limit, with its place in the rule."""
        if self.us_per_event > MOST_US:
            yield (
                "detect",
                f"costs about {self.us_per_event:.0f} µs for each event, more than {MOST_US:.0f}: shorten the window, or take over: n events",
            )
        if self.bytes_per_key > MOST_BYTES:
            kilobytes = self.bytes_per_key // 1024
            yield (
                "detect",
                f"remembers about {kilobytes} KB for each key at one event a minute, more than {MOST_BYTES // 1024}: shorten the window",
            )


def cost_of(
    rule: Rule,
    *,
    per_day: Mapping[str, float] | None = None,
    keys: int | None = None,
    entries: int | None = None,
) -> Cost:
    """Estimate a rule.

    Args:
        rule: the rule.
        per_day: events a day of each kind, as the journal has them; None: one event a minute for each key.
        keys: how many keys the site has for it; None: unknown.
        entries: remembered events of one key, instead of what follows from the rates.
    """
    operators = [rule.detect, *(each for stage in rule.stages if stage.when for each in stage.when.operators)]
    kinds = {kind for one in operators for selector in one.slots.values() for kind in selector.kinds()}
    total = None if per_day is None else sum(per_day.get(kind, 0.0) for kind in kinds)
    own = USUAL_PER_DAY if total is None or not keys else total / keys
    held = [entries if entries is not None else _entries(each, own) for each in operators]
    us = REACH_US + _conditions_us(rule) + sum(map(_judge_us, operators, held))
    size = sum(_bytes(each, many) for each, many in zip(operators, held, strict=True))
    return Cost(
        us_per_event=us,
        bytes_per_key=size,
        entries=max(held),
        keys=keys,
        events_per_day=total,
        cpu_s_per_day=None if total is None else total * us / 1e6,
        memory_bytes=None if keys is None else keys * size,
    )


def _entries(operator: Any, per_day: float) -> int:
    """Return how many events of one key an operator remembers when so many come in a day."""
    if operator.name == "corroborate":
        operator = operator.count
    if operator.name == "count":
        return _at_most(per_day * operator.within_us / _DAY_US, operator.at_least + WINDOW_SLACK)
    if operator.name == "aggregate":
        if operator.over_us is None:
            return int(operator.over_events) + SLACK
        return _at_most(per_day * operator.over_us / _DAY_US, MOST_SAMPLES)
    if operator.name in ("sequence", "missing"):
        return _at_most(per_day * operator.within_us / _DAY_US, PENDING if operator.match else 1)
    return 1


def _at_most(many: float, limit: int) -> int:
    return max(1, min(limit, round(many)))


def _conditions_us(rule: Rule) -> float:
    """Return what the scope, the conditions of selectors and the overrides take."""
    wheres = {c.where for one in rule.detect.slots.values() for c in one.clauses if c.where is not None}
    asked = [rule.scope, *wheres, *(each.where for each in rule.overrides)]
    return sum(_read_us(each) for each in asked)


def _read_us(condition: Expression | None) -> float:
    return 0.0 if condition is None else READ_US * max(1, len(condition.paths))


def _judge_us(operator: Any, entries: int) -> float:
    us = JUDGE_US.get(operator.name, FOREIGN_US) + _read_us(getattr(operator, "holds", None))
    if operator.name == "event" and all(clause.where is None for clause in operator.of.clauses):
        us += ALERT_US
    counted = getattr(operator, "count", operator)
    if getattr(counted, "distinct", None) is not None:
        us += DISTINCT_US * entries
    if operator.name == "aggregate" and operator.fn in ("avg", "min", "max", "sum"):
        us += SAMPLE_US * entries + (WINDOW_US if operator.over_us is not None else 0.0)
    return us


def _bytes(operator: Any, entries: int) -> int:
    base = KEY_BYTES.get(operator.name, FOREIGN_BYTES)
    each = ENTRY_BYTES.get(operator.name, 0)
    if operator.name == "count" and operator.distinct is not None:
        each += DISTINCT_BYTES
    return base + each * entries
