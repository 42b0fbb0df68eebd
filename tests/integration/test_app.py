"""The whole gateway as one process: what devices publish becomes what people see, and a case goes all its way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_process import GatewayProcess, Site, body, gateway, now_ms
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import mosquitto, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
STAFF = ("wang", "zhao", "chen", "he")
GATE = "community/c1/access/g001/event"


@pytest.fixture(scope="module", params=["mosquitto-3.1.1", "mosquitto-5", "embedded"])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GatewayProcess, int]]:
    """A gateway behind each kind of broker; the tests of this module share it and ask for their own devices."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        site = Site(folder / "site")
        with gateway(site, *STAFF) as process:
            yield process.hears(), site.broker_port
        return
    version = 4 if request.param.endswith("3.1.1") else 5
    with mosquitto(folder / "broker") as broker:
        site = Site(folder / "site", mqtt=broker.port, version=version)
        with gateway(site, *STAFF) as process:
            yield process.hears(), broker.port


def said(**fields: Any) -> bytes:
    return body(ts=now_ms(), **fields)


def test_a_zigbee_smoke_sensor_raises_a_grave_alarm_with_a_case(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with Voice(port) as device:
        device.say("zigbee2mqtt/smoke-3", body(smoke=True, battery=80, battery_low=False))
    alert = process.alert("fire.smoke", device="smoke-3")
    assert (alert["stage"], alert["device"], alert["open"]) == ("alarm", "smoke-3", True)
    case = process.person("chen").incident(alert["incident"])
    assert case["level"] == "L1"
    assert (case["device"], case["place"]["zh"]) == ("smoke-3", "1 号楼3层")


def test_a_locker_that_is_forced_opens_a_case(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with Voice(port) as device:
        device.say("community/c1/locker/k1/event", said(id=1, kind="forced", cell=7))
    alert = process.alert("parcel.forced", device="locker-1")
    assert (alert["stage"], alert["level"]) == ("alarm", "L2")
    assert alert["incident"]


def test_five_denials_are_an_early_warning_without_a_case(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with Voice(port) as device:
        for number in range(4):
            device.say(GATE, said(id=100 + number, kind="denied", card=f"{number % 2}"))
        stored = {"device": "gate-n1", "kind": "access.denied"}
        wait_until(
            lambda: len(process.person("chen").get("/api/events", **stored)["items"]) == 4,
            seconds=60,
            what="four denials",
        )
        rules = {alert["rule"] for alert in process.person("chen").alerts()}
        assert "access.repeated_denied" not in rules, "four are no pattern"
        device.say(GATE, said(id=104, kind="denied", card="1"))
    alert = process.alert("access.repeated_denied", device="gate-n1")
    assert (alert["stage"], alert["level"], alert["incident"]) == ("warning", "L3", None)
    assert "5" in alert["why"]["zh"]


def test_a_frigate_camera_is_heard_and_its_redelivery_is_one_event(
    running: tuple[GatewayProcess, int], shared: Path
) -> None:
    process, port = running
    update = json.loads((shared / "payloads/frigate/events_update.json").read_bytes())
    new = {**update, "type": "new"}
    new["after"] = {
        **update["after"],
        "camera": "front_door",
        "frame_time": now_ms() / 1000,
        "false_positive": False,
    }
    before = process.person("chen").counters().get("deduplicated", 0)
    with Voice(port) as device:
        for _ in range(3):
            device.say("frigate/events", json.dumps(new).encode())
    wait_until(
        lambda: process.person("chen").counters().get("deduplicated", 0) == before + 2,
        seconds=60,
        what="two repetitions",
    )
    events = process.person("chen").get("/api/events", device="camera-1", kind="camera.object")["items"]
    assert len(events) == 1


def test_a_device_of_our_own_gets_its_confirmation_again_for_a_repetition(
    running: tuple[GatewayProcess, int],
) -> None:
    process, port = running
    with Voice(port, "sc1/sc/sos-301/k/#") as device:
        device.say("sc1/sc/sos-301/e/sos.button", body(n=1, boot="b1", at=now_ms()))
        wait_until(lambda: len(device.heard) == 1, seconds=60, what="the confirmation")
        assert device.heard[0][0] == "sc1/sc/sos-301/k/b1/1"
        stored = process.rows("SELECT count(*) FROM event_index WHERE kind = 'sos.button'")
        assert stored == [(1,)], "confirmed means stored"
        device.say("sc1/sc/sos-301/e/sos.button", body(n=1, boot="b1", at=now_ms(ago=timedelta(0))))
        wait_until(lambda: len(device.heard) == 2, seconds=60, what="the second confirmation")
    alert = process.alert("sos.button", device="sos-301")
    assert (alert["level"], alert["stage"]) == ("L1", "alarm")


def test_a_forced_gate_goes_all_its_way_by_the_hands_of_three_people(
    running: tuple[GatewayProcess, int],
) -> None:
    process, port = running
    guard, worker, checker = process.person("wang"), process.person("zhao"), process.person("he")
    with Voice(port, "sc1o/sc/incident/#") as listener:
        listener.say("community/c1/access/g002/event", said(id=200, kind="forced"))
        number = process.alert("access.forced", device="gate-s1")["incident"]
        assert guard.incident(number)["state"] == "pending_verify"
        guard.act(number, "dispatch", assignees=["zhao"])
        assert worker.incident(number)["assignees"] == [{"id": "zhao", "name": "赵敏"}]
        worker.act(number, "take")
        assert process.alert("access.forced", device="gate-s1")["acknowledged_by"] == "zhao"
        worker.act(number, "arrive")
        assert checker.act(number, "close", expect=409)["code"] == "not_allowed"
        without = worker.act(number, "resolve", note="门锁已修好", code="true_handled", expect=422)
        assert without["code"] == "photo_needed"
        worker.photo(number)
        worker.act(number, "resolve", note="门锁已修好", code="true_handled")
        assert worker.act(number, "close", expect=403)["code"] in {"role", "own_work"}
        checker.act(number, "close")
        assert worker.incident(number)["state"] == "closed"
        topic = f"sc1o/sc/incident/g1/{number}"
        wait_until(
            lambda: (topic, b"") in [(t, p) for t, p, _ in listener.heard],
            seconds=60,
            what="the case taken off the broker",
        )
        outside = b"".join(payload for _, payload, _ in listener.heard).decode()
    assert "resolved" in outside
    assert not [name for name in ("zhao", "赵敏", "wang") if name in outside], "no names leave the gateway"
    timeline = [row["action"] for row in checker.get(f"/api/incidents/{number}")["timeline"]]
    wanted = ["open", "accept", "dispatch", "take", "arrive", "resolve", "close"]
    assert [action for action in timeline if action in wanted] == wanted


def test_everything_that_came_in_is_accounted_for(running: tuple[GatewayProcess, int]) -> None:
    """Poison is kept and counted; in = stored + deduplicated + shed + quarantined + ignored."""
    process, port = running
    poison = {
        "oversized": b'{"kind": "denied", "x": "' + b"a" * 600_000 + b'"}',
        "deep": b"[" * 4000 + b"]" * 4000,
        "bytes": b"\xff\xfe\x00{",
        "foreign": body(id=1, ts=now_ms(), kind="denied", gate="g999"),
        "unknown word": body(id=2, ts=now_ms(), kind="exploded"),
    }
    if process.site.embedded:
        poison.pop("oversized")  # the embedded broker refuses it at its own door, and the sender with it
    chen = process.person("chen")
    before = chen.counters()
    with Voice(port) as device:
        for payload in poison.values():
            device.say(GATE, payload)
        device.say("zigbee2mqtt/bridge/logging", b'{"level": "info", "message": "x"}')

    def grown(name: str) -> int:
        return chen.counters().get(name, 0) - before.get(name, 0)

    wait_until(lambda: grown("quarantined") == len(poison), seconds=60, what="all poison in quarantine")
    wait_until(lambda: grown("ignored") >= 1, seconds=60, what="the coordinator ignored")
    counters = chen.counters()
    verdicts = ("stored", "deduplicated", "shed", "quarantined", "ignored")
    assert counters["in"] == sum(counters.get(name, 0) for name in verdicts)
    codes = {each["code"] for each in chen.get("/api/quarantine")["items"]}
    assert {"too_deep", "malformed", "identity", "unknown_code"} <= codes
    assert process.ready() == 200
