"""Words that strangers send: made safe to keep and to show, never interpreted."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
_MANY = re.compile(r"\n{3,}")
_PHONE = re.compile(r"\+?\d{5,15}")
# Characters that turn the writing direction or hide text; those that join an emoji stay.
_HIDDEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200e\u200f")


def clean(text: str) -> str:
    """Return words without control and direction characters, at most two line breaks in a row.

    What looks like HTML stays as it was typed: pages show it as text.
    """
    lines = _BREAKS.sub("\n", text)
    kept = "".join(
        sign for sign in lines
        if sign == "\n" or (sign not in _HIDDEN and unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    )  # fmt: skip
    return _MANY.sub("\n\n", kept).strip()


def phone_number(text: str) -> str | None:
    """Return a telephone number without what people put between its digits; None when it is none."""
    bare = re.sub(r"[\s()\-.\u3000－（）]", "", text)
    return bare if _PHONE.fullmatch(bare) else None
