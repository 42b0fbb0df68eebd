"""How many messages a second one core decodes: our own namespace and a foreign profile, alone and among many.

Prints one JSON object: rates, spread over rounds, machine and versions. Budgets stand in it as the goals.
    python bench/decode.py [--messages 20000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec
import uuid_utils

from devices.decode import Decoder
from devices.event import RawMessage
from devices.form import Profile
from devices.profile import load_profiles
from devices.registry import Device, Registry

ROOT = Path(__file__).resolve().parents[1]
T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
GOALS = {"own": 150_000, "foreign": 60_000}


def own(number: int, at: datetime) -> tuple[str, bytes]:
    """An access event of our own namespace, about 230 bytes."""
    body = {
        "n": number, "boot": "b41", "at": at.isoformat(),
        "data": {"door": 1, "dir": "in", "method": "card", "reason": "unknown_card"}, "state": {"locked": True},
        "subject": {"cred": f"{number % 20_000:08d}"},
    }  # fmt: skip
    return f"sc1/c1/g{number % 200:03d}/e/access.denied", json.dumps(body).encode()


def foreign(number: int, at: datetime) -> tuple[str, bytes]:
    """A message of the generic gate, about 305 bytes, with fields that are not kept."""
    gate = f"g{number % 200:03d}"
    body = {
        "id": number, "ts": int(at.timestamp() * 1000), "community": "c1", "gate": gate, "kind": "granted",
        "zone": "A", "building": "b04", "person": {"id": f"p-{number % 20_000:05d}", "role": "resident", "credential": "card"},
        "lock": {"battery": 71, "rssi": -60}, "count": 0, "fw": "2.4.1", "snapshot": f"/cam/c1/{gate}/{number:08d}.jpg",
    }  # fmt: skip
    return f"community/c1/access/{gate}/event", json.dumps(body).encode()


def messages(make, count: int) -> list[RawMessage]:
    """Messages 20 ms apart, each received 30 ms after it was said."""
    made = []
    for number in range(count):
        at = T0 + timedelta(milliseconds=20 * number)
        topic, payload = make(number, at)
        made.append(RawMessage(topic=topic, payload=payload, received_at=at + timedelta(milliseconds=30)))
    return made


def rate(profiles: list[Profile], batch: list[RawMessage], rounds: int) -> dict[str, float]:
    """Messages a second over `rounds` fresh decoders (best, median), every one of them an event."""
    registry = Registry([Device(id=f"g{n:03d}", profile="own") for n in range(200)])
    registry_foreign = Registry([Device(id=f"g{n:03d}", profile="gate") for n in range(200)])
    rates = []
    for _ in range(rounds):
        decoder = Decoder(
            profiles=profiles,
            registry=registry if batch[0].topic.startswith("sc1/") else registry_foreign,
            site="c1",
            zone=UTC,
            site_key=b"k" * 32,
        )
        mint, decode = lambda: str(uuid_utils.uuid7()), decoder.decode
        gc.collect()
        start = time.thread_time()  # CPU time of this thread: other work on the machine does not count
        for message in batch:
            decode(message, mint=mint)
        rates.append(len(batch) / (time.thread_time() - start))
        assert type(decoder.decode(batch[0], mint=mint)[0]).__name__ == "Event"
    return {"best": round(max(rates)), "median": round(statistics.median(rates))}


def reference(batch: list[RawMessage], rounds: int) -> float:
    """Microseconds that msgspec alone needs for one of these payloads: what this machine is like at this hour."""
    best = float("inf")
    for _ in range(rounds):
        start = time.thread_time()
        for message in batch:
            msgspec.json.decode(message.payload)
        best = min(best, (time.thread_time() - start) / len(batch))
    return round(best * 1e6, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "devices/profiles").glob("*.yaml")}
    start = time.perf_counter()
    profiles, problems = load_profiles(texts)
    load_s = time.perf_counter() - start
    assert not problems, problems
    few = [profile for profile in profiles if profile.id in ("own", "gate")]
    batches = {"own": messages(own, options.messages), "foreign": messages(foreign, options.messages)}
    result = {
        "what": "decode",
        "unit": "messages per CPU second of one thread",
        "goals": GOALS,
        "payload_bytes": {name: len(batch[0].payload) for name, batch in batches.items()},
        "two_profiles": {name: rate(few, batch, options.rounds) for name, batch in batches.items()},
        f"{len(profiles)}_profiles": {name: rate(profiles, batch, options.rounds) for name, batch in batches.items()},
        "json_alone_us": {name: reference(batch, options.rounds) for name, batch in batches.items()},
        "load_and_prove_profiles_s": round(load_s, 3),
        "machine": {"processor": platform.processor() or platform.machine(), "python": platform.python_version(),
                    "msgspec": msgspec.__version__, "system": platform.system()},
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main()
