"""Why a rule did not fire: how close one key came and what stopped it, as sentences with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo

from devices.kinds import KINDS
from rules.aloud import aloud, name_of
from rules.asked import Asked, Found, failed
from rules.model import Rule
from rules.phrases import say
from rules.stopped import stopped
from rules.told import Names, apart
from rules.words import Lang, lasting, listed, number, pick


def near_miss_sentence(
    found: Found | None, rule: Rule, lang: Lang, *, zone: tzinfo | None = None, names: Names | None = None
) -> str:
    """Say how close a key came, and what stopped it: “60 秒内“拒绝通行”最多 4 次，要 5 次（22:02:10）。”

    Args:
        found: what `Engine.near_miss` answered; None: nothing that counts has come for this key.
        rule: the rule that was asked about.
        lang: `zh` or `en`.
        zone: for times of day.
        names: names a device, a rule or a person by its id.
    """
    asked = Asked(found or {}, rule, lang, zone, names)
    known = _NEAR.get(str(asked.found.get("operator")))
    close = known(asked) if known is not None else ""
    gates = [stopped(asked, each) for each in asked.gates()]
    if not close and not gates:
        said = say(rule.detect, lang)
        return pick(
            lang, f"还没有接近触发。触发条件：{said}。", f"It has not come close. It fires when {said}."
        )
    return pick(lang, "", " ").join(each for each in (close, *gates) if each)


# --- how close it came


def _count(asked: Asked) -> str:
    within = lasting(getattr(asked.rule.detect, "within_us", None), asked.lang)
    best, least, at = asked.found.get("number"), asked.found.get("at_least"), asked.at("at_us")
    distinct = getattr(asked.rule.detect, "distinct", None)
    if distinct is not None:
        what, named = name_of(distinct, asked.lang).removeprefix("the "), _named(asked)
        return asked.pick(
            f"{within}内{asked.kinds()}最多有 {best} 个不同的{what}{named}，要 {least} 个（{at}）。",
            f"{asked.kinds()} with at most {best} different values of {what}{named} within {within}, {least} are needed ({at}).",
        )
    return asked.pick(
        f"{within}内{asked.kinds()}最多 {best} 次，要 {least} 次（{at}）。",
        f"{asked.kinds()} at most {best} times within {within}, {least} are needed ({at}).",
    )


def _named(asked: Asked) -> str:
    values = asked.found.get("values")
    if not isinstance(values, list) or not values:
        return ""
    said = listed([asked.name(value) for value in values], asked.lang)
    return asked.pick(f"（{said}）", f" ({said})")


def _corroborate(asked: Asked) -> str:
    inner = getattr(asked.rule.detect, "count", None)
    within = lasting(getattr(inner, "within_us", None), asked.lang)
    best, least, at = asked.found.get("number"), asked.found.get("at_least"), asked.at("at_us")
    return asked.pick(
        f"{within}内最多 {best} 个来源报{asked.kinds()}{_named(asked)}，要 {least} 个（{at}）。",
        f"At most {best} sources{_named(asked)} reported {asked.kinds()} within {within}, {least} are needed ({at}).",
    )


def _sustained(asked: Asked) -> str:
    found, holds, said = asked.found, aloud(asked.rule.detect.holds, asked.lang), []
    needed = asked.span("for_us")
    if "held_us" in found:
        held, ended = lasting(_seconds(found["held_us"]), asked.lang), found.get("at_us")
        until = f"（{asked.when(ended)} 中断）" if ended is not None else ""
        until_en = f" (it ended at {asked.when(ended)})" if ended is not None else ""
        said.append(
            asked.pick(
                f"{holds}，最长持续 {held}，要 {needed}{until}。",
                f"{holds[:1].upper()}{holds[1:]}: for {held} at most, {needed} are needed{until_en}.",
            )
        )
    if "since_us" in found:
        since = asked.at("since_us")
        said.append(
            asked.pick(f"自 {since} 起成立，要满 {needed}。", f"It holds since {since}, {needed} are needed.")
        )
    if "max_gap_us" in found:
        gap, last = asked.span("max_gap_us"), asked.at("last_us")
        said.append(
            asked.pick(
                f"到时最后一个样本在 {last}，早于 {gap}，所以等下一个样本。",
                f"When its time came the last sample ({last}) was older than {gap}: it waits for the next one.",
            )
        )
    if "unknown_us" in found:
        at = asked.at("unknown_us")
        said.append(asked.pick(f"{at} 的样本无法判断。", f"Of the sample at {at} it is not known."))
    return asked.pick("", " ").join(said)


def _aggregate(asked: Asked) -> str:
    found = asked.found
    if "min_samples" in found:
        have, need = found.get("number"), found["min_samples"]
        return asked.pick(
            f"样本不够：有 {have} 个，要 {need} 个。", f"Too few samples: {have}, {need} are needed."
        )
    side = "above" if "above" in found else "below"
    what, of = name_of(asked.rule.detect.value, asked.lang), asked.kinds()
    unit = _unit(asked)
    value, limit = f"{number(found.get('nearest'))}{unit}", f"{number(found.get(side))}{unit}"
    at = f"（{asked.at('at_us')}）" if found.get("at_us") is not None else ""
    at_en = f" ({asked.at('at_us')})" if found.get("at_us") is not None else ""
    return asked.pick(
        f"{of}的{what}最接近时为 {value}，要{'高于' if side == 'above' else '低于'} {limit}{at}。",
        f"{what[:1].upper()}{what[1:]} of {of} came to {value}, it must go {side} {limit}{at_en}.",
    )


def _unit(asked: Asked) -> str:
    operator = asked.rule.detect
    name = operator.value.removeprefix("data.")
    units = {KINDS[kind].fields[name].unit for kind in operator.of.kinds() if name in KINDS[kind].fields}
    unit = units.pop() if len(units) == 1 else ""
    return f" {unit}" if unit and not unit[0].isdigit() else ""


def _absence(asked: Asked) -> str:
    last, needed = asked.at("last_us"), asked.span("for_us")
    if asked.found.get("heard") is False:
        return asked.pick(
            f"从 {last} 起等待，还没有收到过，满 {needed}没有消息才触发。",
            f"Expected since {last}, nothing came yet; it fires after {needed} without a message.",
        )
    return asked.pick(
        f"最后一次消息在 {last}，满 {needed}没有消息才触发。",
        f"Last heard {last}; it fires after {needed} without a message.",
    )


def _sequence(asked: Asked) -> str:
    found, within, said = asked.found, asked.span("within_us"), []
    first, then = asked.kinds("first"), asked.kinds("then")
    if "then_us" in found:
        gap = apart(found.get("first_us"), found["then_us"], asked.lang)
        at = asked.at("first_us")
        said.append(
            asked.pick(
                f"{at} {first}，{gap}后才{then}，要在 {within}内。",
                f"{first} at {at}, {then} only {gap} later, it must come within {within}.",
            )
        )
    unequal = found.get("apart")
    if isinstance(unequal, Mapping):
        at, one, other = (
            asked.when(unequal.get("first_us")),
            listed(unequal.get("first") or (), "zh"),
            listed(unequal.get("then") or (), "zh"),
        )
        paths = listed([name_of(path, asked.lang) for path in asked.rule.detect.match], asked.lang)
        said.append(
            asked.pick(
                f"{at} {first}和随后的{then}不是同一个{paths}（{one}，{other}）。",
                f"{first} at {at} and the {then} after it differ in {paths} ({one}, {other}).",
            )
        )
    if "waiting_us" in found:
        at = asked.at("waiting_us")
        said.append(asked.pick(f"{at} {first}，还没有{then}。", f"{first} at {at}, no {then} yet."))
    return asked.pick("", " ").join(said)


def _missing(asked: Asked) -> str:
    found, within, said = asked.found, asked.span("within_us"), []
    first, then = asked.kinds("first"), asked.kinds("then")
    if "then_us" in found:
        gap, at = apart(found.get("first_us"), found["then_us"], asked.lang), asked.at("first_us")
        said.append(
            asked.pick(
                f"{at} {first}，{then}在 {gap}后到来，没有超过 {within}。",
                f"{first} at {at}, {then} came {gap} later, within the {within} allowed.",
            )
        )
    if "waiting_us" in found:
        at = asked.at("waiting_us")
        said.append(
            asked.pick(
                f"{at} {first}，还在等{then}，要等满 {within}。",
                f"{first} at {at}, still waiting for {then}, for {within}.",
            )
        )
    return asked.pick("", " ").join(said)


def _every(asked: Asked) -> str:
    at, false = asked.at("planned_us"), failed(asked, asked.found)
    return asked.pick(f"{at} 检查时{false}。", f"When it was checked at {at}, {false}.")


_NEAR: dict[str, Callable[[Asked], str]] = {
    "count": _count,
    "corroborate": _corroborate,
    "sustained": _sustained,
    "aggregate": _aggregate,
    "absence": _absence,
    "sequence": _sequence,
    "missing": _missing,
    "every": _every,
}


def _seconds(microseconds: object) -> object:
    """Leave out fractions of a second that nobody needs."""
    if isinstance(microseconds, int) and microseconds >= 1_000_000:
        return microseconds - microseconds % 1_000_000
    return microseconds
