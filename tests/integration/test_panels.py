"""A panel that calls a real gateway: nothing lost and nothing doubled over a kill, restores clear, posts too."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Signer

from tests.fakes.panel import Panel
from tests.integration.gateway_process import GatewayProcess, Site, give_passwords
from tests.integration.servers import free_port, wait_until

pytestmark = pytest.mark.integration
KEY = "AAAAAAAAAAAAAAAA"
HOOK = "whsec_" + base64.b64encode(b"w" * 24).decode()
DEVICES = """\
  - {id: panel-a, type: alarm_panel, profile: sia-dc09, ident: "4F39", building: b1, grid: g1, name: {zh: 地库主机, en: Basement panel}}
  - {id: shop-door, type: contact, profile: sia-dc09, ident: 4F39/5, building: b1, grid: g1, name: {zh: 商铺门磁, en: Shop door}}
  - {id: panel-b, type: alarm_panel, profile: sia-dc09, ident: "123F", building: b2, grid: g1, name: {zh: 泵房主机, en: Pump room panel}}
  - {id: weather, type: sensor, profile: weather, ident: station-1, building: b1, grid: g1, name: {zh: 水位站, en: Level station}}
"""
PROFILE = """\
profile: weather@1
name: {zh: 水位站, en: Level station}
identity: {from: e.station}
messages:
  - match: {path: in/weather}
    time: {from: e.time}
    dedup: [headers.webhook-id]
    kinds:
      - {when: e.type == "level", kind: env.level, fields: {data.value: e.percent}}
samples:
  - name: a level
    path: in/weather
    headers: {webhook-id: m-1}
    payload: {station: station-1, time: '2026-03-04T18:15:02+08:00', type: level, percent: 62}
    expect: [{event: env.level, device: station-1, dedup: m-1, data: {value: 62}}]
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    one = Site(tmp_path / "site", devices=DEVICES)
    one.panels = free_port()  # type: ignore[attr-defined]  # put beside the site by this test
    text = (one.folder / "gateway.yaml").read_text(encoding="utf-8")
    one.write(
        "gateway.yaml",
        text
        + f'panels:\n  port: {one.panels}\n  accounts:\n    "4F39": {{}}\n    "123F": {{key_file: secrets/pump}}\n'  # type: ignore[attr-defined]  # put beside the site by this test
        "inbound:\n  weather: {secret_file: secrets/weather}\n",
    )
    one.write("secrets/pump", KEY + "\n")
    one.write("secrets/weather", HOOK + "\n")
    one.write("profiles/weather.yaml", PROFILE)
    give_passwords(one, "chen")
    return one


@pytest.fixture
def process(site: Site) -> Iterator[GatewayProcess]:
    with GatewayProcess(site) as one:
        yield one.start()


def events(process: GatewayProcess, kind: str) -> list[str]:
    return [
        row[0] for row in process.rows("SELECT device FROM event_index WHERE kind = ? ORDER BY seq", kind)
    ]


def port(site: Site) -> int:
    return int(site.panels)  # type: ignore[attr-defined]  # put beside the site by this test


def test_alarm_restore_and_what_is_refused(site: Site, process: GatewayProcess) -> None:
    panel = Panel(port(site))
    wait_until(lambda: panel.send(panel.frame("", "NULL")) == "ACK", what="a receiver that listens")
    assert panel.say(panel.cid(1, "130", zone=5)) == "ACK"
    assert events(process, "panel.burglary") == ["shop-door"]  # on disk before the ACK
    opened = process.alert("panel.burglary", device="shop-door")
    assert opened["open"]
    assert panel.say(panel.cid(3, "130", zone=5)) == "ACK"
    wait_until(
        lambda: not process.alert("panel.burglary", device="shop-door")["open"], what="the alert to clear"
    )
    assert panel.say(panel.cid(1, "154", zone=9)) == "ACK"
    assert process.alert("env.leak")["device"] == "panel-a"
    assert panel.say("|Nri7/BA", "SIA-DCS") == "ACK"
    assert panel.say(panel.cid(1, "999")) == "DUH"
    assert panel.say("|Nri7/QQ", "SIA-DCS") == "DUH"
    assert len(process.rows("SELECT 1 FROM quarantine WHERE code = 'unknown_code'")) == 2
    assert Panel(port(site), "BEEF").say("#BEEF|1130 01 001") == "NAK"
    assert Panel(port(site), "123F").say("#123F|1130 01 001") == "NAK"  # plain, though it has a key
    pump = Panel(port(site), "123F", key=KEY, udp=True)
    assert pump.say(pump.cid(1, "301", zone=0)) == "ACK"
    assert process.alert("power.lost")["device"] == "panel-b"
    pump.clock_s = 3600
    assert pump.say(pump.cid(1, "130", zone=1)) == "NAK"
    assert process.alert("panel.fault")["device"] == "panel-b"
    pump.clock_s = 0
    assert pump.say(pump.cid(3, "301", zone=0)) == "ACK"
    wait_until(lambda: not process.alert("panel.fault")["open"], what="the fault of the clock to clear")
    parts = {part["name"]: part["facts"] for part in process.person("chen").get("/api/health")["parts"]}
    assert (
        parts["panels"]["refused.account"]
        == parts["panels"]["refused.key"]
        == parts["panels"]["refused.clock"]
        == 1
    )
    assert parts["panels"]["stored"] == 6
    assert parts["inbound weather"] == {}


def test_a_repeat_is_acknowledged_and_counted_once_also_after_a_kill(
    site: Site, process: GatewayProcess
) -> None:
    panel = Panel(port(site))
    panel.until_acknowledged(panel.cid(1, "130", zone=3))
    assert (
        panel.send(panel.frame(panel.cid(1, "130", zone=3))) == "ACK"
    )  # the answer was lost, it says so again
    process.kill()
    process.start()
    wait_until(
        lambda: panel.send(panel.frame(panel.cid(1, "130", zone=3))) == "ACK",
        what="the answer after the start",
    )
    assert events(process, "panel.burglary") == ["panel-a"]


def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(
    site: Site, process: GatewayProcess
) -> None:
    """A panel reports 40 zones and says each until it is acknowledged; the gateway is killed twice meanwhile."""
    panel = Panel(port(site))
    wait_until(lambda: panel.send(panel.frame("", "NULL")) == "ACK", what="a receiver that listens")
    done: list[int] = []

    def report() -> None:
        for zone in range(11, 51):
            panel.until_acknowledged(panel.cid(1, "130", zone=zone))
            done.append(zone)

    reporter = threading.Thread(target=report)
    reporter.start()
    for after in (5, 20):
        wait_until(lambda after=after: len(done) >= after, seconds=120, what=f"{after} zones")  # type: ignore[misc]  # bound to this turn of the loop
        process.kill()
        process.start()
    reporter.join(120)
    assert len(done) == 40
    stored = [
        json.loads(row[0]) for row in process.rows("SELECT body FROM alerts WHERE rule = 'panel.burglary'")
    ]
    assert len(stored) == 40
    assert {alert["count"] for alert in stored} == {1}
    assert len(events(process, "panel.burglary")) == 40


def test_a_post_is_stored_once_and_what_is_not_understood_is_kept(
    site: Site, process: GatewayProcess
) -> None:
    def post(body: bytes, key: str, *, secret: str = HOOK) -> httpx.Response:
        at = datetime.now(UTC)
        headers = {
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(secret).sign(key, at, body.decode()),
        }
        return httpx.post(f"{process.base}/in/weather", content=body, headers=headers, trust_env=False)

    def said(**more: object) -> bytes:
        body = {
            "station": "station-1",
            "time": datetime.now(UTC).isoformat(),
            "type": "level",
            "percent": 91,
            **more,
        }
        return json.dumps(body).encode()

    first = post(said(), "m-1")
    assert (first.status_code, first.json()["outcome"]) == (202, "stored")
    assert events(process, "env.level") == ["weather"]
    body = said()
    assert [post(body, "m-2").json()["outcome"] for _ in range(2)] == ["stored", "duplicate"]
    assert process.alert("env.flooding")["device"] == "weather"
    unknown = post(said(type="storm"), "m-3")
    assert (unknown.status_code, unknown.json()["outcome"], unknown.json()["code"]) == (
        202,
        "quarantined",
        "unknown_code",
    )
    assert post(b"{broken", "m-4").json()["outcome"] == "quarantined"
    assert post(said(), "m-5", secret="whsec_" + base64.b64encode(b"x" * 24).decode()).status_code == 401
    assert httpx.post(f"{process.base}/in/nobody", content=b"{}", trust_env=False).status_code == 404
    assert post(said(text="x" * 70_000), "m-6").status_code == 413
