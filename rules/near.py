"""Why a rule did not fire: how close one key came, as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from rules.aloud import aloud, name_of
from rules.model import Rule, Selector
from rules.phrases import say
from rules.words import Lang, kinds, lasting, moment, number, pick


def near_miss_sentence(
    found: Mapping[str, Any] | None, rule: Rule, lang: Lang, *, zone: tzinfo | None = None
) -> str:
    """Say how close a key came: “60 秒内“拒绝通行”最多 4 次，要 5 次（03-06 22:02:10）。”

    Args:
        found: what `Engine.near_miss` answered; None: nothing that counts has come for this key.
        rule: the rule that was asked about.
        lang: `zh` or `en`.
        zone: for times of day.
    """
    operator = rule.detect
    known = _NEAR.get(str((found or {}).get("operator")))
    if found is None or known is None:
        said = say(operator, lang)
        return pick(
            lang, f"还没有接近触发。触发条件：{said}。", f"It has not come close. It fires when {said}."
        )
    return known(found, rule, lang, zone)


def _of(rule: Rule, lang: Lang) -> str:
    found = rule.detect.slots.get("of")
    return kinds(found if isinstance(found, Selector) else None, lang)


def _count(found: Mapping[str, Any], rule: Rule, lang: Lang, zone: tzinfo | None) -> str:
    within = lasting(getattr(rule.detect, "within_us", None), lang)
    best, least, at = found.get("number"), found.get("at_least"), moment(found.get("at_us"), zone)
    return pick(
        lang,
        f"{within}内{_of(rule, lang)}最多 {best} 次，要 {least} 次（{at}）。",
        f"{_of(rule, lang)} at most {best} times within {within}, {least} are needed ({at}).",
    )


def _sustained(found: Mapping[str, Any], rule: Rule, lang: Lang, _zone: tzinfo | None) -> str:
    held, needed = lasting(_seconds(found.get("held_us")), lang), lasting(found.get("for_us"), lang)
    holds = aloud(rule.detect.holds, lang)
    return pick(
        lang,
        f"{holds}最长持续 {held}，要 {needed}。",
        f"{holds} held for {held} at most, {needed} are needed.",
    )


def _aggregate(found: Mapping[str, Any], rule: Rule, lang: Lang, _zone: tzinfo | None) -> str:
    over = "above" if "above" in found else "below"
    value, limit = number(found.get("nearest")), number(found.get(over))
    what = name_of(rule.detect.value, lang)
    return pick(
        lang,
        f"{_of(rule, lang)}的{what}最接近时为 {value}，要{'高于' if over == 'above' else '低于'} {limit}。",
        f"{what} of {_of(rule, lang)} came to {value}, it must go {over} {limit}.",
    )


def _absence(found: Mapping[str, Any], _rule: Rule, lang: Lang, zone: tzinfo | None) -> str:
    last, needed = moment(found.get("last_us"), zone), lasting(found.get("for_us"), lang)
    return pick(
        lang,
        f"最后一次消息在 {last}，满 {needed}没有消息才触发。",
        f"Last heard {last}; it fires after {needed} without a message.",
    )


def _seconds(microseconds: object) -> object:
    """Leave out fractions of a second that nobody needs."""
    if isinstance(microseconds, int) and microseconds >= 1_000_000:
        return microseconds - microseconds % 1_000_000
    return microseconds


_NEAR = {"count": _count, "sustained": _sustained, "aggregate": _aggregate, "absence": _absence}
