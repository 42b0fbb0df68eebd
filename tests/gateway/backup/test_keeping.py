"""Which backups stay: the newest of each day, week and month, never fewer for having more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.backup.keeping import Keep, to_drop

START = datetime(2026, 3, 6, 3, 30, tzinfo=UTC)


def every_day(days: int) -> dict[str, datetime]:
    return {f"b{number:03}": START - timedelta(days=number) for number in range(days)}


def test_a_year_of_nights_leaves_days_weeks_and_months():
    made = every_day(365)
    stay = set(made) - set(to_drop(made, Keep(days=7, weeks=4, months=6)))
    assert {f"b{number:03}" for number in range(7)} <= stay
    months = {(made[name].year, made[name].month) for name in stay}
    assert len(months) == 6
    assert 10 <= len(stay) <= 17


def test_of_two_on_one_day_the_newer_stays():
    made = {"early": START, "late": START + timedelta(hours=2)}
    assert to_drop(made, Keep(days=1, weeks=0, months=0)) == ["early"]


def test_a_gap_counts_no_days():
    """A box that was off for a month keeps its backups of before."""
    made = {"old": START - timedelta(days=90), "new": START}
    assert to_drop(made, Keep(days=2, weeks=0, months=0)) == []


MADE = st.dictionaries(
    st.text("abc", min_size=1, max_size=4),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    max_size=30,
)
KEEP = st.builds(Keep, days=st.integers(0, 10), weeks=st.integers(0, 10), months=st.integers(0, 10))


@given(MADE, KEEP)
def test_the_newest_always_stays_and_tidying_twice_is_tidying_once(made, keep):
    dropped = set(to_drop(made, keep))
    if made:
        assert max(made, key=lambda name: (made[name], name)) not in dropped
    rest = {name: at for name, at in made.items() if name not in dropped}
    assert to_drop(rest, keep) == []
    assert len(rest) <= max(1, keep.days + keep.weeks + keep.months)
