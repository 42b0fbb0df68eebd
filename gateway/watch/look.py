"""Look: gathers what the probes of a running gateway may look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from gateway.core import Core
from gateway.forward import Forward
from gateway.ingest.mqtt import MqttIngest
from gateway.outbox import Outbox
from gateway.store.read_outbox import oldest_waiting
from gateway.watch.false_alarms import Tally
from gateway.watch.probe import Watched
from gateway.watch.watch import Watch
from gateway.writer import Writer


def open_watch(
    core: Core, *, writer: Writer, ingest: MqttIngest, outbox: Outbox, forward: Forward[Any] | None
) -> Watch:
    """Return the watch of a running gateway, with the false alarms of before this start."""
    tally = Tally()
    with core.store.read() as connection:
        tally.begin(connection)
    look = look_at(core, writer=writer, ingest=ingest, outbox=outbox, forward=forward, tally=tally)
    return Watch(writer.offer, look=look, tally=tally)


def look_at(
    core: Core,
    *,
    writer: Writer,
    ingest: MqttIngest,
    outbox: Outbox,
    forward: Forward[Any] | None,
    tally: Tally,
) -> Callable[[Counter[tuple[str, str]]], Watched]:
    """Return the function that gathers everything as of now; it reads the store and may be called from any thread."""
    site, settings = core.written.site, core.written.settings

    def look(quarantined: Counter[tuple[str, str]]) -> Watched:
        now, offset = core.clock.now(), core.clock.offset
        degraded = writer.status().degraded
        return Watched(
            now=now + offset,
            zone=site.view.zone,
            data=settings.data,
            workdays=site.rules.holidays,
            certificate=settings.http.tls_cert,
            clock_offset_s=offset.total_seconds(),
            ingest=ingest.status(),
            forward=None if forward is None else forward.status(),
            outbox=outbox.status(),
            oldest_message_s=_age(core, outbox),
            quarantined=dict(quarantined),
            false_alarms=tally.found(),
            degraded={"store": degraded["zh"]} if degraded else {},
        )

    return look


def _age(core: Core, outbox: Outbox) -> float:
    now = core.clock.now()
    with core.store.read() as connection:
        oldest = oldest_waiting(connection, channels=outbox.leaving, now=now)
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
