"""Cells: what a spreadsheet makes of a text, undone where it can be and named where it cannot. Pure.

A text that a spreadsheet would take for a formula is written behind an apostrophe, and read without it: what goes out
comes back the same, and runs on nobody's machine.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

_ROUNDED = r"-?\d(?:\.\d+)?[eE]\+\d+$"
_DATED = r"\d{1,2}月\d{1,2}日$|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$"
_TAKEN = rf"(?:[=+\-@|%＝＋－＠]|{_ROUNDED}|{_DATED})"  # for a formula, a number or a date
_FORMULA = re.compile(rf"'*{_TAKEN}")
_QUOTED = re.compile(rf"'+{_TAKEN}")
_SPOILED = re.compile(_DATED)
_SHORTENED = re.compile(_ROUNDED)
_CONTROL = re.compile(r"[\x00-\x1f\ufffe\uffff]")
_BLANK = re.compile(r"[\t\r\n]+")
EXACT = 10**15  # integers beyond are rounded by spreadsheets


def guarded(text: str) -> str:
    """Return a text as it may stand in a cell."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if _QUOTED.match(text) else text


def printable(text: str) -> str:
    """Return a text without the characters that no spreadsheet can hold, each shown as �."""
    return _CONTROL.sub("�", _BLANK.sub(" ", text))


def text_of(value: Any) -> tuple[str, tuple[str, str] | None]:
    """Return the text of a cell, and what is wrong with it in zh and en if a spreadsheet has spoiled it."""
    if value is None:
        return "", None
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, datetime | date | time):
        return str(value), (
            "表格软件把它变成了日期；把这一列设为“文本”再填",
            "a spreadsheet has made a date of it; set the column to Text and write it again",
        )
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            return str(value), _rounded()
        return (str(int(value)) if float(value).is_integer() else repr(value)), None
    text = str(value).strip(" \u3000\ufeff\t\r\n")
    if (plain := unguarded(text)) != text:
        return plain, None
    if _SHORTENED.match(text):
        return text, _rounded()
    if _SPOILED.match(text):
        return text, (
            "看起来被表格软件变成了日期；把这一列设为“文本”再填",
            "it looks as if a spreadsheet had made a date of it; set the column to Text and write it again",
        )
    if _CONTROL.search(text):
        return text, ("有不可见的控制字符", "it holds control characters")
    return text, None


def _rounded() -> tuple[str, str]:
    return (
        "数字太长，表格软件已四舍五入；把这一列设为“文本”再填",
        "a spreadsheet has rounded this number; set the column to Text and write it again",
    )
