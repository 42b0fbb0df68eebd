"""Incidents for the screens: lists with filters, one case with its history and who was told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from gateway.clock import from_us, to_us
from gateway.response.model import Incident, Message
from gateway.store.read import Connection, Found, Place, before
from gateway.store.read_alerts import names_person
from gateway.store.tables import incidents, outbox, timeline, timeline_text
from gateway.store.tables_search import incident_words

_incident = msgspec.json.Decoder(Incident)
_message = msgspec.json.Decoder(Message)


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case and the journal number of its newest change."""

    incident: Incident
    updated_seq: int


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """One word of a search with everything it may mean: codes and ids whose names contain it."""

    text: str
    categories: Collection[str] = ()
    buildings: Collection[str] = ()
    grids: Collection[str] = ()
    people: Collection[str] = ()


Verdict = Literal["true", "false", "other"]
_VERDICTS = {verdict: f'"close_code":"{verdict}_' for verdict in ("true", "false")}


class IncidentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases; None means all. `grids` and `involves` are what somebody may see."""

    states: Collection[str] | None = None
    open: bool | None = None
    level: str | None = None
    words: tuple[Words, ...] = ()
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    category: str | None = None  # a code, or the first two digits of a group
    building: str | None = None
    person: str | None = None  # whose name the record mentions
    verdict: Verdict | None = None
    grids: Collection[str] | None = None
    involves: str | None = None  # a person
    closed_after: datetime | None = None  # open, or closed after this


class TimelineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a case's history; `body` is None when its text was erased."""

    id: int
    at: datetime
    actor: str
    role: str
    channel: str
    action: str
    from_state: str | None
    to_state: str | None
    body: dict[str, Any] | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one recipient and what became of it; `bundle` is the message it went with or was told by."""

    id: str
    channel: str
    recipient: str
    state: str
    attempts: int
    receipt: dict[str, Any] | None
    template: str
    level: str
    created_at: datetime
    not_after: datetime
    settled_at: datetime | None  # when it was sent, or ended unsent
    bundle: str | None


def list_incidents(
    connection: Connection,
    wanted: IncidentFilter,
    *,
    after: Place | None,
    limit: int,
    keep: Callable[[Incident], bool] | None = None,
) -> Found[IncidentRow]:
    """Return cases, the newest first; `keep` looks closely where SQL can only look roughly."""
    found: list[IncidentRow] = []
    place = after
    numbers = _numbers(connection, wanted.words)
    while len(found) <= limit:
        query = _filtered(wanted, numbers).limit(limit + 1)
        if place is not None:
            walked = _walked(wanted)
            query = query.where(before(walked.c.opened_us, walked.c.number, place))
        rows = connection.execute(query).all()
        found += [row for row in map(_row, rows) if keep is None or keep(row.incident)]
        if len(rows) <= limit:
            break
        place = Place(rows[-1].opened_us, rows[-1].number)
    last = found[limit - 1].incident if len(found) > limit else None
    return Found(
        rows=found[:limit], next=Place(to_us(last.opened_at), last.number) if last is not None else None
    )


def incident(connection: Connection, number: str) -> IncidentRow | None:
    """Return one case, or None."""
    row = connection.execute(_BY_NUMBER, {"number": number}).one_or_none()
    return None if row is None else _row(row)


def incidents_by_number(connection: Connection, numbers: Collection[str]) -> list[IncidentRow]:
    """Return these cases, oldest first; unknown numbers are left out."""
    if not numbers:
        return []
    query = sa.select(*_COLUMNS).where(incidents.c.number.in_(numbers)).order_by(incidents.c.opened_us)
    return [_row(row) for row in connection.execute(query)]


def open_incidents(connection: Connection, *, limit: int) -> list[IncidentRow]:
    """Return what is open, gravest and newest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(incidents.c.open)
        .order_by(incidents.c.level, incidents.c.opened_us.desc())
        .limit(limit)
    )
    return [_row(row) for row in connection.execute(query)]


def timeline_of(connection: Connection, number: str) -> list[TimelineEntry]:
    """Return the history of a case, oldest first."""
    return [
        TimelineEntry(
            id=row.id,
            at=from_us(row.at_us),
            actor=row.actor,
            role=row.role,
            channel=row.channel,
            action=row.action,
            from_state=row.from_state,
            to_state=row.to_state,
            body=None if row.body is None else msgspec.json.decode(row.body),
        )
        for row in connection.execute(_TIMELINE, {"number": number})
    ]


def told_about(connection: Connection, number: str) -> list[Told]:
    """Return every message about a case and what came back."""
    return [
        Told(
            id=row.id,
            channel=row.channel,
            recipient=row.recipient,
            state=row.state,
            attempts=row.attempts,
            receipt=None if row.receipt is None else _object(row.receipt),
            template=message.template,
            level=row.level,
            created_at=message.created_at,
            not_after=message.not_after,
            settled_at=None if row.settled_us is None else from_us(row.settled_us),
            bundle=row.bundle,
        )
        for row in connection.execute(_TOLD, {"number": number})
        for message in (_message.decode(row.body),)
    ]


_COLUMNS = (incidents.c.number, incidents.c.opened_us, incidents.c.updated_seq, incidents.c.body)
_BY_NUMBER = sa.select(*_COLUMNS).where(incidents.c.number == sa.bindparam("number"))
_TIMELINE = (
    sa.select(timeline, timeline_text.c.body)
    .outerjoin(timeline_text, timeline_text.c.id == timeline.c.id)
    .where(timeline.c.incident == sa.bindparam("number"))
    .order_by(timeline.c.id)
)
_TOLD = sa.select(outbox).where(outbox.c.incident == sa.bindparam("number")).order_by(outbox.c.order)


def _walked(wanted: IncidentFilter) -> sa.Table:
    """Return the table whose order is followed."""
    return incident_words if wanted.words else incidents


def _numbers(connection: Connection, words: Collection[Words]) -> frozenset[str]:
    """Return the words that are a whole number of a case: they need no walk through all words of all cases."""
    asked = [word.text for word in words]
    if not asked:
        return frozenset()
    query = sa.select(incident_words.c.number).where(incident_words.c.number.in_(asked))
    return frozenset(connection.execute(query).scalars())


def _filtered(wanted: IncidentFilter, numbers: Collection[str] = ()) -> sa.Select[Any]:
    query, walked = sa.select(*_COLUMNS), _walked(wanted)
    if wanted.words:  # the narrow table is walked, and only what fits is looked up in the wide one
        query = query.join_from(incident_words, incidents, incidents.c.number == incident_words.c.number)
        query = query.where(*(_means(word, numbers) for word in wanted.words))
    query = query.order_by(walked.c.opened_us.desc(), walked.c.number.desc())
    if wanted.open is not None:
        query = query.where(incidents.c.open if wanted.open else ~incidents.c.open)
    if wanted.states is not None:
        query = query.where(incidents.c.state.in_(wanted.states))
    if wanted.level is not None:
        query = query.where(incidents.c.level == wanted.level)
    if wanted.opened_from is not None:
        query = query.where(incidents.c.opened_us >= to_us(wanted.opened_from))
    if wanted.opened_to is not None:
        query = query.where(incidents.c.opened_us < to_us(wanted.opened_to))
    if wanted.category is not None:
        query = query.where(incidents.c.category.startswith(wanted.category, autoescape=True))
    if wanted.building is not None:
        query = query.where(incidents.c.building == wanted.building)
    if wanted.person is not None:
        query = query.where(names_person(wanted.person))
    if wanted.verdict is not None:
        query = query.where(_judged(wanted.verdict))
    if wanted.closed_after is not None:
        query = query.where(incidents.c.open | (incidents.c.closed_us >= to_us(wanted.closed_after)))
    seen: list[sa.ColumnElement[bool]] = []
    if wanted.grids is not None:
        seen.append(incidents.c.grid.in_(wanted.grids) | incidents.c.grid.is_(None))
    if wanted.involves is not None:
        seen.append(names_person(wanted.involves))
    if seen:
        query = query.where(sa.or_(*seen))
    return query


def _judged(verdict: Verdict) -> sa.ColumnElement[bool]:
    """Return the condition on what came of a case; `other` is what ended neither as real nor as a false alarm."""
    if verdict != "other":
        return incidents.c.body.contains(_VERDICTS[verdict], autoescape=True)
    neither = (~incidents.c.body.contains(each, autoescape=True) for each in _VERDICTS.values())
    return sa.and_(~incidents.c.open, incidents.c.body.contains('"close_code":"', autoescape=True), *neither)


def _means(word: Words, numbers: Collection[str]) -> sa.ColumnElement[bool]:
    if word.text in numbers:
        return incident_words.c.number == word.text
    codes = (
        (incident_words.c.category, word.categories),
        (incident_words.c.building, word.buildings),
        (incident_words.c.grid, word.grids),
        (incident_words.c.owner, word.people),
    )
    said = incident_words.c.words.contains(word.text, autoescape=True)
    return sa.or_(said, *(column.in_(known) for column, known in codes if known))


def _row(row: Any) -> IncidentRow:
    return IncidentRow(incident=_incident.decode(row.body), updated_seq=row.updated_seq)


def _object(text: str) -> dict[str, Any]:
    found = msgspec.json.decode(text)
    return found if isinstance(found, dict) else {"value": found}


def cases_of(connection: Connection, person: str, *, closed_after: datetime) -> list[Incident]:
    """Return the cases whose record mentions a person and that are open, or were closed after this."""
    wanted = IncidentFilter(involves=person, closed_after=closed_after)
    return [_row(row).incident for row in connection.execute(_filtered(wanted))]
