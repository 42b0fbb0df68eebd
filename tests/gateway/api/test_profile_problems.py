"""What is wrong with a profile is said in Chinese too, for every mistake that people make."""

from __future__ import annotations

import re

import pytest

from devices.draft import write_profile
from devices.profile import load_beside
from gateway.api.views.profile_problems import both_sentences, problem_view
from tests.devices.test_draft import BELL

TEXT = write_profile(BELL).text
DRAFTS: list[dict[str, object]] = [
    {"topic": "bell/#"}, {"topic": "a/{x}/{x}/b"}, {"topic": "{rest...}/b"}, {"id": "Bell"}, {"identity": "e.serail"},
    {"identity": "nobody"}, {"identity": "none"}, {"dedup": None}, {"odd": 1}, {"time": {"from": "e.time", "form": "odd"}},
    {"time": {"from": "e.time", "zone": "mars"}}, {"limit": 0}, {"path": "/x"}, {"kinds": "x"}, {"kinds": [{"kind": "sos.buton"}]},
    {"kinds": [{"field": "e.code", "kind": "sos.button"}]}, {"kinds": [{"field": "e.code", "equals": {}, "kind": "sos.button"}]},
    {"kinds": [{"when": "e.code == 1", "kind": "sos.button", "data": {"presss": "e.press"}}]}, {"kinds": [{"when": "e.code == 1"}]},
    {"kinds": [{"kind": "sos.button", "fields": {"dta.x": "e.code"}}]}, {"name": 7}, {"samples": []}, {"modes": [{"when": "e.code == 1", "mode": "x"}]},
    {"samples": [{"topic": "x", "payload": "{"}]}, {"samples": [{"topic": "bell/b1/event", "payload": '{"serial": "b1"}'}]},
    {"samples": [{"topic": "bell/b1/event"}]}, {"samples": [{"topic": "bell/b1/event", "payload": "{}", "received": "now"}]},
]  # fmt: skip
TEXTS = [
    TEXT.replace("press: long", "press: short"), TEXT.replace("name:", "\tname:", 1), "profile: [", "profile: x@1\nprofile: y@1\n",
    TEXT.replace("bell@1", "bell"), "7",
]  # fmt: skip


@pytest.mark.parametrize("changes", DRAFTS, ids=str)
def test_every_mistake_of_a_draft_has_a_chinese_sentence(changes):
    problems = write_profile({**BELL, **changes}).problems
    assert problems
    for each in problems:
        said = problem_view(each).message
        assert re.search("[一-鿿]", said.zh), said
        assert not said.zh.startswith("写法不对") or "expression" in said.en or "expected" in said.en, said
        assert said.en == each.message


@pytest.mark.parametrize("text", TEXTS)
def test_every_mistake_of_a_text_has_a_chinese_sentence(text):
    _, problems = load_beside(text, "profile", ())
    assert problems
    for each in problems:
        said = problem_view(each).message
        assert re.search("[一-鿿]", said.zh), said


def test_what_was_meant_is_named_and_an_unknown_sentence_is_not_lost():
    assert both_sentences("unknown field 'e.x'; did you mean 'e.y'?").zh.endswith("是不是“e.y”？")
    assert both_sentences("something new").zh == "写法不对：something new"


def test_a_sample_caught_on_another_day_says_what_is_missing():
    text = TEXT.replace("2026-03-04T18:15:02", "2026-05-04T18:15:02")
    _, problems = load_beside(text, "profile", ())
    said = problem_view(problems[-1]).message
    assert (
        "not believed beside received 2026-03-04T10:15:03Z: write when you caught it as 'received'" in said.en
    )
    assert said.zh.endswith("请在样例里用 received 写上收到它的时刻")
