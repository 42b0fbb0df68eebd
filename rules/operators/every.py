"""`every`: at a local time or interval, if an expression holds, per device of the scope or once for the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Any

import msgspec
from cronsim import CronSim, CronSimError

from devices.expression import Expression
from rules.calendar import local_instant
from rules.duration import SECOND_US, duration_text, from_us, to_us
from rules.fields import Fields, shown
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator
from rules.why import clauses

_BACK = timedelta(hours=3)  # around a change of the clock, a local time shortly before may be a moment after
_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - a local time
MOST_TIMES = 100_000
EVERY_ROOTS = ("at", "device", "state", "site")


class EveryState(State, tag="every"):
    """The next time is `due`."""

    last: int | None = None  # near miss: when it was last asked in vain, and what was not so
    clauses: list[dict[str, Any]] = []


class EveryOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `every`. Exactly one of `cron` (five fields, site zone) and `interval_us`."""

    cron: str | None
    interval_us: int | None
    condition: Expression | None
    name: str = "every"
    momentary: bool = True
    looks_back_us: int | None = None

    @property
    def slots(self) -> dict[str, Selector]:
        return {}

    def fresh(self) -> EveryState:
        return EveryState()

    def event(self, _state: EveryState, _slot: str, _seen: Seen) -> Fire | None:
        return None

    def next_after(self, after_us: int, zone: tzinfo) -> int | None:
        """Return the first scheduled moment after another, or None when there is none.

        A local time that a DST change skips runs at the end of the gap; a doubled one the first time only.
        """
        moment = from_us(after_us)
        try:
            local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
            changing = (moment - _BACK).astimezone(zone).utcoffset() != (moment + _BACK).astimezone(
                zone
            ).utcoffset()
            for naive in self._local_times(local - _BACK if changing else local):
                found = to_us(local_instant(naive, zone))
                if found > after_us:
                    return found
        except (OverflowError, CronSimError):  # the end of all calendars
            return None
        return None

    def _local_times(self, start: datetime) -> Iterator[datetime]:
        """Yield the scheduled local times after another one; an interval begins anew at each midnight."""
        if self.cron is not None:
            yield from islice(CronSim(self.cron, start), MOST_TIMES)
            return
        assert self.interval_us is not None
        step, day = timedelta(microseconds=self.interval_us), timedelta(days=1)
        midnight = datetime.combine(start.date(), time())
        if step > day:  # over a day: midnights and times counted from the first of January 1970
            midnight = _FIRST + (start - _FIRST) // step * step
        for _ in range(MOST_TIMES):
            behind = (start - midnight) // step + 1 if start >= midnight else 0
            found = midnight + behind * step
            if step <= day and found >= midnight + day:
                midnight = start = midnight + day
                yield midnight
            else:
                start = found
                yield found

    def due(self, state: EveryState, seen: Seen) -> Fire | None:
        planned = state.due
        state.due = seen.next_time(self, seen.now)
        if not seen.active:
            return None
        asked = seen.gate if planned is None else planned
        if self.condition is not None and self.condition.test(seen.env) is not True:
            state.last, state.clauses = asked, clauses("if", self.condition, seen.env)
            return None
        why: dict[str, Any] = {"operator": "every", "planned_us": asked}
        why["schedule"] = self.cron or duration_text(self.interval_us or 0)
        why["clauses"] = clauses("if", self.condition, seen.env)
        return Fire((), 0, why)

    def shut(self, _state: EveryState, _seen: Seen) -> None:
        """The times go on; nothing fires meanwhile."""

    def opened(self, _state: EveryState, _seen: Seen) -> Fire | None:
        return None

    def idle(self, _state: EveryState) -> bool:
        return False

    def stands(self, state: EveryState, _seen: Seen) -> dict[str, Any]:
        why: dict[str, Any] = {
            "operator": "every",
            "schedule": self.cron or duration_text(self.interval_us or 0),
        }
        if state.due is not None:
            why["next_us"] = state.due
        return why

    def near(self, state: EveryState) -> dict[str, Any] | None:
        if state.last is None:
            return None
        return {"operator": "every", "planned_us": state.last, "clauses": state.clauses}


@operator("every", EveryState)
def parse(fields: Fields) -> EveryOperator | None:
    """Read `{cron | interval, if}`."""
    cron = fields.text("cron")
    interval = fields.duration("interval")
    condition = fields.expression("if", EVERY_ROOTS)
    if cron is not None:
        try:
            CronSim(cron, datetime(2026, 1, 1))  # noqa: DTZ001 - only the syntax is asked
        except CronSimError as error:
            fields.wrong(
                "cron", f"expected five cron fields such as '0 8 * * 1', found {shown(cron)}: {error}"
            )
            return None
    if interval is not None and interval < SECOND_US:
        fields.wrong("interval", f"expected at least 1s, found {duration_text(interval)}")
    if (cron is None) == (interval is None):
        fields.reader.problem(fields.place, "expected exactly one of cron and interval")
        return None
    return EveryOperator(cron=cron, interval_us=interval, condition=condition)
