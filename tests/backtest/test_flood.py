"""Floods: more than 10 alerts in 10 minutes begin one, fewer than 5 end it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.backtest.flood import Floods

START = datetime(2026, 3, 6, 8, tzinfo=UTC)


def floods(*seconds: float) -> list[tuple[float, float, int]]:
    """Return begin, end (s after the start) and alerts of each flood."""
    found = Floods()
    for each in seconds:
        found.take(START + timedelta(seconds=each))
    shown = found.result()
    return [((f.begin - START).total_seconds(), (f.end - START).total_seconds(), f.alerts) for f in shown]


def test_ten_in_ten_minutes_are_none_and_eleven_are_one():
    assert floods(*range(10)) == []
    assert floods(*range(11)) == [(0, 10 + 600, 11)]
    assert floods(*(60 * minute for minute in range(100))) == []  # ten in each ten minutes


def test_it_ends_when_fewer_than_five_are_left_of_ten_minutes():
    storm = [*range(11), 300, 400, 500, 5000]
    assert floods(*storm) == [(0, 609, 14)]  # as the tenth of the first eleven leaves, four are left
    assert len(floods(*range(11), *range(3000, 3011))) == 2


def test_the_moments_of_the_end():
    # eleven at once, then nothing: four are left as the seventh of them leaves
    assert floods(*range(11), 5000) == [(0, 606, 11)]
