"""Outside: what keeps contact with the world beside messages: dead-man ping, daily test of channels, late receipts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gateway.channel_test import ChannelTest
from gateway.deadman import DeadmanPing
from gateway.late_receipts import LateReceipts
from gateway.notify.channel import Askable
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
    askable = {name: each for name, each in gateway.channels.items() if isinstance(each, Askable)}
    if askable:
        found.append(
            LateReceipts(
                askable,
                write=gateway.writer.call,
                destination=gateway.where,
                now=core.clock.now,
                offset=lambda: core.clock.offset,
                seal_key=core.store.seal_key,
            )
        )
    return found
