"""Every field of a message is listed, and what it may mean is guessed for whoever points at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devices.event import RawMessage
from devices.seen import MOST, look

NOW = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)
ZONE = timezone(timedelta(hours=8))


def seen(payload: object, topic: str = "site/bell-07/event", **more):
    raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    return look(RawMessage(topic=topic, payload=raw, received_at=NOW, **more), zone=ZONE)


def meanings(found) -> dict[str, list[str]]:
    return {each.path: [meant.what for meant in each.meant] for each in found.fields if each.meant}


def test_fields_have_path_type_example_and_guesses():
    found = seen(
        {"sn": "bell-07", "ts": 1772619302, "level": "warning", "alarm": {"code": 181, "list": [{"a": 1}]},
         "battery": 88, "cardNo": "0012345", "seq": 9, "note": "x" * 300, "a.b": 1}
    )  # fmt: skip
    by_path = {each.path: each for each in found.fields}
    assert found.payload == "json"
    assert found.levels == ("site", "bell-07", "event")
    said = meanings(found)
    assert said["e.sn"] == ["identity"]
    assert by_path["e.sn"].meant[0].sure
    assert (said["e.ts"], by_path["e.ts"].meant[0].word) == (["time"], "auto")
    assert "level" in said["e.level"]
    assert said["e.alarm.code"] == ["code"]
    assert said["e.alarm.list"] == ["elements"]
    assert by_path["e.alarm.list.0.a"].example == 1
    assert by_path["e.battery"].meant[-1].word == "battery"
    assert "person" in said["e.cardNo"]
    assert "counter" in said["e.seq"]
    assert len(by_path["e.note"].example) == 200
    assert not by_path["e.a.b"].usable


def test_a_time_is_known_by_its_value_in_every_form():
    found = seen(
        {"a": "2026-03-04 18:15:02", "b": "20260304181502", "time": 1772619302000, "c": 1772619302, "d": 3}
    )
    said = {each.path: [(meant.what, meant.word) for meant in each.meant] for each in found.fields}
    assert said["e.a"] == [("time", "auto")]
    assert said["e.b"] == [("time", "compact")]
    assert said["e.time"] == [("time", "auto")]
    assert said["e.c"] == said["e.d"] == []


def test_other_formats_are_looked_into_too():
    http = seen(b"<EventNotificationAlert><macAddress>44:19:b6:00:00:01</macAddress></EventNotificationAlert>",
                topic="/push?SN=7", adapter="http", headers={"content-type": "application/xml"})  # fmt: skip
    paths = [each.path for each in http.fields]
    assert "query.SN" in paths
    assert any(path.endswith("macAddress") for path in paths)
    assert [each.path for each in seen(b"online").fields] == ["e.text"]
    assert seen(b"\xff\xfe").refused


def test_a_large_message_is_listed_as_far_as_one_can_look():
    found = seen({f"k{number}": number for number in range(MOST + 7)})
    assert (len(found.fields), found.more) == (MOST, 7)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(payload=st.dictionaries(st.text(max_size=8), values, max_size=5))
def test_any_json_payload_is_listed(payload):
    try:
        raw = msgspec.json.encode(payload)
    except (UnicodeEncodeError, OverflowError):
        return
    found = seen(raw)
    if not found.refused and found.payload == "json":
        assert len(found.fields) >= len({str(key) for key in payload})


@settings(max_examples=200, deadline=None)
@example(raw=b"{}", adapter="mqtt", topic="")
@given(raw=st.binary(max_size=200), adapter=st.sampled_from(["mqtt", "http"]), topic=st.text(max_size=30))
def test_any_bytes_are_looked_at(raw, adapter, topic):
    found = seen(raw, topic=topic, adapter=adapter)
    assert found.fields or found.refused
