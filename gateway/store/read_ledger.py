"""What a ledger counts: the cases of a span with the times of their steps, the alarms, and what was left over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.report.record import AlertRecord, CaseRecord
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.tables import alerts, incidents, journal, timeline, timeline_text
from gateway.store.tables_reports import report_ratings

STEPS = {"take": "taken_s", "arrive": "arrived_s", "resolve": "resolved_s", "settle": "resolved_s", "recall": "resolved_s"}  # fmt: skip
_incident = msgspec.json.Decoder(Incident)


def cases_between(
    connection: Connection,
    begin: datetime,
    end: datetime,
    *,
    offset: timedelta,
) -> list[CaseRecord]:
    """Return the cases that opened in [begin, end) of wall time; `offset` is wall − engine time."""
    span = (incidents.c.opened_us >= to_us(begin - offset), incidents.c.opened_us < to_us(end - offset))
    found = [
        _incident.decode(body)
        for body in connection.execute(sa.select(incidents.c.body).where(*span)).scalars()
    ]
    steps = _steps(connection, span, {case.number: case.opened_at for case in found})
    rated = _ratings(connection, span)
    return [
        CaseRecord(
            number=case.number,
            category=case.category,
            level=case.level,
            opened_at=case.opened_at + offset,
            grid=case.grid,
            building=case.building,
            zone=case.place.get("zone"),
            state=case.state,
            close_code=case.close_code,
            closed_at=None if case.closed_at is None else case.closed_at + offset,
            rework=case.rework,
            reopened=case.reopened,
            reported=case.origin == "report",
            drill=case.drill,
            ratings=tuple(rated.get(case.number, ())),
            **steps.get(case.number, {}),
        )
        for case in found
    ]


def alarms_between(
    connection: Connection, begin: datetime, end: datetime, *, offset: timedelta
) -> list[AlertRecord]:
    """Return the alarms that opened in [begin, end) of wall time, and older ones that were open when it ended."""
    first, after = to_us(begin - offset), to_us(end - offset)
    stands = sa.or_(alerts.c.cleared_us.is_(None), alerts.c.cleared_us >= after)
    query = sa.select(
        alerts.c.rule, alerts.c.dedup_key, alerts.c.level, alerts.c.opened_us, alerts.c.cleared_us,
        alerts.c.device, alerts.c.incident, alerts.c.id,
    ).where(alerts.c.stage == "alarm", alerts.c.opened_us < after, sa.or_(alerts.c.opened_us >= first, alerts.c.open & stands))  # fmt: skip
    return [
        AlertRecord(
            rule=row.rule,
            key=row.dedup_key.removeprefix(row.rule).strip(),
            level=row.level,
            opened_at=from_us(row.opened_us) + offset,
            cleared_at=None if row.cleared_us is None else from_us(row.cleared_us) + offset,
            device=row.device,
            incident=row.incident,
            id=row.id,
        )
        for row in connection.execute(query)
    ]


def listening_since(connection: Connection, *, offset: timedelta) -> datetime | None:
    """Return the wall time of the first thing that this gateway kept; None when there is nothing yet."""
    # The first of each by what it is sorted by: the journal's rows are large, and there is no end to them.
    first_of = (
        (journal.c.e_us, journal.c.first_seq),
        (alerts.c.opened_us,) * 2,
        (incidents.c.opened_us,) * 2,
    )
    firsts = [
        connection.execute(sa.select(column).order_by(order).limit(1)).scalar() for column, order in first_of
    ]
    known = [first for first in firsts if first is not None]
    return from_us(min(known)) + offset if known else None


def open_before(
    connection: Connection, begin: datetime, *, offset: timedelta, grids: Collection[str] | None = None
) -> int:
    """Return how many cases (drills not counted; of these grids and of none) were open when `begin` came."""
    at = to_us(begin - offset)
    still = sa.or_(incidents.c.open, incidents.c.closed_us >= at)
    query = sa.select(sa.func.count()).where(incidents.c.opened_us < at, still, ~incidents.c.drill)
    if grids is not None:
        query = query.where(incidents.c.grid.in_(grids) | incidents.c.grid.is_(None))
    return int(connection.execute(query).scalar_one())


def closed_between(
    connection: Connection,
    begin: datetime,
    end: datetime,
    *,
    offset: timedelta,
    grids: Collection[str] | None,
) -> list[datetime]:
    """Return when cases (no drills; of these grids and of none) were closed in [begin, end) of wall time."""
    query = sa.select(incidents.c.closed_us).where(
        ~incidents.c.open,
        ~incidents.c.drill,
        incidents.c.closed_us >= to_us(begin - offset),
        incidents.c.closed_us < to_us(end - offset),
    )
    if grids is not None:
        query = query.where(incidents.c.grid.in_(grids) | incidents.c.grid.is_(None))
    return [from_us(at) + offset for at in connection.execute(query).scalars()]


def _ratings(connection: Connection, span: Iterable[Any]) -> dict[str, list[int]]:
    query = (
        sa.select(report_ratings.c.incident, report_ratings.c.score)
        .join_from(report_ratings, incidents, incidents.c.number == report_ratings.c.incident)
        .where(*span)
    )
    found: dict[str, list[int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.incident, []).append(row.score)
    return found


def _steps(
    connection: Connection, span: Iterable[Any], opened: Mapping[str, datetime]
) -> dict[str, dict[str, Any]]:
    """Return, per case, how long each step took (the first time it was done) and which timers ran out."""
    actions = (*STEPS, "overdue", "escalate")
    query = (
        sa.select(timeline.c.incident, timeline.c.action, timeline.c.at_us, timeline_text.c.body)
        .join_from(timeline, incidents, incidents.c.number == timeline.c.incident)
        .outerjoin(timeline_text, timeline_text.c.id == timeline.c.id)
        .where(*span, timeline.c.action.in_(actions))
        .order_by(timeline.c.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query):
        case = found.setdefault(row.incident, {"late": frozenset()})
        if row.action in STEPS:
            waited = (from_us(row.at_us) - opened[row.incident]).total_seconds()
            case.setdefault(STEPS[row.action], round(max(waited, 0.0), 3))
        else:
            case["late"] |= _late(row.action, row.body)
    return found


def _late(action: str, body: str | None) -> frozenset[str]:
    """Return the timer that a row says has run out; one whose text was erased says nothing any more."""
    said = {} if body is None else msgspec.json.decode(body)
    if action == "escalate":
        return frozenset({"take"}) if said.get("reason") == "untaken" else frozenset()
    timer = said.get("facts", {}).get("timer")
    return frozenset({timer}) if isinstance(timer, str) else frozenset()
