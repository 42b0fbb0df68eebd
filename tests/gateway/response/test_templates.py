"""Every notice, in both languages, with full and with missing facts: nothing unfilled, nothing told that must not be."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from gateway.response.bundle import Digest, bundled
from gateway.response.message import TEXTS, TITLES, render
from gateway.response.model import Message
from tests.contracts.channel import message

ROOT = Path(__file__).resolve().parents[3]
NUMBER = "sc-20260304-001"
# What a case may know of people and places, each with a word that must not leak to a group.
SECRETS = {
    "who": "王秘密",
    "place": {"zh": "秘密楼 3 单元 301", "en": "secret building 3-301"},
    "title": {"zh": "秘密标题", "en": "secret title"},
    "why": {"zh": "张秘密说煤气味。", "en": "Zhang secret smelled gas. "},
    "reason": {"zh": "秘密原因", "en": "secret reason"},
    "prompt": {"zh": "秘密电话 13812341234", "en": "secret call 13812341234"},
    "agency": "秘密单位",
    "due": "10:15",
    "photo": "/api/photos/secret",
    "text": "居民秘密原话",
    "into": "sc-20260304-002",
    # of the roster
    "day": "2026-03-04",
    "begin": "08:00",
    "end": "20:00",
    "count": "2",
    "left": "1",
    "shift": {"zh": "夜班", "en": "night shift"},
    "other": "王秘密",
    "note": {"zh": "备注", "en": "a note"},
    "lines": {"zh": "北区", "en": "north"},
    # of a report
    "report": {"zh": "两件", "en": "two cases"},
    "gaps": {"zh": "无人", "en": "nobody"},
}
GROUPS = sorted(name for name in TITLES if name.startswith("case.group"))
LANGUAGES = ("zh", "en", "zh-CN", "en-GB")


def sent(template: str, params: dict[str, Any], **changes: Any) -> Message:
    return message(template=template, incident=NUMBER, level="L2", params=params, **changes)


def used_templates() -> set[str]:
    """Return every template that the code names where it tells somebody."""
    found = set()
    for file in (ROOT / "gateway" / "response").rglob("*.py"):
        if file.name == "message.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            named = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if named and re.fullmatch(r"(case|alert|report)\.[a-z_]+", node.value):
                found.add(node.value)
    return found


def test_every_template_has_title_and_text_and_every_notice_has_a_template():
    assert set(TITLES) == set(TEXTS)
    missing = {name for name in used_templates() if name not in TITLES}
    assert not missing


@pytest.mark.parametrize("template", sorted(TITLES))
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("params", [SECRETS, {}], ids=["full", "empty"])
@pytest.mark.parametrize("drill", [False, True])
def test_a_notice_is_whole_in_each_language(
    template: str, language: str, params: dict[str, Any], drill: bool
):
    words = render(sent(template, params, drill=drill), language)
    for text in (words.title, words.text):
        assert text.strip()
        assert not re.search(r"[{}]|None|\bnull\b", text), "a gap shows as a dash, never as a name of a fact"
        assert text.startswith(("【演练】", "[DRILL]")) is drill
    if language.startswith("en"):
        assert not re.search(r"[\u4e00-\u9fff]", words.text.replace("王秘密", "").replace("秘密单位", ""))
    else:
        assert re.search(r"[\u4e00-\u9fff]", words.title + words.text)


@pytest.mark.parametrize("template", sorted(TITLES))
def test_both_languages_say_the_same_facts(template: str):
    def facts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for table in (TITLES, TEXTS):
        zh, en = table[template]
        assert facts(zh) == facts(en)
        assert facts(zh) <= {*SECRETS, "number", "level"}, "a fact that nobody gives"


@pytest.mark.parametrize("template", GROUPS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_learns_a_number_and_nothing_else(template: str, language: str):
    words = render(sent(template, SECRETS, recipient="group"), language)
    others = [render(sent(each, SECRETS, recipient="group"), language) for each in GROUPS * 6]
    several = bundled(words, others, None, language)
    digest = Digest(levels={"L2": 3}, open=((NUMBER, "L2"),), waiting=3, lost=2)
    many = bundled(words, others, digest, language)
    for each in (words, several, many):
        said = f"{each.title} {each.text}"
        assert not re.search(r"秘密|secret|138\d{8}|301|张|王|http|/api", said)
    assert NUMBER in words.title + words.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_bundles_name_the_others_and_a_digest_counts(language: str):
    lead, other = (render(sent(name, SECRETS), language) for name in ("case.sent", "case.late"))
    assert bundled(lead, [], None, language) == lead
    three = bundled(lead, [other] * 3, None, language)
    assert {"zh": "另有 3 件", "en": "3 more"}[language[:2]] in three.title
    assert three.text.startswith(lead.text)
    assert three.text.count(other.title) == 3
    many = bundled(lead, [other] * 30, None, language)
    assert many.text.count(other.title) == 8
    lost = bundled(lead, [], Digest(whole=False, lost=5), language)
    assert "5" in lost.text
    nothing_open = bundled(lead, [], Digest(levels={"L4": 2}, waiting=2), language)
    assert {"zh": "没有未结案的紧急、重要案件", "en": "Nothing urgent or serious is open"}[
        language[:2]
    ] in nothing_open.text
