"""Every story under tests/scenarios is played as it stands, by the engine and the cases of the live gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.builtin import builtin_packs
from gateway.scenario import play, run_file, site_of
from gateway.scenario_file import read_story

HERE = Path(__file__).resolve().parent
FORCED_DOOR = (HERE / "scenarios" / "forced_door.yaml").read_text(encoding="utf-8")
STORIES = sorted((HERE / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path):
    text = path.read_text(encoding="utf-8")
    story, problems = read_story(
        text, f"tests/scenarios/{path.name}", packs=builtin_packs(), sites=site_of(path)
    )
    assert [str(problem) for problem in problems] == []
    assert story is not None
    assert any(step.what == "expect" for step in story.steps)
    played = play(story)
    assert not played.failures, "\n".join([*played.failures, "", *played.transcript[-60:]])
    assert play(story).transcript == played.transcript, "the same story twice is the same story"


@pytest.mark.parametrize(
    ("written", "instead", "failure"),
    [
        ("assignees: [li]", "assignees: [wang]", "assignees is ['li'], expected ['wang']"),
        ("refused: own_work", "refused: role", "was refused (own_work)"),
        ("do: arrive, by: wang", "do: arrive, by: li", "was refused (not_taker)"),
        ("{to: li, about: case.check}", "{to: li, about: case.sent}", "no message"),
        ("lines: [escalate]", "lines: [close]", "no line 'close'"),
        ("acknowledged: true", "acknowledged: false", "no alert"),
        ("owner: wang,", "which: 2, owner: wang,", "there are 1 incidents"),
        (
            "incident: {state: closed,",
            "incidents: 2\n      incident: {state: closed,",
            "number of incidents is 1",
        ),
    ],
)
def test_a_story_that_does_not_hold_says_where(written, instead, failure):
    assert written in FORCED_DOOR
    story, problems = read_story(FORCED_DOOR.replace(written, instead), "forced_door.yaml")
    assert problems == []
    failures = play(story).failures
    assert failures
    assert failure in failures[0]
    assert failures[0].startswith("forced_door.yaml:")


@pytest.mark.parametrize(
    ("written", "instead", "failure"),
    [
        ("wang: {case.all: [lan, sms]}", "wang: {case.all: [lan]}", "who was told is"),
        ("site: {case.all: [lan]}", "site: {case.all: [lan, lan]}", "who was told is"),
        ("most_each: 4", "most_each: 3", "got 4 messages by"),
        ("drill: false", "drill: true", "messages that are marked otherwise is ['case.all to "),
        ("expect: {told: {}}", "expect: {told: {li: {case.all: [lan]}}}", "who was told is {}"),
    ],
)
def test_a_story_in_which_others_were_told_says_who(written, instead, failure):
    path = HERE / "scenarios" / "fire_unanswered.yaml"
    text = path.read_text(encoding="utf-8")
    assert written in text
    story, problems = read_story(
        text.replace(written, instead, 1), "fire.yaml", packs=builtin_packs(), sites=site_of(path)
    )
    assert problems == []
    assert failure in play(story).failures[0]


def test_mistakes_in_a_story_are_all_named_with_their_line():
    text = FORCED_DOOR
    for written, instead in (
        ("name: {zh: 第一网格", "nme: {zh: 第一网格"),
        ('category: "0205"', "category: 205"),
        ("do: arrive", "do: arive"),
        ("kind: access.granted, data", "kind: acess.granted, data"),
        ("at: 960s", "at: 900"),
        ("owner: wang,", "ownr: wang,"),
        ("people: [wang, li]", "people: [wang, lee]"),
    ):
        assert written in text
        text = text.replace(written, instead, 1)
    story, problems = read_story(text, "f.yaml")
    assert story is None
    said = "\n".join(str(problem) for problem in problems)
    for words in (
        "unknown field 'nme'; did you mean 'name'?",
        'quote it: "0205"',
        "did you mean 'arrive'?",
        "did you mean 'access.granted'?",
        "not '900'",
        "did you mean 'owner'?",
        "unknown person 'lee'",
    ):
        assert words in said
    lines = text.splitlines()
    for problem in problems:
        assert any(
            word in lines[problem.line - 1] for word in ("nme", "205", "arive", "acess", "900", "ownr", "lee")
        ), problem


def test_a_story_runs_from_its_file(tmp_path):
    said = []
    assert run_file(HERE / "scenarios" / "sos.yaml", said.append) is None
    assert len(said) >= 2
    assert all(line.startswith('{"t":"2026-03-07T') for line in said)
    broken = tmp_path / "broken.yaml"
    broken.write_text("start: soon\nsite: nowhere.yaml\n", encoding="utf-8")
    assert "start: expected a time with its zone" in (run_file(broken, said.append) or "")
