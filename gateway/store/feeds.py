"""Feeds: what sinks read from the store, each in the order of its own growing row number.

No person, name or free text is read here: what leaves the box for metrics is counts and times.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us
from gateway.store.tables import alert_changes, alerts, incidents, timeline


class AlertChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one alert. `id` is the position; times are engine time."""

    id: int
    at: datetime
    change: str
    rule: str
    stage: str
    level: str
    category: str
    device: str | None
    opened_at: datetime


class CaseStep(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's timeline, without who and why."""

    id: int
    at: datetime
    action: str
    from_state: str | None
    to_state: str | None
    role: str
    channel: str
    level: str
    category: str
    grid: str | None
    opened_at: datetime
    drill: bool


class OpenAlerts(msgspec.Struct, frozen=True, kw_only=True):
    """How many alerts of one stage and level are open now, and how many of them nobody has acknowledged."""

    stage: str
    level: str
    count: int
    unacknowledged: int


def alert_changes_after(connection: sa.Connection, position: int, limit: int) -> list[AlertChange]:
    """Return the next alert changes after a position."""
    change = alert_changes
    # Stage and level as they were at that change stand in its body; rule and opening never change.
    query = (
        sa.select(change.c.id, change.c.t_us, change.c.change, change.c.body)
        .where(change.c.id > position)
        .order_by(change.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        body = _decoder.decode(row.body)
        found.append(
            AlertChange(
                id=row.id,
                at=from_us(row.t_us),
                change=row.change,
                rule=body.rule,
                stage=body.stage,
                level=body.level,
                category=body.category,
                device=body.device,
                opened_at=body.opened_at,
            )
        )
    return found


def case_steps_after(connection: sa.Connection, position: int, limit: int) -> list[CaseStep]:
    """Return the next timeline lines after a position, with level, category and grid of their case."""
    line, case = timeline, incidents
    query = (
        sa.select(
            line.c.id,
            line.c.at_us,
            line.c.action,
            line.c.from_state,
            line.c.to_state,
            line.c.role,
            line.c.channel,
            case.c.level,
            case.c.category,
            case.c.grid,
            case.c.opened_us,
            case.c.drill,
        )
        .join(case, case.c.number == line.c.incident)
        .where(line.c.id > position)
        .order_by(line.c.id)
        .limit(limit)
    )
    return [
        CaseStep(
            id=row.id,
            at=from_us(row.at_us),
            action=row.action,
            from_state=row.from_state,
            to_state=row.to_state,
            role=row.role,
            channel=row.channel,
            level=row.level,
            category=row.category,
            grid=row.grid,
            opened_at=from_us(row.opened_us),
            drill=bool(row.drill),
        )
        for row in connection.execute(query)
    ]


def open_alerts(connection: sa.Connection) -> list[OpenAlerts]:
    """Count the open alerts by stage and level."""
    nobody = sa.func.sum(sa.case((alerts.c.acknowledged_by.is_(None), 1), else_=0))
    query = (
        sa.select(alerts.c.stage, alerts.c.level, sa.func.count().label("n"), nobody.label("nobody"))
        .where(alerts.c.open)
        .group_by(alerts.c.stage, alerts.c.level)
    )
    return [
        OpenAlerts(stage=row.stage, level=row.level, count=int(row.n), unacknowledged=int(row.nobody or 0))
        for row in connection.execute(query)
    ]


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a stored Change that is read here."""

    rule: str
    stage: str
    level: str
    opened_at: datetime
    category: str = ""
    device: str | None = None


_decoder = msgspec.json.Decoder(_Body)
