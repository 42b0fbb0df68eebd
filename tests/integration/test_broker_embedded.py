"""What the embedded broker really does; docs/adr/adr-embedded-broker.md says the same in words."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from gateway.errors import ConfigError
from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
from tests.integration.servers import accepts, free_port, wait_until

pytestmark = pytest.mark.integration


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    one = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port()))
    one.start()
    yield one
    one.stop()


class Client:
    """A client that notes everything."""

    def __init__(self, port: int, version: int, user: str | None = None, password: str | None = None) -> None:
        self.heard: list[tuple[str, int, bool]] = []
        self.codes: list[str] = []
        self.lost: list[str] = []
        self.granted = 0
        self._client = paho.Client(
            paho.CallbackAPIVersion.VERSION2,
            protocol=paho.MQTTProtocolVersion(version),
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(user, password)
        self._client.on_connect = lambda _c, _u, _f, code, _p: self.codes.append(str(code))
        self._client.on_disconnect = lambda _c, _u, _f, code, _p: self.lost.append(str(code))
        self._client.on_subscribe = lambda *_: setattr(self, "granted", self.granted + 1)
        self._client.on_message = lambda _c, _u, m: self.heard.append((m.topic, len(m.payload), m.retain))
        self._client.connect("127.0.0.1", port, keepalive=30)
        self._client.loop_start()
        wait_until(lambda: self.codes or self.lost, what="an answer to CONNECT")

    def subscribe(self, name: str) -> None:
        before = self.granted
        self._client.subscribe(name, 1)
        wait_until(lambda: self.granted > before or self.lost, what="an answer to SUBSCRIBE")

    def publish(self, topic: str, size: int, *, retain: bool = False) -> bool:
        """Publish, and tell whether the broker acknowledged (False: it closed the connection)."""
        sent = self._client.publish(topic, b"x" * size, 1, retain)
        # `lost` comes first: asking a message that was cut off whether it is published is an error.
        wait_until(lambda: self.lost or sent.is_published(), what="an answer to PUBLISH")
        return not self.lost

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        del self._client  # its callbacks hold us: without this its sockets would wait for the cycle collector


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    made: list[Client] = []
    yield made
    for one in made:
        one.close()


def test_each_port_speaks_one_version_and_messages_cross_between_them(
    broker: EmbeddedBroker, clients: list[Client]
) -> None:
    old, new = Client(broker.port, 4), Client(broker.port_5, 5)
    clients += [old, new]
    assert (old.codes, new.codes) == (["Success"], ["Success"])
    for one in (old, new):
        one.subscribe("a/#")
    assert old.publish("a/old", 1)
    assert new.publish("a/new", 1)
    for one in (old, new):
        wait_until(lambda one=one: len(one.heard) == 2, what="both messages")
    wrong = [Client(broker.port, 5), Client(broker.port_5, 4)]
    clients += wrong
    assert all(one.lost and not one.codes for one in wrong)


@pytest.mark.parametrize("version", [4, 5])
def test_packets_up_to_512_kib_pass_and_larger_ones_end_the_connection(
    broker: EmbeddedBroker, clients: list[Client], version: int
) -> None:
    port = broker.port if version == 4 else broker.port_5
    listener, sender = Client(port, version), Client(port, version)
    clients += [listener, sender]
    listener.subscribe("big/#")
    assert sender.publish("big/1", 500_000)
    wait_until(lambda: listener.heard == [("big/1", 500_000, False)], what="the large message")
    assert not sender.publish("big/2", 600_000)
    assert not listener.lost


@pytest.mark.parametrize("version", [4, 5])
def test_a_dollar_subscription_ends_the_connection_and_delivers_says_so(
    broker: EmbeddedBroker, clients: list[Client], version: int
) -> None:
    one = Client(broker.port if version == 4 else broker.port_5, version)
    clients.append(one)
    one.subscribe("$oc/devices/#")
    assert one.lost
    assert not broker.delivers("$oc/devices/#")
    assert broker.delivers("$share/g/a/#")
    assert broker.delivers("/sys/+/thing/#")


def test_retained_messages_are_kept_and_taken_away(broker: EmbeddedBroker, clients: list[Client]) -> None:
    sender = Client(broker.port, 4)
    clients.append(sender)
    sender.publish("state/1", 2, retain=True)
    sender.publish("state/2", 2, retain=True)
    sender.publish("state/2", 0, retain=True)
    listener = Client(broker.port, 4)
    clients.append(listener)
    listener.subscribe("state/#")
    sender.publish("state/3", 1)
    wait_until(lambda: any(topic == "state/3" for topic, _, _ in listener.heard), what="the last message")
    assert ("state/1", 2, True) in listener.heard
    assert not [h for h in listener.heard if h[0] == "state/2" and h[1] > 0]


def test_a_port_in_use_is_a_configuration_error_with_the_next_step() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"{port}.*mqtt\.host"):
            EmbeddedBroker(BrokerSettings(port=port, port_5=free_port())).start()


def test_off_loopback_it_needs_accounts_and_says_every_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="password_file"):
        EmbeddedBroker(BrokerSettings(host="0.0.0.0", port=free_port())).start()
    file = tmp_path / "accounts"
    file.write_text("gate:short\n# a comment\n\ngate:long-enough-password\nlonely\n")
    file.chmod(0o644)
    with pytest.raises(ConfigError) as refusal:
        EmbeddedBroker(BrokerSettings(host="0.0.0.0", password_file=str(file))).start()
    assert len(refusal.value.problems) == 4
    assert "chmod 600" in refusal.value.problems[0]
    with pytest.raises(ConfigError, match="cannot be read"):
        EmbeddedBroker(BrokerSettings(password_file=str(tmp_path / "missing"))).start()


@pytest.mark.parametrize("version", [4, 5])
def test_with_accounts_nobody_comes_in_without_one(
    tmp_path: Path, clients: list[Client], version: int
) -> None:
    file = tmp_path / "accounts"
    file.write_text('gate:pass"word-long-enough\n')
    file.chmod(0o600)
    broker = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port(), password_file=str(file)))
    broker.start()
    try:
        port = broker.port if version == 4 else broker.port_5
        good = Client(port, version, "gate", 'pass"word-long-enough')
        bad = [Client(port, version), Client(port, version, "gate", "wrong-password")]
        clients += [good, *bad]
        assert good.codes == ["Success"]
        assert all("Success" not in one.codes for one in bad)
    finally:
        broker.stop()


def test_a_dead_child_is_started_again_and_that_is_visible(
    broker: EmbeddedBroker, clients: list[Client]
) -> None:
    assert broker.status().running
    assert broker._broker is not None
    os.kill(broker._broker._process.pid, signal.SIGKILL)
    wait_until(lambda: broker.status().restarts == 1, what="the restart")
    status = broker.status()
    assert (status.running, status.error) == (True, None)
    one = Client(broker.port, 4)
    clients.append(one)
    assert one.codes == ["Success"]


def test_stopping_frees_the_ports_and_leaves_no_file() -> None:
    broker = EmbeddedBroker(BrokerSettings(port=free_port(), port_5=free_port()))
    broker.start()
    assert broker._folder is not None
    folder = Path(broker._folder.name)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    broker.stop()
    broker.stop()
    assert not folder.exists()
    assert not broker.status().running
    assert not accepts(broker.port)
    assert not accepts(broker.port_5)


def test_the_child_ends_with_a_parent_that_was_killed() -> None:
    port, port_5 = free_port(), free_port()
    program = textwrap.dedent(f"""
        import time
        from gateway.ingest.broker import BrokerSettings, EmbeddedBroker
        EmbeddedBroker(BrokerSettings(port={port}, port_5={port_5})).start()
        print("up", flush=True)
        time.sleep(60)
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    wait_until(lambda: not accepts(port) and not accepts(port_5), what="the ports free again")
