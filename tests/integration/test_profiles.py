"""A device nobody knew, on a whole gateway with a real broker: heard, saved as a profile, its event there; also after a kill."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.devices.test_draft import BELL, PAYLOAD
from tests.integration.gateway_process import GatewayProcess, Site, give_passwords
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import mosquitto, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
TOPIC = "bell/b1/event"


def test_a_profile_saved_on_a_running_gateway_reads_at_once_and_after_a_kill(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = Site(tmp_path / "site", mqtt=broker.port)
        give_passwords(site, "chen")
        with GatewayProcess(site) as process, Voice(broker.port) as device:
            process.start()
            process.hears()
            manager = process.person("chen")
            heard: list[dict[str, Any]] = []
            asked = {"topic": "bell/#", "seconds": 25, "most": 1}
            listener = threading.Thread(
                target=lambda: heard.extend(manager.post("/api/captures", asked)["items"])
            )
            listener.start()

            def arrived() -> bool:  # until the broker has granted the subscription
                device.say(TOPIC, PAYLOAD.encode())
                return not listener.is_alive()

            wait_until(arrived, seconds=60, what="a message that no profile reads")
            assert heard[0]["payload"] == PAYLOAD
            draft = {**BELL, "samples": [{"topic": TOPIC, "payload": PAYLOAD}]}
            shown = manager.post("/api/profiles/preview", {"draft": draft})
            assert shown["ok"], shown["problems"]
            guarded = {"X-CSRF-Token": manager.csrf}
            saved = manager.http.put("/api/profiles/bell", json={"draft": draft}, headers=guarded)
            assert saved.status_code == 200, saved.text
            counter = 100

            def unread() -> bool:  # of a device that is not registered, but of a profile that is
                nonlocal counter
                counter += 1
                device.say(TOPIC, PAYLOAD.replace('"counter": 7', f'"counter": {counter}').encode())
                waiting = manager.get("/api/captures", topic="bell")["items"]
                return any(each["code"] == "unknown_device" for each in waiting)

            wait_until(unread, seconds=60, what="the profile in force")
            process.kill()
            process.start()
            listed = {each["id"]: each for each in process.person("chen").get("/api/profiles")["items"]}
            assert (listed["bell"]["origin"], listed["bell"]["revision"]) == ("saved", 1)
            assert listed["frigate"]["origin"] == "built_in"
