"""Templates: each makes a sound rule of its defaults, and each has a story that fires it; what is filled in is checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devices.event import Event
from gateway.builtin import builtin_templates
from gateway.site import built_in_categories, built_in_plans
from rules.diff import differ
from rules.duration import parse_duration
from rules.engine import Engine
from rules.field_values import Known
from rules.load import load_rules
from rules.say import rule_sentence
from rules.site import load_site
from rules.templates import Template, TemplateError, example_values, fill, load_templates

TEMPLATES = load_templates(builtin_templates())
START = datetime(2026, 3, 6, 6, 30, tzinfo=UTC)  # a Friday, half past two in the afternoon
SITE, _ = load_site(
    """
site: s
timezone: Asia/Shanghai
devices:
- {id: door-1, type: access_gate, building: b1, zone: yard}
- {id: cam-1, type: camera, building: b1, zone: yard}
- {id: smoke-1, type: smoke, building: b1}
- {id: smoke-2, type: smoke, building: b1}
- {id: locker-1, type: locker}
households: [{id: h1, care: [alone]}]
calendars: {afternoon: [{from: "12:00", to: "18:00"}]}
""",
    "site.yaml",
)
KNOWN = Known(devices=["door-1", "cam-1"], zones=["yard"], calendars=SITE.calendars)
HEAT = "env.temperature"
Told = tuple[str, str, str, dict[str, Any]]
# By template: what happens (when, device, kind, facts), until when, and the first thing the rule says.
STORIES: dict[str, tuple[list[Told], str, str]] = {
    "denied_many_times": ([(f"{n}s", "door-1", "access.denied", {}) for n in range(5)], "4s", "4s opened warning L3"),
    "door_left_open": ([("0s", "door-1", "contact.opened", {})], "3m", "125s opened warning L3"),
    "opened_at_forbidden_time": ([("1s", "door-1", "contact.opened", {})], "1s", "1s opened alarm L3"),
    "visitor_not_out": ([("0s", "door-1", "access.granted", {"dir": "in", "cred": "c1"})], "5h", "14405s opened warning L3"),
    "intrusion": ([("1s", "cam-1", "camera.line", {"label": "person"})], "1s", "1s opened alarm L2"),
    "passage_blocked": ([("1s", "cam-1", "camera.blocked", {})], "1s", "1s opened warning L4"),
    "crowd": ([("1s", "cam-1", "camera.crowd", {"count": 21})], "1s", "1s opened warning L3"),
    "device_silent": ([("1s", "door-1", "device.heartbeat", {})], "20m", "601s opened warning L3"),
    "battery_low": ([("1s", "door-1", "device.battery", {"battery": 9})], "1s", "1s opened warning L4"),
    "daily_check": ([("1s", "cam-1", "camera.offline", {})], "18h", "63000s opened warning L4"),
    "parcel_overdue": ([("0s", "locker-1", "parcel.deposited", {"cell": 7})], "3d", "172805s opened warning L4"),
    "too_hot": ([("1s", "door-1", HEAT, {"value": 56})], "1s", "1s opened alarm L2"),
    "fast_rise": ([("1s", "door-1", HEAT, {"value": 20}), ("61s", "door-1", HEAT, {"value": 36})], "61s", "61s opened alarm L2"),
    "level_stays_high": ([("0s", "door-1", "env.level", {"value": 90})], "10m", "600s opened warning L2"),
    "several_detectors": ([("1s", "smoke-1", "fire.smoke", {}), ("9s", "smoke-2", "fire.smoke", {})], "9s", "9s opened alarm L1"),
    "quiet_home": ([], "37h", "129600s opened warning L2"),
    "any_event": ([("1s", "door-1", "device.tamper", {})], "1s", "1s opened warning L3"),
    "many_times": ([(f"{n}m", "door-1", "access.tailgate", {}) for n in range(3)], "2m", "120s opened warning L3"),
    "not_followed": ([("0s", "door-1", "power.lost", {})], "31m", "1805s opened warning L3"),
    "followed": ([("0s", "door-1", "access.denied", {}), ("9s", "door-1", "access.forced", {})], "9s", "9s opened alarm L2"),
}  # fmt: skip


def after(text: str) -> timedelta:
    found = parse_duration(text)
    assert found is not None
    return timedelta(microseconds=found)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.id)
def test_the_defaults_make_a_sound_rule(template: Template) -> None:
    draft = fill(template, example_values(template), known=KNOWN)
    assert draft.problems == ()
    assert [str(each) for each in draft.lint] == []
    assert draft.rule is not None
    assert draft.rule.id == f"site.{template.id}"
    assert draft.rule.category in built_in_categories()
    assert draft.rule.respond is None or draft.rule.respond in built_in_plans()
    for lang in ("zh", "en"):
        assert "$" not in draft.rule.name[lang] + rule_sentence(draft.rule, lang)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.id)
def test_a_story_fires_it(template: Template) -> None:
    told, until, expected = STORIES[template.id]
    rule = fill(template, example_values(template)).rule
    assert rule is not None
    engine = Engine([rule], (), SITE)
    changes = engine.tick(START, seq=0)
    for when, device, kind, facts in told:
        at = START + after(when)
        subject = {"cred": facts["cred"]} if "cred" in facts else {}
        data = {key: value for key, value in facts.items() if key != "cred"}
        changes += engine.step(
            Event(device=device, kind=kind, at=at, received_at=at, data=data, subject=subject), now=at
        )
    changes += engine.tick(START + after(until), seq=0)
    found = [
        f"{(each.t - START).total_seconds():g}s {each.change} {each.stage} {each.level}" for each in changes
    ]
    assert found[:1] == [expected]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda template: template.id)
def test_optional_fields_narrow_the_rule(template: Template) -> None:
    chosen = {"zone": "yard", "calendar": "afternoon"}
    optional = {field.name: chosen[field.type] for field in template.fields if field.optional}
    draft = fill(template, {**example_values(template), **optional}, known=KNOWN)
    assert draft.problems == ()
    assert draft.rule is not None
    if "zone" in optional:
        assert draft.rule.scope is not None
        assert draft.rule.scope.text == 'device.zone == "yard"'
    assert (draft.rule.active == "afternoon") == ("calendar" in optional)


def test_there_are_enough_and_each_reads_well() -> None:
    assert len(TEMPLATES) >= 15
    for template in TEMPLATES.values():
        assert len(template.fields) <= 8  # a new manager fills in no more
        texts = [template.title, template.help, *(field.label for field in template.fields)]
        assert all(set(text) == {"zh", "en"} and all(text.values()) for text in texts)


def test_all_mistakes_are_told_at_once_with_their_fields() -> None:
    values = {"above": "hot", "agin": 3, "zone": "yrad", "level": "L9"}
    problems = fill(TEMPLATES["too_hot"], values, known=KNOWN).problems
    assert [(each.field, each.zh, each.en) for each in problems] == [
        ("agin", "没有这个字段", "there is no such field; did you mean 'again'?"),
        ("above", "应为数字", "expected a number"),
        ("zone", "没有区域“yrad”", "unknown zone 'yrad'; did you mean 'yard'?"),
        ("level", "只能是 L1、L2、L3 或 L4", "expected L1, L2, L3 or L4"),
    ]


@pytest.mark.parametrize(
    ("template", "values", "field", "en"),
    [
        ("too_hot", {"above": 50, "again": 60}, "again", "expected at most 50, found 60"),
        ("too_hot", {"above": 500}, "above", "expected at most 300"),
        ("too_hot", {"above": float("nan")}, "above", "expected a number"),
        ("denied_many_times", {"times": 2.5}, "times", "expected a whole number"),
        ("denied_many_times", {"within": "1s"}, "within", "expected at least 10 s"),
        ("denied_many_times", {"within": "2h"}, "within", "expected at most 1 h"),
        ("denied_many_times", {"within": 60}, "within", "expected a duration such as 30s, 5m, 2h or 3d"),
        ("any_event", {"kind": "door.open"}, "kind", "unknown kind 'door.open'; did you mean 'parcel.door_open'?"),
        ("quiet_home", {"care": "old"}, "care", "expected one of alone, disabled, child"),
        ("opened_at_forbidden_time", {}, "door", "has to be filled in"),
        ("opened_at_forbidden_time", {"door": "door-9"}, "door", "unknown device 'door-9'; did you mean 'door-1'?"),
    ],
)  # fmt: skip
def test_a_mistake_stands_at_its_field(template: str, values: dict[str, Any], field: str, en: str) -> None:
    (problem,) = fill(TEMPLATES[template], values, known=KNOWN).problems
    assert (problem.field, problem.en) == (field, en)
    assert problem.zh != problem.en


def test_what_is_filled_in_cannot_leave_its_place() -> None:
    draft = fill(TEMPLATES["device_silent"], {"type": 'x" || true || "', "for": "5m"})
    assert draft.problems == ()
    assert draft.rule is not None
    assert draft.rule.detect.expect.text == 'device.type == "x\\" || true || \\""'


def test_the_rule_gets_a_free_id_and_the_name_that_is_wanted() -> None:
    template = TEMPLATES["any_event"]
    taken = ["site.any_event", "site.any_event-2"]
    draft = fill(template, {}, name={"zh": "看门", "en": "Watch"}, taken=taken)
    assert draft.rule is not None
    assert (draft.rule.id, draft.rule.name) == ("site.any_event-3", {"zh": "看门", "en": "Watch"})
    again = load_rules({"a.yaml": draft.text}).rules[0]
    assert differ(draft.rule, again) == ()
    assert [each.field for each in fill(template, {}, rule_id="No Id").problems] == [""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {id: a, title: {}, help: {}, fields: [], rule: {name: '${x}'}}", "a.yaml: a: no field for x"),
        ("- {id: a, title: {}, help: {}, fields: [], rule: {}}\n- {id: a, title: {}, help: {}, fields: [], rule: {}}", "a.yaml: a: also in a.yaml"),
        ("- {id: a, titel: {}}", "a.yaml: a: "),
        ("- {id: a", "a.yaml:"),
    ],
)  # fmt: skip
def test_a_wrong_template_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        load_templates({"a.yaml": text})
