"""What stopped a rule: the gate that kept each newest event out, and what stops the rule for a key now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devices.event import Event
from rules.action import SilenceAlerts
from rules.engine import Engine
from rules.load import load_rules
from rules.near import near_miss_sentence
from rules.newest import MOST_DEVICES
from rules.runtime import key_text
from rules.site import load_site

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 6, 14, tzinfo=UTC)  # a Friday, 22:00 in Shanghai
SITE = """
site: s
devices:
- {id: gate-n, type: access_gate, building: b1, tags: [perimeter]}
- {id: gate-s, type: access_gate}
calendars:
  office: [{days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00"}]
"""


class Asked:
    """One rule at work, events in, one question out."""

    def __init__(self, detect: str, rest: str = "") -> None:
        site, problems = load_site(SITE, "site.yaml")
        assert not problems, [str(p) for p in problems]
        text = f"- id: a.b\n  name: A\n  category: '0207'\n  detect: {detect}\n  stages: [{{stage: warning, level: L3}}]\n{rest}"
        loaded = load_rules({"a.yaml": text}, zone=SHANGHAI, calendars=site.calendars)
        assert not loaded.problems, [str(p) for p in loaded.problems]
        self.rule = loaded.rules[0]
        self.engine = Engine(loaded.rules, [], site)
        self.number = 0

    def event(
        self, second: float, kind: str, device: str = "gate-n", *, at: float | None = None, **more: Any
    ) -> None:
        self.number += 1
        now = START + timedelta(seconds=second)
        when = now if at is None else START + timedelta(seconds=at)
        self.engine.step(
            Event(id=f"e{self.number}", device=device, kind=kind, at=when, received_at=now, **more), now=now
        )

    def gates(self, *key: Any) -> list[dict[str, Any]]:
        found = self.engine.near_miss("a.b", key_text(key or ["gate-n"]))
        return list((found or {}).get("gates", ()))

    def said(self, *key: Any) -> tuple[str, str]:
        found = self.engine.near_miss("a.b", key_text(key or ["gate-n"]))
        return (
            near_miss_sentence(found, self.rule, "zh", zone=SHANGHAI),
            near_miss_sentence(found, self.rule, "en", zone=SHANGHAI),
        )


def test_a_where_that_was_false_is_told_clause_by_clause_with_its_values() -> None:
    asked = Asked(
        "{event: {of: {kind: env.temperature, where: 'data.value > 55 && data.humidity < 90 && data.label == \"x\"'}}}"
    )
    asked.event(5, "env.temperature", data={"value": 41.5, "humidity": 30})
    assert asked.gates() == [
        {
            "gate": "where", "kind": "env.temperature", "event": "e1", "at_us": 1772805605000000,
            "clauses": [
                {"of": "where", "text": "data.value > 55", "truth": False, "values": {"data.value": 41.5}},
                {"of": "where", "text": 'data.label == "x"', "truth": "unknown", "values": {}},
            ],
        }
    ]  # fmt: skip
    zh, en = asked.said()
    assert zh == "3 月 6 日 22:00:05 的“温度”没有算数：“数值大于 55”不成立（数值 41.5）、“目标为 x”无法判断。"
    assert (
        en
        == "“Temperature” at 22:00:05 on 6 March did not count: “the value is above 55” did not hold (value 41.5), “the object is x” was not known."
    )


def test_an_event_that_counts_leaves_no_gate() -> None:
    asked = Asked("{count: {of: access.denied, at_least: 5, within: 60s}}")
    asked.event(1, "access.denied")
    assert asked.gates() == []
    assert asked.said()[0].startswith("60 秒内“拒绝通行”最多 1 次，要 5 次")


@pytest.mark.parametrize(
    ("rest", "event", "gate", "zh"),
    [
        ("  scope: 'site.armed && data.method == \"card\"'\n", {}, "scope", "“布防”不成立"),
        ("  active: office\n", {}, "active", "日历“office”当时关闭"),
        ("  by: [subject.household]\n", {}, "by", "没有住户，无法归到哪一个"),
        ("  late: record\n", {"mode": "backfill"}, "late", "来得太晚，只记录"),
        ("", {"mode": "retained"}, "mode", "是保留消息，不算发生"),
        ("", {"mode": "test"}, "mode", "是测试消息，不算发生"),
        ("", {"mode": "snapshot"}, "mode", "是状态快照，不算发生"),
    ],
)  # fmt: skip
def test_each_gate_is_named(rest: str, event: dict[str, Any], gate: str, zh: str) -> None:
    asked = Asked("{event: {of: access.denied}}", rest)
    asked.event(1, "access.denied", **event)
    key = ("h1",) if gate == "by" else ("gate-n",)
    assert gate in [each["gate"] for each in asked.gates(*key) if "at_us" in each]
    said = asked.said(*key)
    assert zh in said[0]
    assert said[1] == said[1].strip()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in said[1])


def test_a_device_outside_the_scope_is_told_without_any_event() -> None:
    asked = Asked("{event: {of: access.denied}}", "  scope: '\"perimeter\" in device.tags'\n")
    assert asked.gates("gate-s")[0]["gate"] == "scope"
    assert "不在规则范围内：“带标签 周界”不成立（标签 无）" in asked.said("gate-s")[0]
    assert asked.gates("gate-n") == []


def test_an_open_a_muted_and_a_cooling_alert_are_told() -> None:
    asked = Asked("{event: {of: access.denied}}", "  clear: {after: 1m}\n  cooldown: 5m\n")
    asked.event(1, "access.denied")
    assert "告警自 3 月 6 日 22:00:01 起一直打开" in asked.said()[0]
    until = START + timedelta(hours=1)
    asked.engine.act(
        SilenceAlerts(where='rule == "a.b"', until=until, by="li", reason="施工"),
        now=START + timedelta(seconds=2),
        seq=0,
    )
    assert [each["gate"] for each in asked.gates()] == ["open", "muted"]
    assert "告警被 li 屏蔽，没有通知（施工）" in asked.said()[0]
    asked.engine.tick(START + timedelta(seconds=70), seq=0)
    assert asked.gates() == [{"gate": "cooldown", "until_us": 1772805961000000}]
    assert "22:06:01 之前再发生，算作刚解除的那一次" in asked.said()[0]


def test_a_calendar_that_is_closed_now_says_when_it_opens() -> None:
    asked = Asked("{event: {of: access.denied}}", "  active: office\n")
    asked.engine.tick(START, seq=0)
    assert "日历“office”现在关闭，3 月 9 日 08:00:00 开放" in asked.said()[0]


def test_a_schedule_says_what_was_false_or_not_known_when_it_was_last_asked() -> None:
    asked = Asked("{every: {cron: '1 22 * * *', if: 'state.online == false || device.type == \"lift\"'}}")
    asked.engine.tick(START, seq=0)
    asked.engine.tick(START + timedelta(minutes=2), seq=0)
    assert asked.said() == (
        "3 月 6 日 22:01:00 检查时“设备不在线”无法判断、“设备类型为 电梯”不成立（设备类型 门禁）。",
        (
            "When it was checked at 22:01:00 on 6 March, “the device is offline” was not known, "
            "“the device type is lift” did not hold (device type access gate)."
        ),
    )


def test_what_is_remembered_is_bounded() -> None:
    asked = Asked("{event: {of: {kind: access.denied, where: data.ok}}}")
    for number in range(MOST_DEVICES + 50):
        asked.event(number, "access.denied", f"d{number}")
    assert len(asked.engine._newest.of_kind("access.denied")) == MOST_DEVICES
    assert asked.gates("d0") == []
    assert asked.gates(f"d{MOST_DEVICES + 49}")[0]["gate"] == "where"


def test_what_a_key_holds_now() -> None:
    asked = Asked("{count: {of: access.denied, at_least: 5, within: 60s}}")
    asked.event(1, "access.denied")
    asked.event(2, "access.denied")
    standing = asked.engine.standing("a.b", key_text(["gate-n"]))
    assert standing == {
        "detect": {
            "operator": "count",
            "number": 2,
            "at_least": 5,
            "within": "1m",
            "window_us": [1772805601000000, 1772805602000000],
        }
    }
    assert asked.engine.standing("a.b", key_text(["nobody"])) is None
    assert asked.engine.standing("x.y", key_text(["gate-n"])) is None
