"""Dump: a rule written out as a person would write it, so that reading it again gives the same rule.

What the reader assumes anyway is left out, durations are `60s 90m 36h`, codes stay texts. An operator in a file of
its own brings its writer with it: `@writer("name")`; one without is written as its author wrote it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from copy import deepcopy
from typing import Any, TypeAlias

from devices.yaml_text import yaml_text
from rules.duration import MINUTE_US, SECOND_US
from rules.model import AlertSelector, Clear, Inhibit, Rule, RuleStage, Selector, Watch
from rules.parse_rule import COOLDOWN_US, HOLD_DOWN_US, NATURAL, QUIET_US, TIMERS

Part: TypeAlias = tuple[str, Any, bool]
"""A parameter: its key, its value as written, and whether the reader would assume it anyway."""
Writer = Callable[[Any], Iterator[Part]]
WRITERS: dict[str, Writer] = {}

_DAY_US = 24 * 60 * MINUTE_US
_UNITS = ((_DAY_US, 2, "d"), (60 * MINUTE_US, 1, "h"), (MINUTE_US, 2, "m"), (SECOND_US, 1, "s"))


def dump_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain data in the form in which rules are written."""
    source = rule.source
    # With overrides, what the author wrote stays even where it is the default: an override merges into it.
    kept = _parameters(source.get("detect")) if rule.overrides else ()
    parts: tuple[Part, ...] = (
        ("id", rule.id, False),
        ("name", _bilingual(rule.name), False),
        ("category", rule.category, not rule.category),
        ("by", list(rule.by), rule.by == ("device",)),
        ("scope", rule.scope.text if rule.scope else None, rule.scope is None),
        ("active", rule.active, rule.active is None),
        ("notify", rule.notify, rule.notify is None),
        ("detect", _operator(rule.detect, source.get("detect"), kept), False),
        ("stages", _stages(rule.stages, source.get("stages")), False),
        ("hold_down", written(rule.hold_down_us), rule.hold_down_us == HOLD_DOWN_US),
        ("clear", _clear(rule.clear, source.get("clear")), _is_usual(rule.clear, rule.detect.name)),
        ("cooldown", written(rule.cooldown_us), rule.cooldown_us == COOLDOWN_US),
        ("respond", rule.respond, rule.respond is None),
        ("late", rule.late, rule.late is None),
        ("dedup", list(rule.dedup), not rule.dedup),
        ("overrides", [{"where": o.where.text, "set": deepcopy(o.change)} for o in rule.overrides], not rule.overrides),
        ("note", _bilingual(rule.note), not rule.note),
        ("enabled", rule.enabled, rule.enabled),
    )  # fmt: skip
    return {key: value for key, value, usual in parts if not usual}


def dump_inhibit(inhibit: Inhibit) -> dict[str, Any]:
    """Return an inhibition as plain data in the form in which it is written."""
    found: dict[str, Any] = {"source": _alerts(inhibit.source), "target": _alerts(inhibit.target)}
    return {**found, "behind": True} if inhibit.behind else {**found, "equal": list(inhibit.equal)}


def to_yaml(rules: Iterable[Rule], inhibits: Iterable[Inhibit] = ()) -> str:
    """Write rules and inhibitions as one rule file; the same rules give the same text."""
    found: dict[str, Any] = {"rules": [dump_rule(rule) for rule in rules]}
    inhibit = [dump_inhibit(each) for each in inhibits]
    return yaml_text({**found, "inhibit": inhibit} if inhibit else found)


def written(microseconds: int) -> str:
    """Write a duration as people say it: a smaller unit as long as its number stays small (`60s`, `90m`, `36h`)."""
    for unit, least, letter in _UNITS:
        if microseconds % unit == 0 and microseconds >= least * unit:
            return f"{microseconds // unit}{letter}"
    return f"{microseconds // 1000}ms" if microseconds else "0s"


def selector_written(selector: Selector) -> Any:
    """Write a selector: a kind, `{kind, where}`, or a list of these."""
    groups: list[tuple[list[str], str | None]] = []
    for clause in selector.clauses:
        where = clause.where.text if clause.where is not None else None
        if groups and where is not None and groups[-1][1] == where:
            groups[-1][0].append(clause.pattern)
        else:
            groups.append(([clause.pattern], where))
    found = [
        kinds[0] if where is None else {"kind": kinds[0] if len(kinds) == 1 else kinds, "where": where}
        for kinds, where in groups
    ]
    return found[0] if len(found) == 1 else found


def writer(name: str) -> Callable[[Writer], Writer]:
    """Register how the parameters of an operator are written; a name is given once."""

    def register(function: Writer) -> Writer:
        if name in WRITERS:
            raise ValueError(
                f"two writers for '{name}': {WRITERS[name].__module__} and {function.__module__}"
            )
        WRITERS[name] = function
        return function

    return register


_ASSUMED = (
    "grace",
    "heard",
    "per",
    "distinct",
)  # what the reader assumes is a value of its own, not one that follows


def parameters(operator: Any) -> dict[str, Any]:
    """Return every parameter of an operator as written; None: not set. Empty when nobody can write the operator."""
    known = WRITERS.get(operator.name)
    if known is None:
        return {}
    return {key: None if usual and key not in _ASSUMED else value for key, value, usual in known(operator)}


def _parameters(source: Any) -> Collection[str]:
    return next(iter(source.values())).keys() if isinstance(source, dict) and source else ()


def _bilingual(names: dict[str, str]) -> Any:
    zh, en = names.get("zh", ""), names.get("en", "")
    return zh if zh == en else {"zh": zh, "en": en}


def _operator(operator: Any, source: Any, kept: Collection[str] = ()) -> dict[str, Any]:
    """Write `{operator: parameters}`; `kept` are keys that are written even where they are usual."""
    known = WRITERS.get(operator.name)
    if known is None:
        found: dict[str, Any] = deepcopy(source)
        return found
    parts = known(operator)
    return {operator.name: {key: value for key, value, usual in parts if not usual or key in kept}}


def _stages(stages: Iterable[RuleStage], source: Any) -> list[dict[str, Any]]:
    found = []
    for index, stage in enumerate(stages):
        each: dict[str, Any] = {"stage": stage.stage, "level": stage.level}
        if stage.when is not None:
            each["when"] = _watch(stage.when, source[index].get("when") if source else None)
        found.append(each)
    return found


def _watch(watch: Watch, source: Any) -> dict[str, Any]:
    """Write the condition of a stage: its operators, then its timers."""
    items = []
    as_written = _operators_of(source)
    for index, operator in enumerate(watch.operators):
        item = _operator(operator, as_written[index] if index < len(as_written) else None)
        within = watch.within_us[index] if index < len(watch.within_us) else None
        if within is not None:
            item = {operator.name: {**item[operator.name], "within": written(within)}}
        items.append(item)
    for name in TIMERS:
        us = getattr(watch, f"{name}_us")
        if us is not None:
            items.append({name: written(us)})
    return items[0] if len(items) == 1 and watch.mode == "any" else {watch.mode: items}


def _operators_of(source: Any) -> list[Any]:
    items = [source]
    for mode in ("all", "any"):
        if isinstance(source, dict) and mode in source:
            items = source[mode]
    return [item for item in items if isinstance(item, dict) and next(iter(item), "") not in TIMERS]


def _is_usual(clear: Clear, detecting: str) -> bool:
    if clear.form == "natural":
        return True
    return clear.form == "quiet" and clear.us == QUIET_US and detecting not in NATURAL


def _clear(clear: Clear, source: Any) -> dict[str, Any] | None:
    if clear.form == "on" and clear.on is not None:
        return {"on": selector_written(clear.on)}
    if clear.form == "when":
        return {"when": _operator(clear.operator, source.get("when") if source else None)}
    if clear.form == "person":
        return {"by": "person"}
    return None if clear.form == "natural" else {clear.form: written(clear.us)}


def _alerts(selector: AlertSelector) -> Any:
    rules: Any = selector.rules[0] if len(selector.rules) == 1 else list(selector.rules)
    return rules if selector.where is None else {"rule": rules, "where": selector.where.text}


@writer("event")
def _event(operator: Any) -> Iterator[Part]:
    yield "of", selector_written(operator.of), False


@writer("sustained")
def _sustained(operator: Any) -> Iterator[Part]:
    yield "of", selector_written(operator.of), False
    yield "holds", operator.holds.text, False
    yield "for", written(operator.for_us), False
    yield "max_gap", written(operator.max_gap_us or 0), operator.max_gap_us is None


@writer("count")
def _count(operator: Any) -> Iterator[Part]:
    yield "of", selector_written(operator.of), False
    yield "at_least", operator.at_least, False
    yield "within", written(operator.within_us), False
    yield "distinct", operator.distinct, operator.distinct is None
    if operator.reset is not None:
        yield "reset", selector_written(operator.reset), False


@writer("corroborate")
def _corroborate(operator: Any) -> Iterator[Part]:
    inner = operator.count
    of = selector_written(inner.of)
    yield "any_of", of if isinstance(of, list) else [of], False
    yield "at_least", inner.at_least, False
    yield "within", written(inner.within_us), False
    yield "distinct", inner.distinct, inner.distinct == "device"


@writer("absence")
def _absence(operator: Any) -> Iterator[Part]:
    yield "of", selector_written(operator.of), False
    yield "for", written(operator.for_us), False
    where = operator.expect.text if operator.expect is not None else None
    if operator.roster == "devices" and where is not None:
        yield "expect", where, False
    elif operator.roster is not None:
        yield "expect", {"roster": operator.roster, **({"where": where} if where is not None else {})}, False
    yield "grace", written(operator.grace_us), operator.grace_us == 2 * MINUTE_US
    yield "heard", operator.heard, operator.heard == "at"


def _pair(operator: Any) -> Iterator[Part]:
    yield "first", selector_written(operator.first), False
    yield "then", selector_written(operator.then), False
    yield "within", written(operator.within_us), False
    yield "match", list(operator.match), not operator.match


WRITERS["sequence"] = WRITERS["missing"] = _pair


@writer("aggregate")
def _aggregate(operator: Any) -> Iterator[Part]:
    yield "of", selector_written(operator.of), False
    yield "value", operator.value, False
    yield "fn", operator.fn, False
    over = operator.over_us
    yield "over", f"{operator.over_events} events" if over is None else written(over), False
    assumed = operator.over_events or (2 if operator.fn in ("delta", "rate") else 1)
    yield "min_samples", operator.min_samples, operator.min_samples == assumed
    yield operator.side, operator.threshold, False
    back = "clear_below" if operator.side == "above" else "clear_above"
    yield back, operator.clear, operator.clear == operator.threshold
    yield "per", written(operator.per_us), operator.per_us == SECOND_US


@writer("every")
def _every(operator: Any) -> Iterator[Part]:
    yield "cron", operator.cron, operator.cron is None
    yield "interval", written(operator.interval_us or 0), operator.interval_us is None
    if operator.condition is not None:
        yield "if", operator.condition.text, False
