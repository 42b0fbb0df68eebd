"""Lint: what it warns of, with its place and a next step, and what it leaves alone."""

from __future__ import annotations

import pytest

from gateway.builtin import builtin_packs
from rules.in_chinese import in_chinese
from rules.load import load_rules

END = "category: '0207', note: look"


def warnings(*rules: str) -> list[str]:
    found = load_rules({"a.yaml": "\n".join(f"- {{{text}}}" for text in rules)})
    assert found.problems == (), [str(problem) for problem in found.problems]
    return [f"{each.path}: {each.message}" for each in found.lint]


def rule(
    detect: str, more: str = "", *, name: str = "a.b", stages: str = "[{stage: warning, level: L3}]", end: str = END
) -> str:  # fmt: skip
    return f"id: {name}, name: x, detect: {detect}, stages: {stages}, {more + ', ' if more else ''}{end}"


EVENT = "{event: {of: access.forced}}"
DENIED = "{count: {of: access.denied, at_least: %s, within: %s}}"
LEVEL = "{aggregate: {of: env.level, value: data.value, fn: %s, over: %s, above: %s, clear_below: 1}}"
TOO_HIGH = LEVEL % ("last", "1 events", 5)
WARNED = [
    (rule(EVENT, "clear: {by: person}"), "rules[0].clear", "never clears by itself", "write quiet, after or on"),
    (rule("{sustained: {of: env.level, holds: 'device.type == \"tank\"', for: 5m}}"), "rules[0].detect.sustained.holds", "never clears", "or write clear"),
    (rule("{every: {interval: 5m}}"), "rules[0].clear", "never clears", "write a shorter quiet"),
    (rule("{absence: {of: device.heartbeat, for: 1h}}", "clear: {quiet: 5m}"), "rules[0].clear.quiet", "ends while still nothing has come", "leave clear out"),
    (rule("{aggregate: {of: env.level, value: data.value, fn: avg, over: 1m, above: 5}}"), "rules[0].detect.aggregate.clear_below", "both 5", "write a lower clear_below"),
    (rule("{aggregate: {of: env.level, value: data.value, fn: avg, over: 1m, below: 5}}"), "rules[0].detect.aggregate.clear_above", "both 5", "write a higher clear_above"),
    (rule(EVENT, end="note: look"), "rules[0].category", "no category", "write one of the site's codes"),
    (rule(EVENT, end="category: '0207'"), "rules[0].note", "no note", "say why"),
    (rule(EVENT, stages="[{stage: alarm, level: L2}, {stage: warning, level: L1, when: {open_for: 5m}}]"), "rules[0].stages[1]", "warning above an alarm", "put it first"),
    (rule(EVENT, stages="[{stage: warning, level: L2}, {stage: alarm, level: L3, when: {open_for: 5m}}]"), "rules[0].stages[1].level", "lower level L3", "at least L2"),
    (rule(EVENT, stages="[{stage: warning, level: L2}, {stage: alarm, level: L1, when: {unacknowledged: 5m}}]"), "rules[0].stages[1].when", "out of warning", "use open_for"),
    (rule(DENIED % (5, "60s"), stages="[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 4, within: 60s}}}]"), "rules[0].stages[1].when", "together with the first stage", "give it a higher threshold"),
    (rule("{event: {of: {kind: access.denied, where: 'data.dorr == 1'}}}"), "rules[0].detect.event.of.where", "unknown field 'data.dorr' for access.denied", "did you mean 'data.door'?"),
    (rule(EVENT, "scope: 'device.bilding == \"b2\"'"), "rules[0].scope", "unknown field 'device.bilding'", "did you mean 'device.building'?"),
    (rule("{sustained: {of: env.level, holds: data.vlaue > 3, for: 5m}}"), "rules[0].detect.sustained.holds", "unknown field 'data.vlaue' for env.level", "did you mean 'data.value'?"),
    (rule(EVENT, stages="[{stage: warning, level: L3}, {stage: alarm, level: L2, when: {count: {of: access.denied, at_least: 4, within: 60s, distinct: data.crad}}}]"), "rules[0].stages[1].when.count.distinct", "unknown field 'data.crad'", "did you mean 'data.dir'?"),
    (rule(EVENT, "clear: {when: {sustained: {of: env.level, holds: data.vlaue < 3, for: 5m}}}"), "rules[0].clear.when.sustained.holds", "unknown field 'data.vlaue'", "did you mean 'data.value'?"),
    (rule("{every: {interval: 1h, if: state.onlin == false}}"), "rules[0].detect.every.if", "unknown state 'state.onlin'", "did you mean 'state.online'?"),
    (rule("{absence: {of: access.*, for: 36h, expect: {roster: households, where: '\"alone\" in household.caer'}}}", "by: [subject.household]"), "rules[0].detect.absence.expect", "unknown field 'household.caer'", "did you mean 'household.care'?"),
    (rule(EVENT, "by: [device.bilding]"), "rules[0].by", "unknown field 'device.bilding'", "did you mean 'device.building'?"),
    (rule(EVENT, "dedup: [data.dor]"), "rules[0].dedup", "unknown field 'data.dor'", "did you mean 'data.door'?"),
    (rule("{event: {of: {kind: access.denied, where: 'data.method == \"crad\"'}}}"), "rules[0].detect.event.of.where", "'data.method' never equals 'crad'", "did you mean 'card'?"),
    (rule("{event: {of: {kind: env.level, where: 'data.value == \"5\"'}}}"), "rules[0].detect.event.of.where", "'data.value' never equals '5'", "it is a number"),
    (rule(EVENT, "scope: 'device.floor == 3'"), "rules[0].scope", "'device.floor' is text and never equals the number 3", 'write "3"'),
    (rule("{missing: {first: contact.opened, then: access.granted, within: 5m}}", "scope: 'data.method == \"card\"'"), "rules[0].detect.missing.first", "never comes", "ask for it in where"),
    (rule(EVENT, "by: [subject.cred]"), "rules[0].by", "takes ever new values", "use device or a place"),
    (rule("{event: {of: vehicle.plate}}", "dedup: [data.plate]"), "rules[0].dedup", "takes ever new values", "count with distinct: data.plate"),
    (rule(EVENT, "by: [at]"), "rules[0].by", "takes ever new values", "use device or a place"),
    (rule(DENIED % (3, "30d")), "rules[0].detect", "more than 7 days", "write a shorter window"),
    (rule(LEVEL % ("avg", "3d", 5)), "rules[0].detect", "remembers about", "shorten the window"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "words", "step"), WARNED)
def test_what_it_warns_of(text: str, path: str, words: str, step: str) -> None:
    found = warnings(text)
    fitting = [line for line in found if line.startswith(f"{path}: ") and words in line]
    assert len(fitting) == 1, found
    assert step in fitting[0]
    _, _, message = fitting[0].partition(": ")
    assert in_chinese(message) != message, message
    assert "\n" not in fitting[0]


SHADOWED = [
    (DENIED % (5, "60s"), DENIED % (5, "60s"), True),
    (DENIED % (3, "60s"), DENIED % (5, "60s"), True),
    (DENIED % (5, "2m"), DENIED % (5, "60s"), True),
    (DENIED % (5, "30s"), DENIED % (5, "60s"), False),
    (DENIED % (7, "60s"), DENIED % (5, "60s"), False),
    ("{event: {of: access.denied}}", DENIED % (5, "60s"), True),
    (DENIED % (1, "60s"), "{event: {of: access.denied}}", True),
    ("{event: {of: {kind: access.denied, where: 'hour(at) < 5'}}}", DENIED % (5, "60s"), False),
    (LEVEL % ("avg", "5m", 4), LEVEL % ("avg", "5m", 8), True),
    (LEVEL % ("avg", "6m", 4), LEVEL % ("avg", "5m", 8), False),
    (LEVEL % ("max", "5m", 4), LEVEL % ("avg", "5m", 8), False),
    ("{sustained: {of: env.level, holds: data.value > 3, for: 5m}}", "{sustained: {of: env.level, holds: data.value > 3, for: 9m}}", True),
    ("{sustained: {of: env.level, holds: data.value > 3, for: 5m, max_gap: 1m}}", "{sustained: {of: env.level, holds: data.value > 3, for: 9m}}", False),
    ("{absence: {of: device.heartbeat, for: 5m}}", "{absence: {of: device.heartbeat, for: 9m}}", True),
    ("{missing: {first: contact.opened, then: contact.closed, within: 2m}}", "{missing: {first: contact.opened, then: contact.closed, within: 3m}}", True),
    ("{sequence: {first: contact.opened, then: contact.closed, within: 2m}}", "{sequence: {first: contact.opened, then: contact.closed, within: 3m}}", False),
    ("{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 2, within: 5m}}", "{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 3, within: 5m}}", True),
]  # fmt: skip


@pytest.mark.parametrize(("easy", "hard", "shadowed"), SHADOWED)
@pytest.mark.parametrize("first", ["easy", "hard"])
def test_a_rule_behind_a_weaker_one_is_superfluous(easy: str, hard: str, shadowed: bool, first: str) -> None:
    rules = [rule(easy, name="a.easy"), rule(hard, name="a.hard")]
    found = warnings(*(rules if first == "easy" else reversed(rules)))
    told = [line for line in found if "opens nothing" in line or "detects exactly" in line]
    if not shadowed:
        assert [line for line in told if line.startswith("a.hard")] == []
        return
    assert len(told) == 1, found
    if easy != hard and "at_least: 1," not in easy:  # where each is behind the other, the later one is told
        assert told[0].startswith("a.hard: 'a.hard' opens nothing that 'a.easy' has not opened already")
        assert "raise its level" in told[0]


@pytest.mark.parametrize(
    "more",
    ["by: [device.building]", "scope: 'device.type == \"gate\"'", "active: night", "dedup: [data.door]", "notify: night", "late: evaluate", "enabled: false"],
)  # fmt: skip
def test_another_key_or_time_is_not_behind_it(more: str) -> None:
    found = warnings(rule(DENIED % (3, "60s"), more, name="a.easy"), rule(DENIED % (5, "60s"), name="a.hard"))
    assert [line for line in found if "opens nothing" in line] == []


def test_a_scope_inside_a_wide_rule_is_behind_it() -> None:
    narrow = rule(DENIED % (5, "60s"), "scope: 'device.type == \"gate\"'", name="a.hard")
    found = warnings(rule(DENIED % (3, "60s"), name="a.easy"), narrow)
    assert found == [line for line in found if line.startswith("a.hard: 'a.hard' opens nothing")]
    assert len(found) == 1


def test_a_higher_level_is_worth_a_rule_of_its_own() -> None:
    high = rule(DENIED % (5, "60s"), name="a.hard", stages="[{stage: alarm, level: L1}]")
    assert warnings(rule(DENIED % (3, "60s"), name="a.easy"), high) == []


@pytest.mark.parametrize(
    "text",
    [
        rule(EVENT, "by: [device, data.door]"),
        rule("{event: {of: {kind: access.denied, where: 'data.method == \"card\"'}}}"),
        rule("{event: {of: access.*}}", "scope: 'device.floor == \"3\"'"),
        rule("{every: {interval: 5m, if: state.online == false}}"),
        rule("{every: {interval: 30m}}"),
        rule("{count: {of: access.granted, at_least: 2, within: 4h}}", "by: [subject.cred]"),
        rule(TOO_HIGH),
        rule(LEVEL % ("avg", "12h", 5)),
        rule("{missing: {first: contact.opened, then: contact.closed, within: 5m}}", "scope: 'data.door == 1'"),
    ],
)  # fmt: skip
def test_what_it_leaves_alone(text: str) -> None:
    assert warnings(text) == []


def test_the_built_in_rules_are_clean() -> None:
    assert [str(each) for each in load_rules(builtin_packs()).lint] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("unknown kind 'acces.denied'; did you mean 'access.denied'?", "没有事件种类“acces.denied”；是不是“access.denied”？"),
        ("expected a duration such as 300ms, 30s, 5m, 2h or 3d, found 5", "应为时长，例如 300ms, 30s, 5m, 2h or 3d，写的是 5"),
        ("'detect' is missing", "缺少“detect”"),
        ("unknown level 'L9', expected one of L1, L2, L3, L4; did you mean 'L4'?", "level 不能是 'L9'，只能是 L1, L2, L3, L4；是不是“L4”？"),
        ("'a.b' detects exactly what 'a.c' does: one of them is superfluous; take one out, or join their stages", "“a.b”和“a.c”判断的完全一样；去掉一条，或把级别合在一条里"),
        ("something new", "something new"),
    ],
)  # fmt: skip
def test_warnings_and_mistakes_are_said_in_chinese_too(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese
