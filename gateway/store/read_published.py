"""The cases whose last state others keep a copy of (retained MQTT topics): open ones, and those closed lately."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.clock import to_us
from gateway.response.model import Incident
from gateway.store.read import Connection
from gateway.store.tables import incidents

_incident = msgspec.json.Decoder(Incident)


def cases_to_show(connection: Connection, *, since: datetime) -> list[Incident]:
    """Return every open case, and every case closed since then."""
    query = sa.select(incidents.c.body).where(sa.or_(incidents.c.open, incidents.c.closed_us >= to_us(since)))
    return [_incident.decode(body) for body in connection.execute(query).scalars()]
