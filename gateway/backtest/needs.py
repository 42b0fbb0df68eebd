"""Needs: what a set of rules must be told of the past, so that what they cannot notice need not be decoded.

An event of a kind that no rule reads changes only what is known of its device: the newest time (which makes later
events late), when it was heard (which decides between a dead device and its dead parent) and its reported values
(`state.*`). So it is left out where none of this can matter, and otherwise shown without its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from rules.memory import AVAILABILITY
from rules.model import Rule
from rules.runtime import RuleAtWork
from rules.site import Site

_STATE = re.compile(r"\bstate\s*[.\[)]")
_WORDS = ("name", "note")  # what people wrote for people


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """`kinds` None: everything must be told whole. `closely`: devices of which each sign of life is told at once."""

    kinds: frozenset[str] | None
    closely: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()  # devices of the registry; the first sight of another one is told


def needs_of(rules: Iterable[Rule], site: Site) -> Needs:
    """Return what these rules must be told."""
    rules = list(rules)
    listed = frozenset(device.id for device in site.registry)
    if any(_reads_state(rule) for rule in rules):
        return Needs(kinds=None, listed=listed)
    kinds = {kind for rule in rules for kind in RuleAtWork(rule, 1).plans}
    closely: set[str] = set()
    if any(rule.detect.name == "absence" for rule in rules):
        kinds.update(AVAILABILITY)
        for device in site.registry:
            if device.parent:
                closely.update((device.id, device.parent))
    return Needs(kinds=frozenset(kinds), closely=frozenset(closely), listed=listed)


def _reads_state(rule: Rule) -> bool:
    """Tell whether a rule may read what devices reported; a rule whose text is not at hand may."""
    if not rule.source:
        return True
    told = {name: value for name, value in rule.source.items() if name not in _WORDS}
    return any(_STATE.search(text) for text in _texts(told)) or "state" in rule.by


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
