"""Every story under tests/scenarios is played as it stands, by the engine and the cases of the live gateway."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

from gateway.scenario import play
from gateway.scenario_file import read_story

HERE = Path(__file__).resolve().parent
SITES = {"site.example.yaml": (HERE.parent / "deploy" / "site.example.yaml").read_text(encoding="utf-8")}
STORIES = sorted(
    path
    for path in (HERE / "scenarios").glob("*.yaml")
    if re.search(r"^story:", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def packs() -> dict[str, str]:
    folder = resources.files("rules").joinpath("packs")
    return {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if p.name.endswith(".yaml")}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path):
    story, problems = read_story(
        path.read_text(encoding="utf-8"), f"tests/scenarios/{path.name}", packs=packs(), sites=SITES
    )
    assert [str(problem) for problem in problems] == []
    assert story is not None
    assert any(step.what == "expect" for step in story.steps)
    played = play(story)
    assert not played.failures, "\n".join([*played.failures, "", *played.transcript[-60:]])


def test_there_are_stories():
    assert "forced_door" in [path.stem for path in STORIES]
