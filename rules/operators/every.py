"""`every`: at a local time or interval, if an expression holds, per device of the scope or once for the site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from cronsim import CronSim, CronSimError

from devices.expression import Expression
from rules.duration import duration_text, from_us, to_us
from rules.fields import Fields, shown
from rules.model import Selector
from rules.operators import Fire, Seen, State, operator

EVERY_ROOTS = ("at", "device", "state", "site")


class EveryState(State, tag="every"):
    """The next time is `due`."""


class EveryOperator(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of `every`. Exactly one of `cron` (five fields, site zone) and `interval_us`."""

    cron: str | None
    interval_us: int | None
    condition: Expression | None
    name: str = "every"
    momentary: bool = True

    @property
    def slots(self) -> dict[str, Selector]:
        return {}

    def fresh(self) -> EveryState:
        return EveryState()

    def event(self, _state: EveryState, _slot: str, _seen: Seen) -> Fire | None:
        return None

    def next_after(self, after_us: int, zone: tzinfo) -> int | None:
        """Return the first scheduled time after a moment, or None when there is none.

        A local time that a DST change skips runs at the end of the gap; a doubled one the first time only.
        """
        if self.interval_us is not None:
            return _next_interval(after_us, self.interval_us, zone)
        assert self.cron is not None
        # cronsim walks wall time: give it naive local time and place the result ourselves.
        local = from_us(after_us).astimezone(zone).replace(tzinfo=None, fold=0)
        ticks = CronSim(self.cron, local - timedelta(hours=3))
        for _ in range(2000):
            try:
                naive = next(ticks)
            except StopIteration:
                return None
            found = placed(naive, zone)
            if found > after_us:
                return found
        return None

    def due(self, state: EveryState, seen: Seen) -> Fire | None:
        planned = state.due
        state.due = seen.after(seen.now)
        if not seen.active or (self.condition is not None and self.condition.test(seen.env) is not True):
            return None
        why: dict[str, Any] = {"operator": "every", "planned_us": planned}
        why["schedule"] = self.cron or duration_text(self.interval_us or 0)
        if self.condition is not None:
            why["clauses"] = [{"text": self.condition.text, "truth": True}]
        return Fire((), 0, why)

    def shut(self, _state: EveryState, _seen: Seen) -> None:
        """The times go on; nothing fires meanwhile."""

    def opened(self, _state: EveryState, _seen: Seen) -> Fire | None:
        return None


def placed(naive: datetime, zone: tzinfo) -> int:
    """Return the moment of a local wall time: the first of a doubled one, the end of the gap for a skipped one."""
    moment = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == naive:
        return to_us(moment)
    before = naive.replace(tzinfo=zone, fold=1).utcoffset()  # in a gap, fold=1 gives the offset after it
    after = naive.replace(tzinfo=zone, fold=0).utcoffset()
    low, high = sorted((moment, naive.replace(tzinfo=zone, fold=1).astimezone(UTC)))
    assert before is not None
    assert after is not None
    target = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):  # the second at which the offset changes
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == target:
            low = middle
        else:
            high = middle
    return to_us(high.replace(microsecond=0))


def _next_interval(after_us: int, interval_us: int, zone: tzinfo) -> int:
    local = from_us(after_us).astimezone(zone)
    midnight = placed(datetime(local.year, local.month, local.day), zone)  # noqa: DTZ001 - placed gives it the zone
    following = midnight + ((after_us - midnight) // interval_us + 1) * interval_us
    tomorrow = local.date() + timedelta(days=1)
    next_midnight = placed(datetime(tomorrow.year, tomorrow.month, tomorrow.day), zone)  # noqa: DTZ001 - the same
    return min(following, next_midnight) if following > after_us else next_midnight


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
    if (cron is None) == (interval is None):
        fields.reader.problem(fields.place, "expected exactly one of cron and interval")
        return None
    return EveryOperator(cron=cron, interval_us=interval, condition=condition)
