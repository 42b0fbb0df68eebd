"""Devices push to a real gateway over HTTP: events, pictures and answers; nothing is answered that a kill could take back."""

from __future__ import annotations

import io
import random
import socket
import threading
import time
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Self

import httpx
import pytest
from PIL import Image

from devices.registry import Registry
from gateway.push.issuing import Issued, issue, revoke_credential
from gateway.secret_files import secret
from gateway.site import load_site_file
from tests.faults.oracle import journaled
from tests.integration.gateway_process import PATIENCE_S, GatewayProcess, Site, gateway, give_passwords
from tests.integration.servers import free_port, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]
DEVICES = """\
  - {id: bell-1, type: sos, profile: bell, ident: b1, building: b1, grid: g1, name: {zh: 门铃一, en: Bell 1}}
  - {id: bell-2, type: sos, profile: bell, ident: b2, building: b1, grid: g1, name: {zh: 门铃二, en: Bell 2}}
  - {id: hik-1, type: access_gate, profile: hikvision-access, building: b1, grid: g1, name: {zh: 北门一体机, en: Terminal}}
  - {id: zk-1, type: access_gate, profile: zkteco, ident: CJ1, building: b1, grid: g1, name: {zh: 门禁一体机, en: Terminal}}
"""
BELL = """\
profile: bell@1
name: {zh: 门铃, en: Bell}
identity: e.id
dedup: [e.n]
match: {path: /bell}
kinds: [{when: "e.say == 'help'", kind: sos.button}]
samples:
  - {name: help, path: /bell, payload: {id: b1, n: 7, say: help}, expect: [{event: sos.button}]}
"""
SEED = 20261122
FACE = """\
{"macAddress": "c0:56:e3:00:00:01", "dateTime": "2026-03-04T18:15:02+08:00", "eventType": "AccessControllerEvent",
"AccessControllerEvent": {"majorEventType": 5, "subEventType": 75, "doorNo": 1, "serialNo": 4711, "currentEvent": true}}"""
FORCED = """\
<?xml version="1.0" encoding="GBK"?><EventNotificationAlert><macAddress>c0:56:e3:00:00:01</macAddress>
<dateTime>2026-03-04T18:15:02+08:00</dateTime><eventType>AccessControllerEvent</eventType><AccessControllerEvent>
<deviceName>北门</deviceName><majorEventType>5</majorEventType><subEventType>27</subEventType><doorNo>1</doorNo>
<serialNo>4713</serialNo><currentEvent>true</currentEvent></AccessControllerEvent></EventNotificationAlert>"""
BOMB = '<!DOCTYPE l [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><EventNotificationAlert>&b;</EventNotificationAlert>'


class Street:
    """A site with a push door, its credentials, and ways to push."""

    def __init__(self, folder: Path, *, packs: bool = True) -> None:
        self.port = free_port()
        push = ("" if packs else "packs: [gateway]\n") + (
            f"push:\n  port: {self.port}\n  per_device: 1000\n  per_address: 5000\n  answer_s: 30\n"
            "  devices:\n    zk-1: {addresses: [127.0.0.1], by_address: true}\n"
        )
        self.site = Site(folder, devices=DEVICES, extra=push)
        self.site.write("profiles/bell.yaml", BELL)
        give_passwords(self.site, "chen")
        secret(self.site.data / "secrets", "seal.key")
        text = (folder / "site.yaml").read_text(encoding="utf-8")
        file, problems = load_site_file(text, "site.yaml", today=date(2026, 3, 6))
        assert not problems
        self.registry: Registry = file.view.registry
        self.bell = self.issue("bell-1")

    def issue(self, device: str) -> Issued:
        return issue(self.site.data, device, self.registry, scheme="password")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        auth = httpx.DigestAuth(self.bell.sender, self.bell.secret)
        return httpx.Client(base_url=self.url, auth=auth, timeout=PATIENCE_S, trust_env=False)

    def open(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


def rings(site: Site) -> Counter[int]:
    """Return how often each number of the bell stands in the journal; the gateway must not be running."""
    return Counter(
        {int(key): times for (device, key), times in journaled(site).items() if device == "bell-1"}
    )


def test_devices_push_and_are_answered_and_shown(tmp_path: Path) -> None:
    street = Street(tmp_path / "site")
    with gateway(street.site, "chen") as process:
        wait_until(street.open, seconds=PATIENCE_S, what="the push door")
        with street.client() as bell:
            assert bell.post("/bell", json={"id": "b1", "n": 1, "say": "help"}).status_code == 200
            assert process.alert("sos.button")["device"] == "bell-1"
            again = bell.post("/bell", json={"id": "b1", "n": 1, "say": "help"})
            assert (again.status_code, again.text) == (200, "OK")
            for content in (b"no json at all", b'{"id": "b2", "n": 1, "say": "help"}'):
                assert bell.post("/bell", content=content).status_code == 200
        _counted(process, {"deduplicated": 1, "quarantined.identity": 1})
        with httpx.Client(base_url=street.url, timeout=PATIENCE_S, trust_env=False) as terminal:
            polled = terminal.get("/iclock/getrequest?SN=CJ1")
            assert (polled.status_code, polled.text) == (200, "OK")
            assert terminal.get("/iclock/getrequest?SN=CJ2").status_code == 200, "kept in quarantine"
            assert terminal.post("/bell", json={"id": "b1", "n": 9, "say": "help"}).status_code == 401
        _counted(process, {"quarantined.unknown_device": 1})
        _speaks_as_a_terminal(street, process)
        street.bell = street.issue("bell-1")
        wait_until(lambda: _status(street) == 200, seconds=PATIENCE_S, what="the new password at work")
        revoke_credential(street.site.data, "bell-1", street.registry)
        wait_until(lambda: _status(street) == 401, seconds=PATIENCE_S, what="the revoked password refused")
        health = process.person("chen").get("/api/health")
        (part,) = (each for each in health["parts"] if each["name"] == "push")
        assert part["facts"]["listening"] is True
        assert part["facts"]["refused.wrong_credential"] >= 1
        assert part["facts"]["last.wrong_credential"] == "127.0.0.1 /bell"


def _counted(process: GatewayProcess, wanted: dict[str, int]) -> None:
    """Wait until the counters stand so; they are shown a moment after what they count was answered."""
    wait_until(
        lambda: wanted.items() <= process.person("chen").counters().items(),
        seconds=PATIENCE_S,
        what=f"counters {wanted}",
    )


def _speaks_as_a_terminal(street: Street, process: GatewayProcess) -> None:
    """Push as a Hikvision terminal does: a report with a picture, XML in GBK, and what a hostile one would send."""
    made = street.issue("hik-1")
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(photo, "JPEG")
    picture = photo.getvalue()
    auth = httpx.DigestAuth(made.sender, made.secret)
    path = "/in/hikvision-access/hik-1"
    with httpx.Client(base_url=street.url, auth=auth, timeout=PATIENCE_S, trust_env=False) as terminal:
        wait_until(
            lambda: terminal.post(path, content=BOMB).status_code == 200,
            seconds=PATIENCE_S,
            what="the credential at work",
        )
        files = {
            "event_log": (None, FACE, "application/json"),
            "Picture": ("face.jpg", picture, "image/jpeg"),
        }
        answer = terminal.post(path, files=files)
        assert (answer.status_code, answer.json()["statusString"]) == (200, "OK")
        assert terminal.post(path, content=FORCED.encode("gbk")).status_code == 200
    kinds = [
        kind for (kind,) in process.rows("SELECT kind FROM event_index WHERE device = 'hik-1' ORDER BY seq")
    ]
    assert kinds == ["access.granted", "access.forced"]
    assert [path.read_bytes() for path in street.site.data.rglob(sha256(picture).hexdigest())] == [picture]
    refused = process.rows("SELECT reason FROM quarantine WHERE topic = ?", path)
    assert refused, "the bomb is kept with its reason"


def _status(street: Street) -> int:
    with street.client() as bell:
        return bell.post("/bell", json={"id": "b1", "n": 5, "say": "help"}).status_code


class Bell:
    """A device that pushes 1, 2, 3 … and sends each again until it is answered 200; in a thread of its own."""

    def __init__(self, street: Street) -> None:
        self._street = street
        self._going = threading.Event()
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self.answered = 0  # so many, in order

    def __enter__(self) -> Self:
        self._going.set()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Say nothing new; what was begun is pushed until it is answered."""
        self._going.clear()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the last push is still not answered"

    def _speak(self) -> None:
        with self._street.client() as bell:
            while self._going.is_set():
                while not self._said(bell, self.answered + 1):
                    time.sleep(0.1)  # what a device does before it sends again
                self.answered += 1

    def _said(self, bell: httpx.Client, number: int) -> bool:
        try:
            return bell.post("/bell", json={"id": "b1", "n": number, "say": "help"}).status_code == 200
        except httpx.TransportError:
            return False


@pytest.mark.fault
def test_kills_between_push_and_answer_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    street = Street(tmp_path / "site", packs=False)
    with gateway(street.site, "chen") as process, Bell(street) as bell:
        for _ in range(3):
            want = bell.answered + 5
            wait_until(lambda want=want: bell.answered >= want, seconds=PATIENCE_S, what="pushes answered")
            time.sleep(chance.uniform(0, 0.05))  # somewhere between a push and its answer
            process.kill()
            told = bell.answered
            stored = rings(street.site)
            assert set(range(1, told + 1)) <= stored.keys(), "an answer was given for what is not stored"
            process.start()
        bell.stop()
        process.kill()
        assert bell.answered >= 15
        assert rings(street.site) == dict.fromkeys(range(1, bell.answered + 1), 1)
