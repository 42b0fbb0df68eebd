"""Load: how many alerts and cases would have come in during each shift, and for how many people.

Shifts are those of the roster; without one, day and night (08:00 and 20:00). A case is counted by the change that
sends people; cases that would have been joined into one count each, so the number is the most there can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from gateway.backtest.result import ShiftLoad
from gateway.response.roster import Shift, duties, span_of
from gateway.response.world import SiteView

_DAY, _NIGHT = time(8), time(20)
PLAIN = (
    Shift(id="day", role="guard", begin=_DAY, end=_NIGHT),
    Shift(id="night", role="guard", begin=_NIGHT, end=_DAY),
)
MOST_SHIFTS = 400


class Load:
    """Counts per shift over [begin, end) of wall time."""

    def __init__(self, site: SiteView, begin: datetime, end: datetime) -> None:
        self._site = site
        self._spans = sorted(_spans(site, begin, end), key=lambda each: (each[1], each[0]))[:MOST_SHIFTS]
        self._alerts = [0] * len(self._spans)
        self._cases = [0] * len(self._spans)

    def take(self, at: datetime, *, alerts: int, cases: int) -> None:
        """Count what came at a moment, in every shift that was on."""
        for place, (_, begin, end) in enumerate(self._spans):
            if begin <= at < end:
                self._alerts[place] += alerts
                self._cases[place] += cases

    def result(self) -> list[ShiftLoad]:
        """Return the shifts in which anything came, in order of time."""
        found = []
        for (name, begin, end), alerts, cases in zip(self._spans, self._alerts, self._cases, strict=True):
            if not alerts and not cases:
                continue
            people = self._people(name, begin, end)
            found.append(
                ShiftLoad(
                    shift=name,
                    begin=begin,
                    end=end,
                    alerts=alerts,
                    cases=cases,
                    people=people,
                    per_person=round(cases / len(people), 2) if people else None,
                )
            )
        return found

    def _people(self, shift: str, begin: datetime, end: datetime) -> list[str]:
        on_duty = duties(self._site.roster, begin + (end - begin) / 2, self._site.zone)
        return sorted({duty.person for duty in on_duty if duty.shift == shift})


def _spans(site: SiteView, begin: datetime, end: datetime) -> Iterable[tuple[str, datetime, datetime]]:
    day = begin.astimezone(site.zone).date() - timedelta(days=1)
    last = end.astimezone(site.zone).date()
    while day <= last:
        for shift in site.roster.shifts or PLAIN:
            span = span_of(shift, day, site.zone, site.roster.workdays)
            if span is not None and span[0] < end and begin < span[1]:
                yield shift.id, *span
        day += timedelta(days=1)
