"""What profiles of pushing devices can say: queries, lines, pictures, answers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from devices.event import Blob, Decoded, Event, Ignored, Quarantine
from devices.form import Profile
from devices.profile import load_profiles
from devices.registry import Device
from devices.reply import Reply, split_body
from tests.devices.estate import decode, decoder, message
from tests.devices.test_codecs_http import JPEG, PICTURE, REPORT, multipart

CLOCK = """
profile: clock@1
name: {zh: 考勤机, en: Clock}
identity: query.SN
payload: lines
lines: {split: tab, columns: [pin, time, status], least: 2}
time: {from: e.time, required: true}
dedup: [e.pin, e.time]
messages:
  - match: {path: '/in/{call}', where: query.table == "LOG" && topic.call == "data"}
    optional: [e.status]
    fields: {subject.person: e.pin}
    reply: {body: OK}
    kinds:
      - {when: e.status == "9", kind: access.duress}
      - {kind: access.granted}
  - match: {path: '/in/{call}', where: topic.call == "ask"}
    payload: text
    time: none
    dedup: none
    reply:
      - {tag: reply-opens, body: {open: true}}
      - {status: 202, body: 'from {query.SN} at {topic.call}'}
    kinds: [{kind: device.heartbeat}]
samples:
  - {name: a line, path: '/in/data?SN=c1&table=LOG', payload: "7\\t2026-03-04 18:15:02\\t0", expect: [{event: access.granted, device: c1, subject: [person]}]}
  - {name: a question, path: '/in/ask?SN=c1', payload: '', expect: [{event: device.heartbeat}]}
"""


def profiles(text: str) -> tuple[Profile, ...]:
    found, problems = load_profiles({"x.yaml": text})
    assert not problems, "\n".join(map(str, problems))
    return tuple(found)


def problems_of(text: str) -> str:
    return "\n".join(map(str, load_profiles({"x.yaml": text})[1]))


def push(path: str, payload: Any, *devices: Device, text: str = CLOCK, **more: Any) -> list[Decoded]:
    by = decoder(*devices, unknown=not devices, profiles=profiles(text))
    return decode(by, path, payload, adapter="http", **more)


def test_good_lines_pass_and_bad_ones_are_kept_with_their_reason() -> None:
    body = "7\t2026-03-04 18:15:02\t0\nnot a line\n8\tnot-a-date\t0\n9\t2026-03-04 18:15:02\t9\n"
    first, broken, timeless, last = push("/in/data?SN=c1&table=LOG&Stamp=9", body)
    assert isinstance(first, Event)
    assert (first.kind, first.dedup, first.source.topic) == (
        "access.granted",
        "7|2026-03-04 18:15:02",
        "/in/data",
    )
    assert isinstance(broken, Quarantine)
    assert broken.reason == "line 2: 1 columns where at least 2 are expected: 'not a line'"
    assert isinstance(timeless, Quarantine)
    assert (timeless.code, timeless.device) == ("malformed", "c1")
    assert "not-a-date" in timeless.reason
    assert isinstance(last, Event)
    assert last.kind == "access.duress"


def test_a_line_that_comes_again_in_another_body_has_the_same_key() -> None:
    line = "9\t2026-03-04 18:15:02\t0"
    (alone,) = push("/in/data?SN=c1&table=LOG", line)
    among = push("/in/data?SN=c1&table=LOG", f"7\t2026-03-04 18:15:02\t0\n{line}")
    assert isinstance(alone, Event)
    assert isinstance(among[1], Event)
    assert alone.dedup == among[1].dedup


@pytest.mark.parametrize("path", ["/in/data", "/in/data?table=LOG", "/in/data?SN=&table=LOG"])
def test_who_does_not_say_who_it_is_is_not_believed(path: str) -> None:
    (result,) = push(path, "7\t2026-03-04 18:15:02")
    assert isinstance(result, Quarantine)


def test_a_query_that_cannot_be_read_is_quarantined() -> None:
    (result,) = push("/in/data?SN=%FF&table=LOG", "7\t2026-03-04 18:15:02")
    assert isinstance(result, Quarantine)
    assert result.code == "malformed"


def reply(path: str, *devices: Device, payload: bytes = b"", text: str = CLOCK) -> Reply | None:
    return decoder(*devices, profiles=profiles(text)).reply(message(path, payload, adapter="http"))


def test_the_answer_is_a_constant_that_does_not_look_at_what_was_said() -> None:
    for payload in (b"", b"junk", b"\xff" * 300_000, b"7\t2026-03-04 18:15:02"):
        assert reply("/in/data?SN=c1&table=LOG", payload=payload) == Reply(body=b"OK")
    assert reply("/in/ask?SN=c1") == Reply(status=202, body=b"from c1 at ask")
    assert reply("/in/data?SN=c1") is None, "no form is meant for it"
    assert reply("/elsewhere") is None


@pytest.mark.parametrize("sn", ["", "a b", "%0d%0aX: y", "{query.SN}", "%3Cscript%3E", "x" * 65, "%FF"])
def test_only_a_plain_word_of_the_address_is_repeated(sn: str) -> None:
    assert reply(f"/in/ask?SN={sn}") == Reply(status=202, body=b"from  at ask")


def test_another_answer_needs_a_tag_that_the_site_gave() -> None:
    opens = Device(id="gate", profile="clock", ident="c1", tags=("reply-opens",))
    assert reply("/in/ask?SN=c1", opens) == Reply(type="application/json", body=b'{"open":true}')
    plain = msgspec.structs.replace(opens, tags=("other",))
    suspended = msgspec.structs.replace(opens, state="suspended")
    for other in ((), (plain,), (suspended,), (msgspec.structs.replace(opens, ident="c2"),)):
        found = reply("/in/ask?SN=c1", *other)
        assert found is not None
        assert b"open" not in found.body


def test_the_tool_that_makes_devices_up_never_gives_them_the_other_answer() -> None:
    found = decoder(unknown=True, profiles=profiles(CLOCK)).reply(
        message("/in/ask?SN=c1", b"", adapter="http")
    )
    assert found is not None
    assert b"open" not in found.body


def test_an_answer_keeps_its_own_brackets() -> None:
    assert split_body('{"a": "{query.SN}", "b": {}}') == ('{"a": "', ("query", "SN"), '", "b": {}}')


CAMERA = """
profile: camera-x@1
name: {zh: 相机, en: Camera}
match: {path: /in/camera}
payload: push
limit: 2097152
identity: e.a
time: none
dedup: none
evidence: [e.pictures, {from: e.small, mime: image/png}]
optional: [e.small, e.ok]
kinds: [{when: e.ok == "true", kind: camera.motion}, {state: {motion: true}}]
samples:
  - {name: plain, path: /in/camera, payload: {a: 5, ok: true, pictures: []}, expect: [{event: camera.motion, device: '5', evidence: 0}]}
"""


def test_pictures_stand_before_the_event_that_names_them() -> None:
    other = JPEG + b"2"
    blob, more, event = push(
        "/in/camera", multipart(REPORT, PICTURE, (PICTURE[0], JPEG), (PICTURE[0], other)), text=CAMERA
    )
    assert isinstance(blob, Blob)
    assert isinstance(more, Blob)
    assert isinstance(event, Event)
    assert [piece.sha256 for piece in event.evidence] == [blob.sha256, more.sha256]
    assert (blob.data, blob.mime, event.evidence[0].size) == (JPEG, "image/jpeg", len(JPEG))
    assert b"pictures" not in msgspec.json.encode(event)


def test_a_picture_in_base64_and_one_that_is_none() -> None:
    blob, event = push("/in/camera", {"a": 1, "small": "data:image/png;base64,/9j/\n4AA="}, text=CAMERA)
    assert isinstance(blob, Blob)
    assert isinstance(event, Event)
    assert blob.mime == "image/jpeg", "its first bytes say what it is"
    assert event.flags == ("unlisted",)
    (lost,) = push("/in/camera", {"a": 1, "small": "%%%"}, text=CAMERA)
    assert isinstance(lost, Event)
    assert lost.flags == ("unlisted", "dropped_evidence:1")


def test_a_list_of_one_in_xml() -> None:
    text = """
profile: plates-x@1
name: {zh: 车牌, en: Plates}
match: {path: '/in/plates/{device}'}
payload: xml
identity: topic.device
each: {from: e.Plate, one: true}
time: {from: e.item.at, form: compact}
dedup: [e.item.picName]
fields: {data.plate: e.item.plate}
kinds: [{kind: vehicle.plate}]
samples:
  - name: two
    path: /in/plates/c1
    payload: '<Plates><Plate><at>20260304T1815020000</at><plate>A1</plate><picName>2026030418150289540087321</picName></Plate><Plate><at>20260304181502</at><plate>A2</plate><picName>9</picName></Plate></Plates>'
    expect:
      - {event: vehicle.plate, at: '2026-03-04T10:15:02Z', time_quality: naive, dedup: '2026030418150289540087321', data: {plate: A1}}
      - {event: vehicle.plate, at: '2026-03-04T10:15:02Z', dedup: '9', data: {plate: A2}}
"""
    one = "<Plates><Plate><at>20260304T1815020000</at><plate>A2</plate><picName>9</picName></Plate></Plates>"
    (event,) = push("/in/plates/c1", one, text=text)
    assert isinstance(event, Event)
    assert event.dedup == "9", "where it stands in the list does not count"
    (nothing,) = push("/in/plates/c1", "<Plates/>", text=text)
    assert isinstance(nothing, Ignored)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lines: {split: tab,", "lines: {split: tabs,", "'tabs' is none of"),
        ("least: 2", "least: 7", "at least"),
        ("columns: [pin, time, status], least: 2", "least: 0", "expected either 'columns'"),
        (
            "    payload: text\n",
            "    payload: text\n    lines: {split: tab, columns: [a]}\n",
            "which this form does not have",
        ),
        ("{body: OK}", "{body: OK, status: 99}", "an HTTP status"),
        ("{body: OK}", "{body: OK, type: plain}", "no content type"),
        ("{body: OK}", "{body: '{topic.cal}'}", "no level named 'cal'"),
        ("{body: OK}", "[{tag: a, body: OK}]", "one reply without 'tag'"),
        ("{body: OK}", "{bdy: OK}", "did you mean 'body'"),
        ('query.table == "LOG"', 'query.tabel == "LOG"', "did you mean 'query.table'"),
        ("identity: query.SN", "identity: query.NS", "unknown field 'query.NS'"),
        ("    fields:", "    evidence: {form: e.x}\n    fields:", "unknown key 'form'; did you mean 'from'?"),
        (
            "    fields:",
            "    evidence: {from: e.time, mime: image/gif}\n    fields:",
            "'image/gif' is none of",
        ),
    ],
)
def test_a_slip_of_the_pen_is_found(old: str, new: str, said: str) -> None:
    assert old in CLOCK
    assert said in problems_of(CLOCK.replace(old, new))


def test_a_device_on_mqtt_is_not_answered() -> None:
    text = CAMERA.replace("path: /in/camera", "topic: in/camera") + ""
    assert "only a form with 'path' (HTTP) has a reply" in problems_of(text + "reply: {body: OK}\n")


KEYED = CLOCK.replace("dedup: [e.pin, e.time]", "dedup: {keyed: [e.pin, [e.missing, e.time]]}").replace(
    "optional: [e.status]", "optional: [e.status, e.missing]"
)


def test_a_key_that_names_a_person_is_kept_as_a_reference() -> None:
    def key(line: str) -> str | None:
        (event,) = push("/in/data?SN=c1&table=LOG", line, text=KEYED)
        assert isinstance(event, Event)
        return event.dedup

    first = key("7\t2026-03-04 18:15:02\t0")
    assert first is not None
    assert first.startswith("k:")
    assert "7|" not in first
    assert first == key("7\t2026-03-04 18:15:02\t1")
    assert first != key("8\t2026-03-04 18:15:02\t0")
    assert "'keyed'" in problems_of(CLOCK.replace("[e.pin, e.time]", "{kyed: [e.pin]}"))


def test_a_word_that_a_map_turns_into_null_says_nothing() -> None:
    text = CLOCK.replace(
        "{subject.person: e.pin}",
        "{subject.person: e.pin, data.dir: {from: e.status, map: {0: in, 3: null}}}",
    )

    def said(status: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        (event,) = push("/in/data?SN=c1&table=LOG", f"7\t2026-03-04 18:15:02\t{status}", text=text)
        assert isinstance(event, Event)
        return event.data, event.flags

    assert said("0") == ({"dir": "in"}, ("unlisted",))
    assert said("3") == ({}, ("unlisted",))
    assert said("4") == ({}, ("unlisted", "field:data.dir"))


def test_a_greeting_that_says_what_is_wanted_asks_for_nothing_personal() -> None:
    by = decoder()
    for query in ("SN=A1&options=all", "SN=A1&options=all&DeviceType=acc"):
        found = by.reply(message(f"/iclock/cdata?{query}", b"", adapter="http", headers={"method": "GET"}))
        assert found is not None
        words = found.body.decode()
        # OpLog are the terminal's alarms and menus, not its staff.
        assert "TransFlag=TransData AttLog OpLog\n" in words or "TransTables=Transaction\n" in words
        assert not [word for word in ("User", "FP", "FACE", "Photo ", "Pic") if word in words]
