"""Shedding: what goes first when more comes in than can be stored, and what must not go because a rule reads it.

A door whose closing was shed is a false alarm, one whose opening was shed a lost one; so of the kinds in
`SHED_ORDER` only those go that no loaded rule reads. When nothing may go, reception stops and the broker keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from devices.expression import Expression
from devices.kinds import KINDS
from rules.model import Rule, Selector

TELEMETRY = "telemetry"
SHED_ORDER = (TELEMETRY, "camera.motion", "access.granted", "contact.opened", "contact.closed")
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
        for part in _parts(rule):
            if isinstance(part, Selector):
                found.update(part.kinds())
            elif any(path.startswith(_STATE) for path in part.paths):
                found.update(KINDS)
    return frozenset(found)


def _parts(value: Any) -> Iterator[Selector | Expression]:
    """Walk every selector and expression of a rule, whichever operator it stands in."""
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, msgspec.Struct):
        if isinstance(value, Selector):
            yield value
        for name in value.__struct_fields__:
            yield from _parts(getattr(value, name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _parts(each)
