"""Why an alert is where it is, as one sentence: “北门：60 秒内“拒绝通行” 5 次（规定 5 次）。”

Written from `Change.why` alone, and from the rule for its words when it is at hand. A reason this file does not know
(of an older version, or of an operator from elsewhere) is told by the alert's own numbers, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from rules.aloud import name_of
from rules.change import Change
from rules.model import Rule
from rules.reasons import ending, figure, reason
from rules.say import rule_sentence
from rules.told import Names, Told
from rules.words import Lang, listed, pick

__all__ = ["rule_sentence", "sentence"]


def sentence(
    change: Change,
    lang: Lang,
    *,
    rule: Rule | None = None,
    place: str = "",
    zone: tzinfo | None = None,
    names: Names | None = None,
) -> str:
    """Say why this change happened.

    Args:
        change: what the engine said.
        lang: `zh` or `en`.
        rule: the rule, for the names of its events and its own name.
        place: the name of the device or place for people; without one the key stands there.
        zone: for times of day; without one they are UTC and say so.
        names: names a device, a rule or a person by its id; what it does not know is called by its id.
    """
    told = Told(change, lang, rule, zone, names)
    known = _CHANGES.get(change.change)
    body = known(told) if known is not None else reason(told)
    marks = "".join(pick(lang, f"（{mark}）", f" ({mark})") for mark in _marks(told))
    where = _where(told, place)
    return pick(lang, f"{where}：{body}{marks}。", f"{where}: {body}{marks}.")


def _where(told: Told, place: str) -> str:
    """Say where: the device by its name; a building or a household as such, with the device that spoke last."""
    change, by = told.change, told.rule.by if told.rule is not None else ()
    whole = [(path, value) for path, value in change.key.items() if path not in {"device", "device.id"}]
    if not whole and change.key:
        return place or told.name(next(iter(change.key.values())))
    device = place or (told.name(change.device) if change.device else "")
    device = (
        "" if change.why.get("operator") == "corroborate" and change.key else device
    )  # its sources are named
    if not change.key:
        everywhere = told.pick("全小区", "The site")
        return (
            told.pick(f"{everywhere}（{device}）", f"{everywhere} ({device})")
            if device and not by
            else everywhere
        )
    said = [told.named(value) or _keyed(told, path, value) for path, value in whole]
    where = listed(said, told.lang)
    return told.pick(f"{where}（{device}）", f"{where} ({device})") if device else where


def _keyed(told: Told, path: str, value: object) -> str:
    """Say a part of a key that has no name: 楼栋 b2."""
    name = name_of(path, told.lang).removeprefix("the ")
    return f"{name[:1].upper()}{name[1:]} {value}"


_TOLD_LATE = ("opened", "reopened", "repeated", "stepped_up")


def _marks(told: Told) -> list[str]:
    change, marks = told.change, []
    if change.late and change.change in _TOLD_LATE:
        at = told.at("at_us") if isinstance(change.why.get("at_us"), int) else ""
        marks.append(
            told.pick(f"补报，实际在 {at}", f"reported late, it was at {at}")
            if at
            else told.pick("补报", "reported late")
        )
    if change.delayed:
        marks.append(told.pick("网关停机期间到期", "due while the gateway was down"))
    muted = change.why.get("muted_by")
    if muted and change.change in {"opened", "reopened", "stepped_up"}:
        marks.append(_muted(told, muted))
    if isinstance(behind := change.why.get("behind"), int) and behind:
        devices = "1 device behind it is" if behind == 1 else f"{behind} devices behind it are"
        marks.append(told.pick(f"它下面另有 {behind} 台设备也没有消息", f"{devices} silent too"))
    return marks


def _muted(told: Told, muted: Any) -> str:
    if not isinstance(muted, dict):
        return told.pick("已静音", "muted")
    if "silence" in muted:
        by, given = muted.get("by") or "?", muted.get("reason")
        until = told.when(muted["until_us"]) if isinstance(muted.get("until_us"), int) else ""
        till = told.pick(f"至 {until}", f" until {until}") if until else ""
        because = told.pick(f"：{given}", f": {given}") if given else ""
        return told.pick(
            f"被{told.who(by)}屏蔽{till}{because}", f"silenced by {told.name(by)}{till}{because}"
        )
    if "parent" in muted:
        parent = muted["parent"]
        return told.pick(
            f"上级设备{told.who(parent)}离线，不另通知", f"behind {told.name(parent)}, which is offline"
        )
    source = told.name(muted.get("rule", "?"))
    return told.pick(f"已有“{source}”，不另通知", f"inhibited by “{source}”")


# --- what happened to the alert


def _repeated(told: Told) -> str:
    if told.why.get("mute_ended"):
        return told.pick("屏蔽结束，情况仍在", "no longer muted, and it still holds")
    count, now = told.change.count, figure(told)
    said = told.pick(f"（{now}）", f" ({now})") if now else ""
    if count < 2:  # what is asked by the clock, and holds, happened no second time
        return told.pick(f"仍是如此{said}", f"it is still so{said}")
    return told.pick(f"仍在发生，共 {count} 次{said}", f"still happening, {count} times in all{said}")


def _conditions(told: Told, *, holding: bool) -> list[str]:
    """Say the conditions of a stage that hold, or that do not."""
    stage = told.why.get("stage") if holding else told.why.get("left")
    stages = told.rule.stages if told.rule is not None else ()
    watch = stages[stage].when if isinstance(stage, int) and 0 <= stage < len(stages) else None
    said = []
    for item, each in enumerate(told.parts("conditions") or _timer(told.why, holding)):
        if not isinstance(each, dict) or each.get("truth") is not holding:
            continue
        operators = watch.operators if watch is not None else ()
        own = told.of(each, operators[item] if item < len(operators) else None)
        if "unacknowledged" in each:
            span = own.span("unacknowledged")
            said.append(told.pick(f"{span}无人确认", f"nobody acknowledged it for {span}"))
        elif "open_for" in each:
            span = own.span("open_for")
            said.append(told.pick(f"{span}仍未解除", f"still open after {span}"))
        else:
            said.append(reason(own) if holding else ending(own))
    return said


def _timer(why: dict[str, Any], holding: bool) -> list[dict[str, Any]]:
    """Return the timer of a reason as an older version wrote it."""
    return [{**why, "truth": holding}] if holding and ("unacknowledged" in why or "open_for" in why) else []


def _stepped_up(told: Told) -> str:
    found = _conditions(told, holding=True) or [
        told.pick(f"共 {told.change.count} 次", f"{told.change.count} times")
    ]
    because = told.pick("，且", " and ").join(found)
    return told.pick(f"升为{told.stage()}：{because}", f"raised to {told.stage()}: {because}")


def _stepped_down(told: Told) -> str:
    found, held = _conditions(told, holding=False), told.span("hold_down")
    because = told.pick("，", ", ").join(found) or told.pick("条件不成立", "its condition does not hold")
    return told.pick(
        f"降为{told.stage()}：已有 {held}，{because}", f"lowered to {told.stage()}: for {held} now, {because}"
    )


def _acknowledged(told: Told) -> str:
    by = told.why.get("by") or "?"
    return told.pick(f"{told.who(by).lstrip()}已确认", f"acknowledged by {told.name(by)}")


def _cleared(told: Told) -> str:
    why = told.why
    if why.get("by"):
        by = why["by"]
        return told.pick(f"{told.who(by).lstrip()}手动解除", f"cleared by {told.name(by)}")
    because = _end(told)
    return told.pick(f"解除：{because}", f"cleared: {because}")


def _end(told: Told) -> str:
    why = told.why
    if "quiet" in why:
        span = told.span("quiet")
        if span == "?":
            return told.pick("一段时间没有再发生", "it did not happen again")
        return told.pick(f"{span}没有再发生", f"it did not happen again for {span}")
    if "on" in why:
        kind = told.kind()
        return told.pick(f"收到{kind or '恢复消息'}", f"{kind or 'the message that ends it'} came")
    if "after" in why:
        span = told.span("after")
        return (
            told.pick("到时", "its time is over")
            if span == "?"
            else told.pick(f"已满 {span}", f"{span} has passed")
        )
    if "when" in why:
        operator = told.rule.clear.operator if told.rule is not None else None
        return reason(told.of(why["when"], operator))
    if "flapping" in why:
        return told.pick(f"{told.span('within')}没有再变化", f"no change for {told.span('within')}")
    return ending(told)


def _late_resolved(told: Told) -> str:
    gap = told.between("first_us", "then_us")
    return told.pick(
        f"解除：{told.kinds('then')}其实在 {gap}后就已按时发生，只是消息晚到",
        f"cleared: {told.kinds('then')} had come in time after all, {gap} after it; only its message was late",
    )


def _reopened(told: Told) -> str:
    if told.why.get("still"):
        return told.pick(
            "人工解除后情况仍在，重新打开", "a person cleared it, but it still holds: open again"
        )
    return told.pick(f"再次发生，重新打开：{reason(told)}", f"open again: {reason(told)}")


def _silenced(told: Told) -> str:
    return _muted(told, told.why.get("muted_by"))


def _flapping(told: Told) -> str:
    changes, within = told.why.get("changes", "?"), told.span("within")
    return told.pick(
        f"时有时无，{within}内变化 {changes} 次，先保持打开",
        f"on and off, {changes} changes within {within}; it stays open until it is calm",
    )


_CHANGES: dict[str, Callable[[Told], str]] = {
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
