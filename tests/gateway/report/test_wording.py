"""Numbers as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.report.wording import length, many, number, percent


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 秒", "0 s"),
        (59, "59 秒", "59 s"),
        (60, "1 分钟", "1 min"),
        (3599, "1 小时", "1 h"),
        (5400, "1 小时 30 分", "1 h 30 min"),
        (49 * 3600, "2 天 1 小时", "2 d 1 h"),
        (72 * 3600, "3 天", "3 d"),
    ],
)
def test_lengths_in_their_two_largest_units(seconds, zh, en):
    assert length(seconds) == {"zh": zh, "en": en}


def test_numbers_shares_and_counts():
    assert (number(3.0), number(2.54)) == ("3", "2.5")
    assert (percent(0), percent(0.001), percent(0.5), percent(1)) == ("0%", "<1%", "50%", "100%")
    assert (many(0, "case", "cases"), many(1, "case", "cases"), many(2, "case", "cases")) == ("no cases", "1 case", "2 cases")  # fmt: skip


@given(st.floats(0, 1))
def test_only_everything_is_all_and_only_nothing_is_nought(share):
    said = percent(share)
    assert (said == "0%") == (share == 0)
    assert (said == "100%") == (share == 1)
