"""The payload formats, and the door they come through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codec import CODECS, CodecRefused, codec
from devices.codecs.json import read_json
from devices.codecs.onvif import read_onvif
from devices.codecs.text import read_any, read_text


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match=r"codec 'json' is both devices\.codecs\.json and "):
        codec("json")(read_text)
    assert CODECS["json"] is read_json


def test_json_in_gbk_is_read_only_where_the_profile_says_so() -> None:
    payload = '{"name":"南门"}'.encode("gbk")
    assert read_json(payload, "gbk") == [{"name": "南门"}]
    with pytest.raises(CodecRefused, match="encoding: gbk"):
        read_json(payload, "utf-8")
    assert read_json('{"name":"南门"}'.encode(), "gbk") == [{"name": "南门"}], "UTF-8 first"
    with pytest.raises(CodecRefused, match="neither"):
        read_json(b'{"a":"\xff\xff"}', "gbk")


def test_json_keeps_integers_and_a_byte_order_mark_does_no_harm() -> None:
    assert read_json(b'\xef\xbb\xbf{"n":1234567890123456789012345}', "utf-8") == [
        {"n": 1234567890123456789012345}
    ]


def test_a_list_is_several_messages() -> None:
    assert read_json(b'[{"a":1},{"a":2}]', "utf-8") == [{"a": 1}, {"a": 2}]
    for payload in (b"[]", b"[1]", b'"x"', b"null", b"3"):
        with pytest.raises(CodecRefused, match="where an object is expected"):
            read_json(payload, "utf-8")


def test_words() -> None:
    assert read_text(b" online\n", "utf-8") == [{"text": "online"}]
    assert read_any(b'"online"', "utf-8") == [{"text": "online"}]
    assert read_any(b' {"state":"online"}', "utf-8") == [{"state": "online"}]
    assert read_text("离线".encode("gbk"), "gbk") == [{"text": "离线"}]
    with pytest.raises(CodecRefused):
        read_text(b"\xff\xff", "utf-8")


NOTIFICATION = (
    '<a:NotificationMessage xmlns:a="x"><a:Topic>tns1:Device/tnsaxis:IO/Port</a:Topic><a:Message>'
    '<t:Message xmlns:t="y" UtcTime="2026-03-04T10:15:02Z" PropertyOperation="Changed">'
    '<t:Source><t:SimpleItem Name="port" Value="1"/></t:Source><t:Data><t:SimpleItem Name="state" Value="0"/></t:Data>'
    "</t:Message></a:Message></a:NotificationMessage>"
)


def test_several_notifications_with_any_prefix() -> None:
    found = read_onvif(
        f"<s>{NOTIFICATION}{NOTIFICATION.replace('a:', 'b:').replace(':a=', ':b=')}</s>".encode(), "utf-8"
    )
    assert len(found) == 2
    assert found[0] == found[1]
    assert found[0]["Topic"] == "Device/IO/Port"
    assert found[0]["From"] == "port=1"
    assert found[0]["Data"] == {"state": "0"}


@pytest.mark.parametrize(
    "payload",
    [
        b"<x",
        b"<!DOCTYPE x><x/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b"<x>" * 50 + b"</x>" * 50,
        b'<?xml version="1.0" encoding="nonsense"?><x/>',
        b"<x>&undefined;</x>",
        b'<s><Message UtcTime="x"><Data>'
        + b'<SimpleItem Name="a" Value="b"/>' * 2500
        + b"</Data></Message></s>",
        b'{"topic":"x","message":5}',
        b'{"topic":"x"}',
    ],
)
def test_hostile_notifications_are_refused(payload: bytes) -> None:
    with pytest.raises(CodecRefused):
        read_onvif(payload, "utf-8")


def reads_or_refuses(name: str, payload: bytes, encoding: str) -> bool:
    try:
        documents = CODECS[name](payload, encoding)
    except CodecRefused as refusal:
        return is_reasoned(refusal)
    return all(
        is_reasoned(document) if isinstance(document, CodecRefused) else isinstance(document, dict)
        for document in documents
    )


def is_reasoned(refusal: CodecRefused) -> bool:
    return refusal.code in {"malformed", "too_large", "too_deep"} and bool(str(refusal))


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=300), st.sampled_from(["utf-8", "gbk", "gb18030"]))
def test_a_codec_reads_or_refuses(name: str, payload: bytes, encoding: str) -> None:
    assert reads_or_refuses(name, payload, encoding)


@given(st.text(alphabet="<>/=\"' abN:&;!", max_size=60))
def test_markup_of_any_kind_is_read_or_refused(text: str) -> None:
    assert reads_or_refuses("onvif", f"<{text}".encode(), "utf-8")
