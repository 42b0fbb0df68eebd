"""“Why did it not fire?” has an answer with numbers, from the engine's own near misses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devices.event import Event
from rules.engine import Engine
from rules.load import load_rules
from rules.near import near_miss_sentence
from rules.runtime import key_text
from rules.site import Site

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 6, 14, tzinfo=UTC)


def asked(detect: str, events: list[tuple[int, str, dict[str, Any]]]) -> tuple[str, str]:
    text = (
        f"- {{id: a.b, name: A, category: '0207', detect: {detect}, stages: [{{stage: warning, level: L3}}]}}"
    )
    loaded = load_rules({"a.yaml": text}, zone=SHANGHAI)
    assert not loaded.problems, [str(p) for p in loaded.problems]
    engine = Engine(loaded.rules, [], Site())
    for number, (second, kind, facts) in enumerate(events):
        at = START + timedelta(seconds=second)
        engine.step(
            Event(id=f"e{number}", device="gate-n", kind=kind, at=at, received_at=at, data=facts), now=at
        )
    found = engine.near_miss("a.b", key_text(["gate-n"]))
    rule = loaded.rules[0]
    return near_miss_sentence(found, rule, "zh", zone=SHANGHAI), near_miss_sentence(found, rule, "en")


@pytest.mark.parametrize(
    ("detect", "events", "zh", "en"),
    [
        (
            "{count: {of: access.denied, at_least: 5, within: 60s}}",
            [(n * 10, "access.denied", {}) for n in range(4)],
            "60 秒内“拒绝通行”最多 4 次，要 5 次（3 月 6 日 22:00:30）。",
            "“Access denied” at most 4 times within 60 s, 5 are needed (14:00:30Z on 6 March).",
        ),
        (
            "{sustained: {of: env.level, holds: data.value > 80, for: 10m}}",
            [(0, "env.level", {"value": 90}), (420, "env.level", {"value": 10})],
            "数值大于 80，最长持续 7 分钟，要 10 分钟（3 月 6 日 22:07:00 中断）。",
            "The value is above 80: for 7 min at most, 10 min are needed (it ended at 14:07:00Z on 6 March).",
        ),
        (
            "{aggregate: {of: env.level, value: data.value, fn: last, over: 1 events, above: 80, clear_below: 70}}",
            [(0, "env.level", {"value": 79.5}), (60, "env.level", {"value": 10})],
            "“液位”的数值最接近时为 79.5 %，要高于 80 %（3 月 6 日 22:00:00）。",
            "The value of “Level” came to 79.5 %, it must go above 80 % (14:00:00Z on 6 March).",
        ),
        (
            "{absence: {of: device.*, for: 3m}}",
            [(0, "device.heartbeat", {})],
            "最后一次消息在 3 月 6 日 22:00:00，满 3 分钟没有消息才触发。",
            "Last heard 14:00:00Z on 6 March; it fires after 3 min without a message.",
        ),
        (
            "{sequence: {first: access.granted, then: contact.opened, within: 10s}}",
            [(0, "access.granted", {}), (12, "contact.opened", {}), (60, "access.granted", {})],
            "3 月 6 日 22:00:00 “通行”，12 秒后才“开启”，要在 10 秒内。3 月 6 日 22:01:00 “通行”，还没有“开启”。",
            (
                "“Access granted” at 14:00:00Z on 6 March, “Opened” only 12 s later, it must come within 10 s. "
                "“Access granted” at 14:01:00Z on 6 March, no “Opened” yet."
            ),
        ),
        (
            "{sequence: {first: access.granted, then: contact.opened, within: 10s, match: [data.door]}}",
            [(0, "access.granted", {"door": 1}), (3, "contact.opened", {"door": 2})],
            "3 月 6 日 22:00:00 “通行”和随后的“开启”不是同一个门（1，2）。3 月 6 日 22:00:00 “通行”，还没有“开启”。",
            (
                "“Access granted” at 14:00:00Z on 6 March and the “Opened” after it differ in the door (1, 2). "
                "“Access granted” at 14:00:00Z on 6 March, no “Opened” yet."
            ),
        ),
        (
            "{missing: {first: contact.opened, then: contact.closed, within: 2m}}",
            [
                (0, "contact.opened", {}),
                (20, "contact.closed", {}),
                (60, "contact.opened", {}),
                (170, "contact.closed", {}),
            ],
            "3 月 6 日 22:01:00 “开启”，“关闭”在 110 秒后到来，没有超过 2 分钟。",
            "“Opened” at 14:01:00Z on 6 March, “Closed” came 110 s later, within the 2 min allowed.",
        ),
        (
            "{corroborate: {any_of: [fire.smoke, fire.heat], at_least: 3, within: 5m, distinct: data.reason}}",
            [
                (0, "fire.smoke", {"reason": "a"}),
                (9, "fire.heat", {"reason": "b"}),
                (12, "fire.heat", {"reason": "b"}),
            ],
            "5 分钟内最多 2 个来源报“烟雾报警”或“温度报警”（a、b），要 3 个（3 月 6 日 22:00:09）。",
            "At most 2 sources (a, b) reported “Smoke” or “Heat” within 5 min, 3 are needed (14:00:09Z on 6 March).",
        ),
        (
            "{aggregate: {of: env.level, value: data.value, fn: avg, over: 3 events, above: 80, clear_below: 70}}",
            [(0, "env.level", {"value": 95})],
            "样本不够：有 1 个，要 3 个。",
            "Too few samples: 1, 3 are needed.",
        ),
        (
            "{sustained: {of: env.level, holds: data.value > 80, for: 10m, max_gap: 2m}}",
            [(0, "env.level", {"value": 90}), (5, "env.level", {}), (600, "device.heartbeat", {})],
            "自 3 月 6 日 22:00:00 起成立，要满 10 分钟。3 月 6 日 22:00:05 的样本无法判断。",
            "It holds since 14:00:00Z on 6 March, 10 min are needed. Of the sample at 14:00:05Z on 6 March it is not known.",
        ),
        (
            "{event: {of: access.forced}}",
            [],
            "还没有接近触发。触发条件：出现“强行闯入”。",
            "It has not come close. It fires when “Door forced” comes.",
        ),
    ],
)
def test_how_close_it_came(
    detect: str, events: list[tuple[int, str, dict[str, Any]]], zh: str, en: str
) -> None:
    assert asked(detect, events) == (zh, en)
