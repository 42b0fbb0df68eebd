"""Explanations: rules and changes as sentences a property manager can read, in both languages, never failing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.event import Event
from gateway.builtin import builtin_packs
from rules.change import Change, ChangeName
from rules.engine import Engine
from rules.explain import rule_sentence, sentence
from rules.load import load_rules
from rules.model import Rule
from rules.operators import BUILT_IN
from rules.phrases import PHRASES, phrase
from rules.site import Site
from rules.words import lasting

SHANGHAI = ZoneInfo("Asia/Shanghai")
PACKS = load_rules(builtin_packs(), zone=SHANGHAI).rules


def rule(detect: str, rest: str = "") -> Rule:
    text = f"- id: a.b\n  name: Try\n  category: '0207'\n  detect: {detect}\n  stages: [{{stage: warning, level: L3}}]\n{rest}"
    loaded = load_rules({"a.yaml": text}, zone=SHANGHAI)
    assert not loaded.problems, [str(p) for p in loaded.problems]
    return loaded.rules[0]


def change(name: ChangeName = "opened", why: dict[str, Any] | None = None, **more: Any) -> Change:
    at = datetime(2026, 3, 6, 14, tzinfo=UTC)
    values: dict[str, Any] = {
        "t": at, "change": name, "rule": "a.b", "version": 1, "key": {"device": "gate-n"}, "stage": "alarm", "level": "L2",
        "count": 5, "notify": True, "respond": False, "late": False, "delayed": False, "why": why or {}, "alert": "x",
        "opened_at": at, "last_at": at,
    }  # fmt: skip
    return Change(**{**values, **more})


@pytest.mark.parametrize(
    ("detect", "zh", "en"),
    [
        ("{event: {of: access.forced}}", "出现“强行闯入”", "“Door forced” comes"),
        ("{count: {of: access.denied, at_least: 5, within: 60s}}", "60 秒内“拒绝通行”达到 5 次", "“Access denied” comes 5 times within 60 s"),
        ("{count: {of: access.*, at_least: 3, within: 90m, distinct: subject.cred}}", "90 分钟内门禁事件出现 3 个不同的证件", "access events with 3 different values of credential within 90 min"),
        ("{sustained: {of: vehicle.barrier, holds: 'data.position == \"open\"', for: 10m, max_gap: 5m}}", "“道闸”的位置为 开，持续 10 分钟（样本间隔不超过 5 分钟）", "at “Barrier” the position is open for 10 min (samples at most 5 min apart)"),
        ("{absence: {of: device.*, for: 36h}}", "36 小时没有设备状态", "no device states for 36 h"),
        ("{absence: {of: device.*, for: 2d, expect: '\"battery\" in device.tags'}}", "2 天没有设备状态（只看带标签 battery的设备）", "no device states for 2 d (only devices where tagged battery)"),
        ("{sequence: {first: access.granted, then: contact.opened, within: 10s, match: [data.door]}}", "“通行”之后 10 秒内出现“开启”（data.door 相同）", "“Opened” within 10 s after “Access granted” (same data.door)"),
        ("{missing: {first: contact.opened, then: contact.closed, within: 2m}}", "“开启”之后 2 分钟内没有“关闭”", "no “Closed” within 2 min after “Opened”"),
        ("{aggregate: {of: env.temperature, value: data.value, fn: avg, over: 5m, above: 55, clear_below: 50}}", "5 分钟内“温度”的数值的平均值高于 55", "the average of the value of “Temperature” over 5 min goes above 55"),
        ("{aggregate: {of: env.level, value: data.value, fn: rate, over: 3 events, below: -2.5, clear_above: -1, per: 1m}}", "最近 3 次“液位”的数值的变化速度低于 -2.5（每 60 秒）", "the rate of the value of “Level” of the last 3 samples goes below -2.5 per 60 s"),
        ("{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 2, within: 5m}}", "5 分钟内有 2 个不同设备报“烟雾报警”或“温度报警”", "2 different devices report “Smoke” or “Heat” within 5 min"),
        ("{every: {cron: '0 8 * * 1', if: 'state.online == false'}}", "每周一 08:00，若设备不在线", "every Monday at 08:00, if the device is offline"),
        ("{every: {interval: 6h}}", "每 6 小时", "every 6 h"),
    ],
)  # fmt: skip
def test_each_operator_reads_as_one_phrase(detect: str, zh: str, en: str) -> None:
    written = rule(detect, "  clear: {by: person}\n" if "event" in detect else "")
    assert zh in rule_sentence(written, "zh")
    assert en in rule_sentence(written, "en").replace("When ", "when ")


def test_a_whole_rule_is_one_sentence() -> None:
    denied = next(r for r in PACKS if r.id == "access.repeated_denied")
    assert rule_sentence(denied, "zh") == (
        "同一设备（设备类型是 门禁、单元门 之一）：60 秒内“拒绝通行”达到 5 次，预警（一般）；"
        "60 秒内“拒绝通行”达到 10 次，报警（重要）；报警后 10 分钟无人确认，报警（紧急）。10 分钟内没有新的即解除。"
    )
    assert rule_sentence(denied, "en") == (
        "For one device (the device type is one of access gate, unit door), when “Access denied” comes 5 times within 60 s: "
        "warning (normal); when “Access denied” comes 10 times within 60 s: alarm (serious); when nobody acknowledges the alarm for 10 min: "
        "alarm (urgent). It ends after 10 min without another."
    )


@pytest.mark.parametrize("built_in", PACKS, ids=lambda r: r.id)
def test_built_in_rules_can_be_read_in_both_languages(built_in: Rule) -> None:
    zh, en = rule_sentence(built_in, "zh"), rule_sentence(built_in, "en")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in en), en
    assert zh.endswith("。")
    assert en.endswith(".")
    for written in ("data.", "device.", "hour(", "&&", "||"):
        assert written not in zh.replace("data.door", ""), zh


def test_every_built_in_operator_has_a_phrase_and_a_name_is_taken_once() -> None:
    assert set(BUILT_IN) <= set(PHRASES)
    with pytest.raises(ValueError, match="two phrases for 'count'"):
        phrase("count")(lambda _operator, _lang: "")


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        (change(why={"by": "wang"}, name="acknowledged"), "wang 已确认", "acknowledged by wang"),
        (change("cleared", {"by": "wang"}), "wang 手动解除", "cleared by wang"),
        (change("cleared", {"quiet": "10m"}), "解除：10 分钟没有再发生", "cleared: it did not happen again for 10 min"),
        (change("cleared", {"on": "e1"}), "收到恢复消息", "cleared: the message that ends it came"),
        (change("flapping", {"changes": 6, "within": "30m"}), "30 分钟内变化 6 次", "6 changes within 30 min"),
        (change("stepped_up", {"open_for": "15m"}), "升为报警（重要）：15 分钟仍未解除", "raised to alarm (serious): still open after 15 min"),
        (change("stepped_up", {"unacknowledged": "10m", "levels": [False]}), "10 分钟无人确认", "nobody acknowledged it for 10 min"),
        (change("silenced", {"muted_by": {"silence": "x", "by": "li", "reason": "施工"}}), "被 li 屏蔽：施工", "silenced by li: 施工"),
        (change("inhibited", {"muted_by": {"rule": "power.lost"}}), "已有“power.lost”，不另通知", "inhibited by “power.lost”"),
        (change("opened", {"operator": "count", "number": 5, "at_least": 5, "within": "60s", "muted_by": {"parent": "sw-1"}}), "上级设备 sw-1 离线", "behind sw-1, which is offline"),
        (change("opened", {"operator": "event"}, late=True, delayed=True), "（补报）（网关停机期间到期）", "(reported late) (due while the gateway was down)"),
        (change("opened", {"operator": "absence", "for": "36h", "heard": True, "last_us": 0}), "已 36 小时没有事件，最后一次在 1 月 1 日 00:00:00Z", "no events for 36 h, the last at 00:00:00Z on 1 January"),
        (change("reopened", {"operator": "event", "still": True}), "解除后情况仍在", "it still holds"),
    ],
)  # fmt: skip
def test_changes_say_why(said: Change, zh: str, en: str) -> None:
    assert zh in sentence(said, "zh")
    assert en in sentence(said, "en")


def test_a_real_change_with_its_rule_place_and_zone() -> None:
    written = rule("{count: {of: access.denied, at_least: 5, within: 60s}}")
    engine = Engine([written], [], Site())
    start = datetime(2026, 3, 6, 14, tzinfo=UTC)
    said: list[Change] = []
    for second in range(5):
        at = start.replace(second=second)
        said += engine.step(
            Event(id=f"e{second}", device="gate-n", kind="access.denied", at=at, received_at=at), now=at
        )
    assert (
        sentence(said[0], "zh", rule=written, place="北门") == "北门：60 秒内“拒绝通行” 5 次（规定 5 次）。"
    )
    assert sentence(said[0], "en", rule=written, place="North gate") == (
        "North gate: “Access denied” 5 times within 60 s (threshold 5)."
    )
    assert sentence(said[0], "zh").startswith("gate-n：")


@pytest.mark.parametrize(
    ("us", "zh", "en"),
    [
        (300_000, "300 毫秒", "300 ms"), (60_000_000, "60 秒", "60 s"), (120_000_000, "2 分钟", "2 min"), ("90m", "90 分钟", "90 min"),
        ("1h", "1 小时", "1 h"), ("36h", "36 小时", "36 h"), ("1d", "24 小时", "24 h"), ("3d", "3 天", "3 d"), (0, "0 秒", "0 s"),
        ("3 events", "3 个样本", "3 events"), (None, "?", "?"), (1, "1e-06 秒", "1e-06 s"),
    ],
)  # fmt: skip
def test_durations(us: object, zh: str, en: str) -> None:
    assert lasting(us, "zh") == zh
    assert lasting(us, "en") == en


WORDS = st.sampled_from(
    ["operator", "number", "at_least", "within", "for", "holds", "since_us", "last_us", "first_us", "then_us", "heard", "value",
     "above", "below", "fn", "path", "values", "muted_by", "by", "quiet", "on", "levels", "open_for", "changes", "distinct", "schedule"]
)  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**22) | st.floats() | st.sampled_from([*BUILT_IN, "system", "x", "60s", "silence"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["silence", "rule", "parent", "reason"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(
    st.sampled_from(get_args(ChangeName)),
    st.dictionaries(WORDS, ANY, max_size=6),
    st.sampled_from([None, *PACKS[:12]]),
)
def test_no_reason_makes_it_fail(name: ChangeName, why: dict[str, Any], written: Rule | None) -> None:
    for lang in ("zh", "en"):
        text = sentence(change(name, why), lang, rule=written, zone=SHANGHAI)
        assert text.lower().startswith("gate-n")
        assert text[-1] in "。."
