"""Outside: what keeps contact with the world beside messages: the dead-man ping, and the daily test of channels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.channel_test import ChannelTest
from gateway.deadman import DeadmanPing
from gateway.part import Part
from gateway.pulse import Pulse

if TYPE_CHECKING:
    from gateway.app import Gateway


def outside_parts(gateway: Gateway) -> list[Part]:
    """Return the parts that the settings ask for."""
    settings, core = gateway.written.settings, gateway.core
    found: list[Part] = []
    if settings.deadman is not None:
        pulse = Pulse(
            ingest=gateway.ingest.status, writer=gateway.writer.status, outbox=gateway.outbox.status
        )
        found.append(
            DeadmanPing(
                settings.deadman,
                site=core.view.id,
                pulse=pulse,
                say=gateway.watch.say,
                wall=lambda: datetime.now(UTC),
            )
        )
    if settings.channel_test is not None:
        found.append(
            ChannelTest(
                settings.channel_test,
                view=lambda: core.view,
                write=gateway.writer.call,
                wake=gateway.outbox.wake,
                now=core.clock.now,
                wall=lambda: core.clock.now() + core.clock.offset,
            )
        )
    return found
