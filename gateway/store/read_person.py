"""Everything that is kept about one person reference: to be handed out to them, and to be erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from devices.event import Event
from gateway.clock import from_us
from gateway.response.model import TERMINAL, Incident
from gateway.store.chain import sha256
from gateway.store.read import Connection
from gateway.store.read_events import events_of
from gateway.store.tables import audit, documents, event_index, incidents, outbox, timeline, timeline_text

MOST_EVENTS = 20_000  # looked through for one person, newest first
_EMPTIED = '{"value":null,"reason":"erased"}'
_incident = msgspec.json.Decoder(Incident)
_SETTLED = ("sent", "delivered", "failed", "expired", "withdrawn", "unknown")


def cases_reported(connection: Connection, person: str) -> list[Incident]:
    """Return the cases that somebody reported, newest first."""
    wanted = sa.select(incidents.c.body).where(
        incidents.c.body.contains(f'"reporter":"{person}"', autoescape=True)
    )
    found = [
        _incident.decode(body)
        for body in connection.execute(wanted.order_by(incidents.c.opened_us.desc())).scalars()
    ]
    return [case for case in found if case.reporter == person]


def lines_by(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Return what somebody did in cases, with the words they wrote; erased words are null."""
    wanted = (
        sa.select(timeline, timeline_text.c.body)
        .outerjoin(timeline_text, timeline_text.c.id == timeline.c.id)
        .where(timeline.c.actor == person)
        .order_by(timeline.c.id)
    )
    return [
        {
            "case": row.incident,
            "at": from_us(row.at_us),
            "action": row.action,
            "text": None if row.body is None else msgspec.json.decode(row.body),
        }
        for row in connection.execute(wanted)
    ]


def messages_to(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Return what somebody was told, by which channel and with what result."""
    wanted = sa.select(outbox).where(outbox.c.recipient == person).order_by(outbox.c.order)
    return [
        {
            "case": row.incident,
            "channel": row.channel,
            "state": row.state,
            "message": msgspec.json.decode(row.body),
        }
        for row in connection.execute(wanted)
    ]


def audit_about(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Return who looked at, changed, unmasked or exported what about somebody."""
    names = (person, f"person:{person}", f"resident {person}")
    wanted = sa.select(audit).where(audit.c.object.in_(names)).order_by(audit.c.id)
    return [
        {
            "at": from_us(row.at_us),
            "by": row.actor,
            "action": row.action,
            "facts": msgspec.json.decode(row.facts),
        }
        for row in connection.execute(wanted)
    ]


def events_about(connection: Connection, person: str) -> Iterator[Event]:
    """Yield the events whose subject is this person, newest first, among the newest MOST_EVENTS."""
    newest = (
        sa.select(event_index.c.seq, event_index.c.batch)
        .order_by(event_index.c.seq.desc())
        .limit(MOST_EVENTS)
    )
    rows = [(row.seq, row.batch) for row in connection.execute(newest)]
    for start in range(0, len(rows), 500):
        for each in events_of(connection, rows[start : start + 500]):
            if person in each.subject.values():
                yield each


def erase_words(connection: Connection, person: str) -> dict[str, int]:
    """Erase what somebody wrote and was told, leaving tombstones; the hash chain stays whole. Return how much went.

    Words of cases that are still open stay until these are closed: people are at work on them.
    """
    reported = cases_reported(connection, person)
    closed = [case.number for case in reported if case.state in TERMINAL]
    open_cases = sa.select(incidents.c.number).where(incidents.c.open)
    mine = sa.select(timeline.c.id).where(
        sa.or_(timeline.c.actor == person, timeline.c.incident.in_(closed)),
        timeline.c.incident.not_in(open_cases),
    )
    words = connection.execute(
        timeline_text.update()
        .where(timeline_text.c.id.in_(mine), timeline_text.c.body.is_not(None))
        .values(body=None)
    ).rowcount
    told = connection.execute(
        outbox.delete().where(outbox.c.recipient == person, outbox.c.state.in_(_SETTLED))
    ).rowcount
    return {"words": words, "messages": told, "open_cases": len(reported) - len(closed)}


def erase_documents(connection: Connection, person: str) -> int:
    """Empty every version of a person's document that the site has deleted; return how many had something in them.

    Decided here and not by whoever deleted it: an erasure that was cut short in between is made whole by the next.
    """
    mine = documents.c.name == f"person:{person}"
    newest = connection.execute(
        sa.select(documents.c.body).where(mine).order_by(documents.c.version.desc()).limit(1)
    ).scalar_one_or_none()
    if newest is None or msgspec.json.decode(newest)["value"] is not None:
        return 0
    return connection.execute(
        documents.update()
        .where(mine, documents.c.body != _EMPTIED)
        .values(body=_EMPTIED, hash=sha256(_EMPTIED.encode()))
    ).rowcount
