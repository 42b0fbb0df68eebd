"""The engine clock E: a clock that only runs forward, whatever the wall clock is told.

E = last committed E + elapsed. Within one boot of the machine "elapsed" is read from the boot clock,
which counts through suspends and knows no time zone, no NTP step and no leap second. Over a reboot it
is the wall clock's difference, but only if that clock was synchronised before and is synchronised
after; otherwise E goes on from the last committed E. The difference wall − E is the *offset*: a value
that is journaled when it changes and that only calendars, cron and display use.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FLOOR_US = (datetime(2026, 1, 1, tzinfo=UTC) - EPOCH) // _MICROSECOND
"""No gateway ran before this: a box whose clock says 1970 starts here."""
OFFSET_STEP = timedelta(milliseconds=500)
"""A smaller difference is the slewing of a disciplined clock, not a step worth a journal entry."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised


def to_us(at: datetime) -> int:
    """Return microseconds since 1970 UTC, the form in which times are stored."""
    return (at - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """Return the aware UTC time of a stored number of microseconds."""
    return EPOCH + timedelta(microseconds=microseconds)


def synchronised() -> bool:
    """Ask the kernel whether some time service disciplines the wall clock now (Linux: adjtimex)."""
    libc = ctypes.CDLL(None, use_errno=True)
    request = ctypes.create_string_buffer(512)  # struct timex, all zero: modes = 0 reads and sets nothing
    state: int = libc.adjtimex(request)
    return state not in {-1, _TIME_ERROR}


def boot_id() -> str:
    """Return the kernel's id of this boot, or an empty text where there is none."""
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Where time comes from; tests inject their own."""

    elapsed_us: Callable[[], int] = lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
    wall_us: Callable[[], int] = lambda: time.time_ns() // 1000
    synchronised: Callable[[], bool] = synchronised
    boot: Callable[[], str] = boot_id


class ClockMark(msgspec.Struct, frozen=True, kw_only=True):
    """What one process leaves for the next. It changes at a start and with the offset, not with each commit."""

    boot: str
    base_us: int  # E − boot clock: constant as long as the machine is not rebooted
    offset_us: int  # wall − E
    synchronised: bool


class EngineClock:
    """E for one run of the gateway; `now` may be read from any thread.

    `last_us` is the newest committed E and `mark` what the process before left (both None at the very
    first start). `down_for` tells how long nobody looked, as far as that is known.
    """

    def __init__(
        self, *, last_us: int | None = None, mark: ClockMark | None = None, sources: Sources | None = None
    ) -> None:
        self._sources = sources or Sources()
        elapsed, wall = self._sources.elapsed_us(), self._sources.wall_us()
        good = self._sources.synchronised()
        start = _start(last_us, mark, elapsed=elapsed, wall=wall, good=good, boot=self._sources.boot())
        self.down_for = timedelta(microseconds=start - last_us) if last_us is not None else timedelta(0)
        self._base_us = start - elapsed
        self._offset_us = (
            wall - start if mark is None or _moved(wall - start, mark.offset_us) else mark.offset_us
        )
        self._good = good

    def now_us(self) -> int:
        """Return E in microseconds since 1970 UTC."""
        return self._base_us + self._sources.elapsed_us()

    def now(self) -> datetime:
        """Return E (aware, UTC); never less than any earlier answer."""
        return EPOCH + timedelta(microseconds=self.now_us())

    @property
    def offset(self) -> timedelta:
        """The last noticed wall − E."""
        return timedelta(microseconds=self._offset_us)

    def mark(self) -> ClockMark:
        """Return what the next process needs to know."""
        return ClockMark(
            boot=self._sources.boot(),
            base_us=self._base_us,
            offset_us=self._offset_us,
            synchronised=self._good,
        )

    def notice(self) -> timedelta | None:
        """Look at the wall clock; return the new offset if it was stepped or (de)synchronised, else None."""
        offset = self._sources.wall_us() - self.now_us()
        good = self._sources.synchronised()
        if good == self._good and not _moved(offset, self._offset_us):
            return None
        self._offset_us, self._good = offset, good
        return self.offset


def _moved(offset_us: int, before_us: int) -> bool:
    return abs(offset_us - before_us) * _MICROSECOND >= OFFSET_STEP


def _start(
    last_us: int | None, mark: ClockMark | None, *, elapsed: int, wall: int, good: bool, boot: str
) -> int:
    if last_us is None or mark is None:
        return max(wall, FLOOR_US, last_us or 0)
    if boot and boot == mark.boot:  # the machine did not reboot: its own clock tells the downtime exactly
        return max(last_us, mark.base_us + elapsed)
    if good and mark.synchronised:
        return max(last_us, wall - mark.offset_us)
    return last_us
