"""How fast a backlog is received and acknowledged, and what a message costs in CPU.

    python -m bench.ingest [--messages 40000] [--rounds 3] [--write]

Mosquitto holds a session's backlog of 305-byte QoS 1 messages; each way of receiving drains it in a process
of its own: `bare` is paho's own loop that acknowledges in its callback, `ingest` is MqttIngest with a writer
thread that acknowledges in batches (as after a commit, without the commit). Rounds are interleaved; the
median counts. The acknowledgements are part of the time: a run ends when the broker has them all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import resource
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.integration.servers import mosquitto

SESSION = "bench-ingest"
PAYLOAD = (
    json.dumps(
        {
            "n": 139,
            "boot": "b7",
            "at": "2026-03-04T10:15:02.120Z",
            "data": {"door": 1, "dir": "in", "method": "card", "reason": "unknown_card"},
        }
    )
    .ljust(305)
    .encode()
)
CONFIG = (
    "listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 500\n"
    "max_queued_messages 0\npersistence false\nset_tcp_nodelay true\n"
)


def connect_packet(client: str, *, clean: bool) -> bytes:
    """Return an MQTT 3.1.1 CONNECT."""
    body = (
        b"\x00\x04MQTT\x04"
        + bytes([2 if clean else 0])
        + b"\x00\x3c"
        + struct.pack("!H", len(client))
        + client.encode()
    )
    return b"\x10" + bytes([len(body)]) + body


def prepare(port: int) -> None:
    """Make a session that waits for `c/#`, and leave it."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(connect_packet(SESSION, clean=False) + b"\x82\x08\x00\x01\x00\x03c/#\x01")
        wanted = 4 + 5
        while wanted > 0:
            wanted -= len(link.recv(wanted))
        link.sendall(b"\xe0\x00")


def publish(port: int, count: int) -> None:
    """Publish the backlog with QoS 1, 500 at a time, each acknowledged by the broker."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(connect_packet("bench-device", clean=True))
        link.recv(4)
        topic = b"c/gate-1/e/access.denied"
        body = struct.pack("!H", len(topic)) + topic
        length = len(body) + 2 + len(PAYLOAD)
        head = b"\x32" + bytes([length & 127 | 128, length >> 7]) + body
        for start in range(0, count, 500):
            several = range(start, min(start + 500, count))
            link.sendall(b"".join(head + struct.pack("!H", n % 65535 + 1) + PAYLOAD for n in several))
            owed = 4 * len(several)
            while owed:
                owed -= len(link.recv(owed))


def bare(port: int, count: int) -> Callable[[], None]:
    """Paho as its documentation shows it: acknowledge in the callback."""
    import paho.mqtt.client as paho

    done = threading.Event()
    seen = 0

    def on_message(client: paho.Client, _: object, message: paho.MQTTMessage) -> None:
        nonlocal seen
        client.ack(message.mid, message.qos)
        seen += 1
        if seen == count:
            done.set()

    client = paho.Client(
        paho.CallbackAPIVersion.VERSION2, client_id=SESSION, clean_session=False, manual_ack=True
    )
    client.on_message = on_message

    def run() -> None:
        client.connect("127.0.0.1", port)
        client.loop_start()
        done.wait(120)
        client.disconnect()
        client.loop_stop()

    return run


def ingest(port: int, count: int) -> Callable[[], None]:
    """MqttIngest with a writer thread that takes what is there, up to 256, and acknowledges it."""
    from gateway.ingest.mqtt import MqttIngest
    from gateway.ingest.settings import MqttSettings

    waiting: queue.SimpleQueue[tuple[object, Callable[[], None]]] = queue.SimpleQueue()
    settings = MqttSettings(port=port, client_id=SESSION, version="3.1.1")
    receiver = MqttIngest(settings, ["c/#"], lambda message, receipt: waiting.put((message, receipt)))

    def run() -> None:
        receiver.start()
        taken = 0
        while taken < count:
            batch = [waiting.get(timeout=60)]
            while len(batch) < 256 and not waiting.empty():
                batch.append(waiting.get())
            for _, receipt in batch:
                receipt()
            taken += len(batch)
        while receiver.status().acknowledged < count:
            time.sleep(0.001)
        receiver.stop()

    return run


WAYS = {"bare": bare, "ingest": ingest}


def child(way: str, port: int, count: int) -> None:
    """Drain once and print seconds, CPU seconds and peak memory as JSON."""
    run = WAYS[way](port, count)
    cpu, start = time.process_time(), time.perf_counter()
    run()
    result = {
        "seconds": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


def measure(way: str, count: int) -> dict[str, float]:
    """Run one way against a broker of its own."""
    with tempfile.TemporaryDirectory() as folder, mosquitto(Path(folder), CONFIG) as server:
        prepare(server.port)
        publish(server.port, count)
        command = [
            sys.executable,
            "-m",
            "bench.ingest",
            "--child",
            way,
            str(server.port),
            "--messages",
            str(count),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    found: dict[str, float] = json.loads(answer.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--messages", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the result to bench/results")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], int(asked.child[1]), asked.messages)
        return
    rounds: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(asked.rounds):
        for way, results in rounds.items():
            results.append(measure(way, asked.messages))
    summary = {}
    for way, results in rounds.items():
        rates = [asked.messages / r["seconds"] for r in results]
        cpus = [r["cpu_s"] / asked.messages * 1e6 for r in results]
        summary[way] = {
            "messages_per_s": round(statistics.median(rates)),
            "range": [round(min(rates)), round(max(rates))],
            "cpu_us_per_message": round(statistics.median(cpus), 1),
            "rss_mb": round(statistics.median(r["rss_mb"] for r in results), 1),
        }
        print(f"{way:8} {summary[way]}")
    if asked.write:
        load = os.getloadavg()[0]
        machine = f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}"
        record = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine,
            "messages": asked.messages,
        }
        target = Path(__file__).with_name("results") / "ingest.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(record | {"ways": summary}, indent=2) + "\n")


if __name__ == "__main__":
    main()
