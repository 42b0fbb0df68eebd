"""Captured files: how many messages they hold, and what the capture itself says about each."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.captured import Captured, messages_of
from gateway.interop.dc09 import framed

NOW = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)


def read(data: bytes | str) -> list[Captured]:
    return messages_of(data.encode() if isinstance(data, str) else data, now=NOW)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Online",
        b"\x17\x20\x00",
        b'{"a":1}',
        b'[{"a":1},{"a":2}]',
        b"<a/>",
        b"1\t2026-03-04 18:15:02\t0\n",
        b"{broken",
    ],
)
def test_one_message_stays_as_it_is(data: bytes) -> None:
    assert read(data) == [Captured(payload=data)]


def test_pretty_json_is_one_message() -> None:
    (found,) = read('{\n  "a": 1,\n  "b": {"c": 12345678901234567890123}\n}\n')
    assert found.payload == b'{\n  "a": 1,\n  "b": {"c": 12345678901234567890123}\n}'


def test_json_lines_and_values_behind_each_other_are_several() -> None:
    for text in ('{"a":1}\n{"a":2}\n', '{"a":1}{"a":2}', '{"a":1}\r\n\r\n{"a":2}', '{"a":1},\n{"a":2}'):
        assert [each.payload for each in read(text)] == [b'{"a":1}', b'{"a":2}']


def test_a_broken_line_costs_only_itself() -> None:
    assert [each.payload for each in read('{"a":1}\n{"a":\n{"a":3}')] == [b'{"a":1}', b'{"a":', b'{"a":3}']


def test_what_mosquitto_sub_writes_brings_its_topics() -> None:
    assert read('zigbee2mqtt/door-1 {"contact": false}\ntele/lobby/LWT Offline') == [
        Captured(topic="zigbee2mqtt/door-1", payload=b'{"contact": false}'),
        Captured(topic="tele/lobby/LWT", payload=b"Offline"),
    ]
    record = {"tst": "2026-03-04T18:15:02", "topic": "a/b", "qos": 1, "retain": 1, "payload": {"x": 1}}
    (found,) = read(json.dumps(record))
    assert (found.topic, found.payload, found.retained) == ("a/b", b'{"x":1}', True)
    assert [
        each.topic for each in read(json.dumps([record, {**record, "topic": "c/d", "payload": "on"}]))
    ] == ["a/b", "c/d"]


def test_a_request_brings_its_path_and_headers() -> None:
    (found,) = read(
        b"POST /iclock/cdata?SN=A1&table=ATTLOG HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcdef"
    )
    assert (found.path, found.payload, found.headers["host"]) == (
        "/iclock/cdata?SN=A1&table=ATTLOG",
        b"abc",
        "x",
    )
    (body,) = read(b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x--")
    assert (body.path, body.payload) == (None, b"--x--")
    (chunks,) = read(
        b"PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"
    )
    assert chunks.payload == b"abcde"


def test_several_xml_documents_are_several_messages() -> None:
    assert [each.payload for each in read(b"<?xml version='1.0'?><a/>\n<?xml version='1.0'?><b/>")] == [
        b"<?xml version='1.0'?><a/>\n",
        b"<?xml version='1.0'?><b/>",
    ]


def test_the_wrapping_of_a_collection_is_taken_off() -> None:
    (frame,) = read('{"packet_hex": "1720", "expected_fields": {}}')
    (uplink,) = read('{"fPort": 85, "payload_hex": "ff2e01", "decoded": {"button": "short"}}')
    assert (frame.payload, uplink.payload) == (b"\x17\x20", b'{"fPort":85,"object":{"button":"short"}}')
    assert frame.remarks
    assert uplink.remarks


def test_a_panels_frame_is_taken_apart() -> None:
    good = framed('"SIA-DCS"0001L0#AAA[#AAA|Nri1/WA000]').strip()
    (found,) = read(good)
    assert found.path == "panel/AAA"
    assert json.loads(found.payload)["event"] == "154"
    (damaged,) = read(b"0000" + good[4:])
    assert "CRC" in damaged.remarks[0]
    assert damaged.payload == found.payload
    (sealed,) = read(framed('"*SIA-DCS"0001L0#AAA[00FF').strip())
    assert "encrypted" in str(sealed.refused)


@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_any_file_holds_at_least_one_message(data: bytes) -> None:
    assert read(data)


@given(
    st.sampled_from(
        [
            b"POST /a HTTP/1.1\r\n",
            b"Content-Type: x\r\n\r\n",
            b'0000001F"SIA-DCS"',
            b"{",
            b"[[",
            b"a/b ",
            b"<?xml",
        ]
    ),
    st.binary(max_size=100),
)
def test_half_of_something_known_is_still_a_message(start: bytes, rest: bytes) -> None:
    assert read(start + rest)


def test_xml_documents_of_one_kind_need_no_declaration() -> None:
    found = read("<Alert a='1'><x>1</x></Alert>\n<Alert><x>2</x></Alert>\n")
    assert [each.payload for each in found] == [
        b"<Alert a='1'><x>1</x></Alert>",
        b"\n<Alert><x>2</x></Alert>",
    ]
    nested = "<Alert><Alert>1</Alert><Alert>2</Alert></Alert>"
    assert [each.payload for each in read(nested)] == [nested.encode()]
    assert [each.payload for each in read("<a>1</a><a>2</a><a>3")] == [b"<a>1</a>", b"<a>2</a>", b"<a>3"]


def test_a_file_that_is_packed_or_of_two_byte_letters_is_read_and_says_so() -> None:
    text = '{"plate": "沪A12345"}'
    (packed,) = read(gzip.compress(text.encode()))
    assert (packed.payload.decode(), packed.remarks) == (text, ("packed with gzip",))
    for data in (text.encode("utf-16"), b"\xfe\xff" + text.encode("utf-16-be")):
        (found,) = read(data)
        assert (found.payload.decode(), found.remarks) == (text, ("stored as UTF-16",))
    cut = gzip.compress(text.encode())[:-4]
    assert read(cut) == [Captured(payload=cut)]
    bomb = gzip.compress(b"0" * 70_000_000)
    assert read(bomb) == [Captured(payload=bomb)]
