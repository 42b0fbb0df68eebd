"""Which days are working days: the State Council's table by the library `holidays`, the site's own on top.

The library knows 公休 and 调休 of the years published so far; for later years it has the statutory days only,
and `unknown_year` says so, so that somebody pastes the notice into the site's `holidays` table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays
from holidays.holiday_base import HolidayBase

# The last year whose swapped days the installed library has.
LAST_PUBLISHED = max(ChinaStaticHolidays.special_public_holidays)
_FIRST, _LAST = 1950, 2100  # beyond these the library has no lunar dates


class Workdays:
    """Working days of a site; immutable. `table` holds what the site says itself: day -> is it worked?"""

    def __init__(self, table: Mapping[date, bool] | None = None) -> None:
        self._table = dict(table or {})
        self._years = frozenset(day.year for day in self._table)

    @property
    def table(self) -> dict[date, bool]:
        """The site's own days."""
        return dict(self._table)

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked."""
        own = self._table.get(day)
        return _national(day) if own is None else own

    def unknown_year(self, year: int) -> bool:
        """Tell whether the swapped days of a year are known neither nationally nor from the site's table."""
        return year > LAST_PUBLISHED and year not in self._years


@lru_cache(maxsize=4096)
def _national(day: date) -> bool:
    if not _FIRST <= day.year <= _LAST:
        return day.isoweekday() < 6
    return _year(day.year).is_working_day(day)


@lru_cache(maxsize=16)
def _year(year: int) -> HolidayBase:
    # The year before and after: a day may be swapped over New Year.
    return country_holidays("CN", years=range(max(_FIRST, year - 1), min(_LAST, year + 1) + 1), expand=False)
