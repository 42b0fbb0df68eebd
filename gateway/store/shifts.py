"""Shift work in the database: handovers, duty records, patrol rounds and visits, tests of everything.

Reads take a read connection; writes are jobs of the writer's thread. Values go in and out as they are in `gateway/shift`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from devices.event import canonical_json
from gateway.clock import to_us
from gateway.shift.handover import Handover
from gateway.shift.patrol import Round, Visit
from gateway.shift.record import Record
from gateway.shift.trial import Trial
from gateway.store.tables_shifts import duty_records, handovers, patrol_rounds, patrol_visits, trials

# --- handovers ---


def handover(connection: sa.Connection, handover_id: str) -> Handover | None:
    """Return one handover, or None."""
    body = connection.execute(
        sa.select(handovers.c.body).where(handovers.c.id == handover_id)
    ).scalar_one_or_none()
    return None if body is None else msgspec.json.decode(body, type=Handover)


def newest_handovers(connection: sa.Connection, *, limit: int, state: str | None = None) -> list[Handover]:
    """Return the newest handovers, newest first."""
    query = sa.select(handovers.c.body).order_by(handovers.c.at_us.desc(), handovers.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(handovers.c.state == state)
    return [msgspec.json.decode(body, type=Handover) for body in connection.execute(query).scalars()]


def put_handover(connection: sa.Connection, found: Handover) -> None:
    """Keep a handover as it is now."""
    row = {
        "id": found.id,
        "state": found.state,
        "outgoing": found.outgoing,
        "at_us": to_us(found.offered_at),
        "accepted_us": None if found.accepted_at is None else to_us(found.accepted_at),
        "body": _json(found),
    }
    connection.execute(handovers.delete().where(handovers.c.id == found.id))
    connection.execute(handovers.insert().values(row))


# --- duty records ---


def records_since(connection: sa.Connection, begin: datetime, end: datetime) -> list[Record]:
    """Return the records whose slots begin in [begin, end), oldest first."""
    query = (
        sa.select(duty_records.c.body)
        .where(duty_records.c.slot_us >= to_us(begin), duty_records.c.slot_us < to_us(end))
        .order_by(duty_records.c.slot_us, duty_records.c.at_us)
    )
    return [msgspec.json.decode(body, type=Record) for body in connection.execute(query).scalars()]


def put_record(connection: sa.Connection, record: Record) -> Record:
    """Keep a record and return what is kept: of one sent twice, the first."""
    known = _body(connection, duty_records, record.id)
    if known is not None:
        return msgspec.json.decode(known, type=Record)
    row = {"id": record.id, "slot_us": to_us(record.slot), "at_us": to_us(record.at), "body": _json(record)}
    connection.execute(duty_records.insert().values(row))
    return record


# --- patrol ---


def rounds(connection: sa.Connection) -> list[tuple[Round, int]]:
    """Return every planned round with its version, by id."""
    query = sa.select(patrol_rounds).order_by(patrol_rounds.c.id)
    return [(msgspec.json.decode(row.body, type=Round), row.version) for row in connection.execute(query)]


def put_round(connection: sa.Connection, planned: Round, *, expected: int | None) -> int | None:
    """Keep a round; return its version, or None: it is not the expected one any more (None expects none)."""
    found = connection.execute(
        sa.select(patrol_rounds.c.version).where(patrol_rounds.c.id == planned.id)
    ).scalar_one_or_none()
    if found != expected:
        return None
    version = (found or 0) + 1
    connection.execute(patrol_rounds.delete().where(patrol_rounds.c.id == planned.id))
    connection.execute(patrol_rounds.insert().values(id=planned.id, version=version, body=_json(planned)))
    return version


def drop_round(connection: sa.Connection, round_id: str) -> bool:
    """Forget a round; its visits stay. False: there is none."""
    return connection.execute(patrol_rounds.delete().where(patrol_rounds.c.id == round_id)).rowcount > 0


def visits_between(connection: sa.Connection, begin: datetime, end: datetime) -> list[Visit]:
    """Return the visits in [begin, end) of wall time, oldest first."""
    query = (
        sa.select(patrol_visits.c.body)
        .where(patrol_visits.c.at_us >= to_us(begin), patrol_visits.c.at_us < to_us(end))
        .order_by(patrol_visits.c.at_us)
    )
    return [msgspec.json.decode(body, type=Visit) for body in connection.execute(query).scalars()]


def put_visit(connection: sa.Connection, visit: Visit) -> Visit:
    """Keep a visit and return what is kept: of one sent twice, the first."""
    known = _body(connection, patrol_visits, visit.id)
    if known is not None:
        return msgspec.json.decode(known, type=Visit)
    row = {"id": visit.id, "point": visit.point, "at_us": to_us(visit.at), "body": _json(visit)}
    connection.execute(patrol_visits.insert().values(row))
    return visit


# --- tests of everything ---


def trial(connection: sa.Connection, trial_id: str) -> Trial | None:
    """Return one test, or None."""
    body = connection.execute(sa.select(trials.c.body).where(trials.c.id == trial_id)).scalar_one_or_none()
    return None if body is None else msgspec.json.decode(body, type=Trial)


def newest_trials(connection: sa.Connection, *, limit: int) -> list[Trial]:
    """Return the newest tests, newest first."""
    query = sa.select(trials.c.body).order_by(trials.c.at_us.desc(), trials.c.id.desc()).limit(limit)
    return [msgspec.json.decode(body, type=Trial) for body in connection.execute(query).scalars()]


def put_trial(connection: sa.Connection, found: Trial) -> None:
    """Keep a test as it is now."""
    connection.execute(trials.delete().where(trials.c.id == found.id))
    row = {"id": found.id, "at_us": to_us(found.at), "incident": found.incident, "body": _json(found)}
    connection.execute(trials.insert().values(row))


def _body(connection: sa.Connection, table: sa.Table, row_id: str) -> str | None:
    return connection.execute(sa.select(table.c.body).where(table.c.id == row_id)).scalar_one_or_none()


def _json(value: object) -> str:
    return canonical_json(msgspec.to_builtins(value)).decode()
