"""Subscriptions follow a live connection: what is new comes, what is gone no longer does; both brokers, both versions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
from gateway.ingest.settings import MqttSettings
from tests.contracts.ingest import Taken, device, running
from tests.integration.servers import MOSQUITTO_DEFAULT, free_port, mosquitto, wait_until

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
        version=version,  # type: ignore[arg-type]  # one of two words
        marker_topic="",
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


# Who may do everything but listen to everything; Mosquitto's own access lists refuse no subscription, its plugin does.
NOT_EVERYTHING = {
    "defaultACLAccess": dict.fromkeys(
        ("publishClientSend", "publishClientReceive", "subscribe", "unsubscribe"), True
    ),
    "anonymousGroup": "all",
    "groups": [{"groupname": "all", "roles": [{"rolename": "narrow"}]}],
    "roles": [
        {"rolename": "narrow", "acls": [{"acltype": "subscribeLiteral", "topic": "#", "allow": False}]}
    ],
}


def test_listening_to_everything_where_the_broker_forbids_it_leaves_nobody_deaf(tmp_path: Path) -> None:
    plugin = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"), None)
    if plugin is None:
        pytest.skip("mosquitto_dynamic_security.so is not installed (apt install mosquitto)")
    rights = tmp_path / "rights.json"
    rights.write_text(json.dumps(NOT_EVERYTHING))
    config = f"{MOSQUITTO_DEFAULT}plugin {plugin}\nplugin_opt_config_file {rights}\n"
    taken = Taken()
    with mosquitto(tmp_path / "broker", config) as server, device(server.port) as gate:
        settings = MqttSettings(port=server.port, client_id="forbidden", marker_topic="")
        with running(settings, taken, "gate/#", "lift/#") as ingest:

            def comes(topic: str) -> bool:
                gate.say(topic, topic)
                return topic in taken.texts()

            wait_until(lambda: comes("gate/1"), what="the first subscription")
            ingest.follow(["gate/#", "lift/#", "#"])
            wait_until(lambda: ingest.status().refused_filters == ("#",), what="the refusal")
            wait_until(lambda: comes("lift/1"), what="a message while everything is refused")
            ingest.follow(["gate/#", "lift/#"])
            wait_until(lambda: ingest.status().refused_filters == (), what="the refusal forgotten")
            wait_until(lambda: comes("gate/2"), what="a message after it")
            assert ingest.status().reconnects == 0
