"""MQTT packets: what is written reads back, in whatever pieces it comes, and nonsense is refused by name."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ingest import packets
from gateway.ingest.packets import MalformedError, Publish
from gateway.ingest.raw import HEAD_BYTES, Giant, raw_message, topic_text

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


def publish(topic: str, payload: bytes, packet: int, *, five: bool, properties: bytes = b"") -> bytes:
    """Return a PUBLISH as a broker sends it, with properties when it speaks MQTT 5."""
    plain = packets.publish_packet(packet, topic, payload, five=False)
    if not five:
        return plain
    found = packets.length_at(plain, 1)
    assert found is not None
    split_at = found[1] + 2 + len(topic.encode()) + 2
    body = plain[found[1] : split_at] + bytes([len(properties)]) + properties + payload
    return b"\x32" + packets._number(len(body)) + body


messages = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=40, alphabet=st.characters(blacklist_categories=("Cs",))),
        st.binary(max_size=400),
        st.integers(1, 65535),
    ),
    max_size=12,
)


@settings(deadline=None)  # the machine may be busy
@given(messages, st.booleans(), st.lists(st.integers(1, 50), min_size=1))
def test_a_stream_reads_the_same_in_whatever_pieces_it_comes(
    said: list[tuple[str, bytes, int]], five: bool, sizes: list[int]
) -> None:
    stream = b"".join(publish(t, p, n, five=five, properties=b"\x01\x01") for t, p, n in said)
    heard: list[tuple[str, bytes, int]] = []
    left, at, turn = b"", 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        data, at, turn = left + stream[at : at + size], at + size, turn + 1
        read = 0
        for first, start, end in packets.split(data):
            one = packets.read_publish(first, data, start, end, five=five)
            heard.append((topic_text(one.topic), one.payload, one.packet))
            read = end
        left = data[read:]
    assert left == b""
    assert heard == said


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_do_anything_but_read_or_be_refused(data: bytes, five: bool) -> None:
    readers: list[Callable[[], object]] = [
        lambda: [packets.read_publish(f, data, s, e, five=five) for f, s, e in packets.split(data)],
        lambda: packets.read_connack(data, five=five),
        lambda: packets.read_suback(data, five=five),
    ]
    for read in readers:
        with contextlib.suppress(MalformedError):  # every other exception fails the test
            read()


@pytest.mark.parametrize(
    ("first", "body"),
    [
        (0x34, b"\x00\x01a\x00\x01"),  # QoS 2 was never asked for
        (0x32, b"\x00\x01a\x00\x00"),  # packet id 0
        (0x32, b"\x00\x09a"),  # a topic longer than the packet
        (0x30, b"\x00\x00"),  # no topic
        (0x30, b""),
    ],
)
def test_a_publish_that_does_not_fit_is_refused(first: int, body: bytes) -> None:
    with pytest.raises(MalformedError):
        packets.read_publish(first, body, 0, len(body), five=False)


def test_connack_codes_of_both_versions_mean_the_same() -> None:
    assert packets.read_connack(b"\x01\x00", five=False) == packets.Connack(session_present=True, code=0)
    assert packets.read_connack(b"\x00\x05", five=False).code == 135
    assert packets.read_connack(b"\x00\x87\x00", five=True).code == 135
    assert packets.read_connack(b"\x00\x01", five=True).code == 132  # a 3.1.1 broker's answer to MQTT 5
    with_keepalive = b"\x01\x00\x08\x13\x00\x1e\x12\x00\x02ab"
    assert packets.read_connack(with_keepalive, five=True).keepalive_s == 30


def test_suback_tells_each_filter_apart() -> None:
    assert packets.read_suback(b"\x00\x07\x01\x80\x00", five=False) == (7, [True, False, True])
    assert packets.read_suback(b"\x00\x07\x00\x01\x87", five=True) == (7, [True, False])


def test_a_length_needs_at_most_four_bytes() -> None:
    assert packets.length_at(b"\xff\xff\xff\x7f", 0) == (268_435_455, 4)
    assert packets.length_at(b"\xff\xff", 0) is None
    with pytest.raises(MalformedError):
        packets.length_at(b"\xff\xff\xff\xff\x01", 0)


@settings(deadline=None)  # the machine may be busy
@given(st.binary(min_size=HEAD_BYTES, max_size=3 * HEAD_BYTES), st.booleans(), st.integers(1, 3000))
def test_a_giant_is_hashed_piece_by_piece_and_keeps_its_head(payload: bytes, five: bool, size: int) -> None:
    packet = publish("c/大", payload, 9, five=five, properties=b"\x01\x01")
    found = packets.length_at(packet, 1)
    assert found is not None
    giant = Giant(first=packet[0], size=found[0], five=five)
    stream, rest = packet[found[1] :] + b"next", b""
    for at in range(0, len(stream), size):
        rest += giant.feed(stream[at : at + size])
    raw = giant.finished(received_at=NOW, drained=False, limit_bytes=10)
    assert giant.complete
    assert rest == b"next"
    assert (raw.topic, raw.payload, giant.message.packet) == ("c/大", payload[:HEAD_BYTES], 9)
    assert raw.headers["oversize"] == str(len(payload))
    assert raw.headers["sha256"] == hashlib.sha256(payload).hexdigest()


def test_a_topic_that_is_no_utf_8_is_shown_escaped() -> None:
    message = Publish(topic=b"a/\xff", payload=b"x", qos=0, retained=False, packet=0)
    raw = raw_message(message, received_at=NOW, drained=True, limit_bytes=10)
    assert (raw.topic, raw.drained, raw.headers) == (r"a/\xff", True, {})
