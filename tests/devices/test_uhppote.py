"""UHPPOTE: frames that are half, strange or old, and messages of uhppoted-mqtt that are no events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codec import CodecRefused
from devices.codecs.uhppote import read_uhppote

CARD = bytes.fromhex(
    "17200000 78372a18 46000000 02010301 9f987c00 20260304 1815022c 01000001"
    "01000101 03181502 7b000000 00000000 270a0526 03040000 00000000 00000000"
)


def frame(**at: int) -> bytes:
    changed = bytearray(CARD)
    for place, value in at.items():
        changed[int(place[1:])] = value
    return bytes(changed)


def test_a_frame_sent_for_an_event_is_one() -> None:
    (event,) = read_uhppote(CARD, "utf-8")
    assert event["what"] == "event"
    assert (event["device"], event["index"], event["card"], event["door"]) == ("405419896", 70, 8165535, 3)
    assert event["time"] == "2026-03-04 18:15:02"
    assert event["open"] is False


def test_a_frame_that_repeats_an_old_event_is_a_status() -> None:
    (status,) = read_uhppote(frame(_38=0x40), "utf-8")  # the board's clock is 25 minutes past the event
    assert status["what"] == "status"
    assert status["doors"] == {"1": True, "2": False, "3": False, "4": True}
    assert "card" not in status


@pytest.mark.parametrize(("place", "value"), [("_20", 0xFF), ("_21", 0), ("_22", 0x13)])
def test_a_time_that_is_none_is_left_out(place: str, value: int) -> None:
    (record,) = read_uhppote(frame(_1=0xB0, **{place: value}), "utf-8")
    assert "time" not in record or place == "_21"
    assert record["key"].startswith("70|")


def test_another_function_is_refused_by_its_number() -> None:
    with pytest.raises(CodecRefused, match="0x32"):
        read_uhppote(frame(_1=0x32), "utf-8")


@pytest.mark.parametrize(
    "payload", [b"", b"17", b"17200000", b"[]", b'"x"', b"{}", b'{"message":{"reply":1}}', b'{"message":3}']
)
def test_what_is_neither_is_refused(payload: bytes) -> None:
    with pytest.raises(CodecRefused):
        read_uhppote(payload, "utf-8")


def test_several_stored_events_are_read_one_by_one() -> None:
    records = b'{"message":{"reply":{"response":{"device-id":1,"events":[{"event-id":4},{"event-id":5},7]}}}}'
    assert [record["index"] for record in read_uhppote(records, "utf-8")] == [4, 5]


@given(st.binary(min_size=62, max_size=62))
def test_any_frame_is_read_or_refused(rest: bytes) -> None:
    for start in (b"\x17\x20", b"\x17\xb0"):
        (document,) = read_uhppote(start + rest, "utf-8")
        assert document["what"] in ("event", "record", "status")
