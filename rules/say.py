"""A rule as one sentence with its numbers: what `rules check --say` prints and the rule page shows."""

from __future__ import annotations

from collections.abc import Sequence

from rules.aloud import name_of
from rules.model import Clear, Rule, Watch
from rules.phrases import say
from rules.words import Lang, condition, kinds, lasting, listed, pick, stage


def rule_sentence(rule: Rule, lang: Lang) -> str:
    """Say a rule: who it looks at, when it warns and alarms, when it ends."""
    later = rule.stages[1:]
    whens = [
        say(rule.detect, lang),
        *(watch_phrase(each.when, lang) for each in later if each.when is not None),
    ]
    steps = [
        _step(when, stage(each.stage, each.level, lang), lang)
        for when, each in zip(whens, rule.stages, strict=True)
    ]
    text = _about(rule, lang) + pick(lang, "；", "; ").join(steps)
    ends = clear_phrase(rule, lang)
    extra = _limits(rule, lang)
    if lang == "zh":
        return f"{text}。{ends}。{extra}"
    return f"{text[:1].upper()}{text[1:]}. {ends[:1].upper()}{ends[1:]}.{extra}"


def _step(when: str, entered: str, lang: Lang) -> str:
    return pick(lang, f"{when}，{entered}", f"when {when}: {entered}")


def _about(rule: Rule, lang: Lang) -> str:
    if rule.by:
        who = listed([_one(path, lang) for path in rule.by], lang)
    else:
        who = pick(lang, "全小区", "the whole site")
    if rule.scope is not None:
        who += pick(lang, f"（{condition(rule.scope, lang)}）", f" ({condition(rule.scope, lang)})")
    return pick(lang, f"{who}：", f"for {who}, ")


def _one(path: str, lang: Lang) -> str:
    name = name_of("device.id" if path == "device" else path, lang).removeprefix("the ")
    return pick(lang, f"同一{' ' if name.isascii() else ''}{name}", f"one {name}")


def watch_phrase(watch: Watch, lang: Lang) -> str:
    """Say the condition of a stage."""
    parts = [say(operator, lang) for operator in watch.operators]
    if watch.unacknowledged_us is not None:
        span = lasting(watch.unacknowledged_us, lang)
        parts.append(pick(lang, f"报警后 {span}无人确认", f"nobody acknowledges the alarm for {span}"))
    if watch.open_for_us is not None:
        span = lasting(watch.open_for_us, lang)
        parts.append(pick(lang, f"{span}仍未解除", f"it is still open after {span}"))
    return _joined(parts, watch.mode, lang)


def _joined(parts: Sequence[str], mode: str, lang: Lang) -> str:
    word = pick(lang, "，并且", " and ") if mode == "all" else pick(lang, "，或", " or ")
    return word.join(parts)


def clear_phrase(rule: Rule, lang: Lang) -> str:
    """Say how an alert of this rule ends."""
    clear: Clear = rule.clear
    span = lasting(clear.us, lang)
    if clear.form == "on":
        return pick(lang, f"收到{kinds(clear.on, lang)}即解除", f"it ends at {kinds(clear.on, lang)}")
    if clear.form == "quiet":
        return pick(lang, f"{span}内没有新的即解除", f"it ends after {span} without another")
    if clear.form == "after":
        return pick(lang, f"{span}后解除", f"it ends {span} after it began")
    if clear.form == "person":
        return pick(lang, "只能由人解除", "only a person ends it")
    if clear.form == "when" and clear.operator is not None:
        return pick(lang, f"{say(clear.operator, lang)}即解除", f"it ends when {say(clear.operator, lang)}")
    return pick(
        lang, *_NATURAL.get(rule.detect.name, ("条件不再成立即解除", "it ends when this no longer holds"))
    )


_NATURAL = {
    "absence": ("再有消息即解除", "it ends with the next message"),
    "missing": ("等到了即解除", "it ends when that comes after all"),
}


def _limits(rule: Rule, lang: Lang) -> str:
    text = ""
    if rule.active is not None:
        text += pick(
            lang, f"只在日历“{rule.active}”内起作用。", f" Only during the calendar “{rule.active}”."
        )
    if rule.notify is not None:
        text += pick(
            lang, f"日历“{rule.notify}”之外不通知。", f" Outside the calendar “{rule.notify}” nobody is told."
        )
    if rule.respond == "none":
        text += pick(lang, "只告警，不建案。", " An alert only, no case.")
    return text
