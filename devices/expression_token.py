"""The words of an expression: numbers, quoted texts, names and symbols, each with its place in the text."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_CHARACTERS = 4_096
MEANT = {"and": "&&", "or": "||", "not": "!", "=": "==", "&": "&&", "|": "||", "<>": "!=", "is": "=="}


class ExpressionError(Exception):
    """An expression that cannot be used; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} (at character {position + 1})")


class Token(NamedTuple):
    """One word; `sort` is number, text, name, symbol or end."""

    sort: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    |(?P<text>'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
    |(?P<name>[^\W\d]\w*)
    |(?P<symbol>&&|\|\||[=!<>]=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL)
_ESCAPES = dict(zip("abfnrtv\\?\"'`", "\a\b\f\n\r\t\v\\?\"'`", strict=True))


def tokens(text: str) -> list[Token]:
    """Cut an expression into words; the last one is the end. Raises ExpressionError."""
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"{len(text):,} characters; at most {MOST_CHARACTERS:,}", MOST_CHARACTERS)
    found_tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(_unreadable(text, at), at)
        sort = found.lastgroup or ""
        if sort != "space":
            found_tokens.append(Token(sort, found[0], at, found.end()))
        at = found.end()
        if sort == "number" and at < len(text) and (text[at].isalnum() or text[at] == "_"):
            raise ExpressionError(
                f"the number '{found[0]}' runs into '{text[at]}'; units and codes go in quotes", at
            )
    found_tokens.append(Token("end", "", len(text), len(text)))
    return found_tokens


def _unreadable(text: str, at: int) -> str:
    mark = text[at]
    if mark in "'\"":
        return f"the text that starts with {mark} does not end in its line"
    meant = MEANT.get(mark)
    return f"'{mark}' means nothing here" + (f"; did you mean '{meant}'?" if meant else "")


def number(token: Token) -> int | float:
    """Return the value of a number as written; raises ExpressionError past 63 bits."""
    written = token.text
    if written[:2] in {"0x", "0X"}:
        whole = int(written, 16)
    elif written.isdigit():
        whole = int(written) if len(written) < 40 else 2**64
    else:
        return float(written)
    if whole >= 2**63:
        raise ExpressionError(f"the number '{written[:40]}' is too large", token.start)
    return whole


def quoted(token: Token) -> str:
    """Return what stands between the quotation marks, escapes resolved."""

    def meant(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        number = int(code, 16) if code else int(found[4], 8) if found[4] else -1
        if number >= 0x110000 or 0xD800 <= number < 0xE000 or (found[5] and found[5] not in _ESCAPES):
            raise ExpressionError(f"unknown escape '{found[0]}'", token.start + 1 + found.start())
        return chr(number) if number >= 0 else _ESCAPES[found[5]]

    return _ESCAPE.sub(meant, token.text[1:-1])
