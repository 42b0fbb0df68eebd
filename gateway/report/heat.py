"""Heat: when in the day which rule spoke. A row of 24 hours for each of the rules that spoke most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from gateway.report.record import AlertRecord

HOURS = 24
ROWS = 12


class HeatRow(msgspec.Struct, frozen=True, kw_only=True):
    """One rule: how often it spoke in each hour of the day. `rule` is None for all the others together."""

    rule: str | None
    hours: tuple[int, ...]

    @property
    def total(self) -> int:
        """How often it spoke at all."""
        return sum(self.hours)


def heat_of(
    alerts: Iterable[AlertRecord], *, hour_of: Callable[[datetime], int], rows: int = ROWS
) -> tuple[HeatRow, ...]:
    """Return the rules that spoke most, the loudest first, and the rest in one row; every alert is in one cell."""
    found: dict[str, list[int]] = {}
    for alert in alerts:
        found.setdefault(alert.rule, [0] * HOURS)[hour_of(alert.opened_at)] += 1
    order = sorted(found, key=lambda rule: (-sum(found[rule]), rule))
    shown = [HeatRow(rule=rule, hours=tuple(found[rule])) for rule in order[:rows]]
    if len(order) > rows:
        rest = [found[rule] for rule in order[rows:]]
        shown.append(HeatRow(rule=None, hours=tuple(sum(row[hour] for row in rest) for hour in range(HOURS))))
    return tuple(shown)
