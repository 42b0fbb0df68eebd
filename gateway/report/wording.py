"""Wording: numbers as people say them, in both languages at once."""

from __future__ import annotations

from typing import TypeAlias

Words: TypeAlias = dict[str, str]  # {"zh": …, "en": …}


def both(zh: str, en: str) -> Words:
    """Return a text in both languages."""
    return {"zh": zh, "en": en}


def number(value: float) -> str:
    """Return a number with one digit after the point, none where there is nothing after it."""
    return f"{value:.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """Return a share as whole percent; what is not nothing, or not all, is never said to be."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        return ">99%"
    return "<1%" if whole == 0 and share > 0 else f"{whole}%"


def length(seconds: float) -> Words:
    """Return a length of time in its two largest units."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return both(f"{round(seconds)} 秒", f"{round(seconds)} s")
    if minutes < 60:
        return both(f"{minutes} 分钟", f"{minutes} min")
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        zh, en = f"{hours} 小时", f"{hours} h"
        return both(f"{zh} {rest} 分", f"{en} {rest} min") if rest else both(zh, en)
    days, left = divmod(hours, 24)
    return both(f"{days} 天 {left} 小时", f"{days} d {left} h") if left else both(f"{days} 天", f"{days} d")


def many(count: int, one: str, more: str) -> str:
    """Return an English count of things: `1 case`, `3 cases`, `no cases`."""
    return f"no {more}" if count == 0 else f"{count} {one if count == 1 else more}"
