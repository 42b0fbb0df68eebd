"""Shedding: what goes first when more comes in than can be stored, and what must not go because a rule reads it.

A door whose closing was shed is a false alarm, one whose opening was shed a lost one; so of the kinds in
`SHED_ORDER` only those go that no loaded rule reads. When nothing may go, reception stops and the broker keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable

from devices.expression import Expression
from devices.kinds import KINDS, METRIC_KINDS, STATES, measured
from rules.model import Rule, Selector
from rules.parts import parts

TELEMETRY = "telemetry"
SHED_ORDER = (
    TELEMETRY, *METRIC_KINDS.values(), "camera.motion", "access.granted", "contact.opened", "contact.closed",
)  # fmt: skip
"""Alert-capable kinds are not among them: they never go."""
SHED_RANK = {name: rank for rank, name in enumerate(SHED_ORDER, 1)}
_STATE = "state."  # a rule that reads what a device last reported reads every kind that says it


class Sheddable:
    """The ranks that may be shed under the rules in force; worked out anew only when the rules are others."""

    def __init__(self) -> None:
        self._rules: tuple[int, ...] | None = None
        self._ranks = frozenset(SHED_RANK.values())

    def ranks(self, rules: Iterable[Rule]) -> frozenset[int]:
        """Return the places in `SHED_ORDER` (from 1) that may be shed."""
        rules = tuple(rules)
        now = tuple(map(id, rules))
        if now != self._rules:
            self._rules = now
            read = kinds_read(rules)
            self._ranks = frozenset(rank for name, rank in SHED_RANK.items() if name not in read)
        return self._ranks


def kinds_read(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the kinds that rules read: by their selectors, or all that report a state if they read one."""
    found: set[str] = set()
    for rule in rules:
        if not rule.enabled:
            continue
        for part in parts(rule):
            if isinstance(part, Selector):
                found.update(part.kinds())
            elif isinstance(part, Expression):
                states = [path.split(".")[1] for path in part.paths if path.startswith(_STATE)]
                found.update(KINDS if states else (), (TELEMETRY,) if any(map(_is_number, states)) else ())
    return frozenset(found)


def measurement(metric: str) -> str:
    """Return as what of `SHED_ORDER` a measurement goes."""
    return METRIC_KINDS.get(measured(metric), TELEMETRY)


def _is_number(state: str) -> bool:
    """Tell whether a state may come as a measurement: it is a number, or one of our own devices' making."""
    known = STATES.get(measured(state))
    return known is None or known.type in ("number", "integer")
