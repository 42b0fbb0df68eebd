"""Clock keeper: what the decoder learned of devices' clocks is kept, and a clock that went wrong or came right is said.

Only what changed is written: a skew that moves by milliseconds with each window would wear the disk out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

import msgspec

from devices.clock import DeviceClock
from devices.event import RawMessage
from gateway.batch import Committed
from gateway.core import Core
from gateway.store.clocks import kept_clocks, put_clocks
from gateway.writer import Writer

EVERY_S = 60.0
MOVED_S = 0.5  # a smaller move of the skew is not written
WRONG_S = 30.0  # a clock further off is a fault of the device; the rule `device.clock_off` has the same limit
Call = Callable[[Callable[[Any], None]], Future[None]]
Offer = Callable[[RawMessage, Callable[[], None]], bool]


class ClockKeeper:
    """Looks at `clocks`, which belong to the writer's thread, once a minute and in that thread."""

    name = "clocks"

    def __init__(
        self,
        clocks: Mapping[str, DeviceClock],
        *,
        kept: Mapping[str, DeviceClock],
        call: Call,
        offer: Offer,
        now: Callable[[], datetime],
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clocks, self._call, self._offer, self._now, self._wall = clocks, call, offer, now, wall
        self._kept = {device: _copy(clock) for device, clock in kept.items()}
        self._wrong = {device for device, clock in kept.items() if is_wrong(clock)}

    async def run(self) -> None:
        """Keep and say until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            await asyncio.wrap_future(self._call(self.keep))

    def keep(self, connection: Any) -> None:
        """Write the clocks of which something new was learned, and say which went wrong or came right."""
        news = {
            device: _copy(clock)
            for device, clock in list(self._clocks.items())
            if clock.skew is not None and _moved(self._kept.get(device), clock)
        }
        put_clocks(connection, news, now=self._now())
        for device, clock in news.items():
            before = self._kept.get(device)
            self._kept[device] = clock
            if is_wrong(clock) != (device in self._wrong) and self._said(device, before, clock):
                self._wrong.symmetric_difference_update({device})

    def committed(self, _committed: Committed) -> None:
        """Nothing of a commit concerns the clocks."""

    def _said(self, device: str, before: DeviceClock | None, after: DeviceClock) -> bool:
        assert after.skew is not None
        facts = {
            "device": device,
            "value": round(after.skew, 1),
            "before": "" if before is None or before.skew is None else f"{before.skew:+.1f} s",
            "after": f"{after.skew:+.1f} s",
        }
        message = RawMessage(
            topic="device.clock", payload=msgspec.json.encode(facts), received_at=self._wall(), adapter="self"
        )
        return self._offer(message, lambda: None)


def is_wrong(clock: DeviceClock) -> bool:
    """Tell whether a clock is further off than a device's clock may be."""
    return clock.skew is not None and abs(clock.skew) > WRONG_S


def _moved(kept: DeviceClock | None, clock: DeviceClock) -> bool:
    if kept is None or kept.skew is None or clock.skew is None:
        return True
    same = (kept.usable, kept.zone_s, kept.zone_since) == (clock.usable, clock.zone_s, clock.zone_since)
    return not same or abs(kept.skew - clock.skew) >= MOVED_S


def _copy(clock: DeviceClock) -> DeviceClock:
    return msgspec.structs.replace(clock)


def open_keeper(core: Core, writer: Writer) -> ClockKeeper:
    """Give the decoder back what was learned before this start, and return what keeps what it learns from now on."""
    with core.store.read() as connection:
        kept = {device: each.clock for device, each in kept_clocks(connection).items()}
    known = {device: clock for device, clock in kept.items() if core.decoder.registry.get(device) is not None}
    for device, clock in known.items():  # what was half learned then is no window of now
        core.decoder.clocks.setdefault(device, msgspec.structs.replace(clock, opened=None, count=0))
    return ClockKeeper(
        core.decoder.clocks, kept=known, call=writer.call, offer=writer.offer, now=core.clock.now
    )
