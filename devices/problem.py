"""Problem: one thing wrong in something a person wrote, said so that they can mend it.

Profiles, rules, sites, timelines and configuration all report in this form, all problems at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from functools import lru_cache

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Place, value and expectation of one mistake; prints as `FILE:LINE: PATH: message`."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: {self.message}"


def nearest(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the closest valid word, or an empty text when none is close."""
    return _nearest(word, words if isinstance(words, frozenset) else tuple(words))


@lru_cache(maxsize=256)  # one word that is wrong in a thousand lines costs what it costs once
def _nearest(word: str, words: Collection[str]) -> str:
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
