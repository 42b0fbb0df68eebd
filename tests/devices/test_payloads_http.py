"""Captured payloads of devices that push over HTTP, against the judgement beside them (`EXPECT.tsv`)."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from devices.event import Blob, Decoded, Event, Quarantine
from tests.devices.estate import SITE, decode, decoder
from tests.devices.test_codecs_http import JPEG, multipart

# where each family is pushed to
PATHS = {
    "hikvision-anpr/": "/in/hikvision-camera/lane-1",
    "axis-lpr/": "/in/lpr-axis",
    "zkteco-push/Parse": "/iclock/cdata?SN=A1&table=ATTLOG",
}
# EXPECT says of all attendance files "non-integer … defaults to zero"; we leave the field out and flag it, because a
# zero would say that somebody came in. It says 0.72 for a confidence of 0.719034; we keep what the camera said.
FLAGGED = {
    "zkteco-push/ParseAttendanceRecords__non_integer_status_defaults_to_zero.txt": "field:data.dir",
    "zkteco-push/ParseAttendanceRecords__non_integer_verifymode_defaults_to_zero.txt": "field:data.method",
}


def rows(shared: Path) -> list[dict[str, str]]:
    with (shared / "payloads/EXPECT.tsv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if path_of(row["file"])]


def path_of(file: str) -> str | None:
    return next((path for start, path in PATHS.items() if file.startswith(start)), None)


def push(file: str, payload: bytes) -> list[Decoded]:
    path = path_of(file)
    assert path is not None
    return decode(decoder(unknown=True, oldest=None), path, payload, adapter="http")


def complaints(row: dict[str, str], results: list[Decoded]) -> list[str]:
    """Return in which points the results are not what the row expects."""
    file, wrong = row["file"], []
    if row["raises"] == "quarantine":
        return [] if all(isinstance(result, Quarantine) for result in results) else [f"{file}: {results}"]
    events = [result for result in results if isinstance(result, Event)]
    if len(events) != len(results) or not events:
        return [f"{file}: {results}"]
    for event in events:
        if (event.kind, event.mode) != (row["kind"], "live"):
            wrong.append(f"{file}: {event.kind} {event.mode}, expected {row['kind']} live")
        qualities = (
            {"naive", "epoch"} if row["device_time"] == "naive or epoch" else {row["time_quality"].split()[0]}
        )
        if event.time_quality not in qualities:
            wrong.append(f"{file}: time is {event.time_quality}, expected {qualities}")
        moment = moment_of(row["device_time"])
        if moment is not None and abs(event.at - moment) > timedelta(milliseconds=1):
            wrong.append(f"{file}: at {event.at}, expected {moment}")
        if event.dedup is None:
            wrong.append(f"{file}: no key although it has {row['dedupe_key']}")
        if set(event.flags) != {"unlisted", *([FLAGGED[file]] if file in FLAGGED else [])}:
            wrong.append(f"{file}: flags {event.flags}")
    return wrong


def moment_of(text: str) -> datetime | None:
    if not text[:1].isdigit():
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=SITE).astimezone(UTC)


def test_real_pushes_become_what_they_should(shared: Path) -> None:
    found = rows(shared)
    wrong = [
        complaint
        for row in found
        for complaint in complaints(row, push(row["file"], (shared / "payloads" / row["file"]).read_bytes()))
    ]
    assert not wrong, "\n".join(wrong)
    assert len(found) == 9, "two of Hikvision, one of Axis, six of ZKTeco"


def test_a_plate_in_reverse_with_its_two_pictures(shared: Path) -> None:
    xml = (shared / "payloads/hikvision-anpr/anpr_plate_reverse.xml").read_bytes()
    name = 'Content-Disposition: form-data; name="{0}"; filename="{0}"\r\nContent-Type: {1}'
    body = multipart(
        (name.format("anpr.xml", "text/xml"), xml),
        (name.format("licensePlatePicture.jpg", "image/jpeg"), JPEG),
        (name.format("detectionPicture.jpg", "image/jpeg"), JPEG + b"2"),
    )
    plate, scene, event = push("hikvision-anpr/", body)
    assert isinstance(plate, Blob)
    assert isinstance(scene, Blob)
    assert isinstance(event, Event)
    assert [piece.sha256 for piece in event.evidence] == [plate.sha256, scene.sha256]
    assert event.data == {
        "plate": "PECT600", "lane": "2", "confidence": 0.97, "dir": "out", "colour": "white",
    }  # fmt: skip
    assert event.dedup == "2024011911172144900FlERIduqg06eKsYuvLX072NugIxaHw22mHG5D5KBmWqX"


def test_a_picture_name_of_25_digits_stays_text(shared: Path) -> None:
    (event,) = push("hikvision-anpr/", (shared / "payloads/hikvision-anpr/plates_poll_2.xml").read_bytes())
    assert isinstance(event, Event)
    assert event.dedup == "2020042416162789540087321"
    assert event.data["dir"] == "in"


def test_a_car_that_left_is_no_surer_than_its_camera(shared: Path) -> None:
    (event,) = push("axis-lpr/", (shared / "payloads/axis-lpr/fflpr_event.json").read_bytes())
    assert isinstance(event, Event)
    assert event.data["confidence"] == pytest.approx(0.72, abs=0.001)
    assert event.dedup == "11890300|ACCC8ED3290D"


@pytest.mark.parametrize("family", ["hikvision-anpr", "axis-lpr", "zkteco-push", "axis-onvif", "sia-dc09"])
def test_no_real_payload_breaks_any_address(shared: Path, family: str) -> None:
    by = decoder(unknown=True)
    paths = {
        sample.topic for profile in by.profiles for sample in profile.samples if sample.adapter == "http"
    }
    for file in sorted((shared / "payloads" / family).iterdir()):
        for path in sorted(paths):
            assert decode(by, path, file.read_bytes(), adapter="http")
