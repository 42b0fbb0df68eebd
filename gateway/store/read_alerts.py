"""Alerts for the screens: lists, one alert with its changes, and how many there were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.store.read import Connection, Found, Place, before
from gateway.store.tables import alert_changes, alerts, incidents
from rules.change import Change

_change = msgspec.json.Decoder(Change)


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it stands: its newest change and what people made of it."""

    id: str
    change: Change
    open: bool
    acknowledged_by: str | None
    incident: str | None
    cleared_at: datetime | None
    updated_seq: int


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an alert with the journal number of its cause."""

    seq: int
    change: Change


class AlertFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts; None means all. `devices` and `incidents_of` are what somebody may see."""

    open: bool | None = None
    stage: str | None = None
    device: str | None = None
    rule: str | None = None
    devices: Collection[str] | None = None
    person: str | None = None  # only alerts of cases that name this person


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How much there was to do lately."""

    hour: int
    ten_minutes: int
    open_alerts: int
    open_incidents: int


def list_alerts(
    connection: Connection, wanted: AlertFilter, *, after: Place | None, limit: int
) -> Found[AlertRow]:
    """Return alerts, the newest opened first."""
    query = sa.select(alerts).order_by(alerts.c.opened_us.desc(), alerts.c.id.desc()).limit(limit + 1)
    if wanted.open is not None:
        query = query.where(alerts.c.open if wanted.open else ~alerts.c.open)
    for column, value in (
        (alerts.c.stage, wanted.stage),
        (alerts.c.device, wanted.device),
        (alerts.c.rule, wanted.rule),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.devices is not None:
        query = query.where(alerts.c.device.in_(wanted.devices))
    if wanted.person is not None:
        named = sa.select(incidents.c.number).where(incidents.c.open, names_person(wanted.person))
        query = query.where(alerts.c.incident.in_(named))
    if after is not None:
        query = query.where(before(alerts.c.opened_us, alerts.c.id, after))
    rows = connection.execute(query).all()
    more = rows[limit - 1] if len(rows) > limit else None
    return Found(
        rows=[_row(row) for row in rows[:limit]],
        next=Place(more.opened_us, more.id) if more is not None else None,
    )


def alerts_by_id(connection: Connection, ids: Collection[str]) -> list[AlertRow]:
    """Return these alerts in the order of their opening; unknown ids are left out."""
    if not ids:
        return []
    return [_row(row) for row in connection.execute(_BY_ID, {"ids": list(ids)})]


def open_alerts(connection: Connection, *, limit: int) -> list[AlertRow]:
    """Return what is open, gravest and newest first."""
    query = (
        sa.select(alerts)
        .where(alerts.c.open)
        .order_by(alerts.c.level, alerts.c.opened_us.desc())
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def changes_of(connection: Connection, alert: str, *, limit: int = 500) -> list[ChangeRow]:
    """Return the changes of an alert, oldest first (of very many: the newest `limit`)."""
    query = (
        sa.select(alert_changes.c.seq, alert_changes.c.body)
        .where(alert_changes.c.alert == alert)
        .order_by(alert_changes.c.t_us.desc(), alert_changes.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).all()
    return [ChangeRow(seq=row.seq, change=_change.decode(row.body)) for row in reversed(rows)]


def hits_since(connection: Connection, since: datetime) -> dict[str, int]:
    """Return how many alerts each rule opened since then."""
    query = (
        sa.select(alerts.c.rule, sa.func.count())
        .where(alerts.c.opened_us >= to_us(since))
        .group_by(alerts.c.rule)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def load(connection: Connection, *, hour_ago: datetime, ten_minutes_ago: datetime) -> Load:
    """Return how many alerts opened lately and how much is open."""
    opened = sa.select(sa.func.count()).select_from(alerts)
    counts: Sequence[int] = [
        connection.execute(query).scalar_one()
        for query in (
            opened.where(alerts.c.opened_us >= to_us(hour_ago)),
            opened.where(alerts.c.opened_us >= to_us(ten_minutes_ago)),
            opened.where(alerts.c.open),
            sa.select(sa.func.count()).select_from(incidents).where(incidents.c.open),
        )
    ]
    return Load(hour=counts[0], ten_minutes=counts[1], open_alerts=counts[2], open_incidents=counts[3])


def hidden_by(connection: Connection, silences: Mapping[str, datetime]) -> dict[str, int]:
    """Return how many alerts each silence (by id, with its beginning) has hidden."""
    counts: dict[str, int] = {}
    for silence, begun in silences.items():
        query = (
            sa.select(sa.func.count(alert_changes.c.alert.distinct()))
            .join(alerts, alerts.c.id == alert_changes.c.alert)
            .where(
                alerts.c.open | (alerts.c.last_us >= to_us(begun)),
                alert_changes.c.change == "silenced",
                alert_changes.c.body.contains(f'"silence_id":"{silence}"', autoescape=True),
            )
        )
        counts[silence] = int(connection.execute(query).scalar_one())
    return counts


def names_person(person: str) -> sa.ColumnElement[bool]:
    """Return the rough condition that an incident's body mentions this person; the reader looks closely."""
    return incidents.c.body.contains(f'"{person}"', autoescape=True)


_BY_ID = (
    sa.select(alerts)
    .where(alerts.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(alerts.c.opened_us, alerts.c.id)
)


def _row(row: Any) -> AlertRow:
    return AlertRow(
        id=row.id,
        change=_change.decode(row.body),
        open=bool(row.open),
        acknowledged_by=row.acknowledged_by,
        incident=row.incident,
        cleared_at=None if row.cleared_us is None else from_us(row.cleared_us),
        updated_seq=row.updated_seq,
    )
