"""Rules that ask for one word of the same field: an event meets those of its word and those that do not ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from devices.event import Event
from devices.registry import Device, Registry
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site

T0 = datetime(2026, 3, 6, 14, tzinfo=UTC)
STAGES = "stages: [{stage: warning, level: L3}]"
WORDS = ("expired", "unknown", "blocked", "time")
DEVICES = (Device(id="g1", type="gate", tags=("yard",)), Device(id="g2", type="gate"))


def _pack() -> str:
    lines = [
        f"- {{id: r.{word}, name: r, scope: 'data.reason == \"{word}\"', detect: {{event: {{of: access.denied}}}}, {STAGES}}}"
        for word in WORDS
    ]
    lines += [
        f"- {{id: a.any, name: r, detect: {{event: {{of: access.denied}}}}, {STAGES}}}",
        f"- {{id: q.where, name: r, detect: {{event: {{of: {{kind: access.denied, where: 'data.reason == \"time\" && data.door > 1'}}}}}}, {STAGES}}}",
        f'- {{id: z.tag, name: r, scope: \'"yard" in device.tags && data.reason == "time"\', detect: {{event: {{of: access.denied}}}}, {STAGES}}}',
        f"- {{id: z.not, name: r, scope: 'data.reason != \"time\"', detect: {{event: {{of: access.denied}}}}, {STAGES}}}",
        f"- {{id: z.or, name: r, scope: 'data.reason == \"time\" || data.door == 9', detect: {{event: {{of: access.denied}}}}, {STAGES}}}",
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("device", "data", "fired"),
    [
        ("g1", {"reason": "expired"}, ["a.any", "r.expired", "z.not"]),
        ("g1", {"reason": "time"}, ["a.any", "r.time", "z.or", "z.tag"]),
        ("g2", {"reason": "time"}, ["a.any", "r.time", "z.or"]),
        ("g2", {"reason": "time", "door": 2}, ["a.any", "q.where", "r.time", "z.or"]),
        ("g2", {"reason": "other", "door": 9}, ["a.any", "z.not", "z.or"]),
        ("g2", {"reason": 5}, ["a.any", "z.not"]),
        ("g2", {"reason": ["time"]}, ["a.any", "z.not"]),
        ("g2", {}, ["a.any"]),
        ("new", {"reason": "blocked"}, ["a.any", "r.blocked", "z.not"]),
    ],
)
def test_an_event_meets_the_rules_of_its_word_in_the_order_of_their_ids(
    device: str, data: dict[str, Any], fired: list[str]
) -> None:
    found = load_rules({"a.yaml": _pack()})
    assert not found.problems, [str(problem) for problem in found.problems]
    engine = Engine(found.rules, (), Site(registry=Registry(DEVICES)))
    engine.tick(T0, seq=0)
    now = T0 + timedelta(seconds=1)
    event = Event(id="e1", device=device, kind="access.denied", at=now, received_at=now, data=data)
    assert [change.rule for change in engine.step(event, now=now)] == fired
