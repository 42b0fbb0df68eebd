"""Rule: what a property manager wrote, checked and compiled; frozen from here on.

Durations are whole microseconds (`*_us`). Operators carry their own parameters (`rules/operators`).
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from devices.expression import Expression
from devices.kinds import KINDS
from rules.change import Level, Stage

Path: TypeAlias = str
LatePolicy: TypeAlias = Literal["record", "open", "evaluate"]


class Clause(msgspec.Struct, frozen=True):
    """One kind or prefix of a selector, with its condition."""

    pattern: str
    where: Expression | None = None


class Selector(msgspec.Struct, frozen=True):
    """Which events are meant: any of the clauses."""

    clauses: tuple[Clause, ...]

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the tree that this selector can match."""
        return tuple(name for name in KINDS if any(covers(clause.pattern, name) for clause in self.clauses))

    def conditions(self, kind: str) -> tuple[Expression | None, ...]:
        """Return the conditions under which an event of this kind matches; None stands for always."""
        return tuple(clause.where for clause in self.clauses if covers(clause.pattern, kind))


def covers(pattern: str, kind: str) -> bool:
    """Tell whether a kind or prefix (`access.*`, `*`) covers a kind."""
    return pattern in (kind, "*") or (pattern.endswith(".*") and kind.startswith(pattern[:-1]))


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of a stage or of a clear: operators and timers joined by one `all` or `any`."""

    mode: Literal["all", "any"] = "any"
    operators: tuple[Any, ...] = ()  # rules.operators.Operator
    within_us: tuple[int | None, ...] = ()  # per operator: how long a momentary hit counts inside `all`
    unacknowledged_us: int | None = None
    open_for_us: int | None = None


class RuleStage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a rule. The first has no `when`: it is entered when `detect` fires."""

    stage: Stage
    level: Level
    when: Watch | None = None


class Clear(msgspec.Struct, frozen=True, kw_only=True):
    """How an alert ends. `natural`: when the detecting condition itself ends."""

    form: Literal["natural", "on", "quiet", "when", "after", "person"]
    on: Selector | None = None
    us: int = 0
    operator: Any = None


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Other parameters of `detect` where a condition over the device holds."""

    where: Expression
    change: dict[str, Any]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One situation and all its stages."""

    id: str
    name: dict[str, str]
    category: str
    by: tuple[Path, ...]
    scope: Expression | None
    active: str | None
    notify: str | None
    detect: Any  # rules.operators.Operator
    variants: dict[int, Any]  # bit mask of the overrides that hold -> the operator with their parameters
    overrides: tuple[Override, ...]
    stages: tuple[RuleStage, ...]
    hold_down_us: int
    clear: Clear
    cooldown_us: int
    respond: str | None  # a plan's name, "none", or None: the category's plan
    late: LatePolicy | None
    dedup: tuple[Path, ...]
    note: dict[str, str]
    enabled: bool = True
    source: dict[str, Any] = {}  # as written, for dumping, versions and differences
    file: str = ""
    line: int = 0


class AlertSelector(msgspec.Struct, frozen=True):
    """Which alerts are meant in an inhibition: rule patterns, with a condition."""

    rules: tuple[str, ...]
    where: Expression | None = None

    def names(self, rule: str) -> bool:
        """Tell whether one of the patterns covers this rule id."""
        return any(covers(pattern, rule) for pattern in self.rules)


class Inhibit(msgspec.Struct, frozen=True, kw_only=True):
    """While a source alert is open, target alerts with equal paths, or behind its device, stay quiet."""

    source: AlertSelector
    target: AlertSelector
    equal: tuple[Path, ...] = ()
    behind: bool = False
