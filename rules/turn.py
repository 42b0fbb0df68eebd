"""Turn: one input being judged. Collects the changes it causes; everything in it is a value or a list."""

from __future__ import annotations

from typing import Any

import msgspec

from rules.change import Change


class Turn(msgspec.Struct):
    """`now` is the engine time of what happens, `seq` the journal number of the input that causes it."""

    now: int
    seq: int
    out: list[Change]
    delayed: bool = False
    late: bool = False
    quiet: bool = False  # a late event under `late: open`: what it opens notifies nobody
    event: str = ""
    at: int = 0
    device: str | None = None
    zone: str | None = None
    env: dict[str, Any] = {}
    hits: list[str] = []  # momentary stage conditions that this input made true: "stage:item"
    inputs: int = 0  # alerts opened in this turn: keeps their ids apart
