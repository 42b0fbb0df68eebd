"""Starting, stopping and bad weather: what the process says, keeps and takes up again."""

from __future__ import annotations

import base64
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.integration.gateway_process import (
    GatewayProcess,
    Site,
    body,
    gateway,
    give_passwords,
    now_ms,
    verify,
)
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import free_port, mosquitto, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
OWN_RULE = """\
rules:
- id: site.night_gate
  name: {zh: 自定规则, en: Own rule}
  category: "0206"
  detect: {count: {of: access.granted, at_least: 3, within: 60s}}
  stages:
  - {stage: warning, level: L4}
  note: {zh: 看一眼。, en: Have a look.}
"""


def test_the_first_start_makes_an_administrator_and_a_second_one_finds_everything(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", rules={"own.yaml": OWN_RULE})
    give_passwords(site, "chen")
    with GatewayProcess(site).start() as process:
        admin = process.first_administrator()
        assert admin.get("/api/me")["roles"] == ["administrator"]
        process.hears()
        with Voice(site.broker_port) as device:
            device.say("zigbee2mqtt/smoke-3", body(smoke=True))
        number = process.alert("fire.smoke")["incident"]
        before = process.rows("SELECT max(last_seq) FROM journal")[0][0]
        began = time.monotonic()
        assert process.end(signal.SIGTERM, seconds=10) == 0
        assert time.monotonic() - began < 10
        assert "Traceback" not in process.errors
        assert process.rows("SELECT version FROM documents WHERE name = 'rule:site.night_gate'") == [(1,)]

        site.edit("rules/own.yaml", "at_least: 3", "at_least: 2")
        process.start()
        assert "/login#" not in process.output, "somebody can administrate already"
        assert process.person("chen").incident(number)["device"] == "smoke-3"
        found = process.rows(
            "SELECT version, author FROM documents WHERE name = 'rule:site.night_gate' ORDER BY 1"
        )
        assert found == [(1, "file"), (2, "file")]
        assert process.rows("SELECT max(last_seq) FROM journal")[0][0] > before
        cards = {card["id"]: card for card in process.person("chen").get("/api/rules")["items"]}
        assert cards["site.night_gate"]["version"] == 2
        process.hears()
        with Voice(site.broker_port) as device:
            for n in range(2):
                device.say("community/c1/access/g001/event", body(id=n, ts=now_ms(), kind="granted"))
        process.alert("site.night_gate")
        assert process.end(signal.SIGINT, seconds=10) == 0
        assert "Traceback" not in process.errors
    checked = verify(site)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_broker_that_is_away_at_the_start_is_a_state_to_show(tmp_path: Path) -> None:
    port = free_port()
    site = Site(tmp_path / "site", mqtt=port)
    with gateway(site, "chen") as process:
        chen = process.person("chen")
        wait_until(
            lambda: "broker_unreachable" in chen.reasons(), seconds=60, what="the broker's absence shown"
        )
        assert process.ready() == 200, "people can work without the broker"
        reason = next(r for r in chen.get("/api/health")["reasons"] if r["code"] == "broker_unreachable")
        assert str(port) in reason["text"]["en"]
        with mosquitto(tmp_path / "broker", port=port) as broker:
            wait_until(
                lambda: "broker_unreachable" not in chen.reasons(), seconds=60, what="the broker found"
            )
            with Voice(broker.port) as device:
                device.say("zigbee2mqtt/smoke-3", body(smoke=True))
            process.alert("fire.smoke")
        wait_until(lambda: "broker_unreachable" in chen.reasons(), seconds=60, what="the broker lost again")


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    with socket.create_server(("127.0.0.1", site.port)), GatewayProcess(site).launch() as process:
        assert process.wait() == 2
        assert "Traceback" not in process.errors
        assert f"http.port: 127.0.0.1:{site.port} cannot be used" in process.errors


def test_the_embedded_brokers_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    with socket.create_server(("127.0.0.1", site.broker_port)), GatewayProcess(site).launch() as process:
        assert process.wait() in {2, 3}
        assert "Traceback" not in process.errors
        assert str(site.broker_port) in process.errors


def test_every_mistake_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", rules={"own.yaml": OWN_RULE.replace("at_least: 3", "at_leest: 3")})
    site.edit("site.yaml", "roles: [checker]", "roles: [chekker]")
    site.edit("site.yaml", "people: [wang]}", "people: [wong]}")
    site.write("profiles/own.yaml", "profile: thing\n")
    with GatewayProcess(site).launch() as process:
        assert process.wait() == 2
        said = process.errors
        assert "Traceback" not in said
        for words in (
            "chekker",
            "unknown person 'wong'; did you mean 'wang'?",
            "at_leest",
            "profiles/own.yaml",
        ):
            assert words in said, said
        assert not site.data.exists(), "nothing was opened"


def test_a_second_gateway_on_the_same_data_is_refused(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    other = Site(tmp_path / "other")
    other.edit("gateway.yaml", "data: data", f"data: {site.data}")
    with gateway(site) as process, GatewayProcess(other).launch() as second:
        assert second.wait() == 3
        assert f"another gateway (process {process.pid}) already uses this data folder" in second.errors
        assert "Traceback" not in second.errors
        assert process.ready() == 200


class Receiver:
    """A webhook's far end: answers 200 and keeps what came."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        got = self.got

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                got.append(({name.lower(): value for name, value in self.headers.items()}, content))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing on the test's output."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


def test_a_webhook_receives_signed_cloud_events(tmp_path: Path, receiver: Receiver) -> None:
    channel = (
        "  - {name: office, kind: webhook, group: true, levels: [L1, L2], settings: "
        f"{{url: {receiver.url!r}, secret_file: hook.key, allow_private: true}}}}"
    )
    site = Site(tmp_path / "site", channels=channel)
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    site.write("hook.key", secret + "\n")
    (site.folder / "hook.key").chmod(0o600)
    with gateway(site, "chen") as process:
        process.hears()
        with Voice(site.broker_port) as device:
            device.say("zigbee2mqtt/smoke-3", body(smoke=True))
        number = process.alert("fire.smoke")["incident"]
        wait_until(lambda: receiver.got, seconds=60, what="a call of the webhook")
        headers, content = receiver.got[0]
        event = Webhook(secret).verify(content, headers)
        assert event["specversion"] == "1.0"
        assert headers["webhook-id"] == event["id"]
        assert number in json.dumps(event)
        ids = [h["webhook-id"] for h, _ in receiver.got]
        assert len(ids) == len(set(ids)), "each message once"
