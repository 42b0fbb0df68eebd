"""Turn: one input being judged. Collects the changes it causes; everything in it is a value or a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.change import Change
from rules.operators import Fire

_NOTHING: Mapping[str, Any] = {}


class Turn:
    """`now` is the engine time of what happens, `seq` the journal number of the input that causes it."""

    delayed = False
    gate: int  # the moment that calendars are asked about: now, or when it fell due during a downtime
    late = False
    quiet = False  # a late event under `late: open`: what it opens notifies nobody
    event = ""
    at = 0
    device: str | None = None
    zone: str | None = None
    env: Mapping[str, Any] = _NOTHING
    hits: tuple[str, ...] = ()  # momentary stage conditions that this input made true: "stage:item"
    fires: Mapping[str, Fire] = _NOTHING  # how they fired, for explanations
    inputs = 0  # alerts opened in this turn: keeps their ids apart

    def __init__(self, now: int, seq: int) -> None:
        self.now = self.gate = now
        self.seq = seq
        self.out: list[Change] = []

    def next(self, now: int) -> Turn:
        """Return a turn of the same input at a later moment; its changes follow these."""
        turn = Turn(now, self.seq)
        turn.out, turn.inputs = self.out, self.inputs
        return turn
