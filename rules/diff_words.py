"""The words of a difference: what each parameter is called, and how its value is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.model import Rule, Selector
from rules.phrases import function
from rules.words import Lang, condition, kinds, lasting, listed, number, pick, quoted

Say = Callable[[Any, Lang], str]


def _times(value: Any, lang: Lang) -> str:
    return pick(lang, f"{value} 次", f"{value} times" if value != 1 else "once")


def _several(value: Any, lang: Lang) -> str:
    return pick(lang, f"{value} 个", f"{value}")


def _plain(value: Any, lang: Lang) -> str:
    return number(value) if isinstance(value, int | float) else quoted(value, lang)


def _listed(value: Any, lang: Lang) -> str:
    return quoted(", ".join(value) if isinstance(value, list) else value, lang)


def _selected(value: Any, lang: Lang) -> str:
    return kinds(value, lang) if isinstance(value, Selector) else _plain(value, lang)


def _held(value: Any, lang: Lang) -> str:
    return quoted(condition(value, lang) if value is not None else "", lang)


PARAMETERS: dict[str, tuple[str, str, Say]] = {
    "of": ("看的事件", "the events it looks at", _selected),
    "any_of": ("看的事件", "the events it looks at", _selected),
    "first": ("先发生的事件", "the first event", _selected),
    "then": ("随后的事件", "the event after it", _selected),
    "reset": ("重新计数的事件", "the event that starts the count anew", _selected),
    "at_least": ("次数", "at least", _times),
    "within": ("窗口", "the window", lasting),
    "for": ("持续时间", "the duration", lasting),
    "max_gap": ("样本最长间隔", "the longest gap between samples", lasting),
    "grace": ("启动宽限", "the grace after a start", lasting),
    "heard": ("最后一次按哪个时间算", "which time of the last sign of life counts", _plain),
    "over": ("窗口", "the window", lasting),
    "per": ("变化速度的单位时间", "the unit of time of the rate", lasting),
    "interval": ("间隔", "the interval", lasting),
    "cron": ("定时", "the schedule", _plain),
    "holds": ("条件", "the condition", _held),
    "if": ("条件", "the condition", _held),
    "expect": ("应有消息的名单", "who is expected", _held),
    "distinct": ("按什么算不同", "what counts as different", _plain),
    "match": ("须相同的字段", "the fields that have to match", _listed),
    "value": ("看的数值", "the value it looks at", _plain),
    "fn": ("算法", "the function", lambda value, lang: quoted(function(value, lang), lang)),
    "min_samples": ("最少样本数", "the least number of samples", _several),
    "above": ("上限", "the upper limit", _plain),
    "below": ("下限", "the lower limit", _plain),
    "clear_below": ("解除值", "the value at which it ends", _plain),
    "clear_above": ("解除值", "the value at which it ends", _plain),
}
_OBJECTS: dict[str, Callable[[Any], Any]] = {
    "of": lambda operator: operator.of,
    "any_of": lambda operator: operator.count.of,
    "first": lambda operator: operator.first,
    "then": lambda operator: operator.then,
    "reset": lambda operator: operator.reset,
    "holds": lambda operator: operator.holds,
    "if": lambda operator: operator.condition,
    "expect": lambda operator: operator.expect,
}
"""What is said of a parameter is made from the compiled value where the written one is no text for people."""


def parameter_name(key: str, lang: Lang) -> str:
    """Return what people call a parameter; an unknown one is called by its key."""
    zh, en, _ = PARAMETERS.get(key, (key, key, _plain))
    return pick(lang, zh, en)


def parameter_said(operator: Any, key: str, value: Any, lang: Lang) -> str:
    """Say the value of one parameter of an operator."""
    say = PARAMETERS.get(key, ("", "", _plain))[2]
    if operator.name == "corroborate" and key == "at_least":
        say = _several
    if key == "expect" and operator.expect is None:
        return _plain(value, lang)
    compiled = _OBJECTS.get(key)
    return say(value if compiled is None else compiled(operator), lang)


def changed(name: str, before: str | None, after: str | None, lang: Lang) -> str:
    """Say that something changed, came or went: “次数由 5 次改为 8 次”, “at least: 5 times → 8 times”."""
    if before is None:
        return pick(lang, f"新增{name}：{after}", f"new: {name}, {after}")
    if after is None:
        return pick(lang, f"去掉{name}（原为{_spaced(before).rstrip()}）", f"gone: {name} (it was {before})")
    return pick(
        lang, f"{name}由{_spaced(before)}改为{_spaced(after)}".rstrip(), f"{name}: {before} → {after}"
    )


def _spaced(text: str) -> str:
    """Set a space between Chinese and what begins or ends with a Latin letter or digit."""
    first, last = (text[at].isascii() and text[at].isalnum() for at in (0, -1)) if text else (False, False)
    return f"{' ' if first else ''}{text}{' ' if last else ''}"


LATE = {
    "record": ("只记录", "only recorded"),
    "open": ("补报，不通知", "opened quietly"),
    "evaluate": ("照常判断", "judged as usual"),
}


def late_said(rule: Rule, lang: Lang) -> str:
    """Say what happens to events that come late."""
    usual = ("按事件种类", "as its kind says")
    return pick(lang, *(usual if rule.late is None else LATE[rule.late]))


def respond_said(rule: Rule, lang: Lang) -> str:
    """Say who goes when the rule alarms."""
    if rule.respond is None:
        return pick(lang, "按类别的预案", "the plan of its category")
    if rule.respond == "none":
        return pick(lang, "只告警、不建案", "an alert only, no case")
    return quoted(rule.respond, lang)


def _scope(rule: Rule, lang: Lang) -> str | None:
    return quoted(condition(rule.scope, lang), lang) if rule.scope is not None else None


def _name_text(rule: Rule, lang: Lang) -> str | None:
    return rule.name.get(lang) or None


def _note_text(rule: Rule, lang: Lang) -> str | None:
    return rule.note.get(lang) or None


def _overrides(rule: Rule, lang: Lang) -> str | None:
    said = [
        f"{condition(each.where, lang)}: "
        + ", ".join(f"{parameter_name(key, lang)} {value}" for key, value in each.change.items())
        for each in rule.overrides
    ]
    return quoted("; ".join(said), lang) if said else None


SAID: tuple[tuple[str, str, str, Callable[[Rule, Lang], str | None]], ...] = (
    ("scope", "范围", "the scope", _scope),
    ("active", "起作用的日历", "the calendar in which it works", lambda rule, lang: rule.active and quoted(rule.active, lang)),
    ("notify", "通知的日历", "the calendar in which it tells", lambda rule, lang: rule.notify and quoted(rule.notify, lang)),
    ("overrides", "个别地方的参数", "the parameters of some places", _overrides),
    ("dedup", "另外分开的字段", "what else separates alerts", lambda rule, lang: quoted(listed(rule.dedup, lang), lang) if rule.dedup else None),
    ("respond", "处置", "the response", respond_said),
    ("late", "迟到的事件", "events that come late", late_said),
    ("category", "类别", "the category", lambda rule, _: rule.category or None),
    ("name", "名称", "the name", _name_text),
    ("note", "说明", "the note", _note_text),
)  # fmt: skip
