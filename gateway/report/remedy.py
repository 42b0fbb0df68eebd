"""Remedy: what to do about something that speaks too often: one change of one field of its rule, or a device to look at.

A proposal is only what somebody would try first; the rule editor shows what it would have meant for the last week.
Nothing here makes a rule of L1 quieter: life and fire are looked at by people.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from gateway.report.noise import Loud
from gateway.report.wording import Words, both, length, percent
from rules.duration import SECOND_US, parse_duration
from rules.form import FormField

ONE_DEVICE = 0.6  # of the alarms from one device: the device is wrong, not the rule
ENOUGH = 5  # alarms before anything is proposed
WRONG = 0.5  # of the findings: the rule does not fit
FOUND = 3  # findings before they are believed
STEPS = ("5s", "10s", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "4h", "12h", "24h")
LOWER = {"L2": "L3", "L3": "L4"}
LEVELS = {"L2": both("重要", "Serious"), "L3": both("一般", "Normal"), "L4": both("轻微", "Minor")}

Kind: TypeAlias = Literal["edit", "device", "look"]


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed and why. `path` and `value` are those of the rule's form, set when `kind` is edit."""

    kind: Kind
    text: Words
    why: Words
    rule: str | None = None
    path: str | None = None
    value: Any = None
    device: str | None = None


def remedy_for(loud: Loud, form: Sequence[FormField], *, about_device: bool = False) -> Remedy | None:
    """Return the proposal for one of the loudest, given the form of the rule that speaks most in it; None: leave it.

    Args:
        loud: who speaks.
        form: what may be changed about `loud.rule`; empty when the rule is not known any more.
        about_device: it is a device that speaks, so a device is no discovery.
    """
    if loud.alarms < ENOUGH:
        return None
    devices = loud.device is not None and loud.device_share >= ONE_DEVICE
    if devices and not about_device:
        why = both(
            f"{percent(loud.device_share)} 来自同一台设备",
            f"{percent(loud.device_share)} come from one device",
        )
        return Remedy(
            kind="device",
            device=loud.device,
            why=why,
            text=both("先到现场检查这台设备", "Look at this device first"),
        )
    fields = {field.path: field for field in form}
    why = _why(loud)
    if _level(form) == "L1":
        text = both(
            "紧急规则不放宽：和处置的人一起看看原因",
            "An urgent rule is not made quieter: look for the cause with those who handle it",
        )
        return Remedy(kind="look", rule=loud.rule, why=why, text=text)
    for propose in _order(loud):
        found = propose(fields)
        if found is not None:
            path, value, text = found
            return Remedy(kind="edit", rule=loud.rule, path=path, value=value, why=why, text=text)
    return Remedy(
        kind="look",
        rule=loud.rule,
        why=why,
        text=both("打开规则看看条件", "Open the rule and look at its condition"),
    )


Change: TypeAlias = "tuple[str, Any, Words] | None"


def _order(loud: Loud) -> tuple[Any, ...]:
    """Return what is tried first, second, third for what is wrong with it."""
    if loud.chatters:
        return (_rest, _longer, _more, _lower)
    if loud.found >= FOUND and loud.false / loud.found >= WRONG:
        return (_more, _longer, _lower, _rest)
    if loud.short * 2 >= loud.alarms:
        return (_longer, _rest, _more, _lower)
    return (_more, _longer, _lower, _rest)


def _why(loud: Loud) -> Words:
    if loud.chatters:
        return both("一分钟内响 3 次以上", "it came thrice within a minute")
    if loud.found >= FOUND and loud.false / loud.found >= WRONG:
        return both(
            f"{loud.found} 件有结论，{loud.false} 件是误报",
            f"{loud.false} of {loud.found} findings were false alarms",
        )
    if loud.short * 2 >= loud.alarms:
        share = percent(loud.short / loud.alarms)
        return both(f"{share} 在两分钟内自己恢复", f"{share} ended by themselves within two minutes")
    return both(f"占全部报警的 {percent(loud.share)}", f"{percent(loud.share)} of all alarms")


def _more(fields: dict[str, FormField]) -> Change:
    """Ask for one more before it speaks."""
    for path, field in fields.items():
        if path.endswith(".at_least") and isinstance(field.value, int):
            value = field.value + 1
            return path, value, both(f"“{field.label['zh']}”从 {field.value} 改为 {value}", f"“{field.label['en']}” from {field.value} to {value}")  # fmt: skip
    return None


def _longer(fields: dict[str, FormField]) -> Change:
    """Let it last longer before it speaks."""
    return _stretched(fields, lambda path: path.startswith("detect.") and path.endswith(".for"))


def _rest(fields: dict[str, FormField]) -> Change:
    """Let it rest longer after it ended."""
    return _stretched(fields, lambda path: path == "cooldown")


def _lower(fields: dict[str, FormField]) -> Change:
    """Say it with a lower level."""
    field = fields.get("stages[0].level")
    value = LOWER.get(str(field.value)) if field is not None else None
    if field is None or value is None:
        return None
    old, new = LEVELS[str(field.value)], LEVELS[value]
    return field.path, value, both(f"级别从“{old['zh']}”降为“{new['zh']}”", f"Level from {old['en']} to {new['en']}")  # fmt: skip


def _stretched(fields: dict[str, FormField], wanted: Any) -> Change:
    for path, field in fields.items():
        if wanted(path) and isinstance(field.value, str):
            value = _next(field.value)
            if value is not None:
                old, new = length(_us(field.value) / SECOND_US), length(_us(value) / SECOND_US)
                return path, value, both(f"“{field.label['zh']}”从 {old['zh']}改为 {new['zh']}", f"“{field.label['en']}” from {old['en']} to {new['en']}")  # fmt: skip
    return None


def _next(duration: str) -> str | None:
    """Return the first step that is at least twice as long; None above the last one."""
    least = max(2 * _us(duration), 1)
    return next((step for step in STEPS if _us(step) >= least), None)


def _us(duration: str) -> int:
    return parse_duration(duration) or 0


def _level(form: Sequence[FormField]) -> str | None:
    return next((str(field.value) for field in form if field.path == "stages[0].level"), None)
