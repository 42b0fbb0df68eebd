"""A gateway that was away reads what the broker kept: doors that were closed meanwhile raise nothing, open ones do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_process import GatewayProcess, Site, body, gateway, now_ms
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Server, mosquitto, wait_until

pytestmark = pytest.mark.integration
GATES = 200
HELD = "gate-held"  # still open when everything has been read
BEFORE = "gate-before"  # opened before the gateway went, closed while it was away
DEVICES = "\n".join(
    f"  - {{id: {name}, type: access_gate, profile: own, building: b1, grid: g1}}"
    for name in [HELD, BEFORE, *(f"gate-{n}" for n in range(GATES))]
)
DETECT = {
    "test.missing": "missing: {first: contact.opened, then: contact.closed, within: 2s}",
    "test.sustained": "sustained: {of: [contact.opened, contact.closed], holds: 'kind == \"contact.opened\"', for: 8s}",
}
RULES = "rules:\n" + "".join(
    f"""- id: {rule}
  name: {{zh: 门未关, en: Left open}}
  category: "0206"
  detect: {{{detect}}}
  stages: [{{stage: warning, level: L3}}]
  cooldown: 0s
  note: {{zh: 看一眼。, en: Look.}}
"""
    for rule, detect in DETECT.items()
)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Server]:
    with mosquitto(tmp_path / "broker") as server:
        yield server


def say(voice: Voice, gate: str, kind: str, n: int, at: int) -> Any:
    return voice.send(f"sc1/sc/{gate}/e/contact.{kind}", body(n=n, boot="b", at=at, data={"door": "1"}))


def raised(process: GatewayProcess) -> set[tuple[str, str]]:
    found = process.person("chen").alerts(open=False, limit=200) + process.person("chen").alerts(
        open=True, limit=200
    )
    return {
        (each["rule"], each["device"]["id"] if isinstance(each["device"], dict) else each["device"])
        for each in found
        if each["rule"].startswith("test.")
    }


def test_only_the_door_that_is_still_open_raises_an_alarm(tmp_path: Path, broker: Server) -> None:
    site = Site(
        tmp_path / "site",
        mqtt=broker.port,
        devices=DEVICES,
        rules={"held.yaml": RULES},
        extra="packs: [gateway]\n",
    )
    with gateway(site, "chen") as process, Voice(broker.port, "sc1/sc/+/k/#") as voice:
        process.hears()
        opened_at = now_ms()
        say(voice, BEFORE, "opened", 1, opened_at)
        wait_until(lambda: f"sc1/sc/{BEFORE}/k/b/1" in voice.topics(), seconds=30, what="its confirmation")
        assert process.end() == 0
        gates = [f"gate-{n}" for n in range(GATES)]
        long_ago = now_ms(ago=timedelta(seconds=20))
        sent = [say(voice, gate, "opened", 1, long_ago) for gate in [HELD, *gates]]
        sent += [say(voice, gate, "closed", 2, long_ago + 1000) for gate in gates]
        sent += [say(voice, BEFORE, "closed", 2, opened_at + 1000)]
        for each in sent:
            each.wait_for_publish(30)
        process.start()
        wait_until(lambda: len(voice.topics()) == 2 * GATES + 3, seconds=60, what="every confirmation")
        due = {("test.missing", HELD), ("test.sustained", HELD)}
        wait_until(lambda: due <= raised(process), seconds=30, what="the alarms of the open door")
        assert raised(process) == due
        assert "deadlines_wait" not in process.person("chen").reasons()
