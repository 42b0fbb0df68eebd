"""The families that push over HTTP, beyond their profiles' own samples."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.codec import CodecRefused
from devices.codecs.hikvision import read_hikvision
from devices.codecs.lock_board import read_lock_board
from devices.codecs.locker_platform import read_locker_platform
from devices.codecs.lpr import read_lpr
from devices.codecs.zkteco import read_zkteco_access, read_zkteco_operations, read_zkteco_state
from devices.event import Decoded, Event, Quarantine
from devices.form import Sample
from devices.registry import Device
from devices.reply import Reply
from tests.devices.estate import builtin, decode, decoder, message

FAMILIES = (
    "hikvision-access",
    "hikvision-camera",
    "zkteco",
    "lpr-camera",
    "lpr-axis",
    "locker-platform",
    "locker-board",
)
SAMPLES = [sample for profile in builtin() if profile.id in FAMILIES for sample in profile.samples]


def push(path: str, payload: object, *devices: Device) -> list[Decoded]:
    return decode(decoder(*devices, unknown=not devices), path, payload, adapter="http")


def reply(path: str, payload: bytes = b"", *devices: Device) -> Reply | None:
    return decoder(*devices).reply(message(path, payload, adapter="http"))


def test_hikvision_in_its_wrappings() -> None:
    inner = {"majorEventType": 5, "subEventType": 1, "serialNo": 7}
    plain = {"eventType": "AccessControllerEvent", "AccessControllerEvent": inner}
    same = {
        "eventType": "AccessControllerEvent",
        "majorEventType": "5",
        "subEventType": "1",
        "serialNo": "7",
        "code": "5-1",
        "word": "accesscontrollerevent",
    }
    assert read_hikvision(msgspec.json.encode(plain), "utf-8") == [same]
    (wrapped,) = read_hikvision(msgspec.json.encode({"EventNotificationAlert": plain}), "utf-8")
    assert wrapped["code"] == "5-1"
    (log,) = read_hikvision(b'{"AcsEvent":{"InfoList":[{"major":5,"minor":1,"time":"t"}]}}', "utf-8")
    assert log == {
        "majorEventType": "5",
        "subEventType": "1",
        "dateTime": "t",
        "stored": "true",
        "code": "5-1",
    }
    assert read_hikvision(b'{"eventType":"heartBeat"}', "utf-8")[0]["code"] == "heartBeat"
    assert read_hikvision(b"<AcsEvent><InfoList/></AcsEvent>", "utf-8") == []
    with pytest.raises(CodecRefused, match="no objects"):
        read_hikvision(b'{"AcsEvent":{"InfoList":[1]}}', "utf-8")


def test_a_log_of_operations_leaves_staff_unread() -> None:
    body = b"FP PIN=7\tTMP=AAAA\r\nOPLOG 3\t0\t2026-03-04 18:15:02\t0\t54\r\nOPLOG 4\tx\r\n\xff\xfe\r\n"
    alarm, spoiled = read_zkteco_operations(body, "gb18030")
    assert alarm == {"operation": "3", "time": "2026-03-04 18:15:02", "second": "54", "reason": "54"}
    assert isinstance(spoiled, CodecRefused)
    assert read_zkteco_operations(b"USER PIN=7\tName=x", "utf-8") == [{}]
    assert read_zkteco_operations(b"", "utf-8") == [{}]


def test_an_address_may_end_with_a_slash() -> None:
    by, line = decoder(unknown=True), "7\t2026-03-04 18:15:02\t0\t1"
    (event,) = decode(by, "/iclock/cdata/?SN=A1&table=ATTLOG", line, adapter="http")
    assert isinstance(event, Event)
    assert (event.device, event.source.topic) == ("A1", "/iclock/cdata")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5rKqQTEyMzQ1", "沪A12345"),
        ("沪A12345", "沪A12345"),
        ("A12345", "A12345"),
        ("/////w==", "/////w=="),
        ("A" * 200, "A" * 200),
    ],
)
def test_a_plate_in_the_wrapping_of_mqtt_is_read_if_it_is_base64(written: str, read: str) -> None:
    inner = {"AlarmInfoPlate": {"result": {"PlateResult": {"license": written}}}}
    for payload in (inner, {"body": inner}):
        (found,) = read_lpr(msgspec.json.encode({"sn": "a-1", "name": "x", "payload": payload}), "utf-8")
        assert found["AlarmInfoPlate"]["result"]["PlateResult"]["license"] == read
        assert (found["serialno"], found["said"]) == ("a-1", "x")


@pytest.mark.parametrize(
    "body", [{}, {"AlarmInfoPlate": 1}, {"AlarmInfoPlate": {"result": {"PlateResult": []}}}]
)
def test_a_wrapping_without_a_plate_stays_what_it_is(body: dict[str, object]) -> None:
    (found,) = read_lpr(msgspec.json.encode({"sn": 7, "payload": body}), "utf-8")
    assert found["serialno"] == "7"


@pytest.mark.parametrize(
    "regions",
    [
        {"DetectionRegionEntry": {"regionID": 2, "detectionTarget": "Human"}},
        {"DetectionRegionEntry": [{"regionID": 2, "detectionTarget": "Human"}, {"regionID": 3}]},
        [{"DetectionRegionEntry": {"regionID": 2, "detectionTarget": "Human"}}],
        [{"regionID": 2, "detectionTarget": "Human"}],
        {"DetectionRegion": [{"regionID": 2, "detectionTarget": "Human"}]},
    ],
)
def test_the_first_region_is_found_however_it_is_written(regions: object) -> None:
    report = {
        "eventType": "fieldDetection-1",
        "channelID": "",
        "dynChannelID": 5,
        "DetectionRegionList": regions,
    }
    (read,) = read_hikvision(msgspec.json.encode(report), "utf-8")
    assert (read["word"], read["channel"], read["region"], read["target"]) == (
        "fielddetection",
        "5",
        "2",
        "human",
    )


def test_a_zone_that_lost_its_sign_is_east() -> None:
    (read,) = read_hikvision(b'{"eventType":"VMD","dateTime":"2026-03-04T18:15:0208:00"}', "utf-8")
    assert read["dateTime"] == "2026-03-04T18:15:02+08:00"


@pytest.mark.parametrize("regions", [None, [], {}, 5, "x", [[]], {"DetectionRegionEntry": []}])
def test_regions_that_are_none_say_nothing(regions: object) -> None:
    (read,) = read_hikvision(
        msgspec.json.encode({"eventType": "VMD", "DetectionRegionList": regions}), "utf-8"
    )
    assert not {"region", "target", "channel", "key"} & read.keys()


def test_a_push_and_the_log_of_one_event_have_one_key() -> None:
    pushed = push(
        "/in/hikvision-access/g",
        {
            "dateTime": "2026-03-04T18:15:02+08:00",
            "AccessControllerEvent": {"majorEventType": 5, "subEventType": 1, "serialNo": 7},
        },
    )
    logged = push(
        "/in/hikvision-access/g",
        {
            "AcsEvent": {
                "InfoList": [
                    {"major": 5, "minor": 1, "serialNo": 9, "time": "2026-03-04T18:15:01+08:00"},
                    {"major": 5, "minor": 1, "serialNo": 7, "time": "2026-03-04T18:15:02+08:00"},
                ]
            }
        },
    )
    assert isinstance(pushed[0], Event)
    assert isinstance(logged[1], Event)
    assert logged[1].dedup == pushed[0].dedup


def test_times_of_a_controllers_log() -> None:
    def at(text: str) -> object:
        (event,) = read_zkteco_access(f"transaction time_second={text}\tevent=0".encode(), "utf-8")
        assert isinstance(event, dict)
        return event["time"]

    assert at("841342502") == "2026-03-04 18:15:02"
    assert at("0") == "2000-01-01 00:00:00"
    assert at(str((1 * 31 + 30) * 86_400)) == str((1 * 31 + 30) * 86_400), "a 31st of February is no day"
    assert at("x") == "x"
    assert at("9" * 40) == "9" * 40


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))
def test_every_day_of_a_controllers_calendar_is_read(moment: datetime) -> None:
    days = ((moment.year - 2000) * 12 + moment.month - 1) * 31 + moment.day - 1
    seconds = days * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second
    (event,) = read_zkteco_access(f"time_second={seconds}\tevent=0".encode(), "utf-8")
    assert isinstance(event, dict)
    assert event["time"] == moment.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")


def test_door_states_bit_by_bit() -> None:
    def doors(sensor: str, alarm: str) -> dict[str, tuple[str | None, str]]:
        found = read_zkteco_state(f"time=t\tsensor={sensor}\talarm={alarm}".encode(), "utf-8")
        return {
            each["door"]: (each.get("open"), each["alarm"])
            for each in found
            if isinstance(each, dict) and "door" in each
        }

    assert doors("E4", "0" * 16) == {"2": ("false", "false"), "3": ("true", "false"), "4": (None, "false")}
    assert doors("0002", "00" * 7 + "01") == {"5": ("true", "false"), "8": (None, "true")}
    assert doors("00", "00") == {}
    (refused,) = read_zkteco_state(b"time=t\tsensor=zz", "utf-8")
    assert isinstance(refused, CodecRefused)


def test_lock_frames() -> None:
    assert read_lock_board(bytes.fromhex("8201030080"), "utf-8") == read_lock_board(
        b"82 01 03 00 80\r\n", "utf-8"
    )
    for payload in (b"820103008", bytes(3000)):
        with pytest.raises(CodecRefused):
            read_lock_board(payload, "utf-8")


@given(st.binary(max_size=100))
def test_any_frames_are_read_or_refused_one_by_one(payload: bytes) -> None:
    try:
        found = read_lock_board(payload, "utf-8")
    except CodecRefused as refusal:
        assert str(refusal) == "hexadecimal text with half a byte"  # noqa: PT017  the one reason for refusing all of it
    else:
        assert len(found) <= len(payload)


PLATE = {
    "AlarmInfoPlate": {
        "serialno": "cam",
        "result": {
            "PlateResult": {"license": "沪A12345", "timeStamp": {"Timeval": {"sec": 1772619302, "usec": 1}}}
        },
    }
}


@pytest.mark.parametrize("path", ["/devicemanagement/php/plateresult.php", "/in/lpr/cam"])
def test_no_answer_opens_a_barrier_that_the_site_did_not_ask_to_open(path: str) -> None:
    payload = msgspec.json.encode(PLATE)
    camera = Device(id="lane-1", profile="lpr-camera", ident="cam", tags=("lane",))
    opening = msgspec.structs.replace(camera, tags=("reply-opens",))
    for devices in ((), (camera,), (msgspec.structs.replace(opening, state="suspended"),)):
        answer = reply(path, payload, *devices)
        assert answer is not None
        assert msgspec.json.decode(answer.body)["Response_AlarmInfoPlate"]["info"] == "no"
    answer = reply(path, payload, opening)
    assert answer is not None
    assert msgspec.json.decode(answer.body)["Response_AlarmInfoPlate"]["info"] == "ok"


def test_no_answer_of_any_profile_says_ok_to_a_stranger() -> None:
    by = decoder()
    for sample in SAMPLES:
        if sample.adapter == "http":
            answer = by.reply(message(sample.topic, sample.payload, adapter="http"))
            assert answer is not None, sample.name
            assert b'"info":"ok"' not in answer.body


def test_a_plate_in_gbk_is_read() -> None:
    (event,) = push("/in/lpr/cam", msgspec.json.encode(PLATE).decode().encode("gbk"))
    assert isinstance(event, Event)
    assert event.data["plate"] == "沪A12345"


SECRETS = ("30021", "8165535", "481516", "13800000000", "张三", "SF1")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_nothing_personal_leaves_the_decoder(sample: Sample) -> None:
    """Numbers of persons and cards, names, phones and pick-up codes of the samples stand in no event."""
    results = decode(decoder(unknown=True), sample.topic, sample.payload, adapter=sample.adapter)
    events = [result for result in results if isinstance(result, Event)]
    said = msgspec.json.encode(
        [msgspec.structs.replace(event, received_at=datetime(2026, 1, 1, tzinfo=UTC)) for event in events]
    ).decode()
    assert not [
        secret for secret in SECRETS if f'"{secret}"' in said or f"{secret}|" in said or f"|{secret}" in said
    ]


@settings(max_examples=200)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_spoiled_push_is_decoded_or_quarantined(sample: Sample, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(sample.payload)))
    payload = (
        sample.payload[:cut]
        + data.draw(st.binary(max_size=8))
        + sample.payload[cut + data.draw(st.integers(0, 8)) :]
    )
    results = decode(decoder(unknown=True), sample.topic, payload, adapter=sample.adapter)
    assert results
    assert all(result.reason for result in results if isinstance(result, Quarantine))


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"eventType": "pickUp", "boxNo": "17"}, [{"event": "pick_up", "cell": "17"}]),
        (
            {"action": "Drop-Off", "cellNo": 3, "orderId": 9},
            [{"event": "drop_off", "cell": "3", "parcel": "9"}],
        ),
        (
            {"requestId": "r", "data": [{"event": "open", "cell": "1"}, {"event": "close", "cell": "1"}, 5]},
            [
                {"event": "open", "cell": "1", "request": "r"},
                {"event": "close", "cell": "1", "request": "r"},
            ],
        ),
        ({"msgId": "m", "ts": 5, "body": {"event": "x"}}, [{"event": "x", "request": "m", "time": "5"}]),
        ({"type": "order", "id": 7}, [{}]),
        ({"data": []}, [{}]),
    ],
)
def test_platforms_are_brought_to_one_set_of_words(payload: object, found: list[dict[str, str]]) -> None:
    ours = ("event", "cell", "parcel", "time", "request")
    read = read_locker_platform(msgspec.json.encode(payload), "utf-8")
    assert [{word: each[word] for word in ours if word in each} for each in read] == found
