"""A draft becomes a profile that loads and is proven by its sample, or says exactly what is wrong with it."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.document import parse_document
from devices.draft import KEYS, ROW_KEYS, as_written, write_profile
from devices.profile import load_profiles
from devices.yaml_text import yaml_text
from gateway.builtin import builtin_profiles

PAYLOAD = (
    '{"serial": "b1", "counter": 7, "time": "2026-03-04T18:15:02", "code": 1, "press": 2, "button": "red"}'
)
BELL = {
    "id": "bell",
    "name": {"zh": "门铃", "en": "Door bell"},
    "topic": "bell/{device}/event",
    "identity": {"from": "topic.device", "same": ["e.serial"]},
    "time": {"from": "e.time", "form": "iso"},
    "dedup": ["e.serial", "e.counter", "e.time"],
    "kinds": [
        {"field": "e.code", "equals": 1, "kind": "sos.button",
         "data": {"button": "e.button", "press": {"from": "e.press", "map": {"1": "short", "2": "long"}}}},
        {"field": "e.code", "equals": [8, 9], "ignore": {"code": "self_test", "reason": "nightly"}},
        {"when": "e.code == 2", "kind": "device.state", "states": {"battery": "e.counter"}},
    ],
    "samples": [{"name": "pressed", "topic": "bell/b1/event", "payload": PAYLOAD}],
}  # fmt: skip


def test_a_draft_becomes_a_profile_that_its_own_sample_proves():
    written = write_profile(BELL, revision=3)
    assert not written.problems
    assert written.profile is not None
    assert written.profile.ref == "bell@3"
    profiles, problems = load_profiles({"bell.yaml": written.text})
    assert not problems
    assert [each.ref for each in profiles] == ["bell@3"]
    (sample,) = parse_document(written.text, "bell.yaml").value["samples"]
    assert sample["expect"] == [
        {"event": "sos.button", "device": "b1", "at": "2026-03-04T10:15:02Z", "time_quality": "naive",
         "data": {"button": "red", "press": "long"}}
    ]  # fmt: skip
    broken = written.text.replace("press: long", "press: short")
    assert "expected" in load_profiles({"bell.yaml": broken})[1][0].message


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"topic": "bell/#"}, "topic", "neither a literal nor"),
        ({"id": "Bell"}, "id", "small letters"),
        ({"identity": "e.serail"}, "identity", "did you mean 'e.serial'"),
        ({"dedup": None}, "dedup", "'dedup' is missing"),
        ({"odd": 1}, "odd", "unknown key"),
        ({"samples": []}, "topic", "no sample has a topic that fits"),
        ({"time": {"from": "e.tmie"}}, "time.from", "did you mean 'e.time'"),
        (
            {"samples": [{"topic": "other/b1", "payload": PAYLOAD}]},
            "topic",
            "no sample has a topic that fits",
        ),
        (
            {"samples": [{"topic": "bell/b1/event", "payload": "{"}]},
            "samples[0].payload",
            "cannot be read as json",
        ),
        ({"kinds": [{"field": "e.cod", "equals": 1, "kind": "sos.button"}]}, "kinds[0].field", "e.code"),
        ({"kinds": [{"field": "e.code", "kind": "sos.button"}]}, "kinds[0]", "together"),
        ({"kinds": [{"kind": "sos.buton"}]}, "kinds[0].kind", "did you mean 'sos.button'"),
        ({"kinds": [{"kind": "sos.button", "data": {"presss": "e.press"}}]}, "kinds[0].data.presss", "press"),
        (
            {"kinds": [{"field": "e.code", "equals": 5, "kind": "sos.button"}]},
            "samples[0]",
            "nothing is read of it",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place_in_the_draft(changes, path, words):
    written = write_profile({**BELL, **changes})
    assert written.profile is None
    found = {each.path: each.message for each in written.problems}
    assert path in found, found
    assert words in found[path]


def test_without_a_sample_that_is_said_and_not_of_every_field():
    (only,) = write_profile({**BELL, "samples": []}).problems
    assert "no sample has a topic that fits" in only.message


def test_states_alone_are_a_report_of_how_things_stand():
    rows = [{"field": "e.code", "equals": 1, "states": {"battery": "e.counter"}}]
    written = write_profile({**BELL, "kinds": rows})
    assert not written.problems
    (sample,) = parse_document(written.text, "bell.yaml").value["samples"]
    assert sample["expect"][0]["state"] == {"battery": 7}


def test_everything_that_is_wrong_is_told_at_once():
    rows = [
        {"kind": "sos.buton"},
        {"when": "e.code ==", "kind": "sos.button"},
        {"kind": "sos.button", "data": {"x": "e.y"}},
    ]
    written = write_profile({**BELL, "kinds": rows, "identity": "nobody"})
    assert {each.path for each in written.problems} == {
        "kinds[0].kind",
        "kinds[1].when",
        "kinds[2].data.x",
        "identity",
    }


def test_a_clash_with_a_profile_that_is_there_says_so():
    known, _ = load_profiles(builtin_profiles())
    (named,) = write_profile({**BELL, "id": "frigate"}, known=known).problems
    assert "'frigate' is already in devices/profiles/frigate.yaml" in named.message
    assert named.path == "id"
    taken = {**BELL, "id": "bell2"}
    other = write_profile(BELL).profile
    assert other is not None
    (same,) = write_profile(taken, known=[msgspec.structs.replace(other, file="profile:bell")]).problems
    assert "reads the same topics" in same.message


def test_a_payload_is_written_out_unless_something_of_it_would_be_lost():
    assert as_written('{"a": [1, "0207"]}') == {"a": [1, "0207"]}
    for text in (
        '{"a": 1',
        "online",
        '"x"',
        '{"a": 123456789012345678901234567890}',
        "[" * 30 + "]" * 30,
        "{}",
    ):
        assert as_written(text) == text


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
paths = st.sampled_from(["e.code", "e.serial", "e.press", "topic.device", "e.x", "", "e..", "no path"])
rows = st.dictionaries(
    st.sampled_from(ROW_KEYS),
    values | paths | st.sampled_from(["sos.button", "access.denied"]) | st.dictionaries(st.sampled_from(["press", "button", "battery"]), values | paths, max_size=2),
    max_size=4,
)  # fmt: skip
drafts = st.dictionaries(st.sampled_from(KEYS), values | paths | st.lists(rows, max_size=3), max_size=5).map(
    lambda changes: {**BELL, **changes}
)


@settings(max_examples=150, deadline=None)
@given(draft=drafts | values)
def test_any_draft_becomes_yaml_or_precise_problems(draft):
    written = write_profile(draft)
    assert (written.profile is None) == bool(written.problems)
    if written.profile is not None:
        assert not load_profiles({"x.yaml": written.text})[1]
    for each in written.problems:
        assert each.path
        assert each.message


@settings(max_examples=150, deadline=None)
@given(payload=st.dictionaries(st.text(max_size=8), values, max_size=4) | values)
def test_any_payload_can_be_the_sample_of_a_draft(payload):
    try:
        text = msgspec.json.encode(payload).decode()
    except UnicodeEncodeError:  # half a character is no payload
        return
    rows = [{"kind": "device.heartbeat"}]
    sample = {"topic": "x/y", "payload": text}
    plain = {"id": "xx", "name": "x", "topic": "x/{d}", "identity": "topic.d", "dedup": "none", "kinds": rows}
    written = write_profile({**plain, "payload": "any", "samples": [sample]})
    if written.profile is None:
        assert written.problems
        return
    assert not load_profiles({"x.yaml": yaml_text(parse_document(written.text, "x").value)})[1]
