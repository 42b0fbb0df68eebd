"""The form of a rule: every place it names is one that can be set, and setting what stands there changes nothing."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from devices.yaml_text import yaml_text
from gateway.builtin import builtin_packs
from rules.dump import dump_rule
from rules.form import FormField, form_of
from rules.load import load_rules
from rules.model import Rule

RULES = load_rules(builtin_packs(), calendars=None).rules


def put(plain: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Set a value at its place; nothing takes it out."""
    plain = deepcopy(plain)
    keys = [int(key[1:]) if key[0] == "[" else key for key in re.findall(r"\[\d+|\w+", path)]
    at: Any = plain
    for key in keys[:-1]:
        at = at[key] if isinstance(key, int) else at.setdefault(key, {})
    if value is None:
        at.pop(keys[-1], None)
    else:
        at[keys[-1]] = value
    return plain


def read(plain: dict[str, Any]) -> Rule:
    loaded = load_rules({"x.yaml": yaml_text([plain])}, calendars=None)
    assert not loaded.problems, loaded.problems
    return loaded.rules[0]


def fields(rule: Rule) -> dict[str, FormField]:
    return {each.path: each for each in form_of(rule)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_setting_what_stands_there_changes_nothing(rule):
    plain = dump_rule(rule)
    for field in form_of(rule):
        assert dump_rule(read(put(plain, field.path, field.value))) == plain, field.path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_place_is_named_once_and_every_question_has_words_in_both_languages(rule):
    found = form_of(rule)
    assert len({each.path for each in found}) == len(found)
    assert all(each.label["zh"] and each.label["en"] for each in found)
    assert {"name", "respond", "cooldown", "stages[0].level"} <= {each.path for each in found}


def test_another_answer_is_another_rule():
    denied = next(rule for rule in RULES if rule.id == "access.repeated_denied")
    found = fields(denied)
    assert (found["detect.count.at_least"].value, found["detect.count.within"].value) == (5, "60s")
    assert found["stages[2].when.unacknowledged"].label["zh"] == "第 3 档：多久没人确认"
    changed = read(put(dump_rule(denied), "detect.count.at_least", 8))
    assert fields(changed)["detect.count.at_least"].value == 8
    assert fields(read(put(dump_rule(denied), "clear.quiet", "30m")))["clear.quiet"].value == "30m"


def test_a_place_is_asked_for_only_where_the_answer_can_be_put_back():
    denied = next(rule for rule in RULES if rule.id == "access.repeated_denied")
    assert "scope" not in fields(denied)  # its condition says more than a place
    plain = dump_rule(denied)
    assert fields(read(put(plain, "scope", None)))["scope"].value is None
    where = 'device.zone == "yard"'
    assert fields(read(put(plain, "scope", where)))["scope"].value == where
