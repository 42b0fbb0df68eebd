"""What stopped a rule, or an event on its way to it, in words: one sentence a gate (`rules/gates.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from devices.kinds import KINDS
from rules.aloud import name_of
from rules.asked import Asked, Found, failed
from rules.words import listed


def stopped(asked: Asked, gate: Found) -> str:
    """Say one thing that stopped an event, or that stops the rule."""
    known = _GATES.get(str(gate.get("gate")))
    return known(asked, gate) if known is not None else ""


def _event_of(asked: Asked, gate: Found) -> str:
    kind = KINDS.get(str(gate.get("kind")))
    name = asked.pick("消息", "a message") if kind is None else asked.pick(f"“{kind.zh}”", f"“{kind.en}”")
    at = asked.when(gate.get("at_us"))
    return asked.pick(f"{at} 的{name}", f"{name} at {at}")


def _conditions(asked: Asked, gate: Found) -> str:
    event, false = _event_of(asked, gate), failed(asked, gate)
    return asked.pick(
        f"{event}没有算数：{false}。", f"{event[:1].upper()}{event[1:]} did not count: {false}."
    )


def _scope(asked: Asked, gate: Found) -> str:
    if gate.get("at_us") is not None:
        return _conditions(asked, gate)
    false = failed(asked, gate)
    return asked.pick(f"不在规则范围内：{false}。", f"It is not in the scope of the rule: {false}.")


def _closed(asked: Asked, gate: Found) -> str:
    name, until = gate.get("calendar"), gate.get("until_us")
    if gate.get("at_us") is not None:
        event = _event_of(asked, gate)
        return asked.pick(
            f"{event}没有算数：日历“{name}”当时关闭。",
            f"{event[:1].upper()}{event[1:]} did not count: the calendar “{name}” was closed.",
        )
    till = asked.when(until) if until is not None else ""
    return asked.pick(
        f"日历“{name}”现在关闭{f'，{till} 开放' if till else ''}。",
        f"The calendar “{name}” is closed now{f', it opens at {till}' if till else ''}.",
    )


def _late(asked: Asked, gate: Found) -> str:
    event = _event_of(asked, gate)
    return asked.pick(
        f"{event}来得太晚，只记录。", f"{event[:1].upper()}{event[1:]} came too late and was only recorded."
    )


def _mode(asked: Asked, gate: Found) -> str:
    event = _event_of(asked, gate)
    mode = {
        "retained": ("保留消息", "a retained message"),
        "test": ("测试消息", "a test message"),
        "snapshot": ("状态快照", "a snapshot"),
    }
    what = asked.pick(*mode.get(str(gate.get("mode")), ("状态消息", "a message of state")))
    return asked.pick(
        f"{event}是{what}，不算发生。", f"{event[:1].upper()}{event[1:]} is {what}, not an occurrence."
    )


def _lacking(asked: Asked, gate: Found) -> str:
    event, paths = (
        _event_of(asked, gate),
        listed([name_of(path, asked.lang) for path in gate.get("paths") or ()], asked.lang),
    )
    return asked.pick(
        f"{event}没有{paths}，无法归到哪一个。",
        f"{event[:1].upper()}{event[1:]} lacks {paths}: it belongs to no key.",
    )


def _off(asked: Asked, _gate: Found) -> str:
    return asked.pick("规则已停用。", "The rule is switched off.")


def _faulty(asked: Asked, _gate: Found) -> str:
    return asked.pick(
        "规则多次超出计算限额，已对此设备停用。",
        "The rule exceeded its budget several times and is off for this device.",
    )


def _open(asked: Asked, gate: Found) -> str:
    at = asked.when(gate.get("since_us"))
    return asked.pick(
        f"告警自 {at} 起一直打开，不会再开新的。", f"Its alert is open since {at}; no other opens beside it."
    )


def _cooldown(asked: Asked, gate: Found) -> str:
    at = asked.when(gate.get("until_us"))
    return asked.pick(
        f"{at} 之前再发生，算作刚解除的那一次。",
        f"Until {at} whatever happens belongs to the alert that has just ended.",
    )


def _muted(asked: Asked, gate: Found) -> str:
    by = gate.get("muted_by")
    muted = by if isinstance(by, Mapping) else {}
    if "silence" in muted:
        who, reason = asked.name(muted.get("by") or "?"), muted.get("reason")
        why, why_en = (f"（{reason}）", f" ({reason})") if reason else ("", "")
        return asked.pick(
            f"告警被 {who} 屏蔽，没有通知{why}。",
            f"Its alert was silenced by {who}: nobody was told{why_en}.",
        )
    source = asked.name(muted.get("parent") or muted.get("rule") or "?")
    return asked.pick(
        f"告警因 {source} 而抑制，没有通知。", f"Its alert is inhibited by {source}: nobody was told."
    )


def _unheard(asked: Asked, gate: Found) -> str:
    name = gate.get("calendar")
    return asked.pick(
        f"告警已打开，但日历“{name}”关闭，没有通知。",
        f"Its alert is open, but the calendar “{name}” is closed: nobody was told.",
    )


_GATES: dict[str, Callable[[Asked, Found], str]] = {
    "where": _conditions,
    "scope": _scope,
    "active": _closed,
    "late": _late,
    "mode": _mode,
    "by": _lacking,
    "off": _off,
    "faulty": _faulty,
    "open": _open,
    "cooldown": _cooldown,
    "muted": _muted,
    "notify": _unheard,
}
