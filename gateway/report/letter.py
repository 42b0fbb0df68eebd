"""Letter: a digest as the text of a message: three sentences, four numbers with ▲▼, top places, what to change first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from gateway.report.period import Kind
from gateway.report.wording import Words, both

SIGNS = {"up": "▲", "down": "▼", "same": "＝"}


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """One of the four numbers in words; `way` and `moved` are None where there is nothing to compare with."""

    title: Words
    text: Words
    way: str | None
    moved: Words | None


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent of a period."""

    sentences: tuple[Words, ...]
    numbers: tuple[Number, ...]
    places: tuple[tuple[Words, int], ...]  # with their cases
    suggestions: tuple[Words, ...]


def due_on(day: date) -> tuple[tuple[Kind, date], ...]:
    """Return the reports of a morning, each with a day of its period: yesterday, on Mondays the week, on the first the month."""
    last = day - timedelta(days=1)
    kinds: list[Kind] = ["daily"]
    if day.weekday() == 0:
        kinds.append("weekly")
    if day.day == 1:
        kinds.append("monthly")
    return tuple((kind, last) for kind in kinds)


def text_of(letter: Letter) -> Words:
    """Return a letter in both languages, one thought a line; what there is nothing to say of is left out."""
    return both(_text(letter, "zh"), _text(letter, "en"))


def _text(letter: Letter, lang: str) -> str:
    chinese = lang == "zh"
    lines = [each[lang] for each in letter.sentences]
    lines.append(("；" if chinese else "; ").join(_number(each, lang) for each in letter.numbers))
    if letter.places:
        said = ("、" if chinese else ", ").join(
            f"{name[lang]} {count} 件" if chinese else f"{name[lang]} {count}"
            for name, count in letter.places
        )
        lines.append(f"案件最多的地方：{said}" if chinese else f"Most cases: {said}")
    lines += _numbered(letter.suggestions, lang, "建议先改：" if chinese else "Change this first: ")
    return "\n".join(lines)


def _number(number: Number, lang: str) -> str:
    moved = (
        "" if number.way is None or number.moved is None else f"（{SIGNS[number.way]} {number.moved[lang]}）"
    )
    if lang == "en" and moved:
        moved = f" ({moved[1:-1]})"
    return f"{number.title[lang]} {number.text[lang]}{moved}"


def _numbered(suggestions: Sequence[Words], lang: str, head: str) -> list[str]:
    return [f"{head if place == 1 else ''}{place}. {each[lang]}" for place, each in enumerate(suggestions, 1)]
