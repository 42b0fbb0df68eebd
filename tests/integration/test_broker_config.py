"""The shipped Mosquitto configuration, attacked: only what it promises is allowed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from tests.integration.servers import Server, mosquitto, program, wait_until

pytestmark = pytest.mark.integration
DEPLOY = Path(__file__).parents[2] / "deploy" / "mosquitto"
WORD = "a-long-password-for-tests"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("mosquitto")
    (folder / "community.acl").write_text((DEPLOY / "community.acl").read_text().replace("SITE", "sc"))
    passwords = folder / "community.passwd"
    passwords.write_text("".join(f"{user}:{WORD}\n" for user in ("gateway", "gate-1", "gate-2")))
    subprocess.run([program("mosquitto_passwd", "mosquitto"), "-U", str(passwords)], check=True)
    config = (DEPLOY / "mosquitto.conf").read_text()
    config = config.replace("listener 1883", "listener {port}").replace("/var/lib/mosquitto", "{folder}")
    config = config.replace("/etc/mosquitto/community", "{folder}/community")
    with mosquitto(folder, config) as one:
        yield one


class Client:
    """A client with an account; `heard` holds topics."""

    def __init__(self, port: int, user: str | None, *filters: str, password: str = WORD) -> None:
        self.heard: list[str] = []
        self.code: list[str] = []
        self.granted: list[list[bool]] = []
        self._client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5, reconnect_on_failure=False
        )
        if user is not None:
            self._client.username_pw_set(user, password)
        self._client.on_connect = lambda _c, _u, _f, code, _p: self.code.append(str(code))
        self._client.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.append(
            [not c.is_failure for c in codes]
        )
        self._client.on_message = lambda _c, _u, m: self.heard.append(m.topic)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        wait_until(lambda: self.code, what="CONNACK")
        if filters and self.code == ["Success"]:
            self._client.subscribe([(name, paho.SubscribeOptions(qos=1)) for name in filters])
            wait_until(lambda: self.granted, what="SUBACK")

    def say(self, *topics: str) -> None:
        for topic in topics:
            self._client.publish(topic, b"x", 1).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        del self._client


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    made: list[Client] = []
    yield made
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("user", "password"), [(None, ""), ("gate-1", "wrong"), ("nobody", WORD), ("#", WORD)]
)
def test_nobody_comes_in_without_an_account(
    server: Server, clients: list[Client], user: str | None, password: str
) -> None:
    one = Client(server.port, user, password=password)
    clients.append(one)
    assert one.code != ["Success"]


def test_a_device_speaks_for_itself_and_for_nobody_else(server: Server, clients: list[Client]) -> None:
    gateway, gate = Client(server.port, "gateway", "#"), Client(server.port, "gate-1")
    clients += [gateway, gate]
    gate.say(
        "sc1/sc/gate-2/e/access.denied",
        "sc1/other/gate-1/e/access.denied",
        "sc1/sc/gate-1/c/open",
        "sc1/sc/gate-1/k/b/1",
        "sc1o/sc/incident/g1/1",
        "zigbee2mqtt/x",
        "sc1/sc/gate-1/e/access.denied",
        "sc1/sc/gate-1/a",
    )
    wait_until(lambda: "sc1/sc/gate-1/a" in gateway.heard, what="the last message")
    assert gateway.heard == ["sc1/sc/gate-1/e/access.denied", "sc1/sc/gate-1/a"]


def test_a_device_hears_its_own_confirmations_and_commands_only(
    server: Server, clients: list[Client]
) -> None:
    gate, gateway = (
        Client(server.port, "gate-1", "#", "sc1/sc/+/k/#", "sc1/sc/gate-1/c/#"),
        Client(server.port, "gateway"),
    )
    clients += [gate, gateway]
    gateway.say(
        "sc1/sc/gate-2/k/b/1",
        "sc1/sc/gate-2/c/2",
        "sc1o/sc/incident/g1/1",
        "sc1/sc/gate-1/k/b/3",
        "sc1/sc/gate-1/c/4",
    )
    wait_until(lambda: "sc1/sc/gate-1/c/4" in gate.heard, what="the last message")
    assert set(gate.heard) == {"sc1/sc/gate-1/k/b/3", "sc1/sc/gate-1/c/4"}
