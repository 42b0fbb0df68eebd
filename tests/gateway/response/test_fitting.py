"""What does not fit is said with its value and what is expected, every field of it."""

from __future__ import annotations

import pytest

from gateway.in_chinese import both, in_chinese
from gateway.response.fitting import misfits
from gateway.response.model import Person
from gateway.response.roster import Shift


def test_every_field_that_does_not_fit_is_said_with_what_stands_there() -> None:
    written = {"id": "night", "role": "boss", "from": "20:00", "to": "25:00", "people": ["li", 5]}
    values = {**written, "from": "20:00:00", "to": "25:00:00"}
    found = dict(misfits(values, Shift, written=written))
    assert set(found) == {("role",), ("to",), ("people", 1)}
    assert found["to",] == "expected a time of day like 08:00, not '25:00'"
    assert found["role",].startswith("expected one of guard, worker, leader")
    assert found["role",].endswith("not 'boss'")
    assert found["people", 1] == "expected text, not 5"


def test_a_field_that_is_missing_is_named() -> None:
    assert ((), "'name' is missing") in misfits({"id": "li", "roles": ["guard"]}, Person)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("expected a time of day like 08:00, not '25:00'", "应为一天中的时刻，例如 08:00，写的是 '25:00'"),
        ("expected one of L1, L2, L3, L4, not 'L9'", "只能是 L1, L2, L3, L4 之一，写的是 'L9'"),
        ("unknown channel 'sms', expected some of console, lan", "没有通知渠道“sms”，可用的有 console, lan"),
        ("unknown role 'gard'; did you mean 'guard'?", "没有角色“gard”；是不是“guard”？"),
        ("expected at least one rung with `to`", "预案至少要有一级，写明通知谁（to）"),
        ("'name' is missing", "缺少“name”"),
    ],
)
def test_the_same_in_chinese(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese
    assert both(english) == f"{english} / {chinese}"


def test_what_has_no_chinese_stays_as_it_is() -> None:
    assert both("a sentence nobody knows") == "a sentence nobody knows"
