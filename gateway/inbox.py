"""Inbox: what waits for the writer, bounded in number and in bytes, stamped with engine time as it enters.

Full, it first drops what may be dropped (`may_shed`), oldest first, in the order of `SHED_ORDER`; only what names its
kind in its topic (our own namespace) can be judged here, everything else waits: `put` blocks, reception
stops, the broker keeps the rest. A shed message keeps its place, so that acknowledgements stay in order.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from devices.event import RawMessage
from gateway.response.model import Action
from gateway.shedding import SHED_ORDER, SHED_RANK, measurement
from rules.action import Action as AlertAction

MESSAGES = 10_000
BYTES = 32 << 20
_PRESSED = 0.8  # full; from here kinds are shed one after the other
_PLACES = 4  # waiting messages, shed ones included, per message that may wait
_OVERHEAD = 400  # bytes of memory of a waiting message beside its payload


class Arrival:
    """A message in the inbox. `message` is None once it was shed."""

    __slots__ = ("ack", "at", "message", "rank", "shed", "size")

    def __init__(
        self, message: RawMessage, ack: Callable[[], None], at: datetime, size: int, rank: int
    ) -> None:
        self.message: RawMessage | None = message
        self.ack = ack
        self.at = at
        self.size = size
        self.rank = rank
        self.shed = ""


class Deed:
    """A person's action in the inbox; `answer` is a future of its result."""

    __slots__ = ("action", "answer", "at", "by", "key")

    def __init__(
        self,
        action: Action | AlertAction,
        answer: Future[dict[str, Any]],
        at: datetime,
        by: str,
        key: str | None,
    ) -> None:
        self.action = action
        self.answer = answer
        self.at = at
        self.by = by
        self.key = key


class Heard:
    """A mark between messages: what was said before `until` came in before it; None: everything did."""

    __slots__ = ("at", "until")

    def __init__(self, until: datetime | None, at: datetime) -> None:
        self.until = until
        self.at = at


Waiting: TypeAlias = Arrival | Deed | Heard


class Inbox:
    """A bounded queue from many threads to one. `now` is the engine clock."""

    def __init__(self, now: Callable[[], datetime], *, messages: int = MESSAGES, size: int = BYTES) -> None:
        self.may_shed: frozenset[int] = frozenset()  # the places of SHED_ORDER that no rule reads
        self._now = now
        self._messages, self._size = messages, size
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)  # something entered, or the writer was woken
        self._room = threading.Condition(self._lock)
        self._waiting: deque[Waiting] = deque()
        self._sheddable: dict[int, deque[Arrival]] = {rank: deque() for rank in SHED_RANK.values()}
        self._count = self._bytes = 0
        self._woken = self._closed = False
        self._newest = now()

    def put(self, message: RawMessage, ack: Callable[[], None]) -> None:
        """Let a message in, waiting for room if need be; after `close` it is dropped unacknowledged."""
        self._enter(message, ack, wait=True)

    def offer(self, message: RawMessage, ack: Callable[[], None]) -> bool:
        """Let a message in if there is room now; False: there is none."""
        return self._enter(message, ack, wait=False)

    def act(
        self, action: Action | AlertAction, answer: Future[dict[str, Any]], *, by: str, key: str | None
    ) -> None:
        """Let an action in; people are not made to wait by a flood of messages."""
        with self._lock:
            self._waiting.append(Deed(action, answer, self._stamp(), by, key))
            self._changed.notify()

    def heard(self, ago: timedelta | None) -> None:
        """Mark that everything said until `ago` has come in by now, and the rest is being read; None: all of it has."""
        with self._lock:
            at = self._stamp()
            self._waiting.append(Heard(at - ago if ago is not None else None, at))
            self._changed.notify()

    def wake(self) -> None:
        """End the current or next `take` early."""
        with self._lock:
            self._woken = True
            self._changed.notify()

    def close(self) -> None:
        """Let nothing in any more and free everyone who waits for room."""
        with self._lock:
            self._closed = True
            self._room.notify_all()
            self._changed.notify()

    @property
    def fill(self) -> float:
        """How full it is, 0–1, by whichever bound is nearer."""
        return max(self._count / self._messages, self._bytes / self._size)

    @property
    def pressure(self) -> int:
        """How many kinds of `SHED_ORDER` the pump is to shed: none below 80 %, all of them when full."""
        over = (self.fill - _PRESSED) / (1 - _PRESSED)
        return 0 if over < 0 else 1 + int(over * (len(SHED_ORDER) - 1))

    def __len__(self) -> int:
        return len(self._waiting)

    def deeds(self) -> list[Deed]:
        """Take out every action that waits."""
        with self._lock:
            found = [each for each in self._waiting if isinstance(each, Deed)]
            self._waiting = deque(each for each in self._waiting if not isinstance(each, Deed))
        return found

    def put_back(self, taken: Sequence[Waiting]) -> None:
        """Let inputs wait again, before all others, in their order."""
        with self._lock:
            for each in reversed(taken):
                self._waiting.appendleft(each)
                if isinstance(each, Arrival) and each.message is not None:
                    self._count += 1
                    self._bytes += each.size
                    if each.rank:
                        self._sheddable[each.rank].appendleft(each)

    def take(self, limit: int, *, wait_s: float | None) -> tuple[Sequence[Waiting], datetime]:
        """Return up to `limit` waiting inputs, and the engine time before which nothing else can come.

        Waits up to `wait_s` (None: without end) while there is nothing.
        """
        with self._lock:
            if not self._waiting and not self._woken and not self._closed:
                self._changed.wait(wait_s)
            self._woken = False
            taken = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
            for each in taken:
                if isinstance(each, Arrival):
                    self._leave(each)
            if taken:
                self._room.notify_all()
            horizon = self._waiting[0].at if self._waiting else self._stamp()
        return taken, horizon

    def _enter(self, message: RawMessage, ack: Callable[[], None], *, wait: bool) -> bool:
        size = len(message.payload) + _OVERHEAD
        rank = shed_rank(message.topic)
        with self._lock:
            rank = rank if rank in self.may_shed else 0
            while not self._closed and not self._has_place(size, rank):
                if not wait:
                    return False
                self._room.wait()
            if self._closed:
                return False
            arrival = Arrival(message, ack, self._stamp(), size, rank)
            self._waiting.append(arrival)
            if not self._fits(size) and rank:  # it is itself the first to be shed
                arrival.message, arrival.shed = None, SHED_ORDER[rank - 1]
            else:
                self._count += 1
                self._bytes += size
                if rank:
                    self._sheddable[rank].append(arrival)
            self._changed.notify()
        return True

    def _fits(self, size: int) -> bool:
        return self._count == 0 or (self._count < self._messages and self._bytes + size <= self._size)

    def _has_place(self, size: int, rank: int) -> bool:
        """Tell whether a newcomer may enter, shedding what goes before it; True also if it will be shed itself."""
        if self._fits(size):
            return True
        if len(self._waiting) >= _PLACES * self._messages:  # the places of shed messages are bounded too
            return False
        for place, queued in self._sheddable.items():
            if rank and place > rank:
                break
            while queued and place in self.may_shed and not self._fits(size):
                each = queued.popleft()
                if each.message is not None:
                    self._count -= 1
                    self._bytes -= each.size
                    each.message, each.shed = None, SHED_ORDER[place - 1]
        return self._fits(size) or rank > 0

    def _leave(self, arrival: Arrival) -> None:
        if arrival.message is None:
            return
        self._count -= 1
        self._bytes -= arrival.size
        if arrival.rank:  # first in, first out: it is the oldest of its rank
            self._sheddable[arrival.rank].popleft()

    def _stamp(self) -> datetime:
        self._newest = max(self._now(), self._newest)
        return self._newest


def shed_rank(topic: str) -> int:
    """Return the place in `SHED_ORDER` (from 1) of what a topic of our own namespace carries; 0: never shed unread."""
    parts = topic.split("/")
    if len(parts) != 5 or parts[0] != "sc1":
        return 0
    if parts[3] == "t":
        return SHED_RANK[measurement(parts[4])]
    return SHED_RANK.get(parts[4], 0) if parts[3] == "e" else 0
