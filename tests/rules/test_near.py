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
