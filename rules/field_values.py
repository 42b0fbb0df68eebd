"""What people fill into the form of a template: checked field by field, all at once, and said in people's words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from devices.kinds import KINDS
from devices.problem import nearest
from rules.duration import parse_duration
from rules.model import Clause, Selector, covers
from rules.words import Lang, kinds, lasting, number

if TYPE_CHECKING:
    from rules.templates import TemplateField

LEVELS = ("L1", "L2", "L3", "L4")
LONGEST_TEXT = 200


class FieldProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in one field of a form, in both languages."""

    field: str
    zh: str
    en: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the site has; None: nobody knows, and anything is taken."""

    devices: Collection[str] | None = None
    zones: Collection[str] | None = None
    calendars: Collection[str] | None = None


class _Wrong(ValueError):
    """Both sentences of a mistake."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def checked(
    fields: Sequence[TemplateField], given: Mapping[str, Any], known: Known
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Return the value of every field (None: left empty) and every mistake."""
    found: dict[str, Any] = {}
    names = [field.name for field in fields]
    problems = [
        FieldProblem(field=name, zh="没有这个字段", en=f"there is no such field{nearest(name, names)}")
        for name in given
        if name not in names
    ]
    for field in fields:
        value = given.get(field.name, field.default)
        found[field.name] = None
        if value is None:
            if not field.optional:
                problems.append(FieldProblem(field=field.name, zh="必须填写", en="has to be filled in"))
            continue
        try:
            found[field.name] = _READ[field.type](field, value, known)
        except _Wrong as wrong:
            problems.append(FieldProblem(field=field.name, zh=wrong.zh, en=wrong.en))
    return found, problems


def said(field: TemplateField, value: Any, lang: Lang) -> str:
    """Say a value in people's words: 60 秒, 5 次, “尾随”."""
    if field.type == "duration":
        return lasting(value, lang)
    if field.type == "kind":
        return kinds(Selector((Clause(value),)), lang)
    if field.type == "choice":
        return next((each.label[lang] for each in field.choices if each.value == value), str(value))
    if field.type == "number":
        unit = field.unit[lang] if field.unit is not None else ""
        return f"{number(value)} {unit}".strip() if unit not in ("%", "℃", "°C") else f"{number(value)}{unit}"
    return str(value)


def _duration(field: TemplateField, value: Any, _: Known) -> str:
    us = parse_duration(value)
    if us is None:
        raise _Wrong("应为时长，例如 30s、5m、2h、3d", "expected a duration such as 30s, 5m, 2h or 3d")
    least, most = parse_duration(field.least), parse_duration(field.most)
    if least is not None and us < least:
        raise _Wrong(f"不能短于 {lasting(least, 'zh')}", f"expected at least {lasting(least, 'en')}")
    if most is not None and us > most:
        raise _Wrong(f"不能长于 {lasting(most, 'zh')}", f"expected at most {lasting(most, 'en')}")
    return str(value)


def _number(field: TemplateField, value: Any, _: Known) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise _Wrong("应为数字", "expected a number")
    if field.whole and not float(value).is_integer():
        raise _Wrong("应为整数", "expected a whole number")
    if isinstance(field.least, int | float) and value < field.least:
        raise _Wrong(f"不能小于 {field.least:g}", f"expected at least {field.least:g}")
    if isinstance(field.most, int | float) and value > field.most:
        raise _Wrong(f"不能大于 {field.most:g}", f"expected at most {field.most:g}")
    return int(value) if float(value).is_integer() else value


def _kind(_: TemplateField, value: Any, __: Known) -> str:
    if not isinstance(value, str) or not any(covers(value, name) for name in KINDS):
        raise _Wrong(
            f"没有事件种类“{value}”", f"unknown kind '{value}'{nearest(str(value), KINDS)}"
        )  # fmt: skip
    return value


def _one_of(pick: Callable[[Known], Collection[str] | None], zh: str, en: str) -> Callable[..., str]:
    def read(_: TemplateField, value: Any, known: Known) -> str:
        there = pick(known)
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise _Wrong("应为文字", "expected text")
        if there is not None and value not in there:
            raise _Wrong(f"没有{zh}“{value}”", f"unknown {en} '{value}'{nearest(value, there)}")
        return value

    return read


def _level(_: TemplateField, value: Any, __: Known) -> str:
    if value not in LEVELS:
        raise _Wrong("只能是 L1、L2、L3 或 L4", "expected L1, L2, L3 or L4")
    return str(value)


def _choice(field: TemplateField, value: Any, _: Known) -> str:
    values = [each.value for each in field.choices]
    if value not in values:
        labels = "、".join(each.label["zh"] for each in field.choices)
        raise _Wrong(f"只能是{labels}", f"expected one of {', '.join(values)}{nearest(str(value), values)}")
    return str(value)


_READ: dict[str, Callable[[TemplateField, Any, Known], Any]] = {
    "duration": _duration,
    "number": _number,
    "kind": _kind,
    "device": _one_of(lambda known: known.devices, "设备", "device"),
    "zone": _one_of(lambda known: known.zones, "区域", "zone"),
    "calendar": _one_of(lambda known: known.calendars, "日历", "calendar"),
    "level": _level,
    "text": _one_of(lambda _: None, "", ""),
    "choice": _choice,
}
