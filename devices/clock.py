"""How far a device's clock may be believed: what is learned per device, and the `at` that follows.

Skew is received − device, in seconds; positive: the device's clock is behind. Delay is never negative, so
the smallest difference of a window comes nearest to the truth; a median would learn a backlog as skew.
Windows run until they hold 20 messages and 10 minutes. A lone value far below all others (one bad stamp)
is left out. Nothing is learned from replayed or drained messages: their age is not delay.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import NamedTuple

import msgspec

from devices.event import TimeQuality
from devices.timestamp import Stamp

MIN_MESSAGES = 20
MIN_SPAN_S = 600.0
_MIN_SPAN = timedelta(seconds=MIN_SPAN_S)
ZONE_PROOF_S = 86_400.0  # a zone error must stay the same for a day before it is corrected
LATENESS_S = 5.0  # an instant further ahead of its receipt is not believed
SMALL_S = 1.0  # below this a clock counts as synchronised and is left alone
LARGEST_S = 3_600.0  # a steady error above this, other than the site's offset, is no clock to correct
_ZONE_SLACK_S = 120.0
_LONE_S = 30.0
_FIRST_BELIEVED = datetime(2010, 1, 1, tzinfo=UTC)  # clocks without a battery start in 1970 or 2000
_DAY_S = 86_400.0
_FUTURE_S = 366 * _DAY_S


class Judged(NamedTuple):
    """What is decided once about an event's time and then journaled."""

    at: datetime
    quality: TimeQuality
    flags: tuple[str, ...]


# What `Judged(…)` does, without its detour through a Python function: one is made for each message.
judged: Callable[[tuple[datetime, TimeQuality, tuple[str, ...]]], Judged] = partial(tuple.__new__, Judged)


class DeviceClock(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one device's clock: a plain value that can be stored and loaded.

    `skew` is None until a window closed. `usable` is false for an error that is too large, or that looks
    like a wrong zone and has not been the same for a day. The rest is the open window.
    """

    skew: float | None = None
    usable: bool = False
    zone_s: float = 0.0  # ± the site's offset while a zone error is watched or corrected
    zone_since: datetime | None = None
    opened: datetime | None = None
    count: int = 0
    lowest: float = 0.0
    second: float = 0.0

    def learn(self, stamp: Stamp, received_at: datetime, zone: tzinfo) -> None:
        """Take one live message into the open window, and close the window when it is full."""
        self.take(stamp.instant, (received_at - stamp.instant).total_seconds(), received_at, zone)

    def take(self, instant: datetime, difference: float, received_at: datetime, zone: tzinfo) -> None:
        """Do what `learn` does with a difference (seconds) that is known already."""
        if not -_DAY_S < difference < _DAY_S and not _believed(instant, difference):
            return
        opened = self.opened
        if opened is None or received_at < opened:
            self.opened, self.count, self.lowest, self.second = received_at, 1, difference, difference
            return
        count = self.count = self.count + 1
        if count == 2:
            self.lowest, self.second = min(difference, self.lowest), max(difference, self.lowest)
        elif difference < self.second:
            if difference < self.lowest:
                self.lowest, self.second = difference, self.lowest
            else:
                self.second = difference
        if count >= MIN_MESSAGES and received_at - opened >= _MIN_SPAN:
            lone = self.lowest < -LATENESS_S and self.second - self.lowest > _LONE_S
            self._adopt(self.second if lone else self.lowest, received_at, zone)
            self.opened = None

    def _adopt(self, skew: float, now: datetime, zone: tzinfo) -> None:
        self.skew = skew
        zone_error = _zone_error(skew, now, zone)
        if abs(skew) <= LARGEST_S and not zone_error:
            self.usable, self.zone_s, self.zone_since = True, 0.0, None
        elif zone_error and zone_error == self.zone_s and self.zone_since is not None:
            self.usable = (now - self.zone_since).total_seconds() >= ZONE_PROOF_S
        else:
            self.usable, self.zone_s = False, zone_error
            self.zone_since = now if zone_error else None


def judge(
    clock: DeviceClock,
    stamp: Stamp | None,
    received_at: datetime,
    zone: tzinfo,
    *,
    live: bool = True,
    drained: bool = False,
    oldest: timedelta | None = timedelta(days=7),
) -> Judged:
    """Decide when a fact happened: the device's time, corrected if its clock is known, else the receipt.

    `live` is false for replayed state and backlogs that say so themselves. A live, not drained message
    older than `oldest`, or older by just the site's offset, has a wrong clock rather than a long way.
    The result is never later than `received_at`.
    """
    if stamp is None:
        return Judged(received_at, "none", ("drained",) if drained else ())
    age = (received_at - stamp.instant).total_seconds()
    return judge_age(clock, stamp, age, received_at, zone, live, drained, oldest)


def judge_age(
    clock: DeviceClock,
    stamp: Stamp,
    age: float,
    received_at: datetime,
    zone: tzinfo,
    live: bool,
    drained: bool,
    oldest: timedelta | None,
) -> Judged:
    """Do what `judge` does with an age (seconds) that is known already."""
    if clock.skew is None and 0 < age < LARGEST_S:  # nearly every message of a young clock
        return judged((stamp.instant, stamp.quality, ()))
    queued = drained or not live
    old = not queued and oldest is not None and age - (clock.skew or 0) > oldest.total_seconds()
    if old or not _believed(stamp.instant, age):
        return _unbelieved(received_at, drained=drained)
    if clock.skew is not None:
        if not clock.usable:
            return _unbelieved(received_at, drained=drained)
        return _corrected(clock.skew, stamp, age, received_at, drained=drained)
    if age < -LATENESS_S or (age > LARGEST_S and not queued and _zone_error(age, received_at, zone) != 0.0):
        return _unbelieved(received_at, drained=drained)
    return Judged(stamp.instant if age > 0 else received_at, stamp.quality, ())


def _corrected(skew: float, stamp: Stamp, age: float, received_at: datetime, *, drained: bool) -> Judged:
    quality: TimeQuality = "synced" if stamp.quality != "naive" else "naive"
    if abs(skew) < SMALL_S:
        if age < -LATENESS_S:
            return _unbelieved(received_at, drained=drained)
        return Judged(stamp.instant if age > 0 else received_at, quality, ())
    if age - skew < -LATENESS_S:
        return _unbelieved(received_at, drained=drained)
    at = stamp.instant + timedelta(seconds=skew)
    return Judged(min(at, received_at), "skewed", (f"skew:{round(skew):+d}s",))


def _unbelieved(received_at: datetime, *, drained: bool) -> Judged:
    return Judged(received_at, "none", ("clock", "drained") if drained else ("clock",))


def _believed(instant: datetime, age_s: float) -> bool:
    return age_s >= -_FUTURE_S and instant >= _FIRST_BELIEVED


def _zone_error(skew: float, now: datetime, zone: tzinfo) -> float:
    """Return ± the site's offset when the skew is that offset, give or take two minutes; else 0."""
    offset = abs((now.astimezone(zone).utcoffset() or timedelta()).total_seconds())
    if offset < 2 * _ZONE_SLACK_S or abs(abs(skew) - offset) > _ZONE_SLACK_S:
        return 0.0
    return offset if skew > 0 else -offset
