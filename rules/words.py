"""The words in which rules and changes are read aloud, in Chinese and English: durations, kinds, numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, TypeAlias

from devices.expression import Expression
from devices.kinds import KINDS
from rules.aloud import aloud
from rules.duration import from_us, parse_duration
from rules.model import Selector

Lang: TypeAlias = Literal["zh", "en"]
LANGUAGES: tuple[Lang, Lang] = ("zh", "en")

_SECOND = 1_000_000
_UNITS = (
    (86_400 * _SECOND, 2, "天", "d"),
    (3_600 * _SECOND, 1, "小时", "h"),
    (60 * _SECOND, 2, "分钟", "min"),
    (_SECOND, 1, "秒", "s"),
    (1_000, 1, "毫秒", "ms"),
)
_GROUPS = {
    "access": ("门禁事件", "access events"),
    "contact": ("门磁事件", "door contacts"),
    "vehicle": ("车辆事件", "vehicle events"),
    "parcel": ("快递柜事件", "locker events"),
    "camera": ("摄像机事件", "camera events"),
    "fire": ("消防事件", "fire events"),
    "sos": ("求助", "calls for help"),
    "env": ("环境测量", "environment"),
    "power": ("供电事件", "power events"),
    "lift": ("电梯事件", "lift events"),
    "device": ("设备状态", "device states"),
    "panel": ("报警主机事件", "alarm panel events"),
    "resident": ("居民上报", "resident reports"),
    "command": ("指令结果", "command results"),
    "system": ("网关状态", "gateway states"),
}
STAGES = {"warning": ("预警", "warning"), "alarm": ("报警", "alarm")}
LEVELS = {
    "L1": ("紧急", "urgent"),
    "L2": ("重要", "serious"),
    "L3": ("一般", "normal"),
    "L4": ("轻微", "minor"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_DAYS = (
    ("周日", "Sunday"), ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"),
    ("周五", "Friday"), ("周六", "Saturday"),
)  # fmt: skip
_DAILY = re.compile(r"([0-5]?\d) ([01]?\d|2[0-3]) \* \* (\*|1-5|[0-7])")
_MOST_NAMED = 3
_YEAR_9000_US = 7_000 * 365 * 86_400 * _SECOND


def pick(lang: Lang, zh: str, en: str) -> str:
    """Return the words of one language."""
    return zh if lang == "zh" else en


def lasting(microseconds: object, lang: Lang) -> str:
    """Say a length of time, given in microseconds or as written (`10m`): 10 分钟, 10 min."""
    if isinstance(microseconds, str):
        parsed = parse_duration(microseconds)
        if parsed is None:
            return microseconds.replace(" events", " 个样本") if lang == "zh" else microseconds
        microseconds = parsed
    if not isinstance(microseconds, int):
        return "?"
    for unit, least, zh, en in _UNITS:
        # A smaller unit as long as its number stays small: 60 秒, 90 分钟, 36 小时.
        if microseconds % unit == 0 and microseconds >= least * unit:
            return f"{microseconds // unit} {pick(lang, zh, en)}"
    return (
        pick(lang, "0 秒", "0 s")
        if microseconds == 0
        else f"{microseconds / _SECOND:g} {pick(lang, '秒', 's')}"
    )


def kinds(selector: Selector | None, lang: Lang) -> str:
    """Say which events a selector means."""
    if selector is None:
        return pick(lang, "事件", "events")
    said = list(dict.fromkeys(_kind(clause.pattern, lang) for clause in selector.clauses))
    if len(said) > _MOST_NAMED + 1:
        named = pick(lang, "、", ", ").join(said[:_MOST_NAMED])
        rest = len(said) - _MOST_NAMED
        text = pick(lang, f"{named}等 {len(said)} 类", f"{named} or {rest} more")
    else:
        text = pick(lang, "或", " or ").join(said)
    conditions = list(dict.fromkeys(aloud(c.where, lang) for c in selector.clauses if c.where is not None))
    if conditions:
        joined = pick(lang, " 或 ", " or ").join(conditions)
        text += pick(lang, f"（{joined}）", f" ({joined})")
    return text


def _kind(pattern: str, lang: Lang) -> str:
    known = KINDS.get(pattern)
    if known is not None:
        return pick(lang, f"“{known.zh}”", f"“{known.en}”")
    if pattern == "*":
        return pick(lang, "任何消息", "any message")
    return pick(lang, *_GROUPS.get(pattern.partition(".")[0], (pattern, pattern)))


def condition(expression: Expression | None, lang: Lang) -> str:
    """Say an expression."""
    return "" if expression is None else aloud(expression, lang)


def quoted(text: object, lang: Lang) -> str:
    """Put something written in the rule language into quotes."""
    return pick(lang, f"「{text}」", f"“{text}”")


def number(value: object) -> str:
    """Say a number without needless digits."""
    if isinstance(value, float) and abs(value) < 1e15:
        return f"{value:.6g}"
    return str(value)


def moment(microseconds: object, zone: tzinfo | None, lang: Lang, *, near: datetime | None = None) -> str:
    """Say a local time: without its date when it is of the same day as `near`; without a zone in UTC, and says so."""
    if not isinstance(microseconds, int) or not 0 <= microseconds < _YEAR_9000_US:
        return "?"
    at = from_us(microseconds).astimezone(zone or UTC)
    time = f"{at:%H:%M:%S}" if zone is not None else f"{at:%H:%M:%S}Z"
    if near is not None and near.astimezone(zone or UTC).date() == at.date():
        return time
    return pick(lang, f"{at.month} 月 {at.day} 日 {time}", f"{time} on {at.day} {_MONTHS[at.month - 1]}")


def clock(microseconds: object, zone: tzinfo | None) -> str:
    """Say a local time of day in hours and minutes."""
    if not isinstance(microseconds, int) or not 0 <= microseconds < _YEAR_9000_US:
        return "?"
    at = from_us(microseconds).astimezone(zone or UTC)
    return f"{at:%H:%M}" if zone is not None else f"{at:%H:%M}Z"


def schedule(text: object, lang: Lang) -> str:
    """Say a schedule: `0 8 * * 1-5` is 工作日 08:00; one that has no short words is said as it is written."""
    found = _DAILY.fullmatch(str(text))
    if found is None:
        span = lasting(text, lang) if parse_duration(text) is not None else ""
        return pick(lang, f"每 {span}", f"every {span}") if span else pick(lang, f"按 {text}", f"at {text}")
    minute, hour, day = int(found[1]), int(found[2]), found[3]
    time = f"{hour:02}:{minute:02}"
    if day == "*":
        return pick(lang, f"每天 {time}", f"every day at {time}")
    if day == "1-5":
        return pick(lang, f"周一至周五 {time}", f"Monday to Friday at {time}")
    zh, en = _DAYS[int(day) % 7]
    return pick(lang, f"每{zh} {time}", f"every {en} at {time}")


def listed(parts: Sequence[Any], lang: Lang) -> str:
    """Join words into an enumeration."""
    return pick(lang, "、", ", ").join(str(part) for part in parts)


def stage(name: str, level: str, lang: Lang) -> str:
    """Say a stage with its level: 报警（重要）, alarm (serious)."""
    called, grave = pick(lang, *STAGES.get(name, (name, name))), level_name(level, lang)
    return pick(lang, f"{called}（{grave}）", f"{called} ({grave})")


def level_name(level: str, lang: Lang) -> str:
    """Say a level as the screens do: 紧急, 重要, 一般, 轻微; urgent, serious, normal, minor."""
    return pick(lang, *LEVELS.get(level, (level, level)))
