"""The guide for rule writers: every rule in it loads, without a warning, and can be read aloud."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rules.explain import rule_sentence
from rules.load import load_rules
from rules.site import load_site

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
