"""Profiles load only when they are right in every part, and say precisely where they are not."""

from __future__ import annotations

import pytest
import yaml

from devices.profile import load_profiles
from tests.devices.estate import builtin, profile_texts

GOOD = """
profile: bell@1
name: {zh: 门铃, en: Door bell}
identity: topic.device
time: {from: e.ts, form: epoch_s}
dedup: [e.n, e.ts]
match: {topic: 'bell/{device}/event'}
kinds:
  - {when: e.subEventType == 1, kind: sos.button, fields: {data.press: {from: e.press, map: {1: short, 2: long}}}}
  - {when: e.subEventType == 2, ignore: {code: ring, reason: only a ring}}
samples:
  - name: pressed
    topic: bell/b1/event
    payload: {subEventType: 1, press: 2, n: 7, ts: 1772619302}
    expect: [{event: sos.button, device: b1, data: {press: long}, dedup: 7|1772619302}]
"""


def problems_of(text: str, **others: str) -> list[str]:
    found = load_profiles({"x.yaml": text, **others})[1]
    return [str(problem) for problem in found]


def test_the_built_in_profiles_load_and_pass_their_samples() -> None:
    names = {profile.id for profile in builtin()}
    assert names >= {
        "own",
        "frigate",
        "zigbee2mqtt",
        "tasmota",
        "shelly2",
        "onvif",
        "axis",
        "chirpstack",
        "gate",
        "locker",
    }
    assert all(len(profile.samples) >= len(profile.forms) for profile in builtin())


def test_a_good_profile_loads() -> None:
    profiles, problems = load_profiles({"x.yaml": GOOD})
    assert [profile.ref for profile in profiles] == ["bell@1"], problems


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("e.subEventType == 1", "e.subEvntType == 1", "x.yaml:9: kinds[0].when: unknown field 'e.subEvntType'; did you mean 'e.subEventType'?"),
        ("from: e.press,", "from: e.pres,", "kinds[0].fields.data.press.from: unknown field 'e.pres'; did you mean 'e.press'?"),
        ("kind: sos.button", "kind: sos.buton", "kinds[0].kind: there is no kind 'sos.buton'; did you mean 'sos.button'?"),
        ("fields: {data.press:", "fields: {data.pres:", "sos.button has no data 'pres'; did you mean 'press'?"),
        ("identity: topic.device", "identity: topic.devise", "identity: unknown field 'topic.devise'; did you mean 'topic.device'?"),
        ("form: epoch_s", "form: epoch", "time.form: 'epoch' is none of"),
        ("dedup: [e.n, e.ts]", "dedupe: [e.n, e.ts]", "unknown key 'dedupe'; did you mean 'dedup'?"),
        ("dedup: [e.n, e.ts]\n", "", "'dedup' is missing"),
        ("when: e.subEventType == 1,", "when: 'e.subEventType ==',", "kinds[0].when: "),
        ("data: {press: long}", "data: {press: short}", "samples[0]: sample 'pressed' fails: result 0: data is"),
        ("expect: [{event", "expect: [{event: sos.button}, {event", "expected 2 results, got 1"),
        ("kind: sos.button,", "kind: sos.button, edge: pressed,", "kinds[0].edge: no state is set here: beside it write fields: {state.NAME: value}"),
        ("kind: sos.button,", "kind: sos.button, data: {},", "kinds[0].data: unknown key 'data'; known here are when, otherwise, kind, state"),
        ("e.subEventType == 1", "e.water == 1", "unknown field 'e.water'; no sample shows it: add one that does, or name it in optional"),
        ("bell/{device}/event'", "bell/dev{ice}/event'", "match.topic: level 'dev{ice}' is neither a literal nor a whole {name}"),
        ("topic: bell/b1/event", "topic: bell/b1/other", "no sample has a topic that fits"),
        ("profile: bell@1", "profile: bell", "profile: expected a name and a revision"),
        ("kind: sos.button,", "kind: sos.button, ignore: {code: a, reason: b},", "kinds[0]: expected exactly one of"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(before: str, after: str, said: str) -> None:
    assert before in GOOD
    found = problems_of(GOOD.replace(before, after, 1))
    assert any(said in line for line in found), found
    assert load_profiles({"x.yaml": GOOD.replace(before, after, 1)})[0] == []


def test_all_mistakes_come_at_once() -> None:
    text = GOOD.replace("e.subEventType == 1", "e.subEvntType == 1").replace(
        "kind: sos.button,", "kind: sos.buton,"
    )
    assert len(problems_of(text)) == 2


def test_two_profiles_for_the_same_topics_need_a_condition() -> None:
    other = (
        GOOD.replace("bell@1", "gong@1").replace("{device}", "{gong}").replace("topic.device", "topic.gong")
    )
    found = problems_of(GOOD, **{"y.yaml": other})
    assert len(found) == 1
    assert found[0].startswith("y.yaml:")
    assert "reads the same topics as 'bell/{device}/event' of x.yaml" in found[0]
    with_condition = other.replace("match: {", "match: {where: e.n == 8, ")
    assert "reads the same topics" not in "".join(problems_of(GOOD, **{"y.yaml": with_condition}))


def test_a_name_is_given_once() -> None:
    other = GOOD.replace("bell/{device}", "bells/{device}").replace("bell/b1", "bells/b1")
    assert "profile 'bell' is already in x.yaml" in "".join(problems_of(GOOD, **{"y.yaml": other}))


def test_one_bad_profile_does_not_take_the_others_along() -> None:
    bad = GOOD.replace("kind: sos.button", "kind: nonsense").replace("bell", "gong")
    profiles, problems = load_profiles({"x.yaml": GOOD, "y.yaml": bad})
    assert [profile.id for profile in profiles] == ["bell"]
    assert {problem.file for problem in problems} == {"y.yaml"}


@pytest.mark.parametrize(
    "text",
    ["", "[]", "1", "profile: [", "a: 1\na: 2", "profile: {x: y}", "samples: 3\nprofile: a@1\nname: b"],
)
def test_nothing_a_person_writes_raises(text: str) -> None:
    profiles, problems = load_profiles({"x.yaml": text})
    assert profiles == []
    assert problems


@pytest.mark.parametrize("file", sorted(profile_texts()))
def test_a_built_in_sample_can_fail(file: str) -> None:
    """Change one expectation of each profile: it must no longer load."""
    document = yaml.safe_load(profile_texts()[file])
    wrong = document["samples"][0]["expect"][0]
    wrong.update({"event": "fire.heat"} if "event" in wrong else {"quarantine": "never"})
    profiles, problems = load_profiles({file: yaml.safe_dump(document, allow_unicode=True)})
    assert profiles == []
    assert any("fails: result 0" in problem.message for problem in problems), problems


BATCH = """
profile: contact@1
name: {zh: 门磁, en: Door contact}
encoding: gbk
match: {topic: mc/report}
identity: e.设备编号
time: e.item.时间
dedup: [e.设备编号, e.序号, e.item.时间]
each: e.数据
kinds:
  - {when: e.item.门状态 == "开", kind: contact.opened}
samples:
  - name: 开门
    topic: mc/report
    payload: {设备编号: MC-1, 序号: 7, 数据: [{时间: '2026-03-04 18:15:02', 门状态: 开}]}
    expect: [{event: contact.opened, device: MC-1, at: '2026-03-04T10:15:02Z'}]
  - name: 没有数据
    topic: mc/report
    payload: {设备编号: MC-1, 序号: 8, 状态: 离线}
    expect: [{quarantine: unknown_code, reason: 'it has no e.数据, whose elements are read'}]
  - name: 空
    topic: mc/report
    payload: {设备编号: MC-1, 序号: 9, 数据: []}
    expect: [{ignored: empty}]
"""


def test_chinese_keys_are_read_and_a_message_without_its_list_is_kept_for_a_person() -> None:
    assert problems_of(BATCH) == []


def test_what_came_of_a_sample_can_be_written_down_as_it_is_said() -> None:
    expected = "[{event: contact.opened, device: MC-1, at: '2026-03-04T10:15:02Z'}]"
    (said,) = problems_of(BATCH.replace(expected, "[]"))
    written = said[said.index("[{") :]
    assert problems_of(BATCH.replace(expected, written)) == []


def test_a_hint_is_a_word_like_the_one_that_is_wrong_not_a_path_that_begins_alike() -> None:
    assert "no sample shows it" in problems_of(BATCH.replace("e.item.门状态 ==", "e.item.防拆 =="))[0]
    (said,) = problems_of(BATCH.replace("e.item.门状态 ==", "e.item.门状况 =="))
    assert said.endswith("did you mean 'e.item.门状态'?")
