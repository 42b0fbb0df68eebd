"""The period before and the same a year ago."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.report.period import before, period_of, year_before
from tests.gateway.report.records import SHANGHAI


@pytest.mark.parametrize(
    ("kind", "day", "earlier", "a_year_ago"),
    [
        ("daily", date(2026, 3, 1), date(2026, 2, 28), date(2025, 3, 1)),
        ("daily", date(2028, 2, 29), date(2028, 2, 28), date(2027, 2, 28)),  # there was no 29th
        ("weekly", date(2026, 1, 1), date(2025, 12, 22), date(2024, 12, 30)),  # Monday to Monday
        ("monthly", date(2026, 1, 31), date(2025, 12, 1), date(2025, 1, 1)),
    ],
)
def test_what_a_period_is_compared_with(kind, day, earlier, a_year_ago):
    period = period_of(kind, day, SHANGHAI)
    last, year = before(period, SHANGHAI), year_before(period, SHANGHAI)
    assert (last.first, last.end) == (earlier, period.begin)
    assert (year.kind, year.first) == (kind, a_year_ago)
    assert kind != "weekly" or year.first.weekday() == 0
