"""Every captured payload, by its content alone, against the judgement beside it (`../shared/payloads/EXPECT.tsv`).

Nothing but the file is given: no topic, no path, no profile. Where we decide otherwise (`DIFFERENT`: what it raises,
`OTHER_KIND`: which kind it is, `OTHER_KEY`), the reason stands in the profile, as the `note` of the sample that shows it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.cli.by_hand import ByHand
from gateway.cli.captured import messages_of
from tests.devices.estate import builtin, profile_texts

NOW = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)

# file → what we say
DIFFERENT = {
    "frigate/tracked_object_face.json": "ignored",
    "tasmota/discovery_config.json": "ignored",
    "lorawan-ttn/codec_netvox_ra02a_startup.json": "event",
    "sia-dc09/case_code_jc.txt": "quarantine",
    "sia-dc09/case_adm_cid2.txt": "state",
    "sia-dc09/case_bug.txt": "state",
    "sia-dc09/case_cl.txt": "state",
}
OTHER_KIND = {
    "onvif-ha/tapo_line_cross_changed.json": "camera.line",
    "sia-dc09/case_bug2.txt": "panel.restored",
    "sia-dc09/case_wa.txt": "env.leak",
    "sia-dc09/case_xdata_X_and_Y.txt": "sos.button",
    "axis-onvif/object_analytics_any_change.xml": "camera.object",
    "axis-onvif/pir_change.xml": "camera.motion",
}
# Other keys or modes than the judgement names.
OTHER_KEY = {
    "frigate/events_update.json",
    "axis-mqtt/mqtt_event_2.json",
    "shelly/gen1_gas_SHGS-1.json",
    "uhppote-wiegand/get_event_response_with_invalid_timestamp.json",
    "uhppote-wiegand/get_status_response_with_no_event.json",
    "lorawan-ttn/ttn_default_no_decoded_payload.json",
}
RAISES = {
    "update": "state",
    "edge": "event",
    "alarm (profile says press type)": "event",
    "alarm": "event",
    "proposal": "ignored",
    "event per good line": "event",
    "quarantine or raw": "quarantine",
}


def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "payloads/EXPECT.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def read(file: Path) -> list[dict[str, Any]]:
    reader = ByHand(list(builtin()), site=None, received=NOW)
    return [line for message in messages_of(file.read_bytes(), now=NOW) for line in reader.lines(message)]


def meaning(line: dict[str, Any]) -> str:
    if "quarantine" in line:
        return "quarantine"
    if "note" in line or (line.get("code") == "empty" and "ignored" in line):
        return "none"
    if "ignored" in line:
        return "ignored"
    return (
        "event"
        if line["kind"] != "device.state" and line["mode"] not in ("snapshot", "retained")
        else "state"
    )


def wrong(row: dict[str, str], said: list[dict[str, Any]]) -> Iterator[str]:
    file = row["file"]
    expected = DIFFERENT.get(file, RAISES.get(row["raises"], row["raises"]))
    meanings = {meaning(line) for line in said if "blob" not in line}
    if expected not in meanings or not meanings <= {
        expected,
        *({"quarantine"} if "per good" in row["raises"] else ()),
    }:
        yield f"{file}: {meanings}, expected {expected}: {said[0]}"
    events = [line for line in said if "kind" in line]
    if not events or expected != "event":
        return
    kind = OTHER_KIND.get(file, row["kind"])
    if file not in DIFFERENT and events[0]["kind"] != kind:
        yield f"{file}: {events[0]['kind']}, expected {kind}"
    quality = "" if "or epoch" in row["device_time"] else row["time_quality"].split()[0]
    if quality in ("zoned", "epoch", "naive") and events[0]["time_quality"] not in (quality, "none"):
        yield f"{file}: time is {events[0]['time_quality']}, expected {quality}"
    if row["device_time"][:2] == "20" and row["device_time"].endswith("Z"):
        apart = (events[0]["at"] - datetime.fromisoformat(row["device_time"])).total_seconds()
        if abs(apart) > 0.001:
            yield f"{file}: at {events[0]['at']}, expected {row['device_time']}"


def test_every_difference_is_explained_beside_a_sample() -> None:
    documents = [yaml.safe_load(text) for text in profile_texts().values()]
    notes = [sample["note"] for each in documents for sample in each["samples"] if "note" in sample]
    for file in {*DIFFERENT, *OTHER_KIND, *OTHER_KEY}:
        family, _, name = file.partition("/")
        assert any(f"{family}/" in note and Path(name).stem in note for note in notes), file


def test_every_payload_becomes_what_it_should_by_its_content_alone(shared: Path) -> None:
    found = [
        problem for row in rows(shared) for problem in wrong(row, read(shared / "payloads" / row["file"]))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("wanted", ["frigate", "onvif", "uhppote", "zkteco", "hikvision-camera"])
def test_no_payload_breaks_a_profile_that_was_not_meant(shared: Path, wanted: str) -> None:
    chosen = [profile for profile in builtin() if profile.id == wanted]
    assert chosen, f"there is no profile {wanted}"
    reader = ByHand(chosen, site=None, received=NOW, named=True)
    for file in sorted((shared / "payloads").glob("*/*")):
        for message in messages_of(file.read_bytes(), now=NOW):
            assert list(reader.lines(message)), file


def test_the_families_of_the_collection_are_named(shared: Path) -> None:
    families = {
        "axis-mqtt/mqtt_event_1.json": "axis",
        "axis-onvif/pir_change.xml": "onvif",
        "frigate/events_update.json": "frigate",
        "hikvision-anpr/anpr_plate_reverse.xml": "hikvision-camera",
        "hikvision-anpr/plates_poll_2.xml": "hikvision-camera",
        "lorawan-ttn/ttn_default_no_decoded_payload.json": "tts",
        "onvif-ha/tapo_person_changed.json": "onvif",
        "shelly/gen1_gas_SHGS-1.json": "shelly1",
        "sia-dc09/case_wa.txt": "sia-dc09",
        "tasmota/discovery_config.json": "tasmota",
        "uhppote-wiegand/listen_event.json": "uhppote",
        "zkteco-push/ParseAttendanceRecords__multiple_records.txt": "zkteco",
        "axis-lpr/fflpr_event.json": "lpr-axis",
    }
    named = {
        file: str(read(shared / "payloads" / file)[0].get("profile")).partition("@")[0] for file in families
    }
    assert named == families
