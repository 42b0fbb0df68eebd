"""Verdicts: what people found when they closed the cases of a rule."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.tables import alerts, incidents


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One closed case of a rule on one device; `at` is the close in engine time."""

    rule: str
    device: str | None
    incident: str
    code: str | None
    at: datetime


class _Closed(msgspec.Struct):
    """What is wanted of an incident."""

    close_code: str | None = None


_decode = msgspec.json.Decoder(_Closed).decode


def verdicts(
    connection: Connection, *, rule: str | None = None, since: datetime | None = None
) -> list[Verdict]:
    """Return the closed cases of a rule (of every rule), by time; a case with alerts of two devices counts for both.

    Drills are left out.
    """
    columns = (alerts.c.rule, alerts.c.device, incidents.c.number, incidents.c.closed_us, incidents.c.body)
    wanted = (
        sa.select(*columns)
        .distinct()
        .join(incidents, incidents.c.number == alerts.c.incident)
        .where(incidents.c.closed_us.is_not(None), sa.not_(incidents.c.drill))
        .order_by(incidents.c.closed_us, incidents.c.number, alerts.c.rule, alerts.c.device)
    )
    if rule is not None:
        wanted = wanted.where(alerts.c.rule == rule)
    if since is not None:
        wanted = wanted.where(incidents.c.closed_us >= to_us(since))
    return [
        Verdict(
            rule=row.rule,
            device=row.device,
            incident=row.number,
            code=_decode(row.body).close_code,
            at=from_us(row.closed_us),
        )
        for row in connection.execute(wanted)
    ]


def last_closed(connection: Connection, *, most: int = 2000) -> list[Incident]:
    """Return the newest cases that people closed or rejected, by the time of it; drills are left out."""
    wanted = (
        sa.select(incidents.c.body)
        .where(incidents.c.closed_us.is_not(None), sa.not_(incidents.c.drill))
        .order_by(incidents.c.closed_us.desc(), incidents.c.number.desc())
        .limit(most)
    )
    bodies = list(connection.execute(wanted).scalars())
    return [msgspec.json.decode(body, type=Incident) for body in reversed(bodies)]
