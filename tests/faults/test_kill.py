"""Kills under load: whatever moment the gateway dies at, nothing that it took is lost, nothing happens twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import MQTTMessageInfo

from tests.faults.nursery import ForkedGateway, Nursery
from tests.faults.oracle import RULES, SITE_DEVICES, Load, check
from tests.integration.gateway_process import GatewayProcess, Site, body, gateway, give_passwords, now_ms
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Server, mosquitto, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]
SEED = 20261122
PACE_S = 0.004  # between two events of the load
IN_FLIGHT = 500
SAY_AGAIN_S = 5.0  # after which a device says again what was not confirmed
NO_ROOM = 65_536  # bytes a file may have where the disk is full


def load_site(folder: Path, broker: Server) -> Site:
    site = Site(
        folder,
        mqtt=broker.port,
        devices=SITE_DEVICES,
        rules={"load.yaml": RULES},
        flush_s=0.2,
        extra="packs: [gateway]\n",
    )
    give_passwords(site, "chen")
    return site


class Street:
    """The devices: publish at a steady pace in a thread of their own and remember every confirmation."""

    def __init__(self, port: int, seed: int) -> None:
        self.load = Load(seed)
        self._voice = Voice(port, "sc1/sc/+/k/#")
        self._going = threading.Event()
        self._pace = threading.Event()
        self._thread = threading.Thread(target=self._speak)

    def start(self) -> None:
        self._going.set()
        self._thread.start()

    def stop(self) -> None:
        """Stop speaking; every event is at the broker when this returns."""
        self._going.clear()
        if self._thread.is_alive():
            self._thread.join(60)

    def close(self) -> None:
        self.stop()
        self._voice.__exit__()

    @property
    def confirmed(self) -> int:
        return len(self._voice.heard)

    def unconfirmed(self) -> list[str]:
        heard = self._voice.topics()
        return [each.confirmation for each in self.load.said if each.confirmation not in heard]

    def insist(self, *, seconds: float) -> None:
        """Do what a device does: say the same event again every few seconds until it is confirmed."""
        end = time.monotonic() + seconds
        while waiting := self.unconfirmed():
            if time.monotonic() > end:
                pytest.fail(f"{len(waiting)} events not confirmed after {seconds} s, the first {waiting[0]}")
            self._say_again(set(waiting))
            again = time.monotonic() + SAY_AGAIN_S
            wait_until(
                lambda again=again: time.monotonic() > again or not self.unconfirmed(),
                seconds=SAY_AGAIN_S * 2,
                what="confirmations",
            )

    def _say_again(self, waiting: set[str]) -> None:
        again = [each for each in self.load.said if each.confirmation in waiting]
        for sent in [self._voice.send(each.topic, each.payload) for each in again]:
            _taken(sent)  # while the device itself looks for the broker: said again in the next round

    def _speak(self) -> None:
        waiting = []
        while self._going.is_set():
            said = self.load.next()
            waiting.append(self._voice.send(said.topic, said.payload))
            if len(waiting) >= IN_FLIGHT:
                _taken(waiting.pop(0))
            self._pace.wait(PACE_S)  # never set: a pace, not a condition
        for each in waiting:
            _taken(each)


def _taken(sent: MQTTMessageInfo) -> None:
    """Wait until the broker took a message; one that found no broker is said again for want of a confirmation."""
    with suppress(RuntimeError):
        sent.wait_for_publish(60)


@contextmanager
def street(broker: Server, seed: int) -> Iterator[Street]:
    found = Street(broker.port, seed)
    try:
        yield found
    finally:
        found.close()


def kill_at_random(process: GatewayProcess, devices: Street, chance: random.Random) -> bool:
    """Start, kill at a random moment: while it starts, or once it takes a random number of events. True: it took some."""
    process.launch()
    before = devices.confirmed
    if chance.random() < 0.3:
        usual = sum(process.starts_s) / len(process.starts_s)
        with suppress(TimeoutError):
            deadline = time.monotonic() + chance.uniform(0, usual)
            wait_until(
                lambda: time.monotonic() > deadline or devices.confirmed > before,
                seconds=60,
                what="a random moment",
            )
    else:
        enough = chance.choice((1, 5, 20, 60, 150))
        wait_until(lambda: devices.confirmed >= before + enough, seconds=60, what="confirmed events")
    process.kill()
    return devices.confirmed > before


def mqtt_facts(process: GatewayProcess) -> dict[str, Any]:
    """Return how the connection to the broker stands, as the gateway says it."""
    parts = process.person("chen").get("/api/health")["parts"]
    return dict(next(part["facts"] for part in parts if part["name"] == "mqtt"))


def drain(process: GatewayProcess, devices: Street) -> None:
    """Let the gateway take everything; then every device asks again for what was not confirmed."""
    process.start()

    def taken() -> bool:
        facts = mqtt_facts(process)
        return facts["connected"] and not facts["draining"] and facts["unacknowledged"] == 0

    wait_until(taken, seconds=60, what=f"the backlog of {len(devices.load.said)} events")
    process.end()


def run_kills(process: GatewayProcess, broker: Server, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    with street(broker, seed) as devices:
        process.start()
        wait_until(lambda: mqtt_facts(process)["connected"], seconds=60, what="a session at the broker")
        process.kill()  # from here on the broker keeps what is said
        devices.start()
        working = sum(kill_at_random(process, devices, chance) for _ in range(kills))
        devices.stop()
        assert working >= kills // 3, "enough of the kills hit a gateway at work"
        drain(process, devices)
        check(process, devices.load)  # before anybody asks again: the broker and we lost nothing
        process.start()
        devices.insist(seconds=120)
        process.end()
        check(process, devices.load)  # and the repetitions changed nothing


@pytest.mark.timeout(600)
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker, Nursery() as nursery:
        site = load_site(tmp_path / "site", broker)
        with ForkedGateway(site, nursery) as process:
            run_kills(process, broker, kills=20, seed=SEED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hundred_kills_of_the_real_command_lose_nothing(tmp_path: Path, seed: int) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = load_site(tmp_path / "site", broker)
        with GatewayProcess(site) as process:
            run_kills(process, broker, kills=100, seed=seed)


@pytest.mark.timeout(600)
def test_a_killed_broker_loses_nothing_of_devices_that_wait_for_their_confirmation(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = load_site(tmp_path / "site", broker)
        with gateway(site) as process, street(broker, SEED) as devices:
            devices.start()
            for _ in range(3):
                before = devices.confirmed
                wait_until(lambda b=before: devices.confirmed > b + 50, seconds=60, what="events under way")
                broker.kill()
                broker.start()
            devices.stop()
            devices.insist(
                seconds=120
            )  # some fell into a broker that forgot them, or that the gateway had not found yet
            process.end()
            check(process, devices.load)


@pytest.mark.timeout(600)
def test_a_disk_without_room_is_said_and_nothing_confirmed_until_there_is_room(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = load_site(tmp_path / "site", broker)
        with gateway(site) as process, street(broker, SEED) as devices:
            chen = process.person("chen")
            devices.start()
            wal = site.data / "gateway.sqlite3-wal"
            wait_until(
                lambda: wal.stat().st_size > NO_ROOM, seconds=60, what="a log that the limit below binds"
            )
            process.bound_files(NO_ROOM)  # far above what the process says on standard error
            wait_until(lambda: "store_degraded" in chen.reasons(), seconds=60, what="a full disk on /health")
            assert process.ready() == 503
            held, said = devices.confirmed, len(devices.load.said)
            wait_until(lambda: len(devices.load.said) > said + 200, seconds=60, what="events that wait")
            assert devices.confirmed == held, "nothing is confirmed that is not stored"
            process.bound_files(None)
            wait_until(lambda: process.ready() == 200, seconds=60, what="recovery by itself")
            devices.stop()
            wait_until(lambda: not devices.unconfirmed(), seconds=60, what="everything confirmed at last")
            assert "store_degraded" not in chen.reasons()
            process.end()
            check(process, devices.load)


@pytest.mark.timeout(600)
def test_a_call_for_help_while_the_gateway_was_down_still_sends_people_and_says_when(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        site = Site(tmp_path / "site", mqtt=broker.port)
        with gateway(site, "chen") as process:
            wait_until(lambda: mqtt_facts(process)["connected"], seconds=60, what="a session at the broker")
            process.kill()
            pressed_ms = now_ms(ago=timedelta(minutes=2))
            with Voice(broker.port) as button:
                button.say("sc1/sc/sos-301/e/sos.button", body(n=1, boot="b1", at=pressed_ms))
            process.start()
            alert = process.alert("sos.button", device="sos-301")
            assert (alert["level"], alert["stage"]) == ("L1", "alarm")
            events = process.person("chen").get(f"/api/alerts/{alert['id']}")["events"]
            at = datetime.fromisoformat(events[0]["at"])
            assert abs(at.timestamp() * 1000 - pressed_ms) < 1000, (
                "the time it was pressed, not the time it came"
            )
            number = alert["incident"]
            wait_until(
                lambda: process.person("chen").get(f"/api/incidents/{number}")["told"],
                seconds=60,
                what="people told",
            )
