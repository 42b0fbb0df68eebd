"""Hours × rules: every alarm is in one cell, the loudest first, the rest together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.report.heat import HOURS, heat_of
from tests.gateway.report.records import SHANGHAI, alarm


def hour_of(at):
    return at.astimezone(SHANGHAI).hour


@given(st.lists(st.tuples(st.integers(0, 1439), st.sampled_from("abcdef")), max_size=60), st.integers(1, 6))
def test_every_alarm_is_in_one_cell(heard, rows):
    found = heat_of([alarm(minute, rule=rule) for minute, rule in heard], hour_of=hour_of, rows=rows)
    assert sum(row.total for row in found) == len(heard)
    assert all(len(row.hours) == HOURS for row in found)
    named = [row for row in found if row.rule is not None]
    assert [row.total for row in named] == sorted((row.total for row in named), reverse=True)
    assert len(named) == min(rows, len({rule for _, rule in heard}))
    for hour in range(HOURS):
        assert sum(row.hours[hour] for row in found) == sum(minute // 60 == hour for minute, _ in heard)


def test_the_rest_stands_in_one_row():
    found = heat_of(
        [*(alarm(5, rule="a") for _ in range(3)), alarm(65, rule="b"), alarm(125, rule="c")],
        hour_of=hour_of, rows=1,
    )  # fmt: skip
    assert [(row.rule, row.total) for row in found] == [("a", 3), (None, 2)]
    assert found[1].hours[:3] == (0, 1, 1)
