"""Operators: the forms in which a rule says when. One file each, all registered by the same door.

An operator is a frozen value with its parameters. The engine keeps one state per rule and key for it and
calls `event` for each event that one of its `slots` selects, `due` when the time it asked for
(`state.due`) has come, and `shut`/`opened` when the rule's calendar closes and opens. A returned Fire is
the moment at which the condition became true; `state.level` says whether it holds now.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, TypeVar

import msgspec

from rules.model import Selector

LATENESS_US = 5_000_000
"""Events up to this much out of order are judged as if they had come in order (20-rules §1)."""
SAMPLES = 8


class Seen(msgspec.Struct):
    """One event, or one moment, as an operator looks at it. Times in microseconds."""

    at: int  # of the event as believed; at a deadline: now
    now: int  # engine time
    id: str = ""
    env: dict[str, Any] = {}
    late: bool = False
    active: bool = True  # the rule's calendar is open
    cancel_only: bool = False  # a snapshot: may end a sustained condition, never start one
    floor: int = 0  # deadlines of `absence` never lie before this (start + grace)
    downtime: Callable[[int], int] = lambda _since: 0  # microseconds without a gateway since that moment
    after: Callable[[int], int | None] = lambda _after: None  # for `every`: the next local time


class Fire(msgspec.Struct):
    """The condition became true: the events that did it, and why."""

    events: tuple[str, ...]
    count: int
    why: dict[str, Any]


class State(msgspec.Struct):
    """What every operator's state has: the next due time and whether the condition holds."""

    due: int | None = None
    level: bool = False


class Operator(Protocol):
    """What the engine asks of an operator."""

    @property
    def name(self) -> str: ...
    @property
    def momentary(self) -> bool: ...
    @property
    def slots(self) -> dict[str, Selector]: ...
    def fresh(self) -> Any: ...
    def event(self, state: Any, slot: str, seen: Seen) -> Fire | None: ...
    def due(self, state: Any, seen: Seen) -> Fire | None: ...
    def shut(self, state: Any, seen: Seen) -> None: ...
    def opened(self, state: Any, seen: Seen) -> Fire | None: ...


Parser = Callable[[Any], Any]  # rules.fields.Fields -> Operator | None
OPERATORS: dict[str, tuple[type[State], Parser]] = {}
P = TypeVar("P", bound=Parser)


def operator(name: str, state: type[State]) -> Callable[[P], P]:
    """Register the parser of an operator's parameters under its name in rules."""

    def register(parser: P) -> P:
        if name in OPERATORS:
            raise ValueError(
                f"operator '{name}' is registered twice: {OPERATORS[name][1].__module__} and {parser.__module__}"
            )
        OPERATORS[name] = (state, parser)
        return parser

    return register


BUILT_IN = (
    "event",
    "sustained",
    "count",
    "absence",
    "sequence",
    "missing",
    "aggregate",
    "corroborate",
    "every",
)
for _name in BUILT_IN:
    import_module(f"rules.operators.{_name}")
