"""Kills between a send and its receipt: every message that was due arrives, a receiver that knows its ids keeps each once.

The receiver checks the signature, drops a `webhook-id` that it knows, and dawdles before it answers, so that a kill
often finds messages under way. The ladder's second rung falls due while the gateway is dead.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Signer

from tests.faults.nursery import ForkedGateway, Nursery
from tests.integration.gateway_process import Site, give_passwords, verify
from tests.integration.mqtt_voice import Voice
from tests.integration.servers import Server, mosquitto, wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration]
SEED = 20261122
SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()
DOORS = 300  # in no building, so that each is a case of its own
DOORS_PER_KILL = 4
SLOWEST_S = 0.05  # of an answer
RULES = """\
rules:
- id: load.forced
  name: {zh: 强行闯入, en: Forced}
  category: "0205"
  by: [device, data.door]
  detect: {event: {of: access.forced}}
  stages: [{stage: alarm, level: L1}]
  clear: {quiet: 12h}
  note: {zh: 去看。, en: Go.}
"""
PLAN = """\
plans:
  - id: gate_check
    name: {zh: 门禁核查, en: Gate check}
    loops: 0
    ladder:
      - {to: [responders], wait: 3s}
      - {to: [leader], everyone: true, off_duty: true, wait: 10m}
"""
CHANNEL = """\
  - name: hook
    kind: webhook
    settings: {url: "http://127.0.0.1:PORT/", secret_file: secrets/hook, allow_private: true}
"""


class Receiver:
    """Keeps each event once by its id and counts every time it came; `hold` keeps answers back."""

    def __init__(self, seed: int) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.came: Counter[str] = Counter()
        self.refused: list[str] = []
        self.answers = threading.Event()
        self.answers.set()
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Judge one request and return the status; the caller's thread may wait here."""
        try:
            Signer(SECRET).verify(body, headers)
            event = json.loads(body)
            assert event["id"] == headers["webhook-id"]
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a request, the test is told
            self.refused.append(repr(error))
            return 400
        with self._lock:
            self.came[event["id"]] += 1
            self.kept.setdefault(event["id"], event)
            dawdle = self._chance.uniform(0, SLOWEST_S)
        self.answers.wait(20)
        time.sleep(dawdle)  # a slow receiver, not a condition
        return 200


@contextmanager
def receiving(receiver: Receiver) -> Iterator[int]:
    """Serve on a free port; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take({name.lower(): text for name, text in self.headers.items()}, body)
            with suppress(ConnectionError):  # who asked may be dead
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class has it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        receiver.answers.set()
        server.shutdown()
        thread.join(20)
        server.server_close()


def hooked_site(folder: Path, broker: Server, port: int) -> Site:
    doors = "\n".join(f"  - {{id: d{n:03}, type: door, profile: own, grid: g1}}" for n in range(DOORS))
    site = Site(
        folder,
        mqtt=broker.port,
        devices=doors,
        channels=CHANNEL.replace("PORT", str(port)),
        rules={"load.yaml": RULES},
        flush_s=0.2,
        extra="packs: [gateway]\n",
    )
    site.write("secrets/hook", SECRET + "\n")
    (site.folder / "secrets" / "hook").chmod(0o600)
    for person in ("guard", "worker", "leader", "manager"):
        site.edit("site.yaml", f"roles: [{person}]", f"contacts: {{hook: x}}, roles: [{person}]")
    site.write("site.yaml", (folder / "site.yaml").read_text(encoding="utf-8") + PLAN)
    give_passwords(site, "chen")
    return site


class Doors:
    """Forces doors, each a case of its own."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self.said = 0

    def force(self, count: int) -> None:
        for _ in range(count):
            body = {"n": 1, "boot": "b1", "at": datetime.now(UTC).isoformat(), "data": {"door": "1"}}
            self._voice.say(f"sc1/sc/d{self.said:03}/e/access.forced", json.dumps(body).encode())
            self.said += 1


def kill_while_under_way(process: ForkedGateway, receiver: Receiver, doors: Doors) -> set[str]:
    """Kill when messages have arrived and no answer was given; return their ids."""
    before = Counter(receiver.came)
    receiver.answers.clear()
    doors.force(DOORS_PER_KILL)
    wait_until(lambda: receiver.came != before, seconds=30, what="a message under way")
    process.kill()
    under_way = {key for key in receiver.came if receiver.came[key] > before[key]}
    receiver.answers.set()
    return under_way


def run_kills(process: ForkedGateway, receiver: Receiver, doors: Doors, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    process.start()
    process.hears()
    for number in range(kills):
        if number % 3 == 0:
            under_way = kill_while_under_way(process, receiver, doors)
            process.start()
            wait_until(
                lambda ids=under_way: all(receiver.came[key] > 1 for key in ids),
                seconds=30,
                what="what was under way, once more",
            )
            continue
        before, enough = receiver.came.total(), chance.randint(1, DOORS_PER_KILL)
        doors.force(DOORS_PER_KILL)
        wait_until(lambda b=before, e=enough: receiver.came.total() >= b + e, seconds=30, what="messages")
        process.kill()
        process.start()


def settle(process: ForkedGateway, doors: Doors) -> None:
    """Wait until every case is there, its ladder has gone on, and nothing on the channel waits any more."""
    counts = """SELECT (SELECT count(*) FROM incidents), count(DISTINCT CASE WHEN recipient = 'qian' THEN incident END),
        sum(state IN ('pending', 'sending')) FROM outbox WHERE channel = 'hook'"""
    wait_until(
        lambda: process.rows(counts) == [(doors.said, doors.said, 0)],
        seconds=60,
        what=f"{doors.said} cases, each with its second rung told, and an empty outbox",
    )


def check(process: ForkedGateway, receiver: Receiver) -> None:
    rows = process.rows("SELECT id, state, receipt FROM outbox WHERE channel = 'hook'")
    assert {row[1] for row in rows} == {"delivered"}, Counter(row[1:] for row in rows)
    assert {row[0] for row in rows} == receiver.kept.keys(), "all that was due arrived, and nothing else"
    assert receiver.refused == []
    of_case = process.rows(
        "SELECT coalesce(incident, 'sc') FROM outbox WHERE channel = 'hook'"
    )  # else of the site
    assert Counter(event["subject"] for event in receiver.kept.values()) == Counter(row[0] for row in of_case)
    assert receiver.came.total() > len(receiver.kept), "some came again, and were kept once"
    process.end()
    verified = verify(process.site)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def outlive(folder: Path, *, kills: int, seed: int) -> None:
    receiver = Receiver(seed)
    with (
        mosquitto(folder / "broker") as broker,
        receiving(receiver) as port,
        Nursery() as nursery,
    ):
        site = hooked_site(folder / "site", broker, port)
        with ForkedGateway(site, nursery) as process, Voice(broker.port) as voice:
            doors = Doors(voice)
            run_kills(process, receiver, doors, kills, seed)
            settle(process, doors)
            check(process, receiver)


@pytest.mark.timeout(180)
def test_every_due_message_outlives_the_kills_and_is_kept_once(tmp_path: Path) -> None:
    outlive(tmp_path, kills=3, seed=SEED)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_due_message_outlives_sixty_kills(tmp_path: Path, seed: int) -> None:
    outlive(tmp_path, kills=60, seed=seed)
