"""One part of a real gateway cannot work: it is shown and said, alarms and all other parts go on, and it comes back."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.fakes.panel import Panel
from tests.integration.gateway_process import GatewayProcess, Site, body, give_passwords
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
DEVICES = """\
  - {id: panel-a, type: alarm_panel, profile: sia-dc09, ident: "4F39", building: b1, grid: g1, name: {zh: 地库主机, en: Basement panel}}
"""


def test_a_part_that_cannot_start_leaves_alarms_and_the_other_parts_running(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = Site(tmp_path / "site", devices=DEVICES)
        text = (site.folder / "gateway.yaml").read_text(encoding="utf-8")
        site.write(
            "gateway.yaml",
            f'{text}panels:\n  port: {port}\n  host: 127.0.0.1\n  accounts:\n    "4F39": {{}}\n',
        )
        give_passwords(site, "chen")
        with GatewayProcess(site).start() as process:
            chen = process.hears().person("chen")
            wait_until(lambda: "part_failed" in chen.reasons(), what="the part that failed shown")
            health = chen.get("/api/health")
            (reason,) = (each for each in health["reasons"] if each["code"] == "part_failed")
            assert health["status"] == "degraded"
            assert reason["text"]["zh"].startswith("报警主机接收停下了：")
            assert reason["text"]["en"].startswith("panels stands still: ")
            assert reason["since"]
            assert process.alert("gateway.degraded")["open"], "it is an alert of the gateway's own"
            with Voice(site.broker_port) as device:
                device.say("zigbee2mqtt/smoke-3", body(smoke=True))
            number = process.alert("fire.smoke")["incident"]
            wait_until(
                lambda: process.rows("SELECT 1 FROM bundles WHERE incident = ?", number),
                what="another part at work: the bundle of the case opened",
            )
            assert process.running
            taken.close()
            panel = Panel(port)
            wait_until(lambda: _hears(panel), seconds=90, what="the part at work again, by itself")
            assert panel.say(panel.cid(1, "130", zone=5)) == "ACK"
            assert process.alert("panel.burglary")["device"] == "panel-a"
            assert process.running


def _hears(panel: Panel) -> bool:
    try:
        return panel.send(panel.frame("", "NULL")) == "ACK"
    except OSError:
        return False
