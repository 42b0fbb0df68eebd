"""What made a condition true, and what ended it, one sentence an operator: “60 秒内“拒绝通行” 5 次（规定 5 次）”.

Written from the `why` of a change. An operator in a file of its own brings its sentences by the same doors:
`@because("name")` and, when it ends by itself, `@over("name")`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from rules.aloud import aloud, name_of
from rules.phrases import function
from rules.told import Told
from rules.words import lasting, listed, schedule

Sentence: TypeAlias = Callable[[Told], str]
BECAUSE: dict[str, Sentence] = {}
OVER: dict[str, Sentence] = {}


def because(name: str) -> Callable[[Sentence], Sentence]:
    """Register what made an operator's condition true; a name is given once."""
    return _door(BECAUSE, name)


def over(name: str) -> Callable[[Sentence], Sentence]:
    """Register what ended an operator's condition; a name is given once."""
    return _door(OVER, name)


def _door(known: dict[str, Sentence], name: str) -> Callable[[Sentence], Sentence]:
    def register(function: Sentence) -> Sentence:
        if name in known:
            raise ValueError(
                f"two sentences for '{name}': {known[name].__module__} and {function.__module__}"
            )
        known[name] = function
        return function

    return register


def reason(told: Told) -> str:
    """Say what made the condition true; what is not known is told by the alert's own numbers, never guessed."""
    known = BECAUSE.get(str(told.why.get("operator")))
    return (known(told) if known is not None else "") or plain(told)


def ending(told: Told) -> str:
    """Say what ended the condition."""
    known = OVER.get(str(told.why.get("operator")))
    return (known(told) if known is not None else "") or told.pick("条件不再成立", "it no longer holds")


def plain(told: Told) -> str:
    """Say the name of the rule, and how often."""
    name, count = told.rule_name(), told.change.count
    return told.pick(f"{name}，共 {count} 次", f"{name}, {count} times") if count > 1 else name


# --- what made it true


@because("event")
def _event(told: Told) -> str:
    name, kind, facts = told.rule_name(), told.kind(), told.facts()
    bare = kind.strip("“”")
    about = "" if not kind or bare in name else told.pick(f"，{kind}", f", {kind}")
    said = told.pick(f"（{facts}）", f" ({facts})") if facts else ""
    return f"{name}{about}{said}"


@because("count")
def _count(told: Told) -> str:
    why, within, events = told.why, told.span("within"), told.kinds()
    if "at_least" not in why:
        return ""
    found, least = why.get("number"), why["at_least"]
    if why.get("distinct"):
        what = name_of(str(why["distinct"]), told.lang).removeprefix("the ")
        values = listed([told.name(value) for value in told.parts("values")], told.lang)
        several = "" if found == 1 else "s"
        named = told.pick(f"：{values}", f": {values}") if values else ""
        return told.pick(
            f"{within}内{events}有 {found} 个不同的{what}（规定 {least} 个{named}）",
            f"{events} with {found} different value{several} of {what} within {within} (threshold {least}{named})",
        )
    return told.pick(
        f"{within}内{events} {found} 次（规定 {least} 次）",
        f"{events} {found} times within {within} (threshold {least})",
    )


@because("sustained")
def _sustained(told: Told) -> str:
    if "holds" not in told.why:
        return ""
    held, span, since = aloud(str(told.why["holds"]), told.lang), told.span("for"), told.at("since_us")
    now = _newest(told)
    return told.pick(
        f"{told.kinds()}{held}，自 {since} 起已满 {span}{now}",
        f"{told.kinds()}: {held} for {span}, since {since}{now}",
    )


def _newest(told: Told) -> str:
    """Say the one number that the newest sample had."""
    values = told.why.get("values")
    found = list(values.items()) if isinstance(values, dict) else []
    numbers = [(path, value) for path, value in found if type(value) in (int, float)]
    if len(numbers) != 1:
        return ""
    said = told.measured(*numbers[0])
    return told.pick(f"（现为 {said}）", f" (now {said})")


@because("absence")
def _absence(told: Told) -> str:
    if "for" not in told.why:
        return ""
    span, last, of = told.span("for"), told.at("last_us"), told.kinds()
    if told.why.get("heard"):
        return told.pick(f"已 {span}没有{of}，最后一次在 {last}", f"no {of} for {span}, the last at {last}")
    return told.pick(f"已 {span}没有{of}，从未收到过", f"no {of} for {span}, none ever came")


@because("sequence")
def _sequence(told: Told) -> str:
    if "first_us" not in told.why:
        return ""
    first, gap, within = told.at("first_us"), told.between("first_us", "then_us"), told.span("within")
    return told.pick(
        f"{first} {told.kinds('first')}，{gap}后{told.kinds('then')}（{within}内算数{_same(told)}）",
        f"{told.kinds('first')} at {first}, {told.kinds('then')} {gap} later (counts within {within}{_same(told)})",
    )


@because("missing")
def _missing(told: Told) -> str:
    if "first_us" not in told.why:
        return ""
    first, within, same = told.at("first_us"), told.span("within"), _same(told)
    extra = told.pick(f"（{same[1:]}）", f" ({same[2:]})") if same else ""
    return told.pick(
        f"{first} {told.kinds('first')}，之后 {within}内没有{told.kinds('then')}{extra}",
        f"{told.kinds('first')} at {first}, then no {told.kinds('then')} within {within}{extra}",
    )


def _same(told: Told) -> str:
    paths, values = told.parts("match"), told.parts("values")
    if not paths or len(paths) != len(values):
        return ""
    pairs = [
        f"{name_of(str(path), told.lang).removeprefix('the ')} {told.name(value)}"
        for path, value in zip(paths, values, strict=True)
    ]
    return told.pick(f"，同为{listed(pairs, told.lang)}", f", both {listed(pairs, told.lang)}")


@because("aggregate")
def _aggregate(told: Told) -> str:
    why = told.why
    side = "above" if "above" in why else "below"
    if side not in why:
        return ""
    limit = told.measured(why.get("path"), why[side])
    return told.pick(
        f"{_figure(told)}，{'高于上限' if side == 'above' else '低于下限'} {limit}",
        f"{_figure(told)}, {side} the threshold {limit}",
    )


def _figure(told: Told) -> str:
    """Say the number that an aggregate compares: “温度” 5 分钟平均值 56.2 °C."""
    why = told.why
    path, fn, over = str(why.get("path")), str(why.get("fn")), str(why.get("over"))
    name = "" if path == "data.value" else name_of(path, told.lang).removeprefix("the ")
    value = why.get("value")
    said = told.pick("未知", "not known") if value is None else told.measured(path, value)
    if fn == "rate":
        per = _EACH.get(str(why.get("per", "1s")))
        zh, en = per or (f" {lasting(why.get('per'), 'zh')}", lasting(why.get("per"), "en"))
        said = told.pick(f"每{zh} {said}", f"{said} per {en}")
    what = told.pick(f"{told.kinds()}{name}", f"{name} of {told.kinds()}" if name else told.kinds())
    if fn == "last":
        return told.pick(f"{what} {said}", f"{what} is {said}")
    span = lasting(over, told.lang)
    if over.endswith("events"):
        span = told.pick(
            f"最近 {over.split(maxsplit=1)[0]} 次的", f"the last {over.split(maxsplit=1)[0]} samples"
        )
    called = function(fn, told.lang)
    return told.pick(
        f"{what}{span}{'' if '次的' in span else '内'}{called} {said}",
        f"the {called} of {what} over {span} is {said}",
    )


_EACH = {"1s": ("秒", "second"), "1m": ("分钟", "minute"), "1h": ("小时", "hour"), "1d": ("天", "day")}


@because("corroborate")
def _corroborate(told: Told) -> str:
    if "at_least" not in told.why:
        return ""
    found, least, within = told.why.get("number"), told.why["at_least"], told.span("within")
    named = listed([told.name(each) for each in told.parts("values")], told.lang)
    who = told.pick(f"：{named}", f": {named}") if named else ""
    sources = (
        told.pick("个设备", "devices")
        if told.why.get("distinct", "device") == "device"
        else told.pick("个来源", "sources")
    )
    return told.pick(
        f"{within}内 {found} {sources}报{told.kinds()}（规定 {least} 个{who}）",
        f"{found} {sources} report {told.kinds()} within {within} (threshold {least}{who})",
    )


@because("every")
def _every(told: Told) -> str:
    if "planned_us" not in told.why:
        return ""
    asked = [
        aloud(str(each.get("text")), told.lang)
        for each in told.parts("clauses")
        if isinstance(each, dict) and each.get("of") == "if"
    ]
    held = told.pick(f"：{'且'.join(asked)}", f": {' and '.join(asked)}") if asked else ""
    times = schedule(told.why.get("schedule", "?"), told.lang)
    return told.pick(
        f"{told.clock('planned_us')} 定时检查{held}（{times}）",
        f"checked at {told.clock('planned_us')}{held} ({times})",
    )


@because("system")
def _system(told: Told) -> str:
    error = told.why.get("error", "?")
    return told.pick(f"规则停用：{error}", f"rule disabled: {error}")


# --- what ended it


@over("sustained")
def _sustained_over(told: Told) -> str:
    false = [
        each
        for each in told.parts("clauses")
        if isinstance(each, dict) and each.get("of") == "holds" and each.get("truth") is False
    ]
    if not false:
        text = told.why.get("holds")
        held = aloud(str(text), told.lang)
        return told.pick(f"“{held}”不再成立", f"“{held}” no longer holds") if text else ""
    values = false[0].get("values")
    numbers = [
        (path, value)
        for path, value in (values.items() if isinstance(values, dict) else ())
        if isinstance(value, int | float | str)
    ]
    now = told.measured(*numbers[0]) if len(numbers) == 1 else ""
    said = told.pick(f"（现为 {now}）", f" (now {now})") if now else ""
    held = aloud(str(false[0].get("text")), told.lang)
    return told.pick(f"“{held}”不再成立{said}", f"“{held}” no longer holds{said}")


@over("absence")
def _absence_over(told: Told) -> str:
    at = told.at("last_us")
    return told.pick(
        f"{at} 又收到{told.kind() or '消息'}", f"{told.kind() or 'a message'} came again at {at}"
    )


@over("missing")
def _missing_over(told: Told) -> str:
    if "then_us" not in told.why:
        return ""
    gap = told.between("first_us", "then_us")
    return told.pick(f"{told.kinds('then')}在 {gap}后到来", f"{told.kinds('then')} came {gap} after it")


@over("aggregate")
def _aggregate_over(told: Told) -> str:
    why = told.why
    side = "below" if "above" in why else "above"
    limit = why.get(f"clear_{side}", why.get("above", why.get("below")))
    if why.get("value") is None:
        return ""
    said = told.measured(why.get("path"), limit)
    return told.pick(
        f"{_figure(told)}，已{'低于' if side == 'below' else '高于'} {said}",
        f"{_figure(told)}, {side} {said} again",
    )


@over("count")
def _count_over(told: Told) -> str:
    if "at_least" not in told.why:
        return ""
    found, least, within = told.why.get("number"), told.why["at_least"], told.span("within")
    return told.pick(
        f"{within}内{told.kinds()}不到 {least} 次（现为 {found} 次）",
        f"{told.kinds()} fewer than {least} times within {within} (now {found})",
    )


def figure(told: Told) -> str:
    """Say the number that a condition has now, if it has one."""
    if told.why.get("operator") == "aggregate" and told.why.get("value") is not None:
        return _figure(told)
    if told.why.get("operator") == "sustained":
        return _newest(told).strip("（） ()")
    if told.why.get("operator") == "event":
        return told.facts()
    return ""
