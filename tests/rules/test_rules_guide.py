"""The guide for rule writers: every rule in it loads, without a warning, and can be read aloud."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.event import Event
from rules.change import Change
from rules.engine import Engine
from rules.explain import rule_sentence, sentence
from rules.load import load_rules
from rules.near import near_miss_sentence
from rules.site import Site, load_site
from rules.words import LANGUAGES

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
RULES = [block for block in BLOCKS if "detect:" in block]
SITES = [block for block in BLOCKS if "calendars:" in block]
ZONE = ZoneInfo("Asia/Shanghai")


def test_the_guide_has_ten_wishes() -> None:
    assert len(RULES) == 10
    assert len(re.findall(r"^### \d+ ", GUIDE, re.MULTILINE)) == 10


@pytest.mark.parametrize("block", RULES)
def test_each_wish_is_a_rule(block: str) -> None:
    site, problems = load_site("site: guide\n" + SITES[0], "site.yaml")
    assert [str(p) for p in problems] == []
    loaded = load_rules({"docs/rules.md": block}, zone=ZONE, calendars=site.calendars)
    assert [str(p) for p in (*loaded.problems, *loaded.lint)] == []
    assert loaded.rules
    for rule in loaded.rules:
        assert rule_sentence(rule, "zh")
        assert rule_sentence(rule, "en")


def test_the_mistake_it_shows_is_the_one_that_is_told() -> None:
    written = "rules:\n- id: a.b\n  name: A\n  detect: {count: {of: acces.denied, at_least: 5, within: 60s}}\n  stages: [{stage: warning, level: L3}]\n"
    loaded = load_rules({"rules/gates.yaml": written})
    assert str(loaded.problems[0]) in GUIDE


def test_the_sentences_it_shows_are_those_that_are_said() -> None:
    start = datetime(2026, 3, 6, 22, tzinfo=ZONE)
    rule = load_rules({"docs/rules.md": RULES[0]}, zone=ZONE).rules[0]

    def play(number: int) -> tuple[Engine, list[Change]]:
        engine, told = Engine([rule], [], Site()), []
        for second in range(0, 10 * number, 10):
            at = start + timedelta(seconds=second)
            told += engine.step(
                Event(id=f"e{second}", device="gate-n1", kind="access.denied", at=at, received_at=at), now=at
            )
        return engine, told

    opened = play(5)[1][0]
    missed = play(4)[0].near_miss(rule.id, '["gate-n1"]')
    for lang, place in zip(LANGUAGES, ("北门", "North gate"), strict=True):
        assert f"> {rule_sentence(rule, lang)}\n" in GUIDE
        assert f"> {sentence(opened, lang, rule=rule, place=place, zone=ZONE)}\n" in GUIDE
        assert f"> {near_miss_sentence(missed, rule, lang, zone=ZONE)}\n" in GUIDE
