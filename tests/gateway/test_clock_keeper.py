"""What was learned of a device's clock survives a restart, and a clock that went wrong is said once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from devices.clock import MIN_MESSAGES, DeviceClock
from devices.event import Event, RawMessage
from devices.gateway_voice import read_self
from devices.timestamp import Stamp
from gateway.clock_keeper import ClockKeeper
from gateway.store.clocks import kept_clocks
from gateway.store.store import Store

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def taught(clock: DeviceClock, skew_s: float, begin: datetime) -> None:
    """Let a device say so much that a window closes: its clock is behind by `skew_s`."""
    for n in range(MIN_MESSAGES + 1):
        received = begin + timedelta(seconds=31 * n)
        clock.learn(Stamp(received - timedelta(seconds=skew_s), "zoned"), received, UTC)


class Box:
    """A store, the clocks of a decoder, and what the gateway said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[RawMessage] = []
        self.open()

    def open(self) -> None:
        self.store = Store.open(self.folder, reserve_bytes=4096)
        with self.store.read() as connection:
            kept = {device: each.clock for device, each in kept_clocks(connection).items()}
        self.clocks = {device: msgspec.structs.replace(clock) for device, clock in kept.items()}
        self.keeper = ClockKeeper(
            self.clocks, kept=kept, call=self.call, offer=self.offer, now=lambda: START, wall=lambda: START
        )

    def call(self, job: Callable[[Any], None]) -> Future[None]:
        done: Future[None] = Future()
        self.store.run([(job, done)])
        return done

    def offer(self, message: RawMessage, ack: Callable[[], None]) -> bool:
        self.said.append(message)
        return True

    def keep(self) -> None:
        self.call(self.keeper.keep)

    def restart(self) -> None:
        self.store.close()
        self.open()


def events(said: list[RawMessage]) -> list[tuple[str, str, object]]:
    read = [read_self(message, site="demo", mint=lambda: "e1") for message in said]
    assert all(isinstance(each, Event) for each in read), read
    return [(each.device, each.kind, each.data["value"]) for each in read if isinstance(each, Event)]


def test_a_learned_skew_is_there_after_a_restart(tmp_path):
    box = Box(tmp_path)
    clock = box.clocks.setdefault("cam-1", DeviceClock())
    taught(clock, 12.0, START)
    assert (clock.skew, clock.usable) == (12.0, True)
    box.keep()
    box.restart()
    assert (box.clocks["cam-1"].skew, box.clocks["cam-1"].usable) == (12.0, True)
    assert box.said == [], "twelve seconds are corrected and no fault"
    box.store.close()


def test_a_clock_that_is_far_off_is_said_once_over_restarts_and_once_when_it_is_right(tmp_path):
    box = Box(tmp_path)
    taught(box.clocks.setdefault("cam-1", DeviceClock()), 95.0, START)
    box.keep()
    box.keep()
    box.restart()
    taught(box.clocks["cam-1"], 96.0, START + timedelta(hours=1))
    box.keep()
    assert events(box.said) == [("cam-1", "device.clock", 95.0)]
    taught(box.clocks["cam-1"], 0.2, START + timedelta(hours=2))
    box.keep()
    assert events(box.said) == [("cam-1", "device.clock", 95.0), ("cam-1", "device.clock", 0.2)]
    box.store.close()


def test_a_skew_that_moves_by_a_breath_is_not_written(tmp_path):
    box = Box(tmp_path)
    taught(box.clocks.setdefault("cam-1", DeviceClock()), 12.0, START)
    box.keep()
    taught(box.clocks["cam-1"], 12.3, START + timedelta(hours=1))
    box.keep()
    with box.store.read() as connection:
        assert kept_clocks(connection)["cam-1"].clock.skew == 12.0
    box.store.close()
