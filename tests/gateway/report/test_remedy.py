"""What is proposed about the loudest: one change of one field, a device to look at, nothing about what is urgent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from gateway.report.noise import Loud
from gateway.report.remedy import remedy_for
from rules.form import FormField


def loud(**more: Any) -> Loud:
    usual: dict[str, Any] = {
        "name": "r", "alarms": 40, "share": 0.4, "false": 0, "found": 0, "short": 0, "chatters": False,
        "rule": "r", "rule_share": 1.0, "device": "d", "device_share": 0.2,
    }  # fmt: skip
    return Loud(**(usual | more))


def field(path: str, value: Any) -> FormField:
    return FormField(path=path, part="when", label={"zh": path, "en": path}, type="number", value=value)


LEVEL = field("stages[0].level", "L3")
TIMES = field("detect.count.at_least", 5)
LENGTH = field("detect.held.for", "10m")
REST = field("cooldown", "5m")
FORM = (TIMES, LENGTH, LEVEL, REST)


@dataclass(frozen=True)
class Case:
    name: str
    about: Loud
    form: tuple[FormField, ...]
    path: str
    value: Any


@pytest.mark.parametrize(
    "case",
    [
        Case("many", loud(), FORM, "detect.count.at_least", 6),
        Case("mostly wrong", loud(false=3, found=4), FORM, "detect.count.at_least", 6),
        Case("over by themselves", loud(short=20), FORM, "detect.held.for", "30m"),
        Case("trembles", loud(chatters=True), FORM, "cooldown", "10m"),
        Case("nothing to count", loud(), (LEVEL, REST), "stages[0].level", "L4"),
        Case("lowest already", loud(), (field("stages[0].level", "L4"), REST), "cooldown", "10m"),
    ],
    ids=lambda case: case.name,
)
def test_one_change_of_one_field_is_proposed(case: Case) -> None:
    found = remedy_for(case.about, case.form)
    assert found is not None
    assert (found.kind, found.rule, found.path, found.value) == ("edit", "r", case.path, case.value)


def test_a_change_is_told_in_words_and_not_as_it_is_written() -> None:
    longer = remedy_for(loud(short=20), FORM)
    assert longer is not None
    assert "从 10 分钟改为 30 分钟" in longer.text["zh"]
    assert "from 10 min to 30 min" in longer.text["en"]
    lower = remedy_for(loud(), (field("stages[0].level", "L2"),))
    assert lower is not None
    assert lower.text["zh"] == "级别从“重要”降为“一般”"


def test_one_device_that_makes_most_of_it_is_looked_at_before_the_rule_is_changed() -> None:
    found = remedy_for(loud(device_share=0.6), FORM)
    assert found is not None
    assert (found.kind, found.device, found.path) == ("device", "d", None)
    about_itself = remedy_for(loud(device_share=1.0), FORM, about_device=True)
    assert about_itself is not None
    assert about_itself.kind == "edit"


def test_what_is_urgent_is_never_made_quieter() -> None:
    found = remedy_for(loud(chatters=True), (TIMES, LENGTH, field("stages[0].level", "L1"), REST))
    assert found is not None
    assert (found.kind, found.path, found.value) == ("look", None, None)


def test_few_alarms_need_no_change_and_an_unknown_rule_is_only_opened() -> None:
    assert remedy_for(loud(alarms=4), FORM) is None
    unknown = remedy_for(loud(), ())
    assert unknown is not None
    assert unknown.kind == "look"


def test_nothing_is_stretched_beyond_a_day() -> None:
    found = remedy_for(loud(chatters=True), (field("cooldown", "24h"), field("stages[0].level", "L4")))
    assert found is not None
    assert found.kind == "look"
