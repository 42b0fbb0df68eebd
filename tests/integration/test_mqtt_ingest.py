"""MqttIngest against real brokers: Mosquitto with MQTT 3.1.1 and 5, and the embedded broker with both."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
from gateway.ingest.mqtt import MqttIngest
from gateway.ingest.settings import MqttSettings
from tests.contracts.ingest import Door, IngestContract, Taken, device, running
from tests.integration.servers import Server, free_port, mosquitto, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as server:
        yield server


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedBroker]:
    one = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port()))
    one.start()
    yield one
    one.stop()


class TestMosquitto5(IngestContract):
    @pytest.fixture
    def door(self, broker: Server) -> Door:
        return Door(broker.port, broker.port, "5", 200)


class TestMosquitto311(IngestContract):
    @pytest.fixture
    def door(self, broker: Server) -> Door:
        return Door(broker.port, broker.port, "3.1.1", 500)


class TestEmbedded5(IngestContract):
    @pytest.fixture
    def door(self, embedded: EmbeddedBroker) -> Door:
        return Door(embedded.port, embedded.port_5, "5", 100)


class TestEmbedded311(IngestContract):
    @pytest.fixture
    def door(self, embedded: EmbeddedBroker) -> Door:
        return Door(embedded.port, embedded.port, "3.1.1", 100)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_broker_that_is_down_is_a_state_and_not_an_error(tmp_path: Path, version: str) -> None:
    port = free_port()
    taken = Taken()
    settings = MqttSettings(port=port, version=version, retry_most_s=0.2)  # type: ignore[arg-type]  # a version of the parameters
    with running(settings, taken) as ingest:
        wait_until(lambda: ingest.status().error is not None, what="an error to show")
        status = ingest.status()
        assert not status.connected
        assert status.error is not None
        assert f"127.0.0.1:{port}" in status.error["zh"]
        assert "has the broker been started" in status.error["en"]
        with mosquitto(tmp_path, port=port) as server:
            wait_until(lambda: ingest.status().connected, what="connected")
            assert ingest.status().error is None
            server.kill()
            wait_until(lambda: not ingest.status().connected, what="the loss noticed")
            server.start()
            wait_until(lambda: ingest.status().connected, what="connected again")
            assert ingest.status().reconnects >= 1


def test_dollar_topics_are_asked_for_one_by_one(broker: Server) -> None:
    taken = Taken()
    settings = MqttSettings(port=broker.port, client_id="dollar")
    with running(settings, taken, "c/#", "$oc/devices/#", "$sys/+/x") as ingest, device(broker.port) as gate:

        def arrived() -> bool:
            gate.say("$sys/1/x", "last filter")
            return bool(taken.messages)

        wait_until(arrived, what="the last filter granted")
        gate.say("$oc/devices/7/sys/properties/report", "huawei")
        wait_until(lambda: "huawei" in taken.texts(), what="the message")
        assert ingest.status().refused_filters == ()


def test_a_broker_that_hangs_up_on_a_dollar_filter_still_delivers_the_rest(embedded: EmbeddedBroker) -> None:
    taken = Taken()
    settings = MqttSettings(port=embedded.port_5, client_id="hangs-up", retry_most_s=0.2)
    with running(settings, taken, "c/#", "$oc/devices/#") as ingest, device(embedded.port) as gate:
        wait_until(lambda: ingest.status().refused_filters == ("$oc/devices/#",), what="the filter set aside")
        wait_until(lambda: ingest.status().connected, what="connected")

        def arrived() -> bool:
            gate.say("c/1", "rest")
            return bool(taken.messages)

        wait_until(arrived, what="the rest")


def test_a_wrong_password_is_said_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("")
    config = "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder}/passwords\n"
    with mosquitto(tmp_path, config) as server:
        settings = MqttSettings(port=server.port, user="gateway", password="wrong", retry_most_s=0.2)
        with running(settings, Taken()) as ingest:
            wait_until(lambda: ingest.status().error is not None, what="an error to show")
            error = ingest.status().error
            assert error is not None
            assert "没有权限" in error["zh"] or "用户名或密码" in error["zh"]
            assert not ingest.status().connected


def test_workers_of_one_share_divide_the_messages(broker: Server) -> None:
    one, two = Taken(), Taken()
    settings = [
        MqttSettings(port=broker.port, client_id=f"share-{name}", share="g", session_expiry_s=0)
        for name in "ab"
    ]
    with running(settings[0], one) as first, running(settings[1], two) as second, device(broker.port) as gate:

        def both() -> bool:
            gate.say("c/1", "probe")
            return bool(one.messages) and bool(two.messages)

        wait_until(lambda: first.status().connected and second.status().connected, what="connected")
        wait_until(both, what="both subscriptions")
        before = len(one.messages) + len(two.messages)
        gate.say("c/1", *[f"{n}" for n in range(20)])
        wait_until(lambda: len(one.messages) + len(two.messages) >= before + 20, what="all of them")
        numbers = sorted(int(t) for t in one.texts() + two.texts() if t != "probe")
        assert numbers == list(range(20))


def test_retained_messages_say_so_and_are_not_backlog(broker: Server) -> None:
    taken = Taken()
    with device(broker.port) as gate:
        gate.say("kept/state", "on", retain=True)
    with running(MqttSettings(port=broker.port, client_id="retained"), taken, "kept/#"):
        wait_until(lambda: taken.texts() == ["on"], what="the retained message")
        assert taken.messages[0].retained
        assert not taken.messages[0].drained


def test_stopping_before_starting_and_twice_is_harmless() -> None:
    ingest = MqttIngest(MqttSettings(), ["c/#"], Taken().put)
    ingest.stop()
    ingest.stop()


def test_a_packet_above_the_packet_limit_is_hashed_while_it_comes_and_not_sent_for_ever(
    broker: Server,
) -> None:
    taken = Taken()
    settings = MqttSettings(port=broker.port, client_id="giant", version="3.1.1", packet_limit_bytes=100_000)
    payload = b"".join(b"%07d " % n for n in range(250_000))
    with running(settings, taken) as ingest, device(broker.port) as gate:

        def arrived() -> bool:
            gate.say("c/1", "ready")
            return bool(taken.messages)

        wait_until(arrived, what="subscription")
        gate.say("c/big", payload)
        gate.say("c/1", "behind")
        wait_until(lambda: "behind" in taken.texts(), what="the message behind it")
        (giant,) = [m for m in taken.messages if m.topic == "c/big"]
        assert giant.payload == payload[:4096]
        assert giant.headers["oversize"] == str(len(payload))
        assert giant.headers["sha256"] == hashlib.sha256(payload).hexdigest()
        for receipt in taken.receipts:
            receipt()
        wait_until(lambda: ingest.status().unacknowledged == 0, what="acknowledged")
        assert ingest.status().oversized == 1


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("5", b"\x20\x03\x00\x00\x00" + b"\x32\x03\x00\x09a"),
        ("3.1.1", b"\x20\x02\x00\x00" + b"\x10\x00"),
        ("3.1.1", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("5", b"\x20\xff\xff\xff\xff\xff"),
        ("3.1.1", b"\x20\x02\x00\x04"),
        ("5", b"\x20\x03\x00\x8e\x00"),
    ],
)
def test_a_server_that_talks_nonsense_is_a_state_and_is_tried_again(version: str, answer: bytes) -> None:
    tried = 0

    def serve(listener: socket.socket) -> None:
        nonlocal tried
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with link:
                link.recv(1000)
                link.sendall(answer)
                tried += 1
                link.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        settings = MqttSettings(port=listener.getsockname()[1], version=version, retry_most_s=0.1)  # type: ignore[arg-type]  # a version of the parameters
        taken = Taken()
        with running(settings, taken) as ingest:
            wait_until(lambda: tried >= 3, what="three attempts")
            wait_until(lambda: ingest.status().error is not None, what="an error to show")
            assert taken.messages == []
        listener.shutdown(socket.SHUT_RDWR)
