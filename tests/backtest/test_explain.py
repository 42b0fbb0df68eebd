"""Why, at a moment of the past: what stopped a rule is said, in both languages, from the journal alone."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.backtest.answer import Explained
from gateway.backtest.asking import WhyQuestion, answer_why, read_key
from gateway.backtest.why_text import why_text
from gateway.batch import Document
from rules.load import load_rules
from tests.backtest.house import House, site_file, write_documents
from tests.rules.playing import UTC_START, at, event, rule, steps_of

SITE = """
site: test
devices:
  - {id: d1, type: access_gate, name: {zh: 北门, en: North gate}}
  - {id: d2, type: locker, name: {zh: 快递柜, en: Locker}}
calendars:
  late: [{from: "23:00", to: "23:30"}]
"""
COUNT = "{count: {of: access.denied, at_least: 2, within: 60s}}"


def lived(folder: Path, text: str, lines: list[dict[str, Any]], **documents: Any) -> None:
    site = site_file(SITE)
    found = load_rules({"r": text}, zone=site.rules.zone, calendars=site.rules.calendars)
    assert not found.problems, [str(each) for each in found.problems]
    House(folder, found, site).play(steps_of(found, site.rules, [{"t": 0}, *lines]))
    saved = documents.get("since", UTC_START)
    write_documents(
        folder,
        [
            Document(name="site", version=1, author="a", at=UTC_START, body=SITE),
            *(
                Document(
                    name=f"rule:{each.id}", version=1, author="a", at=saved, body=json.dumps(each.source)
                )
                for each in found.rules
            ),
        ],
    )


def why(folder: Path, seconds: float, key: str = "d1", **more: Any) -> Explained:
    return answer_why(folder, WhyQuestion(rule="a.b", key=[key], at=at(seconds), **more))


def test_an_event_that_came_too_late(tmp_path):
    lived(tmp_path, rule(COUNT), [event(5000), event(5001, at=3000), event(5002, at=3001)])
    found = why(tmp_path, 5010)
    assert found.alert is None
    assert "来得太晚" in found.answer["zh"]
    assert "came too late" in found.answer["en"]


def test_a_device_outside_the_scope(tmp_path):
    lived(
        tmp_path,
        rule(COUNT, "scope: 'device.type == \"access_gate\"'"),
        [event(10 * n, device="d2") for n in range(1, 5)],
    )
    found = why(tmp_path, 60, "d2")
    assert "范围" in found.answer["zh"]
    assert [each["truth"] for each in found.heard[-1].clauses] == [False]
    assert found.heard[-1].clauses[0]["values"] == {"device.type": "locker"}
    assert '✗ device.type == "access_gate"' in why_text(found, "zh")


def test_a_field_that_is_missing_is_unknown(tmp_path):
    lived(tmp_path, rule("{event: {of: {kind: access.denied, where: 'data.door == 2'}}}"), [event(10)])
    found = why(tmp_path, 60)
    assert [each["truth"] for each in found.heard[-1].clauses] == ["unknown"]
    assert "? data.door == 2" in why_text(found, "en")


def test_a_closed_calendar(tmp_path):
    lived(tmp_path, rule(COUNT, "active: late"), [event(10), event(20), event(4000), event(4010)])
    assert "日历“late”" in why(tmp_path, 30).answer["zh"]
    assert why(tmp_path, 4020).alert is not None


def test_a_silence_mutes_and_does_not_hide(tmp_path):
    silence = {"t": 5, "silence": {"where": "true", "until": 1000, "by": "wang", "reason": "施工"}}
    lived(tmp_path, rule(COUNT), [silence, event(10), event(20)])
    found = why(tmp_path, 30)
    assert found.alert is not None
    assert [each.change for each in found.before] == ["opened", "silenced"]
    assert found.before[0].notify is False
    assert "施工" in found.answer["zh"]


def test_the_cooldown_after_a_clear(tmp_path):
    lived(
        tmp_path,
        rule("{event: {of: access.denied}}", "clear: {after: 30s}\ncooldown: 10m"),
        [event(10), event(300)],
    )
    found = why(tmp_path, 100)
    assert found.alert is None
    assert [each.change for each in found.before] == ["opened", "cleared"]
    assert [each.change for each in found.after] == ["reopened"]
    assert found.near is not None
    assert "cooldown" in {each["gate"] for each in found.near.facts["gates"]}


def test_near_and_what_came_next(tmp_path):
    lived(tmp_path, rule(COUNT), [event(10), event(100), event(130), event(900)])
    found = why(tmp_path, 50)
    assert found.answer["zh"].startswith(
        "2026-03-06 22:00:50 北门没有告警。60 秒内“拒绝通行”最多 1 次，要 2 次"
    )
    assert [(each.change, each.at.isoformat()) for each in found.after][:1] == [
        ("opened", "2026-03-06T22:02:10+08:00")
    ]
    assert found.said == []
    assert found.last_heard is not None
    assert found.last_heard["kind"] == "access.denied"


def test_a_rule_that_was_not_there_yet_and_one_that_was_edited(tmp_path):
    lived(
        tmp_path, rule(COUNT), [event(10), event(20), event(5000)], since=UTC_START + timedelta(seconds=600)
    )
    assert [each.code for each in why(tmp_path, 15).said] == ["rule_newer"]
    edited = load_rules({"r": rule(COUNT.replace("2", "9"))}).rules[0].source
    later = UTC_START + timedelta(seconds=3000)
    write_documents(
        tmp_path, [Document(name="rule:a.b", version=2, author="chen", at=later, body=json.dumps(edited))]
    )
    then, now = why(tmp_path, 700), why(tmp_path, 4000)
    assert (then.version, [each.code for each in then.said]) == (1, ["rule_changed"])
    assert (now.version, now.said) == (2, [])
    assert "2 次" in then.sentence["zh"]
    assert "9 次" in now.sentence["zh"]


def test_when_the_gateway_itself_said_otherwise(tmp_path):
    lived(tmp_path, rule(COUNT), [event(10), event(20), event(30)])
    stricter = {"draft": rule(COUNT.replace("2", "9"))}
    found = why(tmp_path, 30, texts=stricter)
    assert found.alert is None
    assert [each.code for each in found.said] == ["live_open"]


@pytest.mark.parametrize(
    ("by", "written", "key", "wrong"),
    [
        ("[device]", ["d1"], {"device": "d1"}, ""),
        ("[device]", ["device=d1"], {"device": "d1"}, ""),
        ("[device]", ['{"device":"d1"}'], {"device": "d1"}, ""),
        ("[device, data.cell]", ["device=d1", "data.cell=30"], {"device": "d1", "data.cell": "30"}, ""),
        ("[]", [], {}, ""),
        ("[device, data.cell]", ["d1"], {}, "expected --key device=… --key data.cell=…, found 'd1'"),
        ("[device]", [], {}, "device is missing; expected --key device=…"),
        ("[device]", ["devise=d1"], {"devise": "d1"}, "did you mean 'device'?"),
        ("[device]", ["{"], {}, "not a JSON object"),
        ("[]", ["device=d1"], {"device": "d1"}, "no --key: this rule is one for the site"),
    ],
)
def test_keys_as_people_write_them(by, written, key, wrong):
    (one,) = load_rules({"r": rule(COUNT, f"by: {by}")}).rules
    problems: list[str] = []
    assert read_key(written, one, problems) == key
    assert (wrong in "\n".join(problems)) if wrong else not problems


def test_a_number_in_a_key_may_be_written_as_text(tmp_path):
    lived(
        tmp_path,
        rule("{event: {of: access.denied}}", "by: [device, data.door]"),
        [event(10, data={"door": 2})],
    )
    found = answer_why(tmp_path, WhyQuestion(rule="a.b", key=["device=d1", "data.door=2"], at=at(20)))
    assert found.alert is not None
    assert found.standing is not None


def test_a_moment_after_the_newest_input_is_answered_as_if_nothing_came(tmp_path):
    lived(tmp_path, rule("{absence: {of: access.denied, for: 5m}}"), [event(10), event(20)])
    found = why(tmp_path, 400)
    assert found.alert is not None
    assert [each.code for each in found.said] == ["nothing_since", "live_none"]
    assert why(tmp_path, 300).alert is None
