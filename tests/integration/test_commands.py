"""Commands through a whole gateway and a real broker: outcome by the contact, expiry, drills, plans, kills."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from devices.command import Command
from devices.command_seal import device_key
from tests.fakes.own_door import SITE, OwnDoor
from tests.integration.gateway_process import PATIENCE_S, GatewayProcess, Site, body, give_passwords, now_ms
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Server, mosquitto, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]
DEVICES = """\
  - {id: door-ctl, type: unit_door, profile: own, name: {zh: 一单元门, en: Unit door}, building: b1, grid: g1, zone: east}
  - {id: door-1, type: contact, profile: own, name: {zh: 一单元门磁, en: Its contact}, building: b1, grid: g1}
  - {id: siren-1, type: siren, profile: tasmota, ident: siren-1, name: {zh: 一号楼警号, en: Siren}, building: b1, grid: g1}
zones:
  - {id: east, name: {zh: 东区, en: East}}
plans:
  - id: gate_check
    name: {zh: 门禁核查, en: Gate check}
    commands:
      - {role: siren, kind: siren.on, name: {zh: 拉响警号, en: Sound the siren}, confirm: false}
      - {device: door-ctl, kind: lock.close, name: {zh: 锁门, en: Lock}, confirm: true}
    ladder: [{to: [guard], wait: 10m}]
"""
COMMANDS = """\
commands:
  devices:
    door-ctl: {adapter: own, offers: [open, lock], contact: door-1, contact_within_s: 8}
    siren-1: {adapter: tasmota, offers: [siren_on, siren_off], longest_s: 120}
"""
OPEN = {"name": "open", "reason": "业主忘带门禁卡", "confirmed": True}
GATE = "community/c1/access/g001/event"


def made(folder: Path, broker: Server) -> Site:
    site = Site(folder, mqtt=broker.port, devices=DEVICES, extra=COMMANDS, flush_s=1.0)
    give_passwords(site, "wang", "chen")
    return site


def key_of(site: Site) -> bytes:
    master = (site.data / "secrets" / "commands.key").read_bytes()
    return device_key(master, site=SITE, device="door-ctl")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GatewayProcess, int]]:
    folder = tmp_path_factory.mktemp("commands")
    with mosquitto(folder / "broker") as broker, GatewayProcess(made(folder / "site", broker)) as process:
        process.start()
        yield process.hears(), broker.port


def ask(process: GatewayProcess, **more: Any) -> str:
    return str(
        process.person("wang").post("/api/devices/door-ctl/commands", {**OPEN, **more}, expect=201)["id"]
    )


def state(process: GatewayProcess, command: str) -> dict[str, Any]:
    found: dict[str, Any] = process.person("wang").get(f"/api/commands/{command}")
    return found


def ended(process: GatewayProcess, command: str) -> dict[str, Any]:
    wait_until(lambda: state(process, command)["over"], seconds=PATIENCE_S, what="an outcome")
    return state(process, command)


def outcome(process: GatewayProcess) -> dict[str, Any]:
    """Order the door to open and return what became of it.

    A pulse lives five seconds: one that a slow machine could not send in time is ordered anew, as a person would.
    """
    for _ in range(10):
        said = ended(process, ask(process))
        if said["state"] != "expired":
            return said
    pytest.fail("ten orders in a row could not be sent within their five seconds")


def arrivals(door: OwnDoor, said: dict[str, Any]) -> int:
    """Return how often an order came to the door; the broker may bring it an older one that it had not acknowledged."""
    return [each.id for each in door.came].count(said["id"])


def kept(process: GatewayProcess, command: str) -> Command:
    ((text,),) = process.rows("SELECT body FROM commands WHERE id = ?", command)
    return msgspec.json.decode(text, type=Command)


def test_a_door_that_opens_is_done_by_its_contact(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with OwnDoor(port, key_of(process.site)) as door:
        said = outcome(process)
        assert said["state"] == "done", said
        assert said["said"]["zh"] == "已完成：门磁显示门已打开"
        assert (len(door.came), door.refused, door.retained) == (1, [], [False])
        assert door.expiries[0] is not None
        assert 1 <= door.expiries[0] <= 5
        second = outcome(process)
        assert second["state"] == "done"
        assert door.came[1].n > door.came[0].n


@pytest.mark.parametrize(("mode", "words"), [("silent", "门磁没有显示"), ("jammed", "门磁没有显示")])
def test_a_door_that_nobody_saw_opening_is_sent_and_not_confirmed(
    running: tuple[GatewayProcess, int], mode: str, words: str
) -> None:
    process, port = running
    with OwnDoor(port, key_of(process.site), mode=mode) as door:
        said = outcome(process)
        assert said["state"] == "unknown", said
        assert said["said"]["zh"].startswith(f"已发送，未确认：{words}")
        assert arrivals(door, said) == 1


def test_a_device_that_refuses_is_said(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with OwnDoor(port, b"x" * 32) as door:
        said = outcome(process)
        assert (said["state"], door.moved) == ("failed", [])
        assert "signature" in said["said"]["en"]


def test_the_broker_drops_what_is_past_its_time_and_keeps_nothing(
    running: tuple[GatewayProcess, int],
) -> None:
    process, port = running
    door = OwnDoor(port, key_of(process.site))
    door.connect()
    door.leave()
    said = outcome(process)
    assert said["state"] == "unknown"
    with door, Voice(port, f"sc1/{SITE}/door-ctl/c/#") as stranger:  # `unknown` came after its time was over
        fresh = ask(process, name="lock")
        wait_until(lambda: stranger.heard, seconds=PATIENCE_S, what="the command that is sent now")
        assert {topic.rpartition("/")[2] for topic in stranger.topics()} == {fresh}
        wait_until(lambda: fresh in door.moved, seconds=PATIENCE_S, what="the same at the door")
        assert arrivals(door, said) == 0


def test_a_drill_moves_nothing(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with OwnDoor(port, key_of(process.site)) as door:
        chen = process.person("chen")
        chen.post("/api/modes", {"flags": {"drill": True}})
        try:
            said = outcome(process)
        finally:
            chen.post("/api/modes", {"flags": {"drill": False}})
        assert (said["state"], said["said"]["zh"]) == ("failed", "未执行：演练模式，不发送")
        assert arrivals(door, said) == 0


def test_a_silenced_device_is_left_alone(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with OwnDoor(port, key_of(process.site)) as door:
        chen = process.person("chen")
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
        silence = {"where": 'device.id == "door-ctl"', "until": until, "reason": "换锁"}
        chen.post("/api/silences", silence, expect=201)
        said = outcome(process)
        assert said["said"]["zh"].startswith("未执行：设备已屏蔽")
        assert arrivals(door, said) == 0
        for each in chen.get("/api/silences")["items"]:
            answer = chen.http.delete(f"/api/silences/{each['id']}", headers={"X-CSRF-Token": chen.csrf})
            assert answer.status_code < 300, answer.text


def test_a_plan_sounds_its_siren_by_itself_and_asks_for_the_lock(running: tuple[GatewayProcess, int]) -> None:
    process, port = running
    with Voice(port, "cmnd/siren-1/#") as siren:
        siren.say(GATE, body(ts=now_ms(), id=900, kind="forced"))
        number = process.alert("access.forced", device="gate-n1")["incident"]
        process.person("chen").act(number, "accept")  # the first rung is sent, and orders its commands
        wait_until(lambda: siren.heard, seconds=PATIENCE_S, what="the siren's packet")
        topic, payload, retained = siren.heard[0]
        assert (topic, payload, retained) == ("cmnd/siren-1/Backlog", b"PulseTime1 220; Power1 ON", False)
        siren.say("stat/siren-1/RESULT", b'{"POWER":"ON"}')
        page = f"/api/incidents/{number}/commands"
        chen = process.person("chen")
        wait_until(
            lambda: chen.get(page)["items"][0]["state"] == "done",
            seconds=PATIENCE_S,
            what="the siren's answer",
        )
        offers = chen.get(page)["offers"]
        assert [(each["name"], each["device"], each["automatic"]) for each in offers] == [
            ("siren_on", "siren-1", True), ("lock", "door-ctl", False),
        ]  # fmt: skip
        lines = [
            row for row in chen.get(f"/api/incidents/{number}")["timeline"] if row["action"] == "command"
        ]
        assert any("已完成" in (row["text"] or {}).get("zh", "") for row in lines), lines
        assert set(siren.heard) == {siren.heard[0]}, "only ever the same packet: it may be asked again"


def sent(process: GatewayProcess, door: OwnDoor) -> str:
    """Order the door to open until an order reaches it in its five seconds; return that one."""
    for _ in range(10):
        command = ask(process)
        wait_until(
            lambda command=command: door.came or state(process, command)["over"],
            seconds=PATIENCE_S,
            what="the pulse, or its end",
        )
        if door.came:
            return command
    pytest.fail("ten orders in a row could not be sent within their five seconds")


def test_killed_between_send_and_reply_nothing_is_sent_again(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = made(tmp_path / "site", broker)
        with GatewayProcess(site) as process:
            process.start().hears()
            with OwnDoor(broker.port, key_of(site), mode="silent") as door:
                command = sent(process, door)
                process.kill()
                process.start().hears()
                assert ended(process, command)["said"]["zh"] == "已发送，未确认：网关在此期间重新启动"
                assert kept(process, command).state == "unknown"
                fresh = ask(process, name="lock")
                wait_until(lambda: len(door.came) > 1, seconds=PATIENCE_S, what="the next command")
                ids = [each.id for each in door.came]
                assert ids == [command, *[fresh] * (len(ids) - 1)], "a lock may be asked again, a pulse never"
                assert door.came[1].n > door.came[0].n
            assert process.rows("SELECT COUNT(*) FROM commands WHERE state != 'expired'")[0][0] == 2


def test_killed_between_record_and_send_a_pulse_never_leaves_and_a_lock_does_once(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = made(tmp_path / "site", broker)
        with GatewayProcess(site) as process:
            process.start().hears()
            key = key_of(site)
            broker.stop()
            lock, pulse = ask(process, name="lock"), ask(process)
            process.kill()
            broker.start()
            with OwnDoor(broker.port, key) as door:
                process.start()
                wait_until(
                    lambda: kept(process, pulse).state == "expired",
                    seconds=PATIENCE_S,
                    what="an expired pulse",
                )
                left = kept(process, lock)
                wait_until(
                    lambda: kept(process, lock).state != "queued", seconds=PATIENCE_S, what="the lock's way"
                )
                assert [each.id for each in door.came] in ([lock], []), left
                assert pulse not in door.moved
                if kept(process, lock).state != "expired":  # a slow start may outlive its 30 s
                    wait_until(lambda: door.moved == [lock], seconds=PATIENCE_S, what="the lock")
