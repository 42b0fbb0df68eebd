"""Lint of all rules together: one that opens nothing which another has not opened already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from devices.problem import Problem
from rules.carry import reads
from rules.dump import dump_rule
from rules.model import Rule

# By operator, the numbers that make it fire more easily: -1 the smaller they are, 1 the larger.
_EASIER: dict[str, dict[str, int]] = {
    "event": {},
    "count": {"at_least": -1, "within_us": 1},
    "sustained": {"for_us": -1},
    "absence": {"for_us": -1, "grace_us": -1},
    "sequence": {"within_us": 1},
    "missing": {"within_us": -1},
    "every": {},
}

_NEVER = 1 << 62


def no_later(easy: Any, hard: Any) -> bool:
    """Tell whether one condition is certainly true by the moment another one becomes true."""
    if easy.name == "corroborate" == hard.name:
        return no_later(easy.count, hard.count)
    if hard.name == "count" and hard.distinct is None and easy.name == "event":
        return _same(easy.of, hard.of)
    if hard.name == "event" and easy.name == "count":
        single = easy.at_least == 1 and easy.reset is None and easy.distinct is None
        return single and _same(easy.of, hard.of)
    about = reads(easy)
    if about is None or about != reads(hard):
        return False
    if easy.name == "aggregate":
        return _aggregate(easy, hard)
    if easy.name == "sustained" and (easy.max_gap_us or _NEVER) < (hard.max_gap_us or _NEVER):
        return False
    if easy.name == "every":
        return bool(easy == hard)
    sides = _EASIER.get(easy.name)
    return sides is not None and all(
        sign * (getattr(easy, field) - getattr(hard, field)) >= 0 for field, sign in sides.items()
    )


def _same(one: Any, other: Any) -> bool:
    texts = [{(c.pattern, c.where and c.where.text) for c in selector.clauses} for selector in (one, other)]
    return texts[0] == texts[1]


def _aggregate(easy: Any, hard: Any) -> bool:
    window = ("over_us", "over_events", "per_us")
    if any(getattr(easy, name) != getattr(hard, name) for name in window):
        return False
    sign = -1 if easy.side == "above" else 1
    return bool(easy.min_samples <= hard.min_samples and sign * (easy.threshold - hard.threshold) >= 0)


def lint_together(rules: Iterable[Rule]) -> list[Problem]:
    """Return what can only be seen of all rules together: one that another one makes superfluous."""
    found: list[Problem] = []
    groups: dict[Any, dict[str | None, list[Rule]]] = {}
    for rule in rules:
        if rule.enabled and not rule.overrides:
            scope = None if rule.scope is None else rule.scope.text
            group = groups.setdefault((rule.by, rule.dedup, _about(rule)), {})
            group.setdefault(scope, []).append(rule)
    for group in groups.values():
        for scope, alike in group.items():
            # Only a rule with the same scope, or with none, sees all that this one sees.
            found += _superfluous(alike, [*alike, *(group.get(None, ()) if scope is not None else ())])
    return found


def _about(rule: Rule) -> Any:
    """Return what two rules must share before they are compared: what their detection reads."""
    slots = rule.detect.slots.values()
    return tuple(sorted({clause.pattern for selector in slots for clause in selector.clauses}))


def _superfluous(rules: list[Rule], others: list[Rule]) -> Iterator[Problem]:
    signs = {rule.id: _sign(rule) for rule in others} if len(others) > 1 else {}
    first: dict[str, Rule] = {}
    told: set[str] = set()
    for rule in rules if signs else ():
        twin = first.setdefault(signs[rule.id], rule)
        if twin is not rule:
            told.add(rule.id)
            yield _told(
                rule,
                f"detects exactly what '{twin.id}' does: one of them is superfluous; take one out, or join their stages",
            )
    for place, rule in enumerate(rules):
        behind = _behind(rule, others, before=rules[:place]) if rule.id not in told else None
        if behind is not None and signs[behind.id] != signs[rule.id]:
            told.add(rule.id)
            yield _told(
                rule,
                f"opens nothing that '{behind.id}' has not opened already (weaker threshold, same key, same or higher level); raise its level, or take it out",
            )


def _behind(rule: Rule, others: Iterable[Rule], *, before: Collection[Rule]) -> Rule | None:
    """Return a rule that makes this one superfluous; of two that do so to each other the later one is."""
    for other in others:
        if other is not rule and _shadows(other, rule) and (other in before or not _shadows(rule, other)):
            return other
    return None


def _told(rule: Rule, what: str) -> Problem:
    return Problem(file=rule.file, line=rule.line, path=rule.id, message=f"'{rule.id}' {what}")


def _sign(rule: Rule) -> str:
    written = dump_rule(rule)
    return repr([written.get(name) for name in ("detect", "by", "scope", "active", "dedup")])


def _shadows(other: Rule, rule: Rule) -> bool:
    """Tell whether `other` has an alert open, at least as high, whenever `rule` opens one."""
    scope = None if other.scope is None else other.scope.text
    if scope is not None and (rule.scope is None or rule.scope.text != scope):
        return False
    if (
        other.active not in (None, rule.active)
        or other.notify not in (None, rule.notify)
        or other.late != rule.late
    ):
        return False
    return max(map(_rank, rule.stages)) <= _rank(other.stages[0]) and no_later(other.detect, rule.detect)


def _rank(stage: Any) -> tuple[bool, int]:
    return (stage.stage == "alarm", -int(stage.level[1:]))
