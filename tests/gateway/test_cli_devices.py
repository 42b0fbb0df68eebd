"""`gateway devices`: payloads in, JSON lines out, exit codes that mean something, no tracebacks."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from devices.form import Profile
from devices.problem import Problem
from devices.profile import load_profiles
from gateway.cli import main

DENIED = {"id": 7, "ts": 1772619302120, "gate": "g1", "kind": "denied", "card": "8165535", "door": 2}
SITE = "site: c1\ntimezone: Asia/Shanghai\ndevices:\n  - {id: gate-n1, type: access_gate, profile: gate, ident: g1}\n"


@cache
def loaded(texts: tuple[tuple[str, str], ...]) -> tuple[list[Profile], list[Problem]]:
    return load_profiles(dict(texts))


@pytest.fixture(autouse=True)
def profiles_are_proven_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.devices.load_profiles", lambda texts: loaded(tuple(texts.items())))


def run(*arguments: str) -> int:
    try:
        main(["devices", *arguments])
    except SystemExit as leave:
        return int(leave.code or 0)
    return 0


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    file = tmp_path / "denied.json"
    file.write_text(json.dumps(DENIED))
    return file


def test_an_event_with_its_topic(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("decode", "--topic", "community/c1/access/g1/event", str(payload)) == 0
    (found,) = lines(capsys)
    assert (found["kind"], found["device"], found["profile"]) == ("access.denied", "g1", "gate@1")
    assert found["at"] == "2026-03-04T10:15:02.120000Z"
    assert found["flags"] == ["unlisted"]
    raw = hashlib.sha256(payload.read_bytes()).hexdigest()
    assert found["source"] == {
        "profile": "gate@1",
        "topic": "community/c1/access/g1/event",
        "raw": f"sha256:{raw}",
    }
    assert "8165535" not in json.dumps(found)


def test_without_a_topic_the_best_profile_is_named(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("decode", str(payload)) == 0
    assert lines(capsys)[0]["profile"] == "gate@1"


def test_state_availability_and_quarantine_have_their_own_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contact, gone, odd = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    contact.write_text('{"water_leak":false}')
    gone.write_text("Offline")
    odd.write_text('{"id":1,"ts":1,"kind":"exploded"}')
    assert run("decode", "--topic", "zigbee2mqtt/leak", str(contact)) == 0
    assert run("decode", "--topic", "tele/x/LWT", str(gone)) == 0
    assert run("decode", "--topic", "community/c/access/g/event", str(odd)) == 1
    state, availability, quarantine = lines(capsys)
    assert state["state"] == {"leak": False}
    assert availability["availability"] == "offline"
    assert "exploded" in str(quarantine["quarantine"])


def test_a_site_decides_who_is_known(
    payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(SITE)
    assert run("decode", "--site", str(site), "--topic", "community/c1/access/g1/event", str(payload)) == 0
    assert run("decode", "--site", str(site), "--topic", "community/c1/access/g9/event", str(payload)) == 1
    known, stranger = lines(capsys)
    assert (known["device"], known["site"], known["flags"]) == ("gate-n1", "c1", [])
    assert stranger["code"] == "identity"


def test_several_files_name_themselves(payload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("decode", str(payload), str(payload)) == 0
    assert [found["file"] for found in lines(capsys)] == [str(payload)] * 2


def test_a_file_that_cannot_be_read_costs_only_itself(
    payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("decode", str(tmp_path / "none"), str(tmp_path), str(payload)) == 2
    said = capsys.readouterr()
    assert said.out.count("\n") == 1
    assert "none: cannot be read" in said.err
    assert f"{tmp_path}: cannot be read" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["decode", "no-such-file"], "no-such-file: cannot be read"),
        (["decode", "--profile", "frigat", "-"], "there is no such profile; did you mean 'frigate'?"),
        (["decode", "--received", "noon", "-"], "--received noon: expected a time with its zone"),
        (["decode", "--topic", "a", "--path", "b", "-"], "give one of them"),
        (["decode", "--site", "nowhere.yaml", "-"], "nowhere.yaml: cannot be read"),
        (["decode", "--profiles", "nowhere", "-"], "there is no such file or folder"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


def test_profiles_are_listed_and_ones_own_are_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("profiles") == 0
    assert "frigate@1" in capsys.readouterr().out
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "profile: mine@1\nname: {zh: 我, en: me}\nsamples: []\nmatch: {topic: 'mine/{d}'}\nidentty: topic.d\n"
    )
    assert run("profiles", "--profiles", str(mine)) == 1
    assert f"{mine}:5: identty: unknown key 'identty'; did you mean 'identity'?" in capsys.readouterr().err


def test_an_unregistered_device_is_said_to_stay_in_quarantine_at_this_site(
    payload: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(SITE.replace("ident: g1", "ident: g9"))
    assert run("decode", "--site", str(site), "--topic", "community/c1/access/g1/event", str(payload)) == 1
    (found,) = lines(capsys)
    assert found["code"] == "unknown_device"
    assert str(found["at_site"]).startswith("c1：")
    assert "ident: g1" in str(found["next"])
    (read,) = found["would_read"]  # type: ignore[misc]  # a list of objects
    assert read["kind"] == "access.denied"


def test_many_messages_in_one_file_are_numbered_and_bring_their_topics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "capture.txt"
    file.write_text(
        'zigbee2mqtt/door-1 {"contact": false}\nzigbee2mqtt/door-1 {"contact": false}\ntele/lobby/LWT Offline\n'
    )
    assert run("decode", str(file)) == 0
    opened, still, gone = lines(capsys)
    assert (opened["message"], opened["kind"], opened["device"]) == (1, "contact.opened", "door-1")
    assert (still["message"], still["state"]) == (2, {"open": True})
    assert (gone["message"], gone["availability"]) == (3, "offline")


def test_the_content_alone_names_the_family_and_says_what_was_borrowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a"
    file.write_text('{"contact": false, "linkquality": 100}')
    assert run("decode", str(file)) == 0
    (found,) = lines(capsys)
    assert (found["profile"], found["device"]) == ("zigbee2mqtt@1", "unnamed")
    assert found["guessed"] == {"topic": "zigbee2mqtt/unnamed", "also": []}


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b"", "an empty payload"),
        (b'{"unheard": 1, "of": 2}', "a JSON object with unheard, of: no profile reads it"),
        (b'{"contact": fal', "broken JSON"),
        (b"\xff\xfe\x00\x01", "4 bytes that are no UTF-8, beginning with ff fe 00 01"),
        (b"<invoice/>", "XML that begins with '<invoice/>'"),
        (b"7", "the bare word '7', which many devices say"),
        (b"lorem ipsum dolor sit amet", "a text of 26 characters"),
        (b'{"n": 4, "boot": "b", "data": {"door": 1}}', "our own namespace?"),
        (b"[" * 3000, "broken JSON"),
    ],
)
def test_what_nobody_reads_is_described(
    payload: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a"
    file.write_bytes(payload)
    assert run("decode", str(file)) == 1
    (found,) = lines(capsys)
    assert said in str(found["quarantine"])
    assert found["code"] == "no_profile"


def test_a_list_nobody_reads_is_read_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a"
    file.write_text('[{"unheard": 1}, {"contact": false, "linkquality": 100}]')
    assert run("decode", str(file)) == 1
    strange, door = lines(capsys)
    assert "unheard" in str(strange["quarantine"])
    assert door["kind"] == "contact.opened"


def test_a_topic_nobody_reads_gets_a_hint_from_the_content(
    payload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("decode", "--topic", "my/gate", str(payload)) == 1
    assert "by its content it is of gate@1" in str(lines(capsys)[0]["next"])
    assert run("decode", "--profile", "gate", "--topic", "my/gate", str(payload)) == 1
    assert "community/{community}/access/{gate}/event" in str(lines(capsys)[0]["next"])


def test_a_chosen_profile_says_why_it_does_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a"
    file.write_text('{"id": 1, "ts": 1, "kind": "exploded"}')
    assert run("decode", "--profile", "gate", str(file)) == 1
    assert "exploded" in str(lines(capsys)[0]["quarantine"])


def test_a_built_in_profile_is_shown_to_begin_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("show", "zigbee2mqtt@1") == 0
    shown = capsys.readouterr().out
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        shown.replace("profile: zigbee2mqtt@1", "profile: mine@1").replace("zigbee2mqtt/", "mine/")
    )
    assert run("profiles", "--profiles", str(mine)) == 0
    (only,) = capsys.readouterr().out.splitlines()
    assert only.startswith("mine@1 ")
    assert run("show", "zigbee") == 2
    assert "there is no such built-in profile; did you mean 'zigbee2mqtt'?" in capsys.readouterr().err


def test_a_site_as_it_is_begun_is_read_whole(
    tmp_path: Path, payload: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(SystemExit):
        main(["init", str(tmp_path / "my-site")])
    site = tmp_path / "my-site/site.yaml"
    capsys.readouterr()
    payload.write_text(json.dumps({**DENIED, "gate": "g001"}))
    topic = "community/c1/access/g001/event"
    assert run("decode", "--site", str(site), "--topic", topic, str(payload)) == 0
    assert lines(capsys)[0]["device"] == "gate-1"


def test_chinese_encodings_and_strangers_are_said_for_what_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    door = tmp_path / "door"
    door.write_bytes('{"设备编号": "MC-1", "门状态": "开"}'.encode("gbk"))
    assert run("decode", "--topic", "mc/report", str(door)) == 1
    assert "a JSON object with 设备编号, 门状态 in GBK (encoding: gbk in the profile)" in str(
        lines(capsys)[0]["next"]
    )
    tuya = tmp_path / "tuya"
    tuya.write_text('{"devId": "bf3a", "status": [{"code": "doorcontact_state", "value": true, "t": 1}]}')
    assert run("decode", str(tuya)) == 1
    (found,) = lines(capsys)
    assert found["code"] == "no_profile", "its shape is like another family's, which would name its device"


def test_messages_built_alike_are_read_as_each_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def report(code: int) -> str:
        inner = {"majorEventType": 5, "subEventType": code, "serialNo": code}
        return json.dumps(
            {
                "dateTime": "2026-03-04T18:15:02+08:00",
                "eventType": "AccessControllerEvent",
                "AccessControllerEvent": inner,
            }
        )

    reports = [report(code) for code in (1, 27, 999, 28)]
    file, alone = tmp_path / "all", tmp_path / "one"
    file.write_text("\n".join(reports))
    assert run("decode", str(file)) == 1
    together = lines(capsys)
    assert [found.get("kind") for found in together] == [
        "access.granted",
        "access.forced",
        None,
        "access.held",
    ]
    for text, found in zip(reports, together, strict=True):
        alone.write_text(text)
        run("decode", str(alone))
        (single,) = lines(capsys)
        for name in ("profile", "guessed", "kind", "quarantine", "dedup"):
            assert found.get(name) == single.get(name)
