"""Notices of alerts and confirmations under way when a connection dies are said again on the next one."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.ingest.publish import Publisher
from gateway.ingest.settings import MqttSettings
from rules.change import Change
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Proxy, mosquitto, wait_until

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)


def opened(number: int) -> Change:
    return Change(
        t=NOW, change="opened", rule="r", version=1, key={}, stage="alarm", level="L2", count=1, notify=True, respond=True,
        late=False, delayed=False, why={}, alert=f"a{number}", opened_at=NOW, last_at=NOW,
    )  # fmt: skip


async def test_a_connection_that_dies_takes_no_notice_with_it(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, Proxy(broker.port) as proxy:
        listener = await asyncio.to_thread(Voice, broker.port, "notices")
        settings = MqttSettings(port=proxy.port, client_id="pub", retry_most_s=0.2, alerts_topic="notices")
        publisher = Publisher(settings, current=list)
        task = asyncio.create_task(publisher.run())
        try:
            await asyncio.to_thread(wait_until, lambda: publisher.status().connected)
            proxy.hold(True)
            publisher.committed(
                SimpleNamespace(
                    events=[], duplicates=[], incidents=[], changes=[(n, opened(n)) for n in range(60)]
                )  # type: ignore[arg-type]  # the fields that it reads
            )
            await asyncio.to_thread(wait_until, lambda: publisher.status().waiting == 0, what="all under way")
            proxy.hold(False)
            proxy.cut()
            wanted = {f'"alert":"a{n}"'.encode() for n in range(60)}
            await asyncio.to_thread(
                wait_until,
                lambda: all(
                    any(each in payload for _, payload, _ in list(listener.heard)) for each in wanted
                ),
                seconds=30,
                what="every notice",
            )
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            listener.__exit__()
