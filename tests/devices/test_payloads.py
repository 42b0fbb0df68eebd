"""Captured payloads of real devices against the judgement beside them (`../shared/payloads/EXPECT.tsv`).

Where we decide otherwise the reason is the `note` of a profile's sample (`tests/gateway/cli/test_payloads.py` asks for it).
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from devices.event import Decoded, Event, Ignored, Note, Quarantine
from tests.devices.estate import decode, decoder

TOPICS = {
    "frigate/events_update.json": "frigate/events",
    "frigate/tracked_object": "frigate/tracked_object_update",
    "axis-mqtt/": "ACCC8E000001/event/x",
    "axis-onvif/": "/in/onvif/cam-1",
    "onvif-ha/": "onvif/cam-1/event",
    "tasmota/discovery_config.json": "tasmota/discovery/00000049A3BC/config",
    "lorawan-ttn/codec_": "application/a/device/24e124535b000001/event/up",
}
# file → what we say
DIFFERENT = {
    "frigate/tracked_object_face.json": "ignored",
    "tasmota/discovery_config.json": "ignored",
    "lorawan-ttn/codec_netvox_ra02a_startup.json": "event",
}
KIND_DIFFERENT = {"onvif-ha/tapo_line_cross_changed.json": "camera.line"}
RAISES = {
    "update": "state",
    "edge": "event",
    "alarm (profile says press type)": "event",
    "alarm": "event",
    "proposal": "ignored",
}
KINDS = {
    "camera.note": None,
    "edge": None,
    "state": None,
    "-": None,
    "motion (state 0)": None,
    "camera.object (inactive)": None,
}


def expectations(shared: Path) -> list[dict[str, str]]:
    with (shared / "payloads/EXPECT.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def topic_of(file: str) -> str | None:
    return next((topic for start, topic in TOPICS.items() if file.startswith(start)), None)


def payload_of(file: str, raw: bytes) -> bytes:
    """Codec pairs are only the decoded part: put it into the envelope in which a network server sends it."""
    if not file.startswith("lorawan-ttn/codec_"):
        return raw
    pair = msgspec.json.decode(raw)
    envelope = {"deduplicationId": "d-1", "time": "2026-03-04T10:15:02Z", "fPort": pair["fPort"]}
    return msgspec.json.encode(envelope | ({"object": pair["decoded"]} if pair["decoded"] else {}))


def meaning(result: Decoded) -> str:
    if isinstance(result, Event):
        return (
            "state" if result.kind == "device.state" or result.mode in ("snapshot", "retained") else "event"
        )
    if isinstance(result, Quarantine):
        return "quarantine"
    return (
        "none"
        if isinstance(result, Note) or (isinstance(result, Ignored) and result.code == "empty")
        else "ignored"
    )


def test_real_payloads_become_what_they_should(shared: Path) -> None:
    wrong: list[str] = []
    checked = 0
    for row in expectations(shared):
        file, topic = row["file"], topic_of(row["file"])
        if topic is None:
            continue
        checked += 1
        raw = payload_of(file, (shared / "payloads" / file).read_bytes())
        adapter = "http" if topic.startswith("/") else "mqtt"
        received = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)
        results = decode(
            decoder(unknown=True, oldest=None), topic, raw, adapter=adapter, received_at=received
        )
        expected = DIFFERENT.get(file, RAISES.get(row["raises"], row["raises"]))
        if {meaning(result) for result in results} != {expected}:
            wrong.append(f"{file}: {[meaning(result) for result in results]}, expected {expected}")
        kind = KIND_DIFFERENT.get(file, KINDS.get(row["kind"], row["kind"]))
        first = results[0]
        if isinstance(first, Event) and kind is not None and expected == "event" and first.kind != kind:
            wrong.append(f"{file}: {first.kind}, expected {kind}")
        if isinstance(first, Event) and (quality := row["time_quality"].split()[0]) in ("zoned", "epoch"):
            if first.time_quality != quality:
                wrong.append(f"{file}: time is {first.time_quality}, expected {quality}")
            if (
                row["device_time"].endswith("Z")
                and abs((first.at - datetime.fromisoformat(row["device_time"])).total_seconds()) > 0.001
            ):
                wrong.append(f"{file}: at {first.at}, expected {row['device_time']}")
    assert not wrong, "\n".join(wrong)
    assert checked >= 20, f"only {checked} payloads were checked"


@pytest.mark.parametrize(
    "family", ["frigate", "axis-mqtt", "axis-onvif", "onvif-ha", "shelly", "tasmota", "lorawan-ttn"]
)
def test_no_real_payload_breaks_any_topic(shared: Path, family: str) -> None:
    by = decoder(unknown=True)
    for path in sorted((shared / "payloads" / family).iterdir()):
        for topic in {
            *TOPICS.values(),
            "x/events/rpc",
            "zigbee2mqtt/x",
            "sc1/s1/x/e/access.denied",
            "tele/x/SENSOR",
        }:
            assert decode(by, topic, path.read_bytes(), adapter="http" if topic.startswith("/") else "mqtt")
