"""Subscriptions follow a live connection: what is new comes, what is gone no longer does; both brokers, both versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
from gateway.ingest.settings import MqttSettings
from tests.contracts.ingest import Taken, device, running
from tests.integration.servers import free_port, mosquitto, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture(params=["embedded", "mosquitto"])
def ports(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[int, int]]:
    if request.param == "mosquitto":
        with mosquitto(tmp_path) as server:
            yield server.port, server.port
        return
    one = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port()))
    one.start()
    yield one.port, one.port_5
    one.stop()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_is_wanted_by_now_comes_and_nothing_else(ports: tuple[int, int], version: str) -> None:
    plain, five = ports
    taken = Taken()
    settings = MqttSettings(
        port=five if version == "5" else plain,
        client_id=f"follow-{version}",
        version=version,
        marker_topic="",  # type: ignore[arg-type]  # one of two words
    )
    with running(settings, taken, "old/#") as ingest, device(plain) as gate:

        def comes(topic: str) -> bool:
            gate.say(topic, topic)
            return topic in taken.texts()

        wait_until(lambda: comes("old/1"), what="the first subscription")
        ingest.follow(["new/#", "always/#"])
        wait_until(lambda: comes("new/1"), what="the new subscription")
        taken.clear()
        gate.say("old/2", "old/2")
        wait_until(lambda: comes("new/2"), what="a message behind the one that is no longer wanted")
        assert "old/2" not in taken.texts()
        assert ingest.status().reconnects == 0
