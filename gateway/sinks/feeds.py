"""The feeds of the gateway: alert changes, case steps and telemetry as points without personal data.

Measurements: `alert` (count, open_delta, acknowledged_s, cleared_s by rule, level, stage, category, change,
grid), `case` (count, since_opened_s by action, to, role, channel, level, category, grid), `alerts_open`
(open, unacknowledged by stage, level: a gauge) and `telemetry` (mean, low, high, last, count by device, metric).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gateway.access import Read
from gateway.clock import from_us
from gateway.sinks.sink import Point
from gateway.store.feeds import AlertChange, CaseStep, alert_changes_after, case_steps_after, open_alerts
from gateway.store.telemetry import TelemetryFile

_OPENING = frozenset({"opened", "reopened"})
_CLOSING = frozenset({"cleared", "late_resolved"})


class AlertFeed:
    """Every change of every alert. `grid_of` finds a device's grid in the registry."""

    name = "alerts"

    def __init__(self, read: Read, *, site: str, grid_of: Callable[[str], str | None]) -> None:
        self._read = read
        self._site = site
        self._grid_of = grid_of

    def points(self, position: int, limit: int) -> tuple[list[Point], int]:
        """Return the points after `position` and the position reached."""
        with self._read() as connection:
            rows = alert_changes_after(connection, position, limit)
        return [self._point(row) for row in rows], rows[-1].id if rows else position

    def _point(self, row: AlertChange) -> Point:
        fields: dict[str, float | int | str | bool] = {"count": 1}
        fields["open_delta"] = (row.change in _OPENING) - (row.change in _CLOSING)
        since = (row.at - row.opened_at).total_seconds()
        if row.change == "acknowledged":
            fields["acknowledged_s"] = since
        if row.change in _CLOSING:
            fields["cleared_s"] = since
        tags = {
            "site": self._site,
            "rule": row.rule,
            "level": row.level,
            "stage": row.stage,
            "category": row.category,
            "change": row.change,
            "grid": (self._grid_of(row.device) if row.device else None) or "",
        }
        return Point(measurement="alert", tags=tags, fields=fields, at=row.at, nudge=row.id % 1000)


class CaseFeed:
    """Every step of every case, without who did it."""

    name = "cases"

    def __init__(self, read: Read, *, site: str) -> None:
        self._read = read
        self._site = site

    def points(self, position: int, limit: int) -> tuple[list[Point], int]:
        """Return the points after `position` and the position reached."""
        with self._read() as connection:
            rows = case_steps_after(connection, position, limit)
        return [self._point(row) for row in rows], rows[-1].id if rows else position

    def _point(self, row: CaseStep) -> Point:
        tags = {
            "site": self._site,
            "action": row.action,
            "to": row.to_state or "",
            "role": row.role,
            "channel": row.channel,
            "level": row.level,
            "category": row.category,
            "grid": row.grid or "",
            "drill": "yes" if row.drill else "no",
        }
        fields: dict[str, float | int | str | bool] = {
            "count": 1,
            "since_opened_s": (row.at - row.opened_at).total_seconds(),
        }
        return Point(measurement="case", tags=tags, fields=fields, at=row.at, nudge=row.id % 1000)


class TelemetryFeed:
    """The one-minute rows of the telemetry file."""

    name = "telemetry"

    def __init__(self, file: TelemetryFile, *, site: str) -> None:
        self._file = file
        self._site = site

    def points(self, position: int, limit: int) -> tuple[list[Point], int]:
        """Return the points after `position` and the position reached."""
        rows = self._file.after(position, limit=limit)
        points = [
            Point(
                measurement="telemetry",
                tags={"site": self._site, "device": row.device, "metric": row.metric},
                fields={
                    "mean": row.mean,
                    "low": row.low,
                    "high": row.high,
                    "last": row.last,
                    "count": row.count,
                },
                at=from_us(row.at_us),
            )
            for row in rows
        ]
        return points, rows[-1].id if rows else position


def open_alert_points(read: Read, *, site: str, now: Callable[[], datetime]) -> list[Point]:
    """Return the gauge of open alerts by stage and level, of this moment."""
    with read() as connection:
        rows = open_alerts(connection)
    return [
        Point(
            measurement="alerts_open",
            tags={"site": site, "stage": row.stage, "level": row.level},
            fields={"open": row.count, "unacknowledged": row.unacknowledged},
            at=now(),
        )
        for row in rows
    ]
