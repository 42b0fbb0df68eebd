"""The seven days in which a device's repetition is recognised, by 8-byte hashes alone.

Built for a small computer, where a week is 900,000 events: the newest keys lie in a dict; every `SEGMENT`
keys they are frozen into a sorted array (12 bytes an event); a bitmap in front answers "surely not here".
A segment leaves as a whole when its youngest key is a week old.

The pump asks `seen` inside its transaction, then calls `settle`, or `rollback` if nothing was written. At
start it feeds the journaled pairs of hashes again, in order.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from datetime import timedelta
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from devices.event import Event

SEGMENT = 32_768  # keys; sorting so many takes tens of milliseconds
_SEGMENTS = 32  # in a chapter: one bitmap in front of about a million keys
_BITS = 24  # of that bitmap: 2 MiB, 6 % false hits when full
_MASK = (1 << _BITS) - 1
_BODY = 0xFFFF_FFFF
_encoder = msgspec.msgpack.Encoder()

Verdict: TypeAlias = Literal["new", "duplicate", "collision"]


def body_hash(event: Event) -> int:
    """Return 4 bytes that differ when the content does; envelope, receipt and evidence do not count."""
    content = _encoder.encode((event.kind, event.device_time, event.data, event.state, event.subject))
    return int.from_bytes(blake2b(content, digest_size=4).digest(), "big")


def _both(key: int, body: int) -> int:
    """Return the key under which a second body of the same key is remembered."""
    digest = blake2b(key.to_bytes(8, "big", signed=True) + body.to_bytes(4, "big"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class _Segment:
    """Frozen keys in ascending order, with the marks of their bodies beside them."""

    __slots__ = ("bodies", "keys", "newest_us")

    def __init__(self, recent: dict[int, int], newest_us: int) -> None:
        order = sorted(recent)
        self.keys = array("q", order)
        self.bodies = array("I", [recent[key] for key in order])
        self.newest_us = newest_us

    def find(self, key: int) -> int | None:
        place = bisect_left(self.keys, key)
        return self.bodies[place] if place < len(self.keys) and self.keys[place] == key else None


class _Chapter:
    """Up to `_SEGMENTS` segments, oldest first, behind one bitmap of their keys."""

    __slots__ = ("bitmap", "segments", "taken")

    def __init__(self) -> None:
        self.bitmap = bytearray(1 << (_BITS - 3))
        self.segments: deque[_Segment] = deque()
        self.taken = 0  # segments ever put in

    def add(self, segment: _Segment) -> None:
        for key in segment.keys:
            self.bitmap[(key & _MASK) >> 3] |= 1 << (key & 7)
        self.segments.append(segment)
        self.taken += 1

    def find(self, key: int) -> int | None:
        if not self.bitmap[(key & _MASK) >> 3] & 1 << (key & 7):
            return None
        for segment in self.segments:
            known = segment.find(key)
            if known is not None:
                return known
        return None


class DedupWindow:
    """Recognises repetitions within `window`; one object per gateway, used by the writer thread only."""

    def __init__(self, *, window: timedelta = timedelta(days=7), segment: int = SEGMENT) -> None:
        self._window_us = round(window.total_seconds() * 1_000_000)
        self._segment = segment
        self._recent: dict[int, int] = {}
        self._newest_us = 0
        self._pending: list[int] = []
        self._frozen: deque[_Chapter] = deque()  # newest last

    def __len__(self) -> int:
        return len(self._recent) + sum(len(s.keys) for chapter in self._frozen for s in chapter.segments)

    def seen(self, key: int, body: int, at_us: int) -> Verdict:
        """Remember an event by `dedup_hash` and `body_hash`, received at `at_us`, and say if it was here before.

        `duplicate`: same key, same body; it changes nothing. `collision`: same key, other body; a new event
        that is journaled with flag `dedup_collision`, and whose own repetitions are duplicates.
        """
        body &= _BODY
        known = self._find(key)
        if known is None:
            self._remember(key, body, at_us)
            return "new"
        if known == body:
            return "duplicate"
        second = _both(key, body)
        if self._find(second) == body:
            return "duplicate"
        self._remember(second, body, at_us)
        return "collision"

    def settle(self, now_us: int) -> None:
        """Keep what was seen since the last call; freeze what is much and forget what is a week old."""
        self._pending.clear()
        if len(self._recent) >= self._segment:
            if not self._frozen or self._frozen[-1].taken == _SEGMENTS:
                self._frozen.append(_Chapter())
            self._frozen[-1].add(_Segment(self._recent, self._newest_us))
            self._recent = {}
        while self._frozen and self._frozen[0].segments[0].newest_us < now_us - self._window_us:
            self._frozen[0].segments.popleft()
            if not self._frozen[0].segments:
                self._frozen.popleft()

    def rollback(self) -> None:
        """Forget what was seen since the last `settle`: it was not written."""
        for key in self._pending:
            self._recent.pop(key, None)
        self._pending.clear()

    def _find(self, key: int) -> int | None:
        known = self._recent.get(key)
        if known is not None:
            return known
        for chapter in self._frozen:
            known = chapter.find(key)
            if known is not None:
                return known
        return None

    def _remember(self, key: int, body: int, at_us: int) -> None:
        self._recent[key] = body
        self._pending.append(key)
        self._newest_us = max(self._newest_us, at_us)
