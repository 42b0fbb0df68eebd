"""Operators: the forms in which a rule says when. One file each, all registered by the same door.

An operator is a frozen value with its parameters. The engine keeps one state per rule and key for it and
calls `event` for each event that one of its `slots` selects, `due` when the time it asked for
(`state.due`) has come, and `shut`/`opened` when the rule's calendar closes and opens. A returned Fire is
the moment at which the condition became true; `state.level` says whether it holds now. `idle` says that a
state means nothing more once nothing came for `looks_back_us` (None: it always means something). `stands`
says what it compares now, for explanations; `near` how close it came to firing, None: it never came close.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeVar

import msgspec

from rules.model import Selector

LATENESS_US = 5_000_000
"""Events up to this much out of order are judged as if they had come in order (20-rules §1)."""
SAMPLES = 8


class Seen:
    """One event, or one moment, as an operator looks at it. Times in microseconds.

    There is one for each engine, filled anew for every input and rule: an operator must not keep it.
    """

    __slots__ = (
        "active", "at", "cancel_only", "downtime", "env", "gate", "id", "late", "next_time", "now", "started",
    )  # fmt: skip

    def __init__(self) -> None:
        self.at = 0  # of the event as believed; at a deadline: now
        self.now = 0  # engine time
        self.gate = 0  # the moment that calendars are asked about: now, or when it fell due during a downtime
        self.id = ""
        self.env: Mapping[str, Any] = {}
        self.late = False
        self.active = True  # the rule's calendar is open
        self.cancel_only = False  # a snapshot: may end a sustained condition, never start one
        self.started = 0  # of this process
        self.downtime: Callable[[int], int] = _none_since  # without a gateway since that moment
        self.next_time: Callable[[Any, int], int | None] = _no_time  # of an `every` after that moment


def _none_since(_since: int) -> int:
    return 0


def _no_time(_every: Any, _after: int) -> int | None:
    return None


class Fire:
    """The condition became true: the events that did it (ids and times), and why."""

    __slots__ = ("begins", "count", "events", "times", "why")

    def __init__(
        self, events: tuple[str, ...], count: int, why: dict[str, Any], times: Sequence[int] = ()
    ) -> None:
        self.begins = True  # the condition was false before
        self.events = events
        self.count = count
        self.why = why
        self.times = times


class State(msgspec.Struct, omit_defaults=True):
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
    @property
    def looks_back_us(self) -> int | None: ...
    def fresh(self) -> Any: ...
    def event(self, state: Any, slot: str, seen: Seen) -> Fire | None: ...
    def due(self, state: Any, seen: Seen) -> Fire | None: ...
    def shut(self, state: Any, seen: Seen) -> None: ...
    def opened(self, state: Any, seen: Seen) -> Fire | None: ...
    def idle(self, state: Any) -> bool: ...
    def stands(self, state: Any, seen: Seen) -> dict[str, Any]: ...
    def near(self, state: Any) -> dict[str, Any] | None: ...


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
