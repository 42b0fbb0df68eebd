"""Why an alert is where it is, as one sentence: “北门：60 秒内“拒绝通行” 5 次（阈值 5 次）。”

Written from `Change.why` alone, and from the rule for its words when it is at hand. A reason this file does not know
(of an older version, or of an operator from elsewhere) is told by the alert's own numbers, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from rules.aloud import aloud, name_of
from rules.change import Change
from rules.model import Rule, Selector
from rules.phrases import function
from rules.say import rule_sentence
from rules.words import Lang, kinds, lasting, listed, moment, number, pick, stage

__all__ = ["rule_sentence", "sentence"]

_Why = dict[str, Any]


def sentence(
    change: Change, lang: Lang, *, rule: Rule | None = None, place: str = "", zone: tzinfo | None = None
) -> str:
    """Say why this change happened.

    Args:
        change: what the engine said.
        lang: `zh` or `en`.
        rule: the rule, for the names of its events and its own name.
        place: the name of the device or place for people; without one the key stands there.
        zone: for times of day; without one they are UTC and say so.
    """
    told = _Told(change, lang, rule, zone)
    known = _CHANGES.get(change.change)
    body = known(told) if known is not None else told.reason()
    where = place or _key(change) or pick(lang, "全小区", "The site")
    marks = "".join(pick(lang, f"（{mark}）", f" ({mark})") for mark in _marks(change, lang))
    return pick(lang, f"{where}：{body}{marks}。", f"{where}: {body}{marks}.")


class _Told:
    """One change in one language."""

    def __init__(self, change: Change, lang: Lang, rule: Rule | None, zone: tzinfo | None) -> None:
        self.change = change
        self.why: _Why = change.why
        self.lang: Lang = lang
        self.rule = rule
        self.zone = zone

    def pick(self, zh: str, en: str) -> str:
        return pick(self.lang, zh, en)

    def kinds(self, slot: str = "of") -> str:
        """Name the events of the rule's operator, if the rule is there and has this slot."""
        slots = getattr(self.rule.detect, "slots", {}) if self.rule is not None else {}
        found = slots.get(slot)
        return kinds(found if isinstance(found, Selector) else None, self.lang)

    def reason(self) -> str:
        """Say what made the detecting condition true."""
        known = _REASONS.get(str(self.why.get("operator")))
        return known(self) if known is not None and len(self.why) > 1 else self.plain()

    def plain(self) -> str:
        name = self.rule.name.get(self.lang, "") if self.rule is not None else ""
        about = name or self.change.rule
        if self.change.count > 1:
            return self.pick(f"{about}，共 {self.change.count} 次", f"{about}, {self.change.count} times")
        return about

    def stage(self) -> str:
        return stage(self.change.stage, self.change.level, self.lang)

    def parts(self, name: str) -> list[Any]:
        found = self.why.get(name)
        return found if isinstance(found, list) else []

    def span(self, name: str) -> str:
        return lasting(self.why.get(name), self.lang)


def _key(change: Change) -> str:
    return ", ".join(str(value) for value in change.key.values()) or (change.device or "")


def _marks(change: Change, lang: Lang) -> list[str]:
    marks = []
    if change.late:
        marks.append(pick(lang, "补报", "reported late"))
    if change.delayed:
        marks.append(pick(lang, "网关停机期间到期", "due while the gateway was down"))
    muted = change.why.get("muted_by")
    if muted and change.change in {"opened", "reopened", "stepped_up"}:
        marks.append(_muted(muted, lang))
    return marks


def _muted(muted: Any, lang: Lang) -> str:
    if not isinstance(muted, dict):
        return pick(lang, "已静音", "muted")
    if "silence" in muted:
        by, reason = muted.get("by") or "?", muted.get("reason")
        why = pick(lang, f"：{reason}", f", {reason}") if reason else ""
        return pick(lang, f"被 {by} 屏蔽{why}", f"silenced by {by}{why}")
    if "parent" in muted:
        return pick(lang, f"上级设备 {muted['parent']} 离线", f"behind {muted['parent']}, which is offline")
    return pick(lang, f"因 {muted.get('rule', '?')} 而抑制", f"inhibited by {muted.get('rule', '?')}")


# --- why the condition became true, by operator


def _event(told: _Told) -> str:
    return told.plain()


def _count(told: _Told) -> str:
    why, within, events = told.why, told.span("within"), told.kinds()
    if "at_least" not in why:
        return told.plain()
    found, least = why.get("number"), why["at_least"]
    if why.get("distinct"):
        what = name_of(str(why["distinct"]), told.lang).removeprefix("the ")
        return told.pick(
            f"{within}内{events}有 {found} 个不同的{what}（阈值 {least} 个）",
            f"{events} with {found} different values of {what} within {within} (threshold {least})",
        )
    return told.pick(
        f"{within}内{events} {found} 次（阈值 {least} 次）",
        f"{events} {found} times within {within} (threshold {least})",
    )


def _sustained(told: _Told) -> str:
    held, span = aloud(str(told.why.get("holds", "?")), told.lang), told.span("for")
    since = moment(told.why.get("since_us"), told.zone)
    return told.pick(f"{held}自 {since} 起已持续 {span}", f"{held} has held for {span}, since {since}")


def _absence(told: _Told) -> str:
    span, last = told.span("for"), moment(told.why.get("last_us"), told.zone)
    if told.why.get("heard"):
        return told.pick(f"{span}没有任何消息，最后一次在 {last}", f"nothing for {span}, last heard {last}")
    return told.pick(f"{span}没有任何消息，从未收到过", f"nothing for {span}, never heard at all")


def _sequence(told: _Told) -> str:
    first, then = moment(told.why.get("first_us"), told.zone), moment(told.why.get("then_us"), told.zone)
    return told.pick(
        f"{first} {told.kinds('first')}，{then} {told.kinds('then')}（间隔不超过 {told.span('within')}）",
        f"{told.kinds('first')} at {first}, then {told.kinds('then')} at {then} (within {told.span('within')})",
    )


def _missing(told: _Told) -> str:
    first = moment(told.why.get("first_us"), told.zone)
    return told.pick(
        f"{first} {told.kinds('first')}之后 {told.span('within')}没有{told.kinds('then')}",
        f"no {told.kinds('then')} within {told.span('within')} after {told.kinds('first')} at {first}",
    )


def _aggregate(told: _Told) -> str:
    why = told.why
    over = "above" if "above" in why else "below"
    value, limit = number(why.get("value")), number(why.get(over))
    name, path = function(why.get("fn"), told.lang), name_of(str(why.get("path", "?")), told.lang)
    beyond = told.pick("高于" if over == "above" else "低于", over)
    return told.pick(
        f"{told.kinds()}{path}的{name}为 {value}，{beyond}阈值 {limit}",
        f"the {name} of {path} of {told.kinds()} is {value}, {beyond} the threshold {limit}",
    )


def _corroborate(told: _Told) -> str:
    found, least, within = told.why.get("number"), told.why.get("at_least"), told.span("within")
    sources = listed(told.parts("values"), told.lang)
    named = told.pick(f"（{sources}）", f" ({sources})") if sources else ""
    return told.pick(
        f"{within}内 {found} 个来源报{told.kinds()}{named}，阈值 {least}",
        f"{found} sources{named} report {told.kinds()} within {within}, threshold {least}",
    )


def _every(told: _Told) -> str:
    planned = moment(told.why.get("planned_us"), told.zone)
    schedule = told.why.get("schedule", "?")
    return told.pick(
        f"按计划 {schedule}，{planned} 检查成立", f"checked at {planned} by schedule {schedule}: it holds"
    )


def _system(told: _Told) -> str:
    return told.pick(
        f"规则停用：{told.why.get('error', '?')}", f"rule disabled: {told.why.get('error', '?')}"
    )


_REASONS: dict[str, Callable[[_Told], str]] = {
    "event": _event,
    "count": _count,
    "sustained": _sustained,
    "absence": _absence,
    "sequence": _sequence,
    "missing": _missing,
    "aggregate": _aggregate,
    "corroborate": _corroborate,
    "every": _every,
    "system": _system,
}


# --- what happened to the alert


def _repeated(told: _Told) -> str:
    if told.why.get("mute_ended"):
        return told.pick("静音结束，情况仍在", "no longer muted, and it still holds")
    count = told.change.count
    return told.pick(f"再次发生，共 {count} 次", f"again, {count} times in all")


def _stepped_up(told: _Told) -> str:
    why = told.why
    if "unacknowledged" in why and not any(told.parts("levels")):
        because = told.pick(
            f"{told.span('unacknowledged')}无人确认",
            f"nobody acknowledged it for {told.span('unacknowledged')}",
        )
    elif "open_for" in why and not any(told.parts("levels")):
        because = told.pick(f"{told.span('open_for')}仍未解除", f"still open after {told.span('open_for')}")
    else:
        because = told.pick(f"共 {told.change.count} 次", f"{told.change.count} times")
    return told.pick(f"升级为{told.stage()}：{because}", f"raised to {told.stage()}: {because}")


def _stepped_down(told: _Told) -> str:
    held = told.span("hold_down")
    return told.pick(
        f"降为{told.stage()}：条件已 {held}不成立",
        f"lowered to {told.stage()}: its condition has not held for {held}",
    )


def _acknowledged(told: _Told) -> str:
    by = told.why.get("by") or "?"
    return told.pick(f"{by} 已确认", f"acknowledged by {by}")


def _cleared(told: _Told) -> str:
    why = told.why
    if why.get("by"):
        return told.pick(f"{why['by']} 解除", f"cleared by {why['by']}")
    if "quiet" in why:
        return told.pick("一段时间没有再发生，解除", "cleared, it did not happen again")
    if "on" in why:
        return told.pick("收到恢复消息，解除", "cleared by the message that ends it")
    if "after" in why:
        return told.pick("到时解除", "cleared, its time is over")
    if "flapping" in why:
        return told.pick(
            f"{told.span('within')}没有再变化，解除", f"cleared after {told.span('within')} without a change"
        )
    if why.get("operator") == "absence":
        return told.pick("又有消息，解除", "cleared, it was heard again")
    if why.get("operator") == "missing":
        return told.pick(f"收到{told.kinds('then')}，解除", f"cleared by {told.kinds('then')}")
    return told.pick("条件不再成立，解除", "cleared, it no longer holds")


def _late_resolved(told: _Told) -> str:
    return told.pick(
        "其实按时完成，消息晚到，解除", "it was in time after all, the message came late; cleared"
    )


def _reopened(told: _Told) -> str:
    if told.why.get("still"):
        return told.pick("解除后情况仍在，重新打开", "cleared, but it still holds: open again")
    return told.pick(f"再次发生，重新打开：{told.reason()}", f"open again: {told.reason()}")


def _silenced(told: _Told) -> str:
    return _muted(told.why.get("muted_by"), told.lang)


def _flapping(told: _Told) -> str:
    changes, within = told.why.get("changes", "?"), told.span("within")
    return told.pick(
        f"{within}内变化 {changes} 次，时有时无", f"changed {changes} times within {within}, flapping"
    )


_CHANGES: dict[str, Callable[[_Told], str]] = {
    "repeated": _repeated,
    "stepped_up": _stepped_up,
    "stepped_down": _stepped_down,
    "acknowledged": _acknowledged,
    "cleared": _cleared,
    "late_resolved": _late_resolved,
    "reopened": _reopened,
    "silenced": _silenced,
    "inhibited": _silenced,
    "flapping": _flapping,
}
