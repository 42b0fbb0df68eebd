"""Deadlines: a heap over the states of all keys.

Deadlines live in the state of their key; the heap holds copies and is checked against the state when
one comes up. A deadline that moves later keeps its old place in the heap and is put right when that comes
up, so that moving it costs nothing; a restart builds the heap again.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TypeAlias

from rules.keyed import NOTHING, KeyState, phase_of
from rules.memory import SiteMemory
from rules.runtime import RuleAtWork

Entry: TypeAlias = tuple[int, int, str, str, str]  # due, phase, rule, key, slot


class Deadlines:
    """What falls due when, and which states have changed since the last snapshot."""

    def __init__(self, rules: dict[str, RuleAtWork]) -> None:
        self.rules = rules
        self.memory = SiteMemory()
        self.heap: list[Entry] = []
        self.dirty: list[tuple[RuleAtWork, KeyState]] = []

    def deadline(self, work: RuleAtWork, state: KeyState, slot: str, due: int | None) -> None:
        """Set, move or (None) cancel one deadline of a key."""
        deadlines = state.deadlines
        if due is None:
            if deadlines.pop(slot, None) is not None:
                self.touch(work, state)
        elif deadlines.get(slot) != due:
            if deadlines is NOTHING:
                deadlines = state.deadlines = {}
            deadlines[slot] = due
            queued = state.queued.get(slot)
            if queued is None or queued > due:
                self.queue(work, state, slot, due)
            self.touch(work, state)

    def queue(self, work: RuleAtWork, state: KeyState, slot: str, due: int) -> None:
        """Put one deadline into the heap."""
        if state.queued is NOTHING:
            state.queued = {}
        state.queued[slot] = due
        phase = state.waiting if state.waiting and slot == "detect" else phase_of(slot)
        heappush(self.heap, (due, phase, work.slot, state.text, slot))

    def rebuild(self) -> None:
        """Make the heap from the states."""
        self.heap = [(due, 0, "", "", name) for name, due in self.memory.shifts.items()]
        for work in self.rules.values():
            for state in work.keys.values():
                for slot, due in state.deadlines.items():
                    self.queue(work, state, slot, due)
        heapify(self.heap)

    def shift_at(self, name: str, due: int) -> None:
        """Note when a calendar opens or closes next."""
        if self.memory.shifts.get(name) != due:
            self.memory.shifts[name] = due
            heappush(self.heap, (due, 0, "", "", name))

    def take(self, entry: Entry) -> tuple[RuleAtWork, KeyState] | None:
        """Return whose deadline an entry of the heap is, and strike it out; None when it is not due (any more)."""
        due, _, rule, key, slot = entry
        work = self.rules.get(rule)
        state = work.keys.get(key) if work is not None else None
        if work is None or state is None or state.queued.get(slot) != due:
            return None
        del state.queued[slot]
        real = state.deadlines.get(slot)
        if real is None:
            return None
        if real != due:
            self.queue(work, state, slot, real)
            return None
        del state.deadlines[slot]
        return work, state

    def next_due(self) -> int | None:
        """Return when the next deadline falls due, or None."""
        heap = self.heap
        while heap:
            entry = heap[0]
            due, _, rule, _, slot = entry
            if not rule:
                if self.memory.shifts.get(slot) == due:
                    return due
                heappop(heap)
                continue
            found = self.take(heappop(heap))
            if found is not None:
                _, state = found
                state.deadlines[slot], state.queued[slot] = due, due
                heappush(heap, entry)
                return due
        return None

    def drop_deadlines(self, work: RuleAtWork, state: KeyState, prefix: str, text: str) -> None:
        """Cancel the deadlines of one alert whose slot begins with `prefix`."""
        tail = f"|{text}"
        for slot in [s for s in state.deadlines if s.startswith(prefix) and s.endswith(tail)]:
            if slot.partition("|")[2] == text:
                self.deadline(work, state, slot, None)

    def touch(self, work: RuleAtWork, state: KeyState) -> None:
        """The state of this key has to go into the next snapshot."""
        if not state.dirty:
            state.dirty = True
            self.dirty.append((work, state))
