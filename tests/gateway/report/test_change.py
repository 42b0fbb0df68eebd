"""A figure beside an earlier one: percent of many, how many of few, points of shares, nothing of what nobody feels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.report.change import change_of, said


@pytest.mark.parametrize(
    ("now", "before", "form", "way", "zh", "en"),
    [
        (7, 1, "count", "up", "多 6", "6 more"),
        (0, 3, "count", "down", "少 3", "3 fewer"),
        (4, 0, "count", "up", "多 4", "4 more"),
        (15, 12, "count", "up", "升 25%", "up 25%"),
        (9, 12, "count", "down", "降 25%", "down 25%"),
        (12, 12, "count", "same", "持平", "unchanged"),
        (0, 0, "count", "same", "持平", "unchanged"),
        (0.3571, 0.1538, "share", "up", "升 20.3 个百分点", "up 20.3 points"),
        (0.901, 0.899, "share", "same", "持平", "unchanged"),
        (239.7, 237.0, "seconds", "same", "持平", "unchanged"),  # 1 %: the same to whoever waits
        (300.0, 200.0, "seconds", "up", "升 50%", "up 50%"),
        (2.5, 0.0, "number", "up", "从 0 升到 2.5", "up from 0 to 2.5"),
    ],
)
def test_a_change_is_said_as_people_compare(now, before, form, way, zh, en):
    change = change_of(now, before, form)
    assert change is not None
    assert change.way == way
    assert said(change, now, form) == {"zh": zh, "en": en}


def test_what_is_not_known_cannot_be_compared():
    assert change_of(None, 3, "count") is None
    assert change_of(3, None, "count") is None


FIGURES = st.just(0.0) | st.floats(0.01, 1e6)


@given(FIGURES, FIGURES, st.sampled_from(["count", "seconds", "number"]))
def test_up_and_down_are_each_other_turned_round(one, other, form):
    there, back = change_of(one, other, form), change_of(other, one, form)
    assert there is not None
    assert back is not None
    if "same" not in {there.way, back.way}:
        assert {there.way, back.way} == {"up", "down"}
    assert (there.way == "up") <= (one > other)
    assert set(said(there, one, form)) == {"zh", "en"}
