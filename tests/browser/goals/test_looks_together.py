"""What the walk through every page found, goal by goal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.goals.verdict import PARTS, judge
from tests.browser.goals.walk import LOOKS
from tests.browser.test_console import NOUNS
from tests.browser.test_sources import node

pytestmark = pytest.mark.slow
DOORS = {
    "duty",
    "duty-first",
    "wall",
    "wall-calm",
    "phone",
    "resident",
    *(f"console-{noun}" for noun in NOUNS),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Everything that was seen and everything that is wrong, over all doors."""
    parts = {
        path.stem.removeprefix("looks-"): json.loads(path.read_text("utf-8"))
        for path in PARTS.glob("looks-*.json")
    }
    assert set(parts) >= DOORS, f"not walked: {sorted(DOORS - set(parts))}"
    wrong: dict[str, list[str]] = {}
    for door in sorted(DOORS):
        for kind, each in parts[door]["wrong"].items():
            wrong.setdefault(kind, []).extend(each)
    seen = [each for door in sorted(DOORS) for each in parts[door]["seen"]]
    return {"seen": seen, "wrong": wrong}


def about(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "doors": len(DOORS), "looks": len(LOOKS), "pages_in_a_look": len(found["seen"]),
        "not_opened": len(found["wrong"]["open"]),
    }  # fmt: skip


def some(found: dict[str, Any], *kinds: str) -> list[str]:
    return [each for kind in kinds for each in found["wrong"][kind]][:40]


@pytest.mark.goal(14)
def test_axe_objects_to_nothing(found: dict[str, Any]) -> None:
    figures = {**about(found), "violations": len(found["wrong"]["axe"])}
    judge(
        14, "axe", "axe A and AA with 2.2: every page, 2 themes x 3 sizes x 2 languages", figures,
        exactly={"violations": 0, "not_opened": 0}, notes=some(found, "axe", "open"),
    )  # fmt: skip


@pytest.mark.goal(16)
def test_words_and_targets_are_large_enough(found: dict[str, Any]) -> None:
    wrong = found["wrong"]
    figures = {**about(found), "small_words": len(wrong["words"]), "small_targets": len(wrong["targets"])}
    judge(
        16, "sizes", "words of 18 px and targets of 60 px in 特大; 44 px otherwise; measured in the page", figures,
        exactly={"small_words": 0, "small_targets": 0, "not_opened": 0}, notes=some(found, "words", "targets"),
    )  # fmt: skip


@pytest.mark.goal(17)
def test_no_page_asks_another_host(found: dict[str, Any]) -> None:
    figures = {**about(found), "requests_to_other_hosts": len(found["wrong"]["hosts"])}
    judge(
        17, "hosts", "requests of every page to any host but its own", figures,
        exactly={"requests_to_other_hosts": 0, "not_opened": 0}, notes=some(found, "hosts"),
    )  # fmt: skip


@pytest.mark.goal(21)
def test_each_page_speaks_one_language(found: dict[str, Any], pages: None) -> None:
    told = node("node_modules/vitest/vitest.mjs", "run", "texts")
    figures = {**about(found), "mixed": len(found["wrong"]["language"]), "keys_checked": "passed" in told}
    judge(
        21, "languages", "missing keys (a type error or a failed text test) and texts in the other language", figures,
        exactly={"mixed": 0, "keys_checked": True, "not_opened": 0}, notes=some(found, "language"),
    )  # fmt: skip
