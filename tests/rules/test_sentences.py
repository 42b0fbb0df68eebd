"""Every sentence that can be said of an alert, in one readable file an operator, for people who read them aloud.

`python -m tests.rules.test_sentences` writes the files anew; read what changed before it is committed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from rules.change import Change, ChangeName
from rules.explain import rule_sentence, sentence
from rules.model import Rule
from rules.operators import BUILT_IN
from rules.words import Lang
from tests.rules.stories import STORIES, ZONE, changes, names

FOLDER = Path(__file__).parent / "sentences"
LANGUAGES: tuple[Lang, Lang] = ("zh", "en")
ALWAYS = ("opened", "cleared", "acknowledged")


def written(name: str) -> str:
    """Write the sentences of one story: the rule, then each change in both languages."""
    found, rules = changes(name)
    lines = [rule_sentence(rules["try.it"], lang) for lang in LANGUAGES] + [""]
    for change in found:
        if change.rule == "try.it":
            lines.append(f"{change.t.astimezone(ZONE):%H:%M:%S} {change.change}")
            lines += [f"  {said(change, rules, lang)}" for lang in LANGUAGES]
    return "\n".join([*lines, ""])


def said(change: Change, rules: dict[str, Rule], lang: Lang) -> str:
    return sentence(change, lang, rule=rules[change.rule], zone=ZONE, names=names(lang))


@pytest.mark.parametrize("name", STORIES)
def test_the_sentences_are_those_that_were_read(name: str) -> None:
    assert (FOLDER / f"{name}.txt").read_text("utf-8") == written(name), (
        "python -m tests.rules.test_sentences"
    )


@pytest.mark.parametrize("name", STORIES)
def test_sentences_are_clean(name: str) -> None:
    lines = [line.strip() for line in written(name).splitlines()[3:] if line.startswith("  ")]
    for number, text in enumerate(lines):
        chinese = number % 2 == 0
        for wrong in ("?", "None", "()", "（）", "  ", "。。", "..", "data.", "{", "device."):
            assert wrong not in text, text
        assert text.endswith("。" if chinese else "."), text
        if chinese:
            assert not re.search(r"[(),;]|: ", text), text
        else:
            assert not re.search("[\u4e00-\u9fff]", text.replace("施工", "")), text
            assert text[0].isupper() or text[0].isdigit(), text


def test_every_change_of_every_operator_is_in_the_files() -> None:
    seen: dict[str, set[str]] = {}
    for name in STORIES:
        found, rules = changes(name)
        operator = rules["try.it"].detect.name
        seen.setdefault(operator, set()).update(each.change for each in found if each.rule == "try.it")
    assert set(seen) == set(BUILT_IN)
    for operator, told in seen.items():
        assert set(ALWAYS) <= told, operator
    assert set.union(*seen.values()) == set(get_args(ChangeName))


@pytest.mark.parametrize("name", STORIES)
def test_every_change_says_rule_version_operator_and_what_was_compared(name: str) -> None:
    found, rules = changes(name)
    assert found
    for change in found:
        why = change.why
        assert (why["rule"], why["version"]) == (change.rule, 1)
        assert why["operator"] == rules[change.rule].detect.name
        assert len(why) > 3, change
        ids: list[Any] = why.get("events", [])
        assert all(ids), change
        for clause in why.get("clauses", ()):
            assert clause["of"] in {"scope", "where", "holds", "if", "expect", "on"}
            assert clause["truth"] in (True, False, "unknown")
        texts = [(each["of"], each["text"], str(each["values"])) for each in why.get("clauses", ())]
        assert len(texts) == len(set(texts)), f"said twice: {texts}"


if __name__ == "__main__":
    for story in STORIES:
        (FOLDER / f"{story}.txt").write_text(written(story), "utf-8")
