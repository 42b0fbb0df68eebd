"""Allowance: how much a destination may get now, and which of what waits goes next. Pure.

A vendor's limits hold for everything; a fifth of each is kept for level 1, so that the red alarm finds room
after a flood of blue ones. A person's limits (nobody reads the twentieth text message of an hour) hold for
everything but level 1. Both count attempts of the last minutes or hours, as rows of the outbox tell them,
so that a restart gives nobody a fresh allowance.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec

from gateway.notify.channel import Limits

SECOND_US = 1_000_000
KEPT_FOR_L1 = 5  # one in so many of a vendor's count
SENSE: dict[str, timedelta] = {
    "L1": timedelta(minutes=3),
    "L2": timedelta(minutes=15),
    "L3": timedelta(hours=1),
    "L4": timedelta(hours=4),
}
"""What waited longer than this is history: several of them become one digest."""
DIGEST_FROM = 4  # so many stale messages make a digest; fewer still go out by themselves or in a bundle
LISTED = 10  # a bundle of more than this says counts instead of names


class Window(msgspec.Struct, frozen=True):
    """At most `count` attempts within `seconds`."""

    count: int
    seconds: int


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What may go by one channel: free slots, the vendor's windows, those of a person, and how it takes many."""

    free: int
    vendor: tuple[Window, ...] = ()
    person: tuple[Window, ...] = ()
    bundle: bool = False
    coded: bool = False  # its messages leave this box: they carry a code to type

    @property
    def single(self) -> bool:
        """Whether only one message a destination is under way at a time, so that counts and bundles are right."""
        return self.bundle or bool(self.vendor or self.person)

    @property
    def longest_s(self) -> int:
        """How far back the counts look, in seconds."""
        return max((window.seconds for window in (*self.vendor, *self.person)), default=0)


PERSON: dict[str, tuple[Window, ...]] = {  # by kind, or what stands before its underscore
    "voice": (Window(3, 900), Window(7, 3600), Window(15, 10800)),
    "sms": (Window(5, 900), Window(11, 3600), Window(21, 10800)),
}
ANYBODY = (Window(12, 60), Window(60, 3600))
"""What a person gets by any other channel that leaves this box and can bundle."""
NOT_PEOPLE = frozenset({"group", "site"})


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One message that waits for a destination, as the choice looks at it."""

    id: str
    level: str
    order: int
    waited: timedelta
    first_of_place: bool = False
    head: bool = True  # nothing of its case waits before it


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What goes now, in this order as one message (empty: nothing), or until when everything is held and why."""

    together: tuple[Waiting, ...] = ()
    digest: bool = False
    held_until_us: int | None = None
    why: str = ""


def urgency(each: Waiting) -> tuple[bool, bool, str, int]:
    """Return the order of the queue: level 1, then the first of a place, then by level and age."""
    return (each.level != "L1", not each.first_of_place, each.level, each.order)


def choose(
    waiting: Collection[Waiting], way: Way, recipient: str, sent_us: Sequence[int], now_us: int, lost: int = 0
) -> Choice:
    """Choose what of `waiting` (not empty) this destination gets now.

    Args:
        waiting: everything that waits for it.
        way: the channel.
        recipient: a person's limits hold for people only.
        sent_us: when attempts of late were made.
        now_us: engine time.
        lost: how many messages expired unsent since it was last reached; a digest tells them.

    """
    queue = sorted(waiting, key=urgency)
    lead = next(each for each in queue if each.head)
    person = () if recipient in NOT_PEOPLE else way.person
    free, until, why = room(way.vendor, person, sent_us, now_us, grave=lead.level == "L1")
    if free == 0:
        return Choice(held_until_us=until, why=why)
    stale = sum(each.waited > SENSE.get(each.level, SENSE["L4"]) for each in queue)
    if way.bundle and (stale >= DIGEST_FROM or (lost and stale)):
        return Choice(together=tuple(queue), digest=True)
    urgent = lead.level == "L1" or lead.first_of_place
    if not way.bundle or len(queue) == 1 or len(queue) <= free or (urgent and free > _size(way) / 2):
        return Choice(together=(lead,))
    return Choice(together=tuple(queue), digest=len(queue) > LISTED)


def room(
    vendor: Sequence[Window], person: Sequence[Window], sent_us: Sequence[int], now_us: int, *, grave: bool
) -> tuple[int, int, str]:
    """Return how many may go now; when that is 0, from when one may go again and which limit holds it."""
    rules = [Window(_kept(each.count, grave=grave), each.seconds) for each in vendor]
    if not grave:
        rules += person
    free, until, why = 1_000_000, now_us, ""
    for window in rules:
        begin = now_us - window.seconds * SECOND_US
        within = sorted(at for at in sent_us if at > begin)
        left = max(0, window.count - len(within))
        free = min(free, left)
        if left == 0:
            again = (
                within[len(within) - window.count] + window.seconds * SECOND_US if window.count else now_us
            )
            if again > until:
                until, why = again, f"{window.count} in {_length(window.seconds)}"
    return free, until, why


def _kept(count: int, *, grave: bool) -> int:
    return count if grave else max(1, count - count // KEPT_FOR_L1)


def _size(way: Way) -> int:
    return min((window.count for window in (*way.vendor, *way.person)), default=0)


def _length(seconds: int) -> str:
    for unit, name in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def way_of(kind: str, reach: str, limits: Limits, *, free: int) -> Way:
    """Return what may go by a channel of this kind, reach and vendor's limits."""
    counts = ((limits.per_minute, 60), (limits.per_hour, 3600), (limits.per_day, 86400))
    person = PERSON.get(kind.partition("_")[0], ANYBODY if limits.bundle and reach != "box" else ())
    return Way(
        free=free,
        vendor=tuple(Window(count, seconds) for count, seconds in counts if count),
        person=person,
        bundle=limits.bundle,
        coded=reach != "box",
    )
