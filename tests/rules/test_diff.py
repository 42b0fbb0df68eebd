"""Differences of rules as sentences: what changes, what is forgotten by it, and nothing where nothing changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.builtin import builtin_packs
from rules.diff import RuleEdit, differ, resets_state
from rules.dump import to_yaml
from rules.load import load_rules
from rules.model import Rule
from tests.rules.generated import SITE, Chance, pack
from tests.rules.playing import loaded

RULE = {
    "id": "id: a.b",
    "name": "name: {zh: 多次刷卡失败, en: Repeated denials}",
    "category": 'category: "0207"',
    "detect": "detect: {count: {of: access.denied, at_least: 5, within: 60s}}",
    "stages": "stages: [{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 10, within: 60s}}}]",
}


def rule(**changes: str) -> Rule:
    found = load_rules({"a.yaml": "- " + "\n  ".join({**RULE, **changes}.values())})
    assert found.problems == ()
    return found.rules[0]


def only(edits: tuple[RuleEdit, ...]) -> RuleEdit:
    assert len(edits) == 1, edits
    return edits[0]


STAGES = "stages: [{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: %s, within: 60s}}}%s]"
CASES = [
    ("detect", "detect: {count: {of: access.denied, at_least: 8, within: 60s}}", "detect.count.at_least", "次数由 5 次改为 8 次", "at least: 5 times → 8 times", False),
    ("detect", "detect: {count: {of: access.denied, at_least: 5, within: 90s}}", "detect.count.within", "窗口由 60 秒改为 90 秒", "the window: 60 s → 90 s", False),
    ("detect", "detect: {count: {of: access.forced, at_least: 5, within: 60s}}", "detect.count.of", "看的事件由“拒绝通行”改为“强行闯入”：待触发状态会清空", "the events it looks at: “Access denied” → “Door forced”: what is pending is forgotten", True),
    ("detect", "detect: {event: {of: access.denied}}", "detect", "判断方式由「60 秒内“拒绝通行”达到 5 次」改为「出现“拒绝通行”」：待触发状态会清空", "what it detects: “Access denied” comes 5 times within 60 s → “Access denied” comes: what is pending is forgotten", True),
    ("by", "by: []", "by", "不再按设备分别计算，改为全小区一起算：待触发状态会清空", "no longer counted for each device, but once for the site: what is pending is forgotten", True),
    ("by", "by: [device.building]", "by", "不再按设备分别计算，改为按楼栋：待触发状态会清空", "no longer counted for each device, but for each building: what is pending is forgotten", True),
    ("stages", STAGES % (10, ", {stage: alarm, level: L1, when: {unacknowledged: 10m}}"), "stages[2]", "新增一级报警（紧急）：报警后 10 分钟无人确认", "a new stage, alarm (urgent): nobody acknowledges the alarm for 10 min", False),
    ("stages", STAGES % (12, ""), "stages[1].when.count.at_least", "报警（重要）的次数由 10 次改为 12 次", "alarm (serious), at least: 10 times → 12 times", False),
    ("stages", "stages: [{stage: warning, level: L3}]", "stages[1]", "去掉一级报警（重要）", "the stage alarm (serious) is gone", False),
    ("stages", STAGES.replace("L3", "L4", 1) % (10, ""), "stages[0].level", "第 1 级由预警（一般）改为预警（轻微）", "stage 1: warning (normal) → warning (minor)", False),
    ("clear", "clear: {by: person}", "clear", "解除方式由「10 分钟内没有新的即解除」改为「只能由人解除」", "how it ends: it ends after 10 min without another → only a person ends it", False),
    ("cooldown", "cooldown: 0s", "cooldown", "冷却时间由 5 分钟改为 0 秒", "the cooldown: 5 min → 0 s", False),
    ("hold_down", "hold_down: 30s", "hold_down", "降级前等待由 2 分钟改为 30 秒", "the wait before a step down: 2 min → 30 s", False),
    ("scope", "scope: 'device.building == \"b2\"'", "scope", "新增范围：「楼栋为 b2」", "new: the scope, “the building is b2”", False),
    ("respond", "respond: none", "respond", "处置由按类别的预案改为只告警、不建案", "the response: the plan of its category → an alert only, no case", False),
    ("late", "late: evaluate", "late", "迟到的事件由按事件种类改为照常判断", "events that come late: as its kind says → judged as usual", False),
    ("name", "name: {zh: 多次刷卡, en: Repeated denials}", "name", "名称由「多次刷卡失败」改为「多次刷卡」", "the name: “多次刷卡失败” → “多次刷卡”", False),
    ("note", "note: 去看看", "note", "新增说明：「去看看」", "new: the note, “去看看”", False),
    ("enabled", "enabled: false", "enabled", "停用：待触发状态会清空", "it is disabled: what is pending is forgotten", True),
    ("overrides", "overrides: [{where: 'device.building == \"b2\"', set: {within: 90s}}]", "overrides", "新增个别地方的参数：「楼栋为 b2: 窗口 90s」", "new: the parameters of some places, “the building is b2: the window 90s”", False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "path", "zh", "en", "resets"), CASES)
def test_each_change_is_said(key: str, text: str, path: str, zh: str, en: str, resets: bool) -> None:
    edit = only(differ(rule(), rule(**{key: text})))
    assert (edit.path, edit.zh, edit.en, edit.resets) == (path, zh, en, resets)


def test_other_ways_to_write_the_same_are_no_difference() -> None:
    text = "detect: {count: {at_least: 5, within: 60000ms, of: [access.denied]}}"
    assert differ(rule(), rule(detect=text, cooldown="cooldown: 300s", by="by: [device]")) == ()


def test_nothing_is_forgotten_when_a_rule_is_switched_on() -> None:
    off = rule(enabled="enabled: false")
    edits = differ(off, rule(by="by: []"))
    assert [edit.path for edit in edits] == ["enabled", "by"]
    assert not any(edit.resets for edit in edits)


def test_a_turned_threshold_forgets_what_is_pending() -> None:
    detect = (
        "detect: {aggregate: {of: env.temperature, value: data.value, fn: avg, over: 5m, %s, min_samples: 3}}"
    )
    edits = differ(rule(detect=detect % "above: 5"), rule(detect=detect % "below: 5"))
    assert {edit.path: edit.resets for edit in edits} == {
        "detect.aggregate.above": True,
        "detect.aggregate.below": True,
    }
    assert edits[0].zh == "去掉上限（原为 5）：待触发状态会清空"


def test_every_pack_rule_differs_from_none_of_itself() -> None:
    found = load_rules(builtin_packs())
    again = load_rules({"a.yaml": to_yaml(found.rules)})
    assert [differ(one, other) for one, other in zip(found.rules, again.rules, strict=True)] == [()] * len(
        found.rules
    )


@settings(max_examples=150, deadline=None)
@given(one=st.integers(0, 2**32), other=st.integers(0, 2**32))
def test_any_two_rules_can_be_compared(one: int, other: int) -> None:
    (old, *_), (new, *_) = (loaded(pack(Chance(seed), 1), SITE)[0].rules for seed in (one, other))
    edits = differ(old, new)
    assert any(edit.resets for edit in edits) == resets_state(old, new)
    assert all(edit.zh and edit.en and edit.before != edit.after for edit in edits)
    assert differ(old, old) == ()
    assert (edits == ()) == (to_yaml([old]) == to_yaml([new]))
