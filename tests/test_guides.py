"""The user guides hold: every picture is there and small, every quoted word stands on a page, every page is named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ROOT / "docs/guides"
SOURCE = ROOT / "web/src"
ROLES = ("guard", "worker", "manager", "administrator", "resident")
LANGUAGES = ("zh", "en")
QUOTED = {"zh": re.compile("「([^」]+)」"), "en": re.compile("“([^”]+)”")}
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")
MOST_PICTURES, MOST_BYTES = 35, 60 * 1024
SEAT_PAGES = ("desk", "orders", "map", "cameras", "shelved", "handover", "records", "search", "case")
PHONE_VIEWS = ("nav.tasks", "nav.report", "nav.mine", "patrol.title")


def guide(role: str, language: str) -> str:
    return (GUIDES / f"{role}.{language}.md").read_text("utf-8")


@cache
def texts(language: str) -> dict[str, list[str]]:
    """Return what the pages say by key; a key of several pages has several texts."""
    files = [
        *SOURCE.glob(f"text/*.{language}.ts"),
        SOURCE / f"console/text.{language}.ts",
        *SOURCE.glob(f"console/pages/*/text.{language}.ts"),
    ]
    found: dict[str, list[str]] = {}
    for file in files:
        for key, text in re.findall(
            r'^\s*"([^"]+)": "((?:[^"\\]|\\.)*)"', file.read_text("utf-8"), re.MULTILINE
        ):
            found.setdefault(key, []).append(text.replace('\\"', '"'))
    return found


@cache
def titles(language: str) -> frozenset[str]:
    """Return the titles of the console's pages."""
    pattern = re.compile(rf'title: \{{.*?\b{language}: "([^"]+)"')
    pages = SOURCE.glob("console/pages/*/page.ts")
    found = [title for page in pages for title in pattern.findall(page.read_text("utf-8"))]
    assert found
    return frozenset(found)


@cache
def sayings(language: str) -> frozenset[str]:
    """Return all that may be quoted; what changes from case to case is written as three dots."""
    plain = {text for some in texts(language).values() for text in some} | titles(language)
    return frozenset(re.sub(r"\{\{\w+\}\}", "…", text).strip() for text in plain)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_quoted_word_stands_on_a_page(role: str, language: str) -> None:
    quoted = QUOTED[language].findall(guide(role, language))
    assert quoted
    assert [each for each in quoted if each not in sayings(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_named_in_a_guide(language: str) -> None:
    quoted = {each for role in ROLES for each in QUOTED[language].findall(guide(role, language))}
    seat = {text for word in SEAT_PAGES for text in texts(language)[f"page.{word}"]}
    phone = {text for key in PHONE_VIEWS for text in texts(language)[key]}
    assert sorted((titles(language) | seat | phone) - quoted) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_picture_of_a_guide_is_there_in_its_language(role: str, language: str) -> None:
    named = PICTURE.findall(guide(role, language))
    assert named
    assert [each for each in named if not (GUIDES / each).exists()] == []
    assert [each for each in named if not each.endswith(f".{language}.webp")] == []


def test_the_pictures_are_few_and_small_and_all_are_shown() -> None:
    shown = {
        each for role in ROLES for language in LANGUAGES for each in PICTURE.findall(guide(role, language))
    }
    there = {f"pictures/{each.name}" for each in (GUIDES / "pictures").iterdir()}
    assert there == shown
    assert len(there) <= MOST_PICTURES
    assert [each for each in sorted(there) if (GUIDES / each).stat().st_size > MOST_BYTES] == []


def test_both_languages_of_a_guide_have_the_same_parts() -> None:
    for role in ROLES:
        zh, en = (re.findall("^#+", guide(role, language), re.MULTILINE) for language in LANGUAGES)
        assert zh == en, role
