"""How many events a second one core decodes: our own namespace, a foreign profile, and every profile with its samples.

Prints one JSON object: rates, each as a ratio to what msgspec alone needs for the same payloads in the same rounds,
machine and load. Budgets stand in it as the goals.
    python bench/decode.py [--messages 1000] [--rounds 30]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec
import uuid_utils
from msgspec.structs import replace

from devices.decode import Decoder
from devices.event import Event, RawMessage
from devices.form import Profile, Sample
from devices.match import parse_pattern
from devices.profile import load_profiles
from devices.registry import Device, Registry

ROOT = Path(__file__).resolve().parents[1]
T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
GOALS = {"own": 150_000, "foreign": 60_000}
GATES, CARDS = 200, 5_000  # as many as a community of 2,000 homes has
COPIES = 10  # of every profile, on topics of its own: 240 instead of 24
AGAIN = 50  # times each sample is decoded in a round

Decode = Callable[[RawMessage], object]


def own(number: int, at: datetime) -> tuple[str, bytes]:
    """An access event of our own namespace, about 200 bytes."""
    body = {
        "n": number, "boot": "b41", "at": at.isoformat(),
        "data": {"door": 1, "dir": "in", "method": "card", "reason": "unknown_card"}, "state": {"locked": True},
        "subject": {"cred": f"{number % CARDS:08d}"},
    }  # fmt: skip
    return f"sc1/c1/g{number % GATES:03d}/e/access.denied", json.dumps(body).encode()


def foreign(number: int, at: datetime) -> tuple[str, bytes]:
    """A message of the generic gate, about 290 bytes, with fields that are not kept."""
    gate = f"g{number % GATES:03d}"
    body = {
        "id": number, "ts": int(at.timestamp() * 1000), "community": "c1", "gate": gate, "kind": "granted",
        "zone": "A", "building": "b04", "person": {"id": f"p-{number % CARDS:05d}", "role": "resident", "credential": "card"},
        "lock": {"battery": 71, "rssi": -60}, "count": 0, "fw": "2.4.1", "snapshot": f"/cam/c1/{gate}/{number:08d}.jpg",
    }  # fmt: skip
    return f"community/c1/access/{gate}/event", json.dumps(body).encode()


def messages(make: Callable[[int, datetime], tuple[str, bytes]], count: int) -> list[RawMessage]:
    """Messages 20 ms apart, each received 30 ms after it was said."""
    made = []
    for number in range(count):
        at = T0 + timedelta(milliseconds=20 * number)
        topic, payload = make(number, at)
        made.append(RawMessage(topic=topic, payload=payload, received_at=at + timedelta(milliseconds=30)))
    return made


def decoding(profiles: list[Profile], profile: str) -> Decode:
    """A fresh decoder for the gates of one profile."""
    registry = Registry([Device(id=f"g{n:03d}", profile=profile) for n in range(GATES)])
    decoder = Decoder(profiles=profiles, registry=registry, site="c1", zone=UTC, site_key=b"k" * 32)
    mint = lambda: str(uuid_utils.uuid7())  # noqa: E731  as the gateway mints
    return lambda message: decoder.decode(message, mint=mint)


def cost(run: Callable[[RawMessage], object], batch: list[RawMessage]) -> float:
    """Microseconds of this thread's CPU time a message: what else the machine does is not in it, but slows it."""
    start = time.thread_time()
    for message in batch:
        run(message)
    return (time.thread_time() - start) / len(batch) * 1e6


def compared(
    loaded: dict[str, list[Profile]], batches: dict[str, list[RawMessage]], rounds: int
) -> dict[str, object]:
    """Each batch with each set of profiles and with msgspec alone, in turns; of each the best round."""
    best: dict[str, dict[str, float]] = {name: {} for name in batches}
    for _ in range(rounds):
        for name, batch in batches.items():
            runs = {"json": lambda message: msgspec.json.decode(message.payload)}
            for label, profiles in loaded.items():
                runs[label] = decoding(profiles, "own" if name == "own" else "gate")
                for (
                    message
                ) in batch:  # every topic and every card has been seen before, as on any day but the first
                    runs[label](message)
            gc.collect()
            for label, run in runs.items():
                best[name][label] = min(cost(run, batch), best[name].get(label, float("inf")))
    return {
        name: {
            "json_alone_us": round(costs["json"], 2),
            **{label: {"us": round(costs[label], 2), "per_second": round(1e6 / costs[label]),
                       "times_json_alone": round(costs[label] / costs["json"], 1)} for label in loaded},
        }
        for name, costs in best.items()
    }  # fmt: skip


def by_profile(profiles: list[Profile], rounds: int) -> dict[str, object]:
    """Each profile's samples that become events, again and again: microseconds and events a second, the median marked.

    A sample with several events costs its share for each; the mean over a profile's samples counts.
    """
    costs: dict[str, float] = {}
    for profile in profiles:
        each = [
            found
            for sample in profile.samples
            if (found := _sample_cost(profiles, sample, rounds)) is not None
        ]
        if each and profile.id != "own":
            costs[profile.id] = statistics.mean(each)
    ranked = sorted(costs, key=lambda name: costs[name])
    median = ranked[len(ranked) // 2]
    return {
        "median": {
            "profile": median,
            "us": round(costs[median], 1),
            "per_second": round(1e6 / costs[median]),
        },
        "us": {name: round(costs[name], 1) for name in ranked},
    }


def _sample_cost(profiles: list[Profile], sample: Sample, rounds: int) -> float | None:
    message = RawMessage(
        topic=sample.topic, payload=sample.payload, received_at=sample.received, adapter=sample.adapter,
        user=sample.user, retained=sample.retained, drained=sample.drained, headers=sample.headers,
    )  # fmt: skip
    decoder = Decoder(
        profiles=profiles, registry=Registry(), site="s1", zone=timezone(timedelta(hours=8)), site_key=b"sample",
        accept_unknown=True,
    )  # fmt: skip
    mint = lambda: str(uuid_utils.uuid7())  # noqa: E731  as the gateway mints
    events = sum(type(result) is Event for result in decoder.decode(message, mint=mint))
    if not events:
        return None
    decode = lambda one: decoder.decode(one, mint=mint)  # noqa: E731  a name for one line
    return min(cost(decode, [message] * AGAIN) for _ in range(rounds)) / events


def many(profiles: list[Profile]) -> list[Profile]:
    """Every foreign profile `COPIES` times, each copy under a name and on topics of its own."""
    return [
        *profiles,
        *(_copy(each, number) for number in range(1, COPIES) for each in profiles if each.id != "own"),
    ]


def _copy(profile: Profile, number: int) -> Profile:
    name = f"{profile.id}-{number}"
    forms = [
        replace(
            form,
            profile=f"{name}@1",
            profile_id=name,
            pattern=parse_pattern(f"/copy{number}/{form.pattern.text}"),
        )
        for form in profile.forms
    ]
    return replace(profile, id=name, forms=tuple(forms))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "devices/profiles").glob("*.yaml")}
    start = time.process_time()
    profiles, problems = load_profiles(texts)
    load_s = time.process_time() - start
    assert not problems, problems
    all_of_them = many(profiles)
    loaded = {f"{len(profiles)}_profiles": profiles, f"{len(all_of_them)}_profiles": all_of_them}
    batches = {"own": messages(own, options.messages), "foreign": messages(foreign, options.messages)}
    result = {
        "what": "decode",
        "unit": "microseconds of one thread's CPU time an event, best of the rounds; events a second from that",
        "goals_per_second": GOALS,
        "payload_bytes": {name: len(batch[0].payload) for name, batch in batches.items()},
        **compared(loaded, batches, options.rounds),
        "by_profile": by_profile(profiles, options.rounds),
        "load_and_prove_profiles_s": round(load_s, 3),
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count(),
                    "python": platform.python_version(), "msgspec": msgspec.__version__, "system": platform.system(),
                    "load": [round(load, 1), round(os.getloadavg()[0], 1)],
                    "at": datetime.now(UTC).isoformat(timespec="minutes")},
    }  # fmt: skip
    print(json.dumps(result))


if __name__ == "__main__":
    main()
