"""What each operator says of itself, one phrase an operator: “60 秒内“拒绝通行”达到 5 次”.

An operator in a file of its own brings its phrase with it: `@phrase("name")`. One without is called by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.aloud import name_of
from rules.words import Lang, condition, kinds, lasting, listed, number, pick, quoted, schedule

Phrase = Callable[[Any, Lang], str]
PHRASES: dict[str, Phrase] = {}
_FUNCTIONS = {
    "avg": ("平均值", "average"),
    "min": ("最小值", "minimum"),
    "max": ("最大值", "maximum"),
    "sum": ("合计", "sum"),
    "rate": ("变化速度", "rate"),
    "delta": ("变化量", "change"),
    "last": ("最新值", "latest value"),
}


def phrase(name: str) -> Callable[[Phrase], Phrase]:
    """Register how an operator is read aloud; a name is given once."""

    def register(function: Phrase) -> Phrase:
        if name in PHRASES:
            raise ValueError(
                f"two phrases for '{name}': {PHRASES[name].__module__} and {function.__module__}"
            )
        PHRASES[name] = function
        return function

    return register


def say(operator: Any, lang: Lang) -> str:
    """Say the condition of an operator."""
    known = PHRASES.get(operator.name)
    return known(operator, lang) if known is not None else quoted(operator.name, lang)


def function(name: object, lang: Lang) -> str:
    """Say the function of an aggregate."""
    return pick(lang, *_FUNCTIONS.get(str(name), (str(name), str(name))))


@phrase("event")
def _event(operator: Any, lang: Lang) -> str:
    return pick(
        lang, f"出现{kinds(operator.slots['of'], lang)}", f"{kinds(operator.slots['of'], lang)} comes"
    )


@phrase("sustained")
def _sustained(operator: Any, lang: Lang) -> str:
    of, holds, span = (
        kinds(operator.of, lang),
        condition(operator.holds, lang),
        lasting(operator.for_us, lang),
    )
    text = pick(lang, f"{of}的{holds}，持续 {span}", f"at {of} {holds} for {span}")
    if operator.max_gap_us is not None:
        gap = lasting(operator.max_gap_us, lang)
        text += pick(lang, f"（样本间隔不超过 {gap}）", f" (samples at most {gap} apart)")
    return text


@phrase("count")
def _count(operator: Any, lang: Lang) -> str:
    of, span, least = kinds(operator.of, lang), lasting(operator.within_us, lang), operator.at_least
    if operator.distinct is not None:
        what = name_of(operator.distinct, lang).removeprefix("the ")
        return pick(
            lang,
            f"{span}内{of}出现 {least} 个不同的{what}",
            f"{of} with {least} different values of {what} within {span}",
        )
    if least == 1:
        return pick(lang, f"出现{of}", f"{of} comes")
    return pick(lang, f"{span}内{of}达到 {least} 次", f"{of} comes {least} times within {span}")


@phrase("corroborate")
def _corroborate(operator: Any, lang: Lang) -> str:
    inner = operator.count
    of, span = kinds(inner.of, lang), lasting(inner.within_us, lang)
    what = pick(lang, "设备", "devices") if inner.distinct == "device" else name_of(inner.distinct, lang)
    return pick(
        lang,
        f"{span}内有 {inner.at_least} 个不同{what}报{of}",
        f"{inner.at_least} different {what} report {of} within {span}",
    )


@phrase("absence")
def _absence(operator: Any, lang: Lang) -> str:
    of, span = kinds(operator.of, lang), lasting(operator.for_us, lang)
    text = pick(lang, f"{span}没有{of}", f"no {of} for {span}")
    if operator.expect is not None:
        expected = condition(operator.expect, lang)
        who = (
            pick(lang, "住户", "households")
            if operator.roster == "households"
            else pick(lang, "设备", "devices")
        )
        text += pick(lang, f"（只看{expected}的{who}）", f" (only {who} where {expected})")
    return text


@phrase("sequence")
def _sequence(operator: Any, lang: Lang) -> str:
    first, then = kinds(operator.first, lang), kinds(operator.then, lang)
    span = lasting(operator.within_us, lang)
    text = pick(lang, f"{first}之后 {span}内出现{then}", f"{then} within {span} after {first}")
    return text + _matched(operator, lang)


@phrase("missing")
def _missing(operator: Any, lang: Lang) -> str:
    first, then = kinds(operator.first, lang), kinds(operator.then, lang)
    span = lasting(operator.within_us, lang)
    text = pick(lang, f"{first}之后 {span}内没有{then}", f"no {then} within {span} after {first}")
    return text + _matched(operator, lang)


def _matched(operator: Any, lang: Lang) -> str:
    if not operator.match:
        return ""
    same = listed(operator.match, lang)
    return pick(lang, f"（{same} 相同）", f" (same {same})")


@phrase("aggregate")
def _aggregate(operator: Any, lang: Lang) -> str:
    beyond = pick(lang, "高于", "above") if operator.side == "above" else pick(lang, "低于", "below")
    value = name_of(operator.value, lang)
    what = pick(lang, f"{kinds(operator.of, lang)}的{value}", f"{value} of {kinds(operator.of, lang)}")
    limit = number(operator.threshold)
    name = function(operator.fn, lang)
    if operator.fn == "last" and operator.over_events == 1:
        return pick(lang, f"{what}{beyond} {limit}", f"{what} goes {beyond} {limit}")
    if operator.over_us is not None:
        over = pick(lang, f"{lasting(operator.over_us, lang)}内", f" over {lasting(operator.over_us, lang)}")
    else:
        over = pick(lang, f"最近 {operator.over_events} 次", f" of the last {operator.over_events} samples")
    if operator.fn == "rate":
        limit += pick(
            lang, f"（每 {lasting(operator.per_us, lang)}）", f" per {lasting(operator.per_us, lang)}"
        )
    return pick(
        lang, f"{over}{what}的{name}{beyond} {limit}", f"the {name} of {what}{over} goes {beyond} {limit}"
    )


@phrase("every")
def _every(operator: Any, lang: Lang) -> str:
    if operator.interval_us is not None:
        span = lasting(operator.interval_us, lang)
        text = pick(lang, f"每 {span}", f"every {span}")
    else:
        text = schedule(operator.cron, lang)
    if operator.condition is not None:
        held = condition(operator.condition, lang)
        text += pick(lang, f"，若{held}", f", if {held}")
    return text
