"""Which of two versions is the newer one: 1.10 is newer than 1.9, and 1.10 than its own 1.10rc1."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(\d+(?:\.\d+)*)[.-]?([a-z]*)(\d*)")
_STAGES = {
    "dev": 0,
    "a": 1,
    "b": 2,
    "rc": 3,
    "": 4,
    "post": 5,
}  # one that is not known counts as the finished one


def newer(version: str, than: str) -> bool:
    """Tell whether a version comes after another; one is not newer than itself."""
    return _place(version) > _place(than)


def _place(version: str) -> tuple[tuple[int, ...], int, int]:
    found = _PARTS.match(version)
    if found is None:
        return (), 0, 0
    numbers, stage, count = found.groups()
    parts = [int(each) for each in numbers.split(".")]
    while parts and parts[-1] == 0:  # 1.2.0 is 1.2
        parts.pop()
    return tuple(parts), _STAGES.get(stage, _STAGES[""]), int(count or 0)
