"""Form: the parts of a rule that somebody may change without writing one, each with its place, its words and its value.

A page shows them as fields and puts each answer at its place in the rule's plain data; whoever reads that data again
is the only one who judges it. What is written as an expression or joined from several is read aloud, not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from rules.dump import dump_rule, written
from rules.model import Rule

FormType: TypeAlias = Literal[
    "duration", "number", "kind", "kinds", "place", "calendar", "level", "stage", "plan", "category", "words"
]
Words: TypeAlias = dict[str, str]
_PLACE = re.compile(r'device\.(building|zone) == "[^"\\]+"')


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One question. `path` is its place in the plain data; `part`: what it looks at, or what is done then."""

    path: str  # like `detect.count.within`, `stages[1].when.open_for`
    part: Literal["when", "then"]
    label: Words
    type: FormType
    value: Any = None
    unit: Words | None = None
    whole: bool = False  # a number of things: no fraction
    optional: bool = False
    rare: bool = False  # seldom changed: shown on request


_TIMES = {"zh": "次", "en": "times"}
_DURATIONS: dict[str, tuple[str, str]] = {
    "within": ("多长时间内", "Within"),
    "for": ("持续多久", "For how long"),
    "over": ("看多长时间", "Looked at over"),
    "interval": ("每隔多久", "Every"),
    "open_for": ("过了多久还没解除", "Still open after"),
    "unacknowledged": ("多久没人确认", "Nobody confirms for"),
}
_NUMBERS: dict[str, tuple[str, str]] = {
    "at_least": ("至少几次", "At least"),
    "above": ("高于多少", "Above"),
    "below": ("低于多少", "Below"),
    "clear_below": ("低于多少算恢复", "Fine again below"),
    "clear_above": ("高于多少算恢复", "Fine again above"),
}
_KINDS: dict[str, tuple[str, str]] = {
    "of": ("看哪种事件", "Which event"),
    "any_of": ("看哪些事件", "Which events"),
    "first": ("先发生", "First"),
    "then": ("随后应有", "Then"),
    "reset": ("什么事件重新数起", "What starts the count anew"),
}


def form_of(rule: Rule) -> tuple[FormField, ...]:
    """Return the questions of a rule, in the order in which they are asked."""
    plain = dump_rule(rule)
    return (*_looked_at(rule, plain), *_stages(plain), *_answered(rule, plain), *_ended(rule))


def _looked_at(rule: Rule, plain: Mapping[str, Any]) -> Iterator[FormField]:
    yield from _operator(plain["detect"], "detect", "when", ("", ""))
    scope = plain.get("scope")
    if scope is None or _PLACE.fullmatch(scope):
        yield _field("scope", "when", ("只看哪里", "Only where"), "place", scope, optional=True)
    yield _field("active", "when", ("什么时段", "At what time"), "calendar", rule.active, optional=True)


def _stages(plain: Mapping[str, Any]) -> Iterator[FormField]:
    stages = plain["stages"]
    several = len(stages) > 1
    for index, stage in enumerate(stages):
        place = f"stages[{index}]"
        about = (f"第 {index + 1} 档：", f"Tier {index + 1}: ") if several else ("", "")
        if "when" in stage:
            yield from _watch(stage["when"], f"{place}.when", about)
        yield _field(f"{place}.level", "then", _about(about, "级别", "level"), "level", stage["level"])
        yield _field(
            f"{place}.stage", "then", _about(about, "怎么处理", "what is done"), "stage", stage["stage"]
        )


def _watch(watch: Any, place: str, about: tuple[str, str]) -> Iterator[FormField]:
    for mode in ("all", "any"):
        if isinstance(watch, dict) and isinstance(watch.get(mode), list):
            for index, item in enumerate(watch[mode]):
                yield from _watch(item, f"{place}.{mode}[{index}]", about)
            return
    yield from _operator(watch, place, "then", about)


def _operator(
    operator: Any, place: str, part: Literal["when", "then"], about: tuple[str, str]
) -> Iterator[FormField]:
    """Ask for what an operator or a timer says: `{name: parameters}` or `{timer: duration}`."""
    if not isinstance(operator, dict):
        return
    for name, value in operator.items():
        if name in ("open_for", "unacknowledged"):
            yield _field(f"{place}.{name}", part, _about(about, *_DURATIONS[name]), "duration", value)
        elif isinstance(value, dict):
            for key, each in value.items():
                found = _parameter(f"{place}.{name}.{key}", part, about, name, key, each)
                if found is not None:
                    yield found


def _parameter(
    path: str, part: Literal["when", "then"], about: tuple[str, str], operator: str, key: str, value: Any
) -> FormField | None:
    if key in _KINDS:
        words = ("又发生", "Then") if (operator, key) == ("sequence", "then") else _KINDS[key]
        if isinstance(value, str):
            return _field(path, part, _about(about, *words), "kind", value)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return _field(path, part, _about(about, *words), "kinds", value)
    elif key in _DURATIONS and isinstance(value, str) and not value.endswith("events"):
        return _field(path, part, _about(about, *_DURATIONS[key]), "duration", value)
    elif key == "at_least":
        several = ("至少几个一起", "At least so many together")
        words = several if operator == "corroborate" else _NUMBERS[key]
        unit = None if operator == "corroborate" else _TIMES
        return _field(path, part, _about(about, *words), "number", value, unit=unit, whole=True)
    elif key in _NUMBERS and isinstance(value, int | float):
        return _field(path, part, _about(about, *_NUMBERS[key]), "number", value)
    return None


def _answered(rule: Rule, plain: Mapping[str, Any]) -> Iterator[FormField]:
    yield _field("respond", "then", ("用哪个预案", "Which plan"), "plan", rule.respond, optional=True)
    yield _field("name", "then", ("规则叫什么", "What the rule is called"), "words", plain["name"])
    yield _field(
        "category",
        "then",
        ("算哪一类事", "Kind of case"),
        "category",
        rule.category or None,
        optional=True,
        rare=True,
    )
    yield _field(
        "note",
        "then",
        ("告诉值班员怎么做", "What the desk is told to do"),
        "words",
        plain.get("note"),
        optional=True,
        rare=True,
    )
    yield _field(
        "notify",
        "then",
        ("什么时段才通知", "Notified only at"),
        "calendar",
        rule.notify,
        optional=True,
        rare=True,
    )


def _ended(rule: Rule) -> Iterator[FormField]:
    clear = rule.clear
    if clear.form in ("quiet", "after"):
        words = (
            ("安静多久算结束", "Over after so much quiet")
            if clear.form == "quiet"
            else ("多久后算结束", "Over after")
        )
        yield _field(f"clear.{clear.form}", "then", words, "duration", written(clear.us), rare=True)
    yield _field(
        "cooldown",
        "then",
        ("结束后多久内不再报", "Not told again within"),
        "duration",
        written(rule.cooldown_us),
        rare=True,
    )


def _about(about: tuple[str, str], zh: str, en: str) -> tuple[str, str]:
    return about[0] + zh, about[1] + en


def _field(
    path: str, part: Literal["when", "then"], words: tuple[str, str], kind: FormType, value: Any, **more: Any
) -> FormField:
    return FormField(
        path=path, part=part, label={"zh": words[0], "en": words[1]}, type=kind, value=value, **more
    )
