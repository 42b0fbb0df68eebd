"""Time passes: deadlines take effect in their order, each at its own time; after a downtime all at the start-up."""

from __future__ import annotations

from heapq import heappop, heappush

from rules import acts, falling
from rules.core import Core
from rules.deadlines import Entry
from rules.faults import faulted, is_off, judges
from rules.replace import hand_over
from rules.turn import Turn


def run_due(core: Core, turn: Turn, limit: int, *, inclusive: bool) -> None:
    """Let the deadlines before `limit` (or up to it) take effect, each at its own time."""
    heap, memory = core.heap, core.memory
    while heap and (heap[0][0] < limit or (inclusive and heap[0][0] == limit)):
        entry = heappop(heap)
        turn.now = turn.gate = memory.now = max(entry[0], memory.now)
        _effect(core, entry, turn)


def catch_up(core: Core, turn: Turn, limit: int) -> None:
    """Let what fell due before `limit`, while the process was away, take effect at the turn's time.

    All of it happens at one instant, so its kind decides about the order before its due time does; only where
    a calendar opened or closed, what was due before that goes first.
    """
    heap = core.heap
    waiting: list[tuple[int, int, Entry]] = []  # phase, due
    while True:
        shift = min(core.memory.shifts.values(), default=limit)
        while heap and heap[0][0] < min(shift, limit):
            entry = heappop(heap)
            heappush(waiting, (entry[1], entry[0], entry))
        if waiting:
            _, turn.gate, entry = heappop(waiting)
        elif heap and heap[0][0] < limit:
            entry = heappop(heap)  # a calendar opens or closes
            turn.gate = entry[0]
        else:
            break
        _effect(core, entry, turn)
    turn.gate = turn.now


def _effect(core: Core, entry: Entry, turn: Turn) -> None:
    due, _, rule, _, slot = entry
    if not rule:
        acts.shift(core, slot, due, turn)
        return
    found = core.take(entry)
    if found is None:
        return
    work, state = found
    faults = core.memory.faults
    if faults and judges(slot) and is_off(core.memory, work.rule.id, state.device or ""):
        return
    try:
        falling.fall_due(core, work, state, slot, turn)
    except Exception as error:  # noqa: BLE001  # task boundary: a fault of one rule must not stop the others
        faulted(core, work, state.device or "", turn, error)
    if core.released:
        hand_over(core, turn.now)
