"""The built-in rules: they load without a warning, and each has a story that fires it and one that must not.

The stories stand in `tests/scenarios/packs/*.yaml`. Every story runs with all built-in rules at work, so a rule that
meddles with another one shows. An event is `[when, device, kind, data, subject]`; `when` is `10s` after the start, or
`10s/5s/4`: from 10 s, every 5 s, four times. With `behind` every event tells a time so much older than its receipt.
`expect` names each change of the rule but `repeated`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devices.document import parse_document
from devices.event import Event
from gateway.builtin import builtin_packs
from gateway.site import built_in_categories, built_in_plans
from rules.duration import parse_duration
from rules.engine import Engine
from rules.load import load_rules
from rules.site import Site, load_site

HERE = Path(__file__).resolve().parents[1] / "scenarios" / "packs"
START = "2026-03-06T14:00:00+08:00"  # a Friday afternoon
LOADED = load_rules(builtin_packs(), zone=ZoneInfo("Asia/Shanghai"))


def stories() -> Iterator[tuple[str, str, dict[str, Any], Site]]:
    for path in sorted(HERE.glob("*.yaml")):
        document = parse_document(path.read_text("utf-8"), path.name)
        assert not document.problems, [str(p) for p in document.problems]
        site, problems = load_site((HERE / "site.yml").read_text("utf-8"), "site.yml")
        assert not problems, [str(p) for p in problems]
        for rule, told in document.value.items():
            for which in told:
                yield rule, which, told[which], site


STORIES = list(stories())


def seconds(text: str) -> timedelta:
    found = parse_duration(text)
    assert found is not None, text
    return timedelta(microseconds=found)


def events(story: dict[str, Any], start: datetime) -> list[Event]:
    found, behind = [], seconds(story.get("behind", "0s"))
    for when, device, kind, *rest in story.get("events", []):
        first, _, repeat = when.partition("/")
        step, _, count = repeat.partition("/")
        for n in range(int(count or 1)):
            at = start + seconds(first) + n * seconds(step or "0s")
            data, subject = (*rest, {}, {})[:2]
            facts = {"data": data or {}, "subject": subject or {}}
            found.append(Event(device=device, kind=kind, at=at - behind, received_at=at, **facts))
    found.sort(key=lambda event: event.received_at)
    return found


def told(rule: str, story: dict[str, Any], site: Site) -> list[str]:
    start = datetime.fromisoformat(story.get("start", START))
    engine = Engine(LOADED.rules, LOADED.inhibits, site)
    engine.tick(start, seq=0)
    changes = []
    said = events(story, start)
    for event in said:
        changes += engine.step(event, now=event.received_at)
    end = start + seconds(story.get("until", "0s"))
    changes += engine.tick(max([end, *(event.received_at for event in said)]), seq=0)
    return [
        f"{(change.t - start).total_seconds():g}s {change.change} {change.stage} {change.level}"
        for change in changes
        if change.rule == rule and change.change != "repeated"
    ]


def test_packs_load_without_a_warning() -> None:
    assert [str(p) for p in (*LOADED.problems, *LOADED.lint)] == []
    assert len(LOADED.rules) >= 40


def test_each_rule_is_in_two_languages_and_names_what_exists() -> None:
    categories, plans = built_in_categories(), built_in_plans()
    for rule in LOADED.rules:
        assert rule.category in categories, rule.id
        assert rule.respond is None or rule.respond in plans, rule.id
        for text in (rule.name, rule.note):
            assert text["zh"] != text["en"], rule.id
            assert any("\u4e00" <= sign <= "\u9fff" for sign in text["zh"]), rule.id
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in text["en"]), rule.id


def test_each_rule_has_a_story_for_and_one_against() -> None:
    have = {(rule, which) for rule, which, _, _ in STORIES}
    assert have == {(rule.id, which) for rule in LOADED.rules for which in ("fires", "quiet")}


@pytest.mark.parametrize(
    ("rule", "story", "site"), [pytest.param(r, s, site, id=f"{r}-{w}") for r, w, s, site in STORIES]
)
def test_story(rule: str, story: dict[str, Any], site: Site) -> None:
    assert told(rule, story, site) == story.get("expect", [])


@pytest.mark.parametrize(
    ("rule", "story"), [pytest.param(r, s, id=r) for r, w, s, _ in STORIES if w == "fires"]
)
def test_a_story_that_fires_says_so(rule: str, story: dict[str, Any]) -> None:
    assert any("opened" in line for line in story["expect"]), rule
